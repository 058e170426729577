"""Who has spoken: what the room is told, and what staff are. The room's host is real, the clocks are turned by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from classroom.hosts import RoomHost
from classroom.journal.checkpoint import Checkpoint, advance
from classroom.journal.memory import MemoryJournal
from classroom.speech_watch import SpeechWatch
from classroom.turns_heard import PAUSE_S, TURN_S
from rooms import room
from rooms.commands import Join, PostChat, RaiseHand, SetMedia
from rooms.events import AnyEvent, HandRaised, Recorded
from rooms.model import Role
from rooms.state import RoomState
from signaling.messages import LastHeard, Push

MINUTE_MS = 60_000
BEGAN_MS = 1_000 * MINUTE_MS


class Scene:
    """Tara (trainer), Ana and Ben, microphones on."""

    def __init__(self, host: RoomHost) -> None:
        self.host = host
        self.now = 50.0
        self.now_ms = BEGAN_MS
        self.told: dict[str, list[Push]] = {}
        self.watch = SpeechWatch(self._push, lambda: self.now_ms)

    def _push(self, host: RoomHost, who: str, push: Push) -> None:
        if push not in self.told.setdefault(who, [])[-1:]:
            self.told[who].append(push)

    def committed(self, host: RoomHost, happened: Sequence[Recorded]) -> None:
        bodies: list[AnyEvent] = [recorded.event for recorded in happened]
        self.watch.room_changed(host, bodies, self.now)

    def failed(self, host: RoomHost) -> None:
        raise AssertionError("the room failed")

    async def speak(self, *who: str, seconds: float) -> None:
        self.watch.speakers_changed(self.host, who, self.now)
        self.now += seconds
        self.now_ms += int(seconds * 1000)
        self.watch.tick(self.host, self.now)
        await asyncio.sleep(0.01)

    @property
    def heard(self) -> dict[str, int]:
        """What Tara was told last: id → minutes since the beginning."""
        newest = self.told["tara"][-1]
        assert isinstance(newest, LastHeard)
        assert newest.listening_since_ms == BEGAN_MS
        return {who: (at_ms - BEGAN_MS) // MINUTE_MS for who, at_ms in newest.heard_at_ms.items()}


@pytest.fixture
async def scene() -> Scene:
    class Forward:
        scene: Scene

        def committed(self, host: RoomHost, happened: Sequence[Recorded]) -> None:
            self.scene.committed(host, happened)

        def failed(self, host: RoomHost) -> None:
            self.scene.failed(host)

    journal, forward = MemoryJournal(), Forward()
    created = room.record(RoomState(), (room.create("r", "Room", 10),), BEGAN_MS)[0]
    await journal.create(created)
    start = advance(Checkpoint(), created)
    made = forward.scene = Scene(RoomHost(start, journal, forward, lambda: made.now_ms))
    for who in ("tara", "ana", "ben"):
        role: Role = "trainer" if who == "tara" else "participant"
        await made.host.submit(Join(participant_id=who, name=who, role=role))
        await made.host.submit(SetMedia(microphone=True), who)
    return made


def spoken(scene: Scene) -> list[str]:
    return [hand.participant_id for hand in scene.host.state.hands if hand.spoken_at_ms is not None]


async def test_a_raised_hand_is_marked_once_its_owner_had_their_say(scene: Scene) -> None:
    await scene.host.submit(RaiseHand(), "ana")
    await scene.speak("ana", "ben", seconds=TURN_S)
    assert spoken(scene) == []
    await scene.speak(seconds=PAUSE_S)
    assert spoken(scene) == ["ana"]
    seq = scene.host.state.seq
    await scene.speak("ana", seconds=TURN_S)
    await scene.speak(seconds=PAUSE_S)
    assert scene.host.state.seq == seq


async def test_what_was_said_before_the_hand_went_up_does_not_count(scene: Scene) -> None:
    await scene.speak("ana", seconds=10)
    await scene.host.submit(RaiseHand(), "ana")
    await scene.speak(seconds=5)
    assert spoken(scene) == []


async def test_whose_microphone_is_off_is_not_heard(scene: Scene) -> None:
    await scene.host.submit(RaiseHand(), "ana")
    await scene.host.submit(SetMedia(microphone=False), "ana")
    await scene.speak("ana", seconds=TURN_S)
    await scene.speak(seconds=5)
    assert spoken(scene) == []
    assert scene.heard == {}


async def test_staff_alone_are_told_who_was_heard_from_and_only_the_minute(scene: Scene) -> None:
    await scene.speak("ana", seconds=90)
    assert scene.heard == {"ana": 1}
    await scene.speak(seconds=120)
    await scene.speak("ana", seconds=TURN_S)
    await scene.speak(seconds=5)
    assert scene.heard == {"ana": 3}
    assert set(scene.told) == {"tara"}


async def test_who_writes_is_heard_from_like_who_speaks(scene: Scene) -> None:
    scene.now_ms += 2 * MINUTE_MS
    await scene.host.submit(PostChat(channel="room", text="I agree"), "ben")
    await scene.speak(seconds=1)
    assert scene.heard == {"ben": 2}


async def test_a_room_that_is_forgotten_is_listened_to_anew(scene: Scene) -> None:
    await scene.speak("ana", seconds=90)
    scene.watch.forget_room("r")
    scene.watch.room_changed(scene.host, (HandRaised(participant_id="ana", at_ms=1),), scene.now)
    scene.watch.tell(scene.host, "tara")
    newest = scene.told["tara"][-1]
    assert newest == LastHeard(listening_since_ms=BEGAN_MS + MINUTE_MS, heard_at_ms={})
