"""Chromium where no UDP gets out: media take the TCP way by themselves."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.network.namespaces import TwoHosts, available, no_udp
from tests.support.pages import (
    CHROMIUM,
    FLAGS,
    UDP_BLOCKED,
    Stats,
    decodes,
    meeting,
    stats_when,
)
from tests.support.server import running

pytestmark = pytest.mark.browser


def over(protocol: str) -> Callable[[Stats], bool]:
    return lambda stats: stats["state"] == "connected" and stats["protocol"] == protocol


def watch(page: Page, protocol: str) -> None:
    """Media flow, over this protocol, and go on."""
    stats_when(page, decodes(1), "a picture is decoded")
    seen = stats_when(page, over(protocol), f"media are carried by {protocol}")
    stats_when(page, decodes(seen["framesDecoded"] + 15), "pictures go on")


@contextmanager
def chromium(executable: str = CHROMIUM, *flags: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS, *flags])
        yield browser
        browser.close()


def test_a_browser_that_may_not_use_udp(tmp_path: Path) -> None:
    with (
        running(tmp_path) as server,
        chromium(CHROMIUM, UDP_BLOCKED) as browser,
        meeting(browser, server) as people,
    ):
        for page in people:
            watch(page, "tcp")


@pytest.mark.skipif(not available(), reason="needs root and /dev/net/tun")
def test_a_firewall_that_drops_udp(tmp_path: Path) -> None:
    """Between two hosts with network stacks of their own. When the firewall lets UDP pass again, a restart finds it."""
    with TwoHosts(passes=no_udp) as hosts:
        serving = running(
            tmp_path, prefix=hosts.command("server", []), HOST=hosts.SERVER, MEDIA_ADDRESSES=hosts.SERVER
        )
        with serving as server:
            browser_there = tmp_path / "chromium"
            browser_there.write_text(
                f'#!/bin/sh\nexec {" ".join(hosts.command("client", [CHROMIUM]))} "$@"\n'
            )
            browser_there.chmod(browser_there.stat().st_mode | stat.S_IXUSR)
            with (
                chromium(
                    str(browser_there), f"--unsafely-treat-insecure-origin-as-secure={server.url}"
                ) as browser,
                meeting(browser, server) as people,
            ):
                for page in people:
                    watch(page, "tcp")
                hosts.passes = lambda packet: True
                people[1].evaluate("classroomDebug.restartIce()")
                watch(people[1], "udp")
