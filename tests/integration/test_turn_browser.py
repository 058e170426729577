"""The real client in Chromium, the real server, and everything between them by way of a real coturn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.coturn import SECRET, Coturn, coturn, installed
from tests.support.server import ClassroomServer, running

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not installed(), reason="needs Debian's package coturn"),
]

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
PATIENCE_MS = 30_000

STATS = """
async () => {
  const all = await globalThis.classroomDebug.stats();
  const by = (type) => all.filter((stats) => stats.type === type);
  const pair = by("candidate-pair").find(({ id }) => by("transport")[0]?.selectedCandidatePairId === id);
  const local = by("local-candidate").find(({ id }) => id === pair?.localCandidateId);
  return {
    state: globalThis.classroomDebug.peerConnection()?.connectionState,
    kind: local?.candidateType, protocol: local?.protocol, relayProtocol: local?.relayProtocol,
    framesDecoded: by("inbound-rtp").reduce((sum, { framesDecoded }) => sum + (framesDecoded ?? 0), 0),
    address: local && `${local.address}:${local.port}`,
    user: globalThis.classroomDebug.peerConnection()?.getConfiguration().iceServers[0]?.username,
  };
}
"""


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


def arrive(browser: Browser, link: str, *options: str) -> Page:
    """Opens the link and joins."""
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE_MS)
    address, _, fragment = link.partition("#")
    page.goto(f"{address}?{'&'.join(('lang=en', 'debug', *options))}#{fragment}")
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.get_by_role("button", name="Leave", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    return page


def stats_when(page: Page, condition: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while True:
        stats: dict[str, Any] = page.evaluate(STATS)
        if condition(stats):
            return stats
        assert time.monotonic() < deadline, f"never happened: {what}; last seen {stats}"
        time.sleep(0.2)


def serving(
    folder: Path, relay: Coturn, *ways: str, secret: str = SECRET
) -> AbstractContextManager[ClassroomServer]:
    return running(folder, TURN_URLS=",".join(relay.url(way) for way in ways), TURN_SECRET=secret)


@contextmanager
def meeting(browser: Browser, server: ClassroomServer, *options: str) -> Iterator[tuple[Page, Page]]:
    """A trainer and a participant in a room, from their pages."""
    room = server.create_room()
    nadia = arrive(browser, server.invite(room, "trainer", "Nadia"), *options)
    karim = arrive(browser, server.invite(room, "participant", "Karim"), *options)
    yield nadia, karim
    for page in (nadia, karim):
        page.context.close()


def decodes(frames: int) -> Callable[[dict[str, Any]], bool]:
    return lambda stats: bool(stats["framesDecoded"] >= frames)


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
