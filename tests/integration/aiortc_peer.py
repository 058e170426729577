"""aiortc's own RTCPeerConnection as a person: an independent implementation that publishes and receives.

What is peculiar about it: it offers no simulcast, has REMB only, takes the candidates of the last m-line of a transport, never
uses a loopback address of its own, and with any policy but max-bundle loses the second m-line of a kind.
"""

from __future__ import annotations

import asyncio
import fractions
import math
import statistics
import time
from array import array
from collections.abc import Callable
from itertools import pairwise

import av
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from classroom.media.model import PeerId, PublicationKind
from classroom.media.observer import DisconnectReason
from classroom.media.plane import MediaPlane

RATE, FRAME = 48000, 960
WIDTH, HEIGHT, FPS = 160, 120, 15
SOURCES: dict[str, PublicationKind] = {"0": "microphone", "1": "camera"}


class Tone(MediaStreamTrack):
    """A sine."""

    kind = "audio"

    def __init__(self, hertz: float) -> None:
        super().__init__()
        self._hertz = hertz
        self._pts = 0
        self._start = time.monotonic()

    async def recv(self) -> av.AudioFrame:
        await asyncio.sleep(max(0.0, self._start + self._pts / RATE - time.monotonic()))
        step = 2 * math.pi * self._hertz / RATE
        samples = array("h", (int(12000 * math.sin(step * n)) for n in range(self._pts, self._pts + FRAME)))
        frame = av.AudioFrame(format="s16", layout="mono", samples=FRAME)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._pts, fractions.Fraction(1, RATE)
        self._pts += FRAME
        return frame


class Picture(MediaStreamTrack):
    """A plain colour with a bar that moves. `luma`: how bright, 0..255."""

    kind = "video"

    def __init__(self, luma: int) -> None:
        super().__init__()
        self._luma = luma
        self._count = 0
        self._start = time.monotonic()

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(max(0.0, self._start + self._count / FPS - time.monotonic()))
        row = bytearray([self._luma]) * WIDTH
        row[self._count % WIDTH] = 255 - self._luma
        frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
        for plane, line in zip(frame.planes, (bytes(row), b"\x80" * WIDTH, b"\x80" * WIDTH), strict=True):
            plane.update(line.ljust(plane.line_size, b"\x80")[: plane.line_size] * plane.height)
        frame.pts, frame.time_base = self._count * 90000 // FPS, fractions.Fraction(1, 90000)
        self._count += 1
        return frame


class Person:
    """One aiortc peer with a tone and a colour of its own, one audio slot and one video slot."""

    def __init__(self, plane: MediaPlane, peer: PeerId, hertz: float = 440, luma: int = 60) -> None:
        self.peer = peer
        self.audio_frames = 0
        self.video_frames = 0
        self.heard_hertz = 0.0
        self.seen_luma = 0.0
        # Without iceServers=[] aiortc would ask a public STUN server.
        self.connection = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._plane = plane
        self._tasks: list[asyncio.Task[None]] = []
        self._tracks = [Tone(hertz), Picture(luma)]
        for track in self._tracks:
            self.connection.addTransceiver(track, "sendonly")
        for kind in ("audio", "video"):
            self.connection.addTransceiver(kind, "recvonly")
        self.connection.on("track", self._consume)

    async def join(self, change: Callable[[str], str] = lambda sdp: sdp) -> None:
        """Offers and takes the answer. `change` edits the offer that the server sees."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        answer = self._plane.answer(self.peer, change(self.connection.localDescription.sdp), SOURCES)
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def leave(self) -> None:
        for track in self._tracks:
            track.stop()
        await self.connection.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _consume(self, track: MediaStreamTrack) -> None:
        reader = self._hear if track.kind == "audio" else self._see
        self._tasks.append(asyncio.ensure_future(reader(track)))

    async def _hear(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self.audio_frames += 1
            samples = array("h", bytes(frame.planes[0]))[: 2 * frame.samples : 2]  # the left of two channels
            crossings = sum((a < 0) != (b < 0) for a, b in pairwise(samples))
            self.heard_hertz = crossings * frame.sample_rate / (2 * len(samples))

    async def _see(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self.video_frames += 1
            self.seen_luma = statistics.median(bytes(frame.planes[0]))


class Watcher:
    """A `MediaObserver` that remembers."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str]] = []
        self.speaking: tuple[str, ...] = ()

    def peer_connected(self, peer: PeerId) -> None:
        self.events.append((peer.participant_id, "connected"))

    def peer_disconnected(self, peer: PeerId, reason: DisconnectReason) -> None:
        self.events.append((peer.participant_id, reason))

    def speakers_changed(self, room_id: str, speakers: tuple[tuple[str, float], ...]) -> None:
        self.speaking = tuple(who for who, _ in speakers)

    def layers_changed(self, peer: PeerId) -> None:
        self.events.append((peer.participant_id, "layers"))


async def until(condition: Callable[[], bool], what: str, within_s: float = 20.0) -> None:
    """Waits for something that must come; a generous limit, for busy machines."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"never happened: {what}")
        await asyncio.sleep(0.02)
