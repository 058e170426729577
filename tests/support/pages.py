"""People at pages of the real client in Chromium, as far as tests of the network need them: they join and see pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, expect

from rooms.model import Role
from tests.support.server import ClassroomServer

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
UDP_BLOCKED = "--webrtc-ip-handling-policy=disable_non_proxied_udp"
"""What a policy of a school may say, and what a firewall does."""
PATIENCE_MS = 30_000
"""Generous: no test passes or fails on how fast the machine is."""

Stats = dict[str, Any]

STATS_JS = """
async () => {
  const all = await globalThis.classroomDebug.stats();
  const by = (type) => all.filter((stats) => stats.type === type);
  const pair = by("candidate-pair").find(({ id }) => by("transport")[0]?.selectedCandidatePairId === id);
  const local = by("local-candidate").find(({ id }) => id === pair?.localCandidateId);
  const connection = globalThis.classroomDebug.peerConnection();
  return {
    state: connection?.connectionState,
    kind: local?.candidateType, protocol: local?.protocol, relayProtocol: local?.relayProtocol,
    address: local && `${local.address}:${local.port}`,
    user: connection?.getConfiguration().iceServers[0]?.username,
    framesDecoded: by("inbound-rtp").reduce((sum, { framesDecoded }) => sum + (framesDecoded ?? 0), 0),
  };
}
"""


def open_page(browser: Browser, link: str, *options: str) -> Page:
    """Follows an invitation."""
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE_MS)
    address, _, fragment = link.partition("#")
    page.goto(f"{address}?{'&'.join(('lang=en', 'debug', *options))}#{fragment}")
    return page


def join(page: Page) -> None:
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.get_by_role("button", name="Leave", exact=True)).to_be_visible(timeout=PATIENCE_MS)


@contextmanager
def meeting(browser: Browser, server: ClassroomServer, *options: str) -> Iterator[tuple[Page, Page]]:
    """A trainer and a participant in a room, from their pages."""
    room = server.create_room()
    people: tuple[tuple[Role, str], ...] = (("trainer", "Nadia"), ("participant", "Karim"))
    nadia, karim = (open_page(browser, server.invite(room, role, name), *options) for role, name in people)
    for page in (nadia, karim):
        join(page)
    yield nadia, karim
    for page in (nadia, karim):
        page.context.close()


def stats_when(page: Page, condition: Callable[[Stats], bool], what: str) -> Stats:
    """Asks for the page's statistics until they meet the condition."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while True:
        stats: Stats = page.evaluate(STATS_JS)
        if condition(stats):
            return stats
        assert time.monotonic() < deadline, f"never happened: {what}; last seen {stats}"
        time.sleep(0.2)


def decodes(frames: int) -> Callable[[Stats], bool]:
    return lambda stats: bool(stats["framesDecoded"] >= frames)
