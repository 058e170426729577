"""Media that go on at the node from which a room has moved: for whom, how long, and under whose rule."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any

import pytest

from classroom import handover
from classroom.handover import Handovers
from classroom.hosts import RoomHost, RoomHosts
from classroom.invitations import create_room
from classroom.journal.base import JournalUnavailable
from classroom.journal.memory import MemoryJournal
from classroom.media.model import PeerId
from classroom.wire import REGISTRY
from rooms.commands import Command, Join, MuteMicrophone, Reconnect, RemoveParticipant, SetMedia
from rooms.events import AnyEvent, Recorded
from rooms.state import Limits
from signaling import codec
from signaling.connection import Connection, Send
from signaling.errors import ErrorCode
from signaling.limits import SessionLimits
from signaling.messages import Hello, RoomMoved
from signaling.session import Seat, Session, State
from signaling.sessions import Sessions
from tests.signaling.support import GREETING

PATIENCE_S = 30.0
LIMITS = SessionLimits()


class Media:
    """In the switchboard's place: who has media, and what it was told."""

    def __init__(self) -> None:
        self.without: set[str] = set()
        self.forgotten: list[str] = []
        self.rooms_forgotten: list[str] = []
        self.microphones: dict[str, bool] = {}

    def connected(self, peer: PeerId) -> bool:
        return peer.participant_id not in self.without

    def room_changed(self, host: RoomHost, happened: Sequence[AnyEvent]) -> None:
        self.microphones = {one.id: one.media.microphone for one in host.state.participants}

    def forget(self, peer: PeerId) -> None:
        self.forgotten.append(peer.participant_id)

    def forget_room(self, room_id: str) -> None:
        self.rooms_forgotten.append(room_id)


class Nobody:
    def committed(self, host: RoomHost, events: Sequence[Recorded]) -> None:
        pass

    def failed(self, host: RoomHost) -> None:
        raise AssertionError("the room failed")


class Scene:
    """Tara (trainer), Ana, Ben and Old, whose client knows nothing of handovers; all speak. `elsewhere`: the new owner."""

    def __init__(self, journal: MemoryJournal, hosts: RoomHosts, elsewhere: RoomHosts) -> None:
        self.journal, self.hosts, self.elsewhere = journal, hosts, elsewhere
        self.media = Media()
        self.sessions = Sessions(LIMITS)
        self.tasks: list[asyncio.Task[None]] = []
        self.handovers = Handovers(hosts, self.sessions, self.media, self.spawn)  # type: ignore[arg-type]
        self.outputs: dict[str, Connection] = {}
        self.away = False

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.create_task(work))

    async def since(self, room_id: str, seq: int) -> list[Recorded]:
        if self.away:
            raise JournalUnavailable("away")
        return [event for event in await self.journal.events(room_id) if event.seq > seq]

    def sit(self, host: RoomHost, who: str) -> Session:
        connection = Connection(LIMITS, REGISTRY, 0.0)
        hello = Hello(protocol=1, token="t")
        connection.receive(codec.encode_request(1, hello), 0.0)
        session = self.sessions.open(Seat("r", who), f"s-{who}", "x" * 16, host.epoch, 0.0)
        assert session.accept(connection, 1, GREETING, host.state.seq, None, 0.0)
        session.hands_over = who != "old"
        host.sessions[who] = session
        self.outputs[who] = connection
        return session

    async def move(self) -> tuple[RoomHost, RoomHost]:
        """The room goes; the old host, and the new one."""
        old = await self.hosts.get("r")
        self.handovers.begin(old)
        await self.hosts.put_away(old)
        for who in old.sessions.keys() - self.handovers.staying(old):
            self.sessions.close(old.sessions.pop(who), ErrorCode.MOVED)
        new = await self.elsewhere.get("r")
        self.handovers.run(old, self.since)
        return old, new

    def told(self, who: str) -> bytes:
        frames = b""
        while isinstance(output := self.outputs[who].next_output(), Send):
            frames += output.frame
        return frames


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    journal = MemoryJournal()
    hosts, elsewhere = (
        RoomHosts(journal, Nobody(), Limits(), max_rooms=4, now_ms=lambda: 1_000) for _ in range(2)
    )
    await create_room(journal, "r", "Room", 10)
    host = await hosts.get("r")
    made = Scene(journal, hosts, elsewhere)
    for who in ("tara", "ana", "ben", "old"):
        role: Any = "trainer" if who == "tara" else "participant"
        await host.submit(Join(participant_id=who, name=who, role=role))
        await host.submit(SetMedia(microphone=True), who)
        made.sit(host, who)
    yield made
    made.handovers.end("r")
    await asyncio.gather(*made.tasks)
    hosts.close()
    elsewhere.close()


async def decide(host: RoomHost, command: Command, actor: str) -> None:
    await host.submit(command, actor)


async def test_who_asked_for_it_stays_until_all_have_arrived(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "SETTLE_S", 0.2)
    old, _ = await scene.move()
    assert scene.handovers.host("r") is old
    assert old.sessions.keys() == {"tara", "ana", "ben"}
    assert codec.encode_push(RoomMoved(media_ms=10_000)) in scene.told("ana")
    sessions = dict(old.sessions)
    assert all(scene.sessions.of_seat(one.seat) is None for one in sessions.values()), "found elsewhere now"
    for who in ("tara", "ana"):
        scene.handovers.arrived(sessions[who])
    await asyncio.sleep(handover.SETTLE_S + 5 * handover.FOLLOW_S)
    assert scene.handovers.host("r") is old, "Ben has not arrived"
    scene.handovers.arrived(sessions["ben"])
    async with asyncio.timeout(PATIENCE_S):
        await scene.handovers.ended()
    assert scene.media.rooms_forgotten == ["r"]
    assert all(one.state is State.CLOSED for one in sessions.values())
    assert b"moved" in scene.told("ben")


async def test_the_new_owner_rules_here_too(scene: Scene) -> None:
    old, new = await scene.move()
    ben = old.sessions["ben"]
    for who in old.sessions:
        await decide(new, Reconnect(), who)
    await decide(new, MuteMicrophone(participant_id="ana"), "tara")
    await until(lambda: scene.media.microphones.get("ana") is False)
    assert scene.media.microphones["ben"] is True
    await decide(new, RemoveParticipant(participant_id="ben"), "tara")
    await until(lambda: "ben" in scene.media.forgotten)
    assert ben.state is State.CLOSED
    assert old.sessions.keys() == {"tara", "ana"}


async def test_nobody_is_heard_under_rules_that_nobody_can_read(scene: Scene) -> None:
    old, _ = await scene.move()
    sessions = list(old.sessions.values())
    scene.away = True
    async with asyncio.timeout(PATIENCE_S):
        await scene.handovers.ended()
    assert {one.seat.participant_id for one in sessions} <= set(scene.media.forgotten)


async def test_it_does_not_wait_for_ever(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "HANDOVER_S", 0.2)
    await scene.move()
    async with asyncio.timeout(PATIENCE_S):
        await scene.handovers.ended()


async def test_whoever_is_gone_is_not_waited_for(scene: Scene) -> None:
    old, _ = await scene.move()
    for who in ("tara", "ana"):
        scene.handovers.arrived(old.sessions[who])
    scene.media.without.add("ben")
    async with asyncio.timeout(PATIENCE_S):
        await scene.handovers.ended()


async def test_a_room_that_comes_back_starts_anew(scene: Scene) -> None:
    old, new = await scene.move()
    await scene.elsewhere.put_away(new)
    again = await scene.hosts.get("r")
    async with asyncio.timeout(PATIENCE_S):
        await scene.handovers.ended()
    assert scene.handovers.host("r") is None
    assert again is not old
    assert not again.sessions
