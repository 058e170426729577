"""The media plane with real Chromium on both sides: what media.md promises of browsers, seen in their own statistics."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from classroom.media.config import MediaConfig
from classroom.media.model import PeerId, Publication, RoomPlan, Route, SubscriberPlan
from classroom.media.plane import MediaPlane
from classroom.media.pyrelay import PyRelay
from classroom.media.relay import PeerStats
from tests.integration.aiortc_peer import Watcher, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PAGE = Path(__file__).parent / "pages" / "media.html"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
ALL_LAYERS_BPS = 610_000
"""What the page's three encodings take; without feedback Chromium sinks to about 130,000."""
ROOM = "room"
ADA, BOB = PeerId(ROOM, "ada"), PeerId(ROOM, "bob")


class Site:
    """The test page and the signaling it needs: one POST for each offer."""

    def __init__(self, plane: MediaPlane) -> None:
        self._plane = plane
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        if head.startswith("post"):
            length = next(int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:"))
            body = self._answer(json.loads(await reader.readexactly(length)))
        else:
            body = PAGE.read_bytes()
        kind = "application/json" if head.startswith("post") else "text/html; charset=utf-8"
        writer.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        writer.close()

    def _answer(self, request: Mapping[str, Any]) -> bytes:
        peer = PeerId(ROOM, request["name"])
        return json.dumps({"sdp": self._plane.answer(peer, request["sdp"], request["sources"])}).encode()


@pytest.fixture
async def plane() -> AsyncIterator[MediaPlane]:
    plane = MediaPlane(MediaConfig(), PyRelay, Watcher())
    await plane.start()
    yield plane
    await plane.close()


@pytest.fixture
async def url(plane: MediaPlane) -> AsyncIterator[str]:
    site = Site(plane)
    yield await site.start()
    site.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


Counters = dict[str, Any]
NOTHING: Counters = {"packetsReceived": 0, "framesDecoded": 0, "frameWidth": 0, "totalAudioEnergy": 0}


async def counters_when(
    page: Page, condition: Callable[[Counters], bool], what: str, within_s: float = 60
) -> Counters:
    """Asks for the page's counters until they meet the condition."""
    counters: Counters = {}

    async def ask() -> Counters:
        while True:
            counters.update(await page.evaluate("counters()"))
            if condition(counters):
                return counters
            await asyncio.sleep(0.2)

    try:
        return await asyncio.wait_for(ask(), within_s)
    except TimeoutError:
        raise AssertionError(f"never happened: {what}; last seen {json.dumps(counters)}") from None


async def layers_come(plane: MediaPlane, peer: PeerId, within_s: float = 60) -> None:
    """Waits until all three layers of the camera have come. A busy machine's browser gives the top one up for a
    while, and starts it with another count."""
    stats: PeerStats | None = None
    for _ in range(round(within_s / 0.2)):
        stats = plane.peer_stats(peer)
        assert stats is not None
        if {s.layer for s in stats.received if s.kind == "camera" and s.packets > 20} == {"h", "m", "l"}:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"never all three layers: {stats}")


def received(counters: Counters, kind: str) -> Counters:
    """The slot of that kind in which something arrives; zeros before anything does."""
    streams = [stream for stream in counters["received"].values() if stream["kind"] == kind]
    return max(streams, key=lambda stream: stream["packetsReceived"], default=NOTHING)


def decodes(counters: Counters, frames: int = 10) -> bool:
    return bool(received(counters, "video")["framesDecoded"] >= frames)


async def test_two_browsers_meet(plane: MediaPlane, url: str, browser: Browser) -> None:
    plane.set_plan(
        ROOM,
        RoomPlan(
            {
                to.participant_id: SubscriberPlan(
                    (
                        Route("a0", Publication(of.participant_id, "microphone")),
                        Route("v0", Publication(of.participant_id, "camera"), "h"),
                    )
                )
                for to, of in ((ADA, BOB), (BOB, ADA))
            }
        ),
    )
    pages: list[Page] = []
    for peer in (ADA, BOB):
        plane.set_enabled(peer, frozenset({"microphone", "camera"}))
        page = await (await browser.new_context()).new_page()
        await page.goto(url)
        joined = await page.evaluate("name => join(name)", peer.participant_id)
        assert joined["slots"] == [f"a{i}" for i in range(4)] + [f"v{i}" for i in range(16)]
        pages.append(page)

    for page in pages:
        seen = await counters_when(page, decodes, "pictures are decoded")
        assert seen["srtpCipher"] == "SRTP_AEAD_AES_128_GCM"
        print("milliseconds after createOffer:", {k: round(v) for k, v in seen["times"].items()})
        seen = await counters_when(
            page,
            lambda c: all(c["sent"][rid]["packetsSent"] > 20 for rid in "hml"),
            "all three layers are sent",
        )
        seen = await counters_when(
            page,
            lambda c: (
                c["availableOutgoingBitrate"] > ALL_LAYERS_BPS and received(c, "video")["frameWidth"] == 640
            ),
            "feedback lets the browser send its top layer, and it arrives",
        )
        seen = await counters_when(
            page, lambda c: received(c, "audio")["totalAudioEnergy"] > 0, "sound is heard"
        )
    for peer in (ADA, BOB):
        await layers_come(plane, peer)
        camera = next(slot for slot in plane.current_slots(peer) if slot.slot == "v0")
        assert camera.layer == "h"

    ada = pages[0]
    assert await ada.evaluate("moreSlots()") == "live"
    assert plane.slot_count(ADA, "video") == 17
    before, after = await ada.evaluate("restartIce()")
    assert before != after
    frames = received(await ada.evaluate("counters()"), "video")["framesDecoded"]
    again = await counters_when(ada, lambda c: decodes(c, frames + 30), "media goes on over all this")
    assert again["state"] == "connected"

    plane.set_plan(ROOM, RoomPlan({"bob": SubscriberPlan((Route("v0", Publication("ada", "camera"), "l"),))}))
    await counters_when(
        pages[1], lambda c: received(c, "video")["frameWidth"] == 160, "a lower layer on demand"
    )

    await ada.evaluate("pc.close()")
    await until(lambda: not plane.connected(ADA), "close() says goodbye by DTLS")
    assert plane.connected(BOB)
