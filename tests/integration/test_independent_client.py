"""Two clients written from docs/protocol.md alone meet: they publish, and decode each other.

The client part uses `websockets`, `msgpack` and aiortc's own `RTCPeerConnection`, and imports nothing of
this project: what it needs to know is on that page, or the page is wrong.
"""

from __future__ import annotations

import asyncio
import json
import math
import secrets
import urllib.request
from contextlib import suppress
from fractions import Fraction
from typing import Any
from urllib.parse import urlsplit

import av
import msgpack
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.contrib.media import MediaPlayer
from aiortc.mediastreams import MediaStreamError
from websockets.asyncio.client import ClientConnection, connect

from tests.support.server import ROOT, ClassroomServer

SPEECH = ROOT / "loadtest" / "assets" / "speech.opus"
PATIENCE_S = 30.0
AUDIO_SLOTS, VIDEO_SLOTS = 2, 2
AUDIBLE_RMS = 300
"""Of 16-bit samples; decoded silence is below 10."""


class MovingPicture(VideoStreamTrack):
    """A grey field whose brightness grows with every frame."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self._width, self._height = width, height
        self._count = 0

    async def recv(self) -> av.VideoFrame:
        pts, time_base = await self.next_timestamp()
        self._count += 1
        frame = av.VideoFrame(self._width, self._height, "yuv420p")
        for plane, value in zip(frame.planes, (16 + 4 * self._count % 200, 128, 128), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts, frame.time_base = pts, Fraction(time_base)
        return frame


class IndependentClient:
    """A person in a room, by the protocol's own words."""

    def __init__(self, name: str, width: int, height: int) -> None:
        self.name = name
        self.size = (width, height)
        self.welcome: dict[str, Any] = {}
        self.snapshot: dict[str, Any] = {}
        self.slots: dict[str, list[dict[str, Any] | None]] = {"audio": [], "video": []}
        self._microphone = MediaPlayer(str(SPEECH), loop=True)
        self._picture = MovingPicture(width, height)
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._replies: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._ref = 0
        self._changed = asyncio.Condition()
        self.connection = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )

    async def join(self, link: str) -> None:
        """Hello, offer, flags, view: the order of "Lifecycle"."""
        parts = urlsplit(link)
        token = parts.fragment.removeprefix("t=")
        self._socket = await connect(f"ws://{parts.netloc}/ws", compression=None)
        self._reader = asyncio.create_task(self._read(self._socket))
        seat = secrets.token_urlsafe(24)
        self.welcome = await self.request(
            "hello", {"protocol": 1, "token": token, "name": self.name, "seat": seat}
        )
        await self._offer()
        await self.request("media.set", {"microphone": True, "camera": True})

    async def _offer(self) -> None:
        connection = self.connection
        assert self._microphone.audio is not None
        sending = [
            connection.addTransceiver(self._microphone.audio, direction="sendonly"),
            connection.addTransceiver(self._picture, direction="sendonly"),
        ]
        for _ in range(min(AUDIO_SLOTS, self.welcome["media"]["audio_slots"])):
            connection.addTransceiver("audio", direction="recvonly")
        for _ in range(min(VIDEO_SLOTS, self.welcome["media"]["video_slots"])):
            connection.addTransceiver("video", direction="recvonly")
        await connection.setLocalDescription(await connection.createOffer())
        sources = dict(zip([one.mid for one in sending], ["microphone", "camera"], strict=True))
        answer = await self.request(
            "media.offer", {"sdp": connection.localDescription.sdp, "sources": sources}
        )
        await connection.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))

    async def show(self, participant_id: str) -> None:
        tile = {"participant_id": participant_id, "kind": "camera", "width": 640, "height": 360}
        await self._send([0, "media.view", {"tiles": [tile]}])

    async def request(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        self._ref += 1
        reply: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._replies[self._ref] = reply
        await self._send([self._ref, kind, payload])
        return await asyncio.wait_for(reply, PATIENCE_S)

    async def _send(self, frame: list[Any]) -> None:
        assert self._socket is not None
        await self._socket.send(msgpack.packb(frame))

    async def _read(self, socket: ClientConnection) -> None:
        async for data in socket:
            frame = msgpack.unpackb(data)
            match frame:
                case ["ok", ref, result]:
                    if "snapshot" in result and "session_id" in result:
                        self.snapshot = result["snapshot"]
                    self._replies.pop(ref).set_result(result)
                case ["error", ref, error] if ref in self._replies:
                    self._replies.pop(ref).set_exception(AssertionError(f"{error}"))
                case ["event", seq, _, kind, payload] if seq == self.snapshot["seq"] + 1:
                    self.snapshot["seq"] = seq
                    self._apply(kind, payload)
                case ["push", "ping", payload]:
                    await self._send([0, "pong", payload])
                case ["push", "media.slots", payload]:
                    self.slots = payload
            async with self._changed:
                self._changed.notify_all()

    def _apply(self, kind: str, payload: dict[str, Any]) -> None:
        """The rules for the two events that this client cares about."""
        people = self.snapshot["participants"]
        if kind == "participant.joined":
            self.snapshot["participants"] = [*people, payload["participant"]]
        elif kind == "media.changed":
            for person in people:
                if person["id"] == payload["participant_id"]:
                    person["media"] = payload["media"]

    async def until_slot(self, media: str, participant_id: str) -> MediaStreamTrack:
        """The track of the slot that carries this person."""

        def index() -> int | None:
            for at, published in enumerate(self.slots[media]):
                if published is not None and published["participant_id"] == participant_id:
                    return at
            return None

        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: index() is not None), PATIENCE_S)
        at = index()
        assert at is not None
        slots = [
            t for t in self.connection.getTransceivers() if t.kind == media and t.direction == "recvonly"
        ]
        track = slots[at].receiver.track
        assert isinstance(track, MediaStreamTrack)
        return track

    async def leave(self) -> None:
        await self.request("leave", {})
        await self.connection.close()
        if self._reader is not None:
            with suppress(Exception):
                await asyncio.wait_for(self._reader, PATIENCE_S)
        if self._socket is not None:
            await self._socket.close()


async def watch(track: MediaStreamTrack, size: tuple[int, int]) -> list[int]:
    """Brightness of twenty decoded pictures of that size."""
    seen: list[int] = []
    while len(seen) < 20:
        frame = await track.recv()
        assert isinstance(frame, av.VideoFrame)
        if (frame.width, frame.height) == size:
            seen.append(bytes(frame.planes[0])[0])
    return seen


async def listen(track: MediaStreamTrack) -> float:
    """The loudest 20 ms of two seconds, as root mean square."""
    loudest = 0.0
    for _ in range(100):
        frame = await track.recv()
        assert isinstance(frame, av.AudioFrame)
        samples = memoryview(bytes(frame.planes[0])).cast("h")
        loudest = max(loudest, math.sqrt(sum(value * value for value in samples) / len(samples)))
    return loudest


async def test_two_clients_written_from_the_docs_hear_and_see_each_other(
    classroom_server: ClassroomServer,
) -> None:
    links = await asyncio.to_thread(_make_room, classroom_server.url)
    ana, karim = IndependentClient("Ana", 320, 240), IndependentClient("Karim", 480, 270)
    try:
        await ana.join(links["trainer_link"])
        await karim.join(links["participant_link"])
        for listener, speaker in ((ana, karim), (karim, ana)):
            person = speaker.welcome["participant_id"]
            await listener.show(person)
            picture = await listener.until_slot("video", person)
            voice = await listener.until_slot("audio", person)
            brightness, loudness = await asyncio.wait_for(
                asyncio.gather(watch(picture, speaker.size), listen(voice)), PATIENCE_S
            )
            assert len(set(brightness)) > 10
            assert loudness > AUDIBLE_RMS
        names = {person["name"]: person["media"]["camera"] for person in ana.snapshot["participants"]}
        assert names["Karim"] is True
        assert len(names) == 2
    finally:
        for client in (ana, karim):
            with suppress(AssertionError, TimeoutError, MediaStreamError):
                await client.leave()


def _make_room(url: str) -> dict[str, Any]:
    request = urllib.request.Request(f"{url}/api/demo/rooms", method="POST")
    with urllib.request.urlopen(request) as response:
        made: dict[str, Any] = json.load(response)
    return made
