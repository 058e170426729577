"""A synthetic participant: joins by a link, publishes, shows everybody, and measures what it gets."""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from array import array
from dataclasses import dataclass, field
from typing import Any

from loadtest import sdp
from loadtest.leaks import LeakDetector
from loadtest.media import Media
from loadtest.moves import MoveKind, MoveResult, MoveWatch
from loadtest.pacer import Pacer
from loadtest.peer import MediaPeer
from loadtest.places import Places
from loadtest.receiver import SlotReceiver
from loadtest.sdp import AnswerError
from loadtest.session import Session, SessionError
from loadtest.stamp import Stamp
from loadtest.transport import TransportError

_VIEW_DELAY_S = 0.05
_ERRORS_MAX = 20
_NOT_OURS = -1
"""Number of somebody in the room who is not of this run."""


@dataclass(slots=True)
class Measured:
    """What one participant saw, besides the counters of its slots.

    Times are milliseconds since it began to join.
    """

    join_ms: float | None = None
    """Until its media path was up: SRTP keys there, sources on."""
    first_audio_ms: float | None = None
    first_video_ms: float | None = None
    """Until the first whole keyframe."""
    latency_ms: dict[str, array[float]] = field(
        default_factory=lambda: {"audio": array("f"), "video": array("f")}
    )
    """Samples while measuring, publisher's send to the kernel's receipt."""
    moves: list[MoveResult] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Participant:
    """`directory` maps the numbers in stamps to participant ids of the same room; all of the room share it."""

    def __init__(
        self,
        *,
        number: int,
        name: str,
        role: str,
        link: str,
        directory: dict[int, str],
        media: Media,
        pacer: Pacer,
        voice: bool,
        microphone_on: bool,
        screen: tuple[int, int],
    ) -> None:
        self.number = number
        self.name = name
        self.role = role
        self.voice = voice
        self.microphone_on = microphone_on
        self.measured = Measured()
        self.measuring = False
        self.connected = False
        self.session = Session(self._welcomed, self._event, self._push)
        self.peer = MediaPeer(number, media, pacer, self)
        self.places = Places("")
        self.leaks = LeakDetector()
        self._link = link
        self._screen = screen
        self._directory = directory
        self._pacer = pacer
        self._setup: dict[str, Any] = {}
        self._slots: dict[str, Any] | None = None
        self._move: MoveWatch | None = None
        self._began_ns = 0
        self._view_timer: asyncio.TimerHandle | None = None
        self._view_task: asyncio.Task[None] | None = None

    async def join(self) -> bool:
        """Joins and publishes; False, with the reason in `measured.errors`, if that failed."""
        self._began_ns = time.time_ns()
        try:
            await self.session.open(self._link, name=self.name, seat=secrets.token_hex(16))
            offer = self.peer.offer(self._setup["audio_slots"], self._setup["video_slots"])
            answer = await self.session.request("media.offer", {"sdp": offer, "sources": sdp.SOURCES})
            flags = {"microphone": self.microphone_on, "camera": True}
            await asyncio.gather(self.session.request("media.set", flags), self._connect(answer["sdp"]))
        except (SessionError, TransportError, AnswerError) as error:
            self.note_error(f"joining failed: {error}")
            return False
        return True

    async def _connect(self, answer: str) -> None:
        await self.peer.connect(answer)
        self.connected = True
        self.measured.join_ms = self._since_began_ms(time.time_ns())
        assert self.peer.microphone is not None
        assert self.peer.camera is not None
        self.peer.microphone.on = self.microphone_on
        self.peer.camera.on = True
        self._talk()
        if self._slots is not None:
            self._assign(self._slots)

    def stop_sending(self) -> None:
        if self.peer.microphone is not None and self.peer.camera is not None:
            self.peer.microphone.on = self.peer.camera.on = False

    def note_endings(self) -> None:
        """Called before leaving: a session or a media path that ended by itself is an error."""
        self.leaks.settle(self._pacer.now())
        if self.session.ended is not None:
            self.note_error(f"session ended: {self.session.ended}")
        if self.peer.transport.lost_consent:
            self.note_error("media path lost: no answer to consent checks")

    async def leave(self) -> None:
        if self._view_timer is not None:
            self._view_timer.cancel()
        self.peer.close()
        await self.session.close()

    # --- moves ----------------------------------------------------------------------------------------------

    def begin_move(self, kind: MoveKind, commanded_ns: int) -> None:
        """The trainer is about to send everybody somewhere."""
        self.end_move()
        self._move = MoveWatch(kind, commanded_ns, self.places.companions)
        self.peer.watch(True)

    @property
    def awaits_somebody(self) -> bool:
        """A move brought somebody new who is not heard and seen yet."""
        result = self._move.result(self.places.companions) if self._move and self.connected else None
        return result is not None and (result.audio_ms is None or result.video_ms is None)

    def end_move(self) -> None:
        result = self._move.result(self.places.companions) if self._move and self.connected else None
        if result is not None:
            self.measured.moves.append(result)
        self._move = None
        self.peer.watch(False)

    # --- told by the session --------------------------------------------------------------------------------

    def _welcomed(self, welcome: dict[str, Any]) -> None:
        self._setup = welcome["media"]
        self.places.you = welcome["participant_id"]
        self._directory[self.number] = welcome["participant_id"]
        self.places.take_snapshot(welcome["snapshot"])
        self._plan_view()

    def _event(self, kind: str, payload: dict[str, Any]) -> None:
        if self.places.take_event(kind, payload):
            self.leaks.moved(self._pacer.now())
            self._talk()
            self._plan_view()

    def _push(self, kind: str, payload: dict[str, Any]) -> None:
        # `media.wanted` is passed over on purpose: the load is meant to be the most that publishers send.
        if kind == "media.slots":
            self._slots = payload
            self._assign(payload)

    def _assign(self, slots: dict[str, Any]) -> None:
        numbers = {person: number for number, person in self._directory.items()}
        for media, prefix in (("audio", "a"), ("video", "v")):
            for index, published in enumerate(slots[media]):
                number = numbers.get(published["participant_id"], _NOT_OURS) if published else None
                self.peer.assign(f"{prefix}{index}", number)

    def _talk(self) -> None:
        """People in a group all talk; in the main room only the voices do."""
        if self.peer.microphone is not None:
            self.peer.microphone.speaking = self.voice or self.places.in_group

    def _plan_view(self) -> None:
        """Soon, because people come and go in numbers."""
        if self._view_timer is None:
            self._view_timer = asyncio.get_running_loop().call_later(_VIEW_DELAY_S, self._send_view)

    def _send_view(self) -> None:
        self._view_timer = None
        self._view_task = asyncio.create_task(self._tell_view())

    async def _tell_view(self) -> None:
        """A grid of everybody in the same place."""
        people = sorted(self.places.companions)
        columns = max(1, math.ceil(math.sqrt(len(people))))
        width, height = self._screen
        size = {"width": width // columns, "height": height // columns}
        tiles = [{"participant_id": person, "kind": "camera", **size} for person in people]
        try:
            await self.session.tell("media.view", {"tiles": tiles})
        except SessionError:
            pass  # the session ended: told when leaving

    # --- told by the slots ----------------------------------------------------------------------------------

    def media_arrived(self, slot: SlotReceiver, arrived_ns: int) -> None:
        measured = self.measured
        if slot.media == "audio":
            if measured.first_audio_ms is None:
                measured.first_audio_ms = self._since_began_ms(arrived_ns)
        elif measured.first_video_ms is None:
            measured.first_video_ms = self._since_began_ms(arrived_ns)

    def stamped(self, slot: SlotReceiver, stamp: Stamp, arrived_ns: int) -> None:
        publisher = self._directory.get(stamp.publisher)
        if publisher is None:
            self.leaks.stranger()
            return
        if self.measuring:
            self.measured.latency_ms[slot.media].append((arrived_ns - stamp.sent_ns) / 1e6)
        if self._move is not None:
            self._move.take(publisher, stamp, arrived_ns)
        if publisher not in self.places.companions:
            self.leaks.elsewhere(self._pacer.now())

    def _since_began_ms(self, unix_ns: int) -> float:
        return (unix_ns - self._began_ns) / 1e6

    def note_error(self, text: str) -> None:
        if len(self.measured.errors) < _ERRORS_MAX:
            self.measured.errors.append(text)
