"""A synthetic participant: joins by a link, publishes, shows everybody, and measures what it gets."""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from loadtest import sdp
from loadtest.leaks import LeakDetector
from loadtest.measured import Measured
from loadtest.media import Media
from loadtest.moves import MoveKind, MoveResult, MoveWatch
from loadtest.network import NetworkPath
from loadtest.pacer import Pacer
from loadtest.patience import persist
from loadtest.peer import MediaPeer
from loadtest.places import Places
from loadtest.plan import Receives
from loadtest.receiver import SlotReceiver
from loadtest.recorder import Recorder
from loadtest.sdp import AnswerError
from loadtest.session import Session, SessionError
from loadtest.stamp import Stamp
from loadtest.transport import DRAIN_EVERY_S, TransportError
from signaling.messages import SDP_BYTES
from signaling.packing import pack, unpack

_USUAL_SLOTS = {"audio_slots": 4, "video_slots": 16}
_VIEW_DELAY_S = 0.05
_ERRORS_MAX = 20
_NOT_OURS = -1
"""Number of somebody in the room who is not of this run."""
STAMPED = "loadtest "
"""Begins a chat message that tells when it was sent, in nanoseconds."""


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
        receives: Receives = "video",
        camera_on: bool = True,
        network: NetworkPath | None = None,
        address: str | None = None,
        recorder: Recorder | None = None,
        drain_every_s: float = DRAIN_EVERY_S,
    ) -> None:
        self.number = number
        self.name = name
        self.role = role
        self.voice = voice
        self.microphone_on = microphone_on
        self.receives = receives
        self.camera_on = camera_on
        self.measured = Measured()
        self.measuring = False
        self.connected = False
        self.places = Places("")
        self.leaks = LeakDetector()
        self.recorder = recorder or Recorder()
        self.former: MediaPeer | None = None
        """The media connection of before a move of the room, while it lives on."""
        self.retired: list[MediaPeer] = []
        """Media connections of earlier: their counters still count."""
        self.former_seats: set[str] = set()
        """Seats that were given up, as the server has acknowledged."""
        self._link = link
        self._screen = screen
        self._directory = directory
        self._media = media
        self._pacer = pacer
        self._network = network
        self._address = address
        self._drain_every_s = drain_every_s
        self._setup: dict[str, Any] = {}
        self._early_answer: bytes | None = None
        self._epoch: str | None = None
        self._slots: dict[str, Any] | None = None
        self._move: MoveWatch | None = None
        self._began_ns = 0
        self._view_timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._coming_back: asyncio.Task[None] | None = None
        self._away_until = 0.0
        self._expected_loss = False
        self._left = False
        self.session = self._new_session()
        self.peer = self._new_peer()

    def _new_session(self) -> Session:
        on_former = self._former_told
        return Session(self._welcomed, self._event, self._push, self.recorder.reply, self._lost, on_former)

    def _new_peer(self) -> MediaPeer:
        return MediaPeer(self.number, self._media, self._pacer, self, self._network, self._drain_every_s)

    @property
    def peers(self) -> list[MediaPeer]:
        return [*self.retired, *self._live]

    @property
    def _live(self) -> list[MediaPeer]:
        return [self.peer] if self.former is None else [self.former, self.peer]

    @property
    def present(self) -> bool:
        """In the room now, by a living socket."""
        return self.connected and self.session.connected

    @property
    def coming_back(self) -> asyncio.Task[None] | None:
        """Was cut off, and tries."""
        return self._coming_back if self._coming_back is not None and not self._coming_back.done() else None

    async def join(self) -> bool:
        """Joins and publishes; False, with the reason in `measured.errors`, if that failed."""
        self._began_ns = time.time_ns()
        try:
            await self._persist(self._open)
            await self._offer()
        except (SessionError, TransportError, AnswerError) as error:
            self.note_error(f"joining failed: {error}")
            return False
        if self.measured.join_ms is not None:
            self.recorder.take("join", self.measured.join_ms)
        return True

    async def _open(self) -> None:
        await self.session.open(
            self._link,
            name=self.name,
            seat=secrets.token_hex(16),
            address=self._address,
            offer=self._early_offer(),
        )

    def _early_offer(self) -> dict[str, Any] | None:
        """As our client: with the hello, for the slots that servers usually have."""
        if self.receives == "nothing":
            return None
        return {"sdp": pack(self.peer.offer(*self._slot_counts(_USUAL_SLOTS))), "sources": sdp.SOURCES}

    def _slot_counts(self, setup: dict[str, Any]) -> tuple[int, int]:
        return setup["audio_slots"], setup["video_slots"] if self.receives == "video" else 0

    async def _persist(self, step: Callable[[], Awaitable[object]]) -> None:
        self.measured.tries += await persist(step, lambda: not self._left)

    async def _offer(self) -> None:
        if self.receives == "nothing":
            self.connected = True
            self.measured.join_ms = self.measured.join_ms or self._since_began_ms(time.time_ns())
            return
        if self._setup.get("handover"):
            await self.session.tell("media.handover", {})
        answer = await self._answer()
        flags = {"microphone": self.microphone_on, "camera": self.camera_on}
        await asyncio.gather(self.session.request("media.set", flags), self._connect(answer))

    async def _answer(self) -> str:
        """That of the welcome, if it is to an offer of the right size."""
        early, self._early_answer = self._early_answer, None
        counts = self._slot_counts(self._setup)
        if early is not None:
            if counts == self._slot_counts(_USUAL_SLOTS):
                return unpack(early, SDP_BYTES)
            self.peer.close()
            self.peer = self._new_peer()
        offer = self.peer.offer(*counts)
        answer = await self.session.request("media.offer", {"sdp": offer, "sources": sdp.SOURCES})
        return str(answer["sdp"])

    async def _connect(self, answer: str) -> None:
        await self.peer.connect(answer, self.camera_on)
        self.connected = True
        self.measured.join_ms = self.measured.join_ms or self._since_began_ms(time.time_ns())
        assert self.peer.microphone is not None
        assert self.peer.camera is not None
        self.peer.microphone.on = self.microphone_on
        self.peer.camera.on = self.camera_on
        if self.former is not None and self.former.microphone is not None:
            self.peer.microphone.take_over(self.former.microphone)
        self._talk()
        if self._slots is not None:
            self._assign(self._slots, self.peer)

    async def speak(self, on: bool) -> None:
        """Takes a turn, or ends it. Raises SessionError."""
        self.voice = on
        if not self.microphone_on:
            for peer in self._live:
                if peer.microphone is not None:
                    peer.microphone.on = on
            await self.session.request("media.set", {"microphone": on})
        self._talk()

    def stop_sending(self) -> None:
        for peer in self._live:
            if peer.microphone is not None and peer.camera is not None:
                peer.microphone.on = peer.camera.on = False

    def note_endings(self) -> None:
        """Called before leaving: a session or a media path that ended by itself is an error."""
        self.leaks.settle(self._pacer.now())
        if self.session.ended is not None:
            self.note_error(f"session ended: {self.session.ended}")
        if self.peer.transport.lost_consent:
            self.note_error("media path lost: no answer to consent checks")

    async def leave(self) -> None:
        self._left = True
        if self._view_timer is not None:
            self._view_timer.cancel()
        if self._coming_back is not None:
            self._coming_back.cancel()
        for peer in self._live:
            peer.close()
        if await self.session.close():
            self.former_seats.add(self.places.you)

    # --- faults ---------------------------------------------------------------------------------------------

    def cut(self, lasts_s: float) -> None:
        """The network is gone for so long: nothing of the media passes, the WebSocket breaks."""
        now = self._pacer.now()
        if self._network is not None:
            self._network.cut(now + lasts_s)
        self._away_until = now + lasts_s
        self._expected_loss = True
        self.session.cut()

    async def start_over(self, after_s: float) -> None:
        """Leaves for good, and joins anew on another seat."""
        await self.leave()
        self.connected = self._left = False
        self.retired.append(self.peer)
        await asyncio.sleep(after_s)
        self._slots = self._epoch = None
        self.session = self._new_session()
        self.peer = self._new_peer()
        before = self.measured.join_ms
        self.measured.join_ms = None
        await self.join()
        self.measured.join_ms = before

    async def stall(self, lasts_s: float) -> None:
        """Reads nothing for so long."""
        session = self.session
        session.read(False)
        try:
            await asyncio.sleep(lasts_s)
        finally:
            session.read(True)

    def _lost(self, error: SessionError) -> None:
        if self._left:
            return
        if self.session.moving:
            self._retire_former()
            self.former = self.peer
        elif not self._expected_loss:
            self.measured.losses += 1
        self._expected_loss = False
        if self._coming_back is None or self._coming_back.done():
            self._coming_back = asyncio.create_task(self._come_back())

    async def _come_back(self) -> None:
        began = max(self._pacer.now(), self._away_until)
        await asyncio.sleep(max(0.0, self._away_until - self._pacer.now()))
        epoch, session_id = self._epoch, self.session.session_id
        try:
            await self._persist(self.session.resume)
            self.measured.resumed += 1
            self.recorder.take("resume", (self._pacer.now() - began) * 1000)
            if (self._epoch, self.session.session_id) != (epoch, session_id) and self.receives != "nothing":
                await self._connect_anew()
        except (SessionError, TransportError, AnswerError) as error:
            self.session.ended = self.session.ended or SessionError("closed", str(error))
            self.note_error(f"did not come back: {error}")

    async def _connect_anew(self) -> None:
        """Another process has the room; if it was moved, the media connection of before lives on meanwhile."""
        if self.former is not self.peer:
            self.retired.append(self.peer)
            self.peer.close()
        self.peer = self._new_peer()
        await self._offer()
        await self.session.arrived()

    def _former_told(self, slots: dict[str, Any] | None) -> None:
        former = self.former
        if former is None:
            return
        if slots is not None:
            self._assign(slots, former)
            return
        self._retire_former()

    def _retire_former(self) -> None:
        former, self.former = self.former, None
        if former is not None and former is not self.peer:
            self.retired.append(former)
            former.close()

    # --- moves ----------------------------------------------------------------------------------------------

    def begin_move(self, kind: MoveKind, commanded_ns: int) -> None:
        """The trainer is about to send everybody somewhere."""
        self.end_move()
        self._move = MoveWatch(kind, commanded_ns, self.places.companions)
        self.peer.watch(True)

    @property
    def awaits_somebody(self) -> bool:
        """A move brought somebody new who is not heard and seen yet."""
        result = self._result_of_move()
        return result is not None and (result.audio_ms is None or result.video_ms is None)

    def end_move(self) -> None:
        result = self._result_of_move()
        if result is not None:
            self.measured.moves.append(result)
            if result.audio_ms is not None:
                self.recorder.take("move_audio", result.audio_ms)
            if result.video_ms is not None:
                self.recorder.take("move_video", result.video_ms)
        self._move = None
        self.peer.watch(False)

    def _result_of_move(self) -> MoveResult | None:
        if self._move is None or not self.connected or self.receives != "video":
            return None
        return self._move.result(self.places.companions)

    # --- told by the session --------------------------------------------------------------------------------

    def _welcomed(self, welcome: dict[str, Any]) -> None:
        self._setup = welcome["media"]
        self._early_answer = welcome.get("answer")
        self._epoch = welcome["epoch"]
        self.places.you = welcome["participant_id"]
        self._directory[self.number] = welcome["participant_id"]
        if welcome["snapshot"] is not None:
            self.places.take_snapshot(welcome["snapshot"])
        self._plan_view()

    def _event(self, kind: str, payload: dict[str, Any]) -> None:
        if kind == "chat.posted":
            self._read_chat(payload["message"])
        elif self.places.take_event(kind, payload):
            self.leaks.moved(self._pacer.now())
            self._talk()
            self._plan_view()

    def _read_chat(self, message: dict[str, Any]) -> None:
        text = str(message["text"])
        if text.startswith(STAMPED):
            with suppress(ValueError, IndexError):
                self.recorder.take("delivery", (time.time_ns() - int(text.split()[1])) / 1e6)

    def _push(self, kind: str, payload: dict[str, Any]) -> None:
        # `media.wanted` is passed over on purpose: the load is meant to be the most that publishers send.
        if kind == "media.slots":
            self._slots = payload
            self._assign(payload, self.peer)

    def _assign(self, slots: dict[str, Any], peer: MediaPeer) -> None:
        numbers = {person: number for number, person in self._directory.items()}
        for media, prefix in (("audio", "a"), ("video", "v")):
            for index, published in enumerate(slots[media]):
                number = numbers.get(published["participant_id"], _NOT_OURS) if published else None
                peer.assign(f"{prefix}{index}", number)

    def _talk(self) -> None:
        """People in a group all talk; in the main room only the voices do."""
        for peer in self._live:
            if peer.microphone is not None:
                peer.microphone.speaking = self.voice or self.places.in_group

    def _plan_view(self) -> None:
        """Soon, because people come and go in numbers."""
        if self._view_timer is None and self.receives != "nothing":
            self._view_timer = asyncio.get_running_loop().call_later(_VIEW_DELAY_S, self._send_view)

    def _send_view(self) -> None:
        self._view_timer = None
        task = asyncio.create_task(self._tell_view())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell_view(self) -> None:
        """A grid of everybody in the same place; nothing, for who has sound alone."""
        tiles = []
        if self.receives == "video":
            people = sorted(self.places.companions)
            columns = max(1, math.ceil(math.sqrt(len(people))))
            width, height = self._screen
            size = {"width": width // columns, "height": height // columns}
            tiles = [{"participant_id": person, "kind": "camera", **size} for person in people]
        try:
            await self.session.tell("media.view", {"tiles": tiles, "only": self.receives == "audio"})
        except SessionError:
            pass  # the socket is lost: told anew with the next welcome

    # --- told by the slots ----------------------------------------------------------------------------------

    def media_arrived(self, slot: SlotReceiver, arrived_ns: int) -> None:
        measured = self.measured
        if slot.media == "audio":
            if measured.first_audio_ms is None:
                measured.first_audio_ms = self._since_began_ms(arrived_ns)
                self.recorder.take("first_audio", measured.first_audio_ms)
        elif measured.first_video_ms is None:
            measured.first_video_ms = self._since_began_ms(arrived_ns)
            self.recorder.take("first_video", measured.first_video_ms)

    def stamped(self, slot: SlotReceiver, stamp: Stamp, arrived_ns: int) -> None:
        publisher = self._directory.get(stamp.publisher)
        if publisher is None:
            self.leaks.stranger()
            return
        latency_ms = (arrived_ns - stamp.sent_ns) / 1e6
        if self.measuring:
            self.measured.latency_ms[slot.media].record(latency_ms)
        self.recorder.latency("audio" if slot.media == "audio" else "video", latency_ms)
        if self._move is not None:
            self._move.take(publisher, stamp, arrived_ns)
        if publisher not in self.places.companions:
            self.leaks.elsewhere(self._pacer.now())

    def _since_began_ms(self, unix_ns: int) -> float:
        return (unix_ns - self._began_ns) / 1e6

    def note_error(self, text: str) -> None:
        if len(self.measured.errors) < _ERRORS_MAX:
            self.measured.errors.append(text)
