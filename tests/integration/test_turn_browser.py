"""The real client in Chromium, the real server, and everything between them by way of a real coturn."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.coturn import SECRET, Coturn, coturn, installed
from tests.support.pages import CHROMIUM, FLAGS, decodes, meeting, stats_when
from tests.support.server import ClassroomServer, running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not installed(), reason="needs Debian's package coturn"),
]


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    with coturn(tmp_path_factory.mktemp("coturn")) as running_relay:
        yield running_relay


@pytest.fixture(scope="module")
def browser(relay: Coturn) -> Iterator[Browser]:
    """Takes coturn's certificate, which nobody signed, and no other."""
    with sync_playwright() as playwright:
        trusting = f"--ignore-certificate-errors-spki-list={relay.spki}"
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, trusting])
        yield chromium
        chromium.close()


def serving(
    folder: Path, relay: Coturn, *ways: str, secret: str = SECRET
) -> AbstractContextManager[ClassroomServer]:
    return running(folder, TURN_URLS=",".join(relay.url(way) for way in ways), TURN_SECRET=secret)


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
def test_media_flow_through_turn(tmp_path: Path, browser: Browser, relay: Coturn, way: str) -> None:
    with serving(tmp_path, relay, way) as server, meeting(browser, server, "transport=relay") as people:
        for page in people:
            seen = stats_when(page, decodes(1), "a picture is decoded")
            assert (seen["kind"], seen["relayProtocol"]) == ("relay", way)
            stats_when(page, decodes(seen["framesDecoded"] + 15), "pictures go on")


def test_an_ice_restart_takes_fresh_credentials(tmp_path: Path, browser: Browser, relay: Coturn) -> None:
    """Those of the welcome may be too old by then."""
    with serving(tmp_path, relay, "udp") as server, meeting(browser, server, "transport=relay") as (_, karim):
        seen = stats_when(karim, decodes(1), "a picture is decoded")
        time.sleep(1.1)  # credentials are told apart by their second
        karim.evaluate("classroomDebug.restartIce()")
        again = stats_when(karim, lambda stats: stats["user"] != seen["user"], "there are new credentials")
        again = stats_when(karim, lambda stats: stats["address"] != seen["address"], "there is a new relay")
        stats_when(karim, decodes(again["framesDecoded"] + 15), "pictures go on")


def test_a_turn_server_that_refuses_is_no_obstacle(tmp_path: Path, browser: Browser, relay: Coturn) -> None:
    """Credentials that coturn does not take: who reaches the server otherwise does not notice."""
    refusing = serving(tmp_path, relay, "udp", "tcp", "tls", secret="not coturn's")
    with refusing as server, meeting(browser, server) as (_, karim):
        seen = stats_when(karim, decodes(1), "a picture is decoded")
        assert seen["kind"] != "relay"
        assert seen["protocol"] == "udp"
