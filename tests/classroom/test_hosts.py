"""A room in memory: order, durability, time, and what is done when it is loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from classroom import fanout
from classroom.hosts import RoomFailed, RoomHost, RoomHosts, TooManyRooms
from classroom.invitations import create_room
from classroom.journal.base import JournalUnavailable, RoomNotFound
from classroom.journal.checkpoint import Checkpoint
from classroom.journal.memory import MemoryJournal
from rooms import room
from rooms.commands import Disconnect, Join, PostChat, RaiseHand, SetMedia
from rooms.errors import Refused
from rooms.events import Cause, HandRaised, ParticipantJoined, PresenceChanged, Recorded
from rooms.model import Role
from rooms.room import create
from rooms.state import Limits, RoomState
from signaling import codec


class SlowDisk(MemoryJournal):
    """Becomes durable when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[asyncio.Future[None]] = []
        self.slow = False
        self.refuse = False

    def append(self, room_id: str, events: Sequence[Recorded], token: int = 0) -> asyncio.Future[None]:
        if self.refuse:
            refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            refused.set_exception(JournalUnavailable("disk full"))
            return refused
        done = super().append(room_id, events, token)
        if not self.slow:
            return done
        held: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(held)
        return held


class Observer:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []
        self.broken: list[RoomHost] = []

    def committed(self, host: RoomHost, events: Sequence[Recorded]) -> None:
        assert host.state.seq == events[-1].seq
        self.events += events

    def failed(self, host: RoomHost) -> None:
        self.broken.append(host)


class Holding:
    token = 0
    proven = True


class Clock:
    now_ms = 1_000_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
async def disk() -> SlowDisk:
    disk = SlowDisk()
    await create_room(disk, "r1", "Web", 16)
    return disk


@pytest.fixture
def observer() -> Observer:
    return Observer()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def hosts(disk: SlowDisk, observer: Observer, clock: Clock) -> RoomHosts:
    return RoomHosts(disk, observer, Limits(), max_rooms=2, now_ms=clock)


def join(who: str, role: Role = "participant") -> Join:
    return Join(participant_id=who, name=who.title(), role=role)


async def test_commands_are_decided_at_once_and_shown_when_durable(
    hosts: RoomHosts, disk: SlowDisk, observer: Observer
) -> None:
    host = await hosts.get("r1")
    await host.submit(join("ana"))
    disk.slow = True
    raised = host.submit(RaiseHand(), "ana")
    posted = host.submit(PostChat(channel="room", text="hello"), "ana")
    again = host.submit(RaiseHand(), "ana")  # changes nothing, but must not be acknowledged before the first
    await asyncio.sleep(0)
    assert host.state.hands == ()
    assert [type(recorded.event) for recorded in observer.events] == [ParticipantJoined]
    disk.waiting[1].set_result(None)  # out of order: the second waits for the first
    await asyncio.sleep(0.01)
    assert not posted.done()
    disk.waiting[0].set_result(None)
    first, second, third = await asyncio.gather(raised, posted, again)
    assert (first, second, third) == (3, 4, 0)
    assert [recorded.seq for recorded in observer.events] == [2, 3, 4]


async def test_what_is_decided_counts_for_the_next_decision(hosts: RoomHosts, disk: SlowDisk) -> None:
    await create_room(disk, "small", "Web", 2)
    host = await hosts.get("small")
    disk.slow = True
    host.submit(join("ana"))
    host.submit(join("ben"))
    with pytest.raises(Refused) as refused:
        host.submit(join("cem"))
    assert refused.value.code == "room_full"


async def test_a_failed_write_ends_the_host_and_everything_that_waits(
    hosts: RoomHosts, disk: SlowDisk, observer: Observer
) -> None:
    host = await hosts.get("r1")
    await host.submit(join("ana"))
    disk.slow = True
    first, second = host.submit(RaiseHand(), "ana"), host.submit(SetMedia(microphone=True), "ana")
    disk.waiting[0].set_exception(OSError("disk full"))
    disk.waiting[1].set_result(None)
    results = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(result) for result in results] in ([RoomFailed, RoomFailed], [OSError, RoomFailed])
    assert observer.broken == [host]
    assert not [recorded for recorded in observer.events if isinstance(recorded.event, HandRaised)]
    with pytest.raises(RoomFailed):
        host.submit(RaiseHand(), "ana")


async def test_whoever_was_connected_in_the_last_process_is_not_any_more(
    disk: SlowDisk, observer: Observer, clock: Clock
) -> None:
    before = RoomHosts(disk, observer, Limits(), max_rooms=2, now_ms=clock)
    host = await before.get("r1")
    await host.submit(join("ana"))
    before.close()  # as if killed: no Disconnect was written
    after = RoomHosts(disk, observer, Limits(), max_rooms=2, now_ms=clock)
    host = await after.get("r1")
    await host.submit(join("ben"))
    connected = {person.id: person.connected for person in host.state.participants}
    assert connected == {"ana": False, "ben": True}


async def test_a_kept_seat_ends_by_itself(hosts: RoomHosts, observer: Observer, clock: Clock) -> None:
    host = await hosts.get("r1")
    await host.submit(join("ana"))
    await host.submit(Disconnect(), "ana")
    assert isinstance(observer.events[-1].event, PresenceChanged)
    assert not host.idle, "something will still happen"
    clock.now_ms += Limits().seat_kept_ms + 1
    await host.submit(join("ben"))  # any command looks at the clock again and sets the timer
    async with asyncio.timeout(10):
        while host.state.seat("ana") is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_rooms_that_are_not_there_and_rooms_that_are_too_many(hosts: RoomHosts, disk: SlowDisk) -> None:
    with pytest.raises(RoomNotFound):
        await hosts.get("nowhere")
    for room_id in ("r2", "r3"):
        await create_room(disk, room_id, "Web", 16)
    await hosts.get("r1")
    await hosts.get("r2")
    with pytest.raises(TooManyRooms):
        await hosts.get("r3")
    assert len(hosts) == 2


async def test_a_room_is_loaded_once_for_all_who_come_together(hosts: RoomHosts) -> None:
    first, *others = await asyncio.gather(*(hosts.get("r1") for _ in range(16)))
    assert all(other is first for other in others)


async def test_a_history_that_cannot_be_read_fails_that_room_only(hosts: RoomHosts, disk: SlowDisk) -> None:
    await create_room(disk, "bad", "Web", 16)
    broken = ParticipantJoined(participant=None)  # type: ignore[arg-type]
    await disk.append("bad", [Recorded(seq=2, at_ms=0, event=broken)])
    with pytest.raises(RoomFailed):
        await hosts.get("bad")
    await (await hosts.get("r1")).submit(join("ana"))


async def test_a_view_is_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[bytes] = []
    real = codec.encode_event

    def counting(seq: int, at_ms: int, event: object) -> bytes:
        encoded.append(real(seq, at_ms, event))  # type: ignore[arg-type]
        return encoded[-1]

    monkeypatch.setattr(codec, "encode_event", counting)

    class Sink:
        def __init__(self) -> None:
            self.frames: list[tuple[int, bytes]] = []

        def event(self, seq: int, frame: bytes) -> None:
            self.frames.append((seq, frame))

    state = RoomState()
    for command in (join("t", "trainer"), join("a"), join("b"), join("c")):
        if state.seq == 0:
            state = room.apply(state, room.record(state, (create("r1", "Web", 16),), 0)[0])
        for recorded in room.record(state, room.decide(state, command, None, 0, 0), 0):
            state = room.apply(state, recorded)
    sinks = {who: Sink() for who in "tabc"}
    (posted,) = room.record(
        state, room.decide(state, PostChat(channel="trainers", text="psst"), "a", 0, 0), 0
    )
    fanout.fan_out(room.apply(state, posted), posted, sinks)  # type: ignore[arg-type]
    assert len(encoded) == 2, "one for the trainer and the sender, one hidden for the others"
    assert sinks["t"].frames == sinks["a"].frames != sinks["b"].frames == sinks["c"].frames
    assert b"psst" not in sinks["b"].frames[0][1]


async def test_a_store_that_takes_nothing_costs_only_what_was_not_taken(
    hosts: RoomHosts, disk: SlowDisk, observer: Observer
) -> None:
    host = await hosts.get("r1")
    await host.submit(join("ana"))
    disk.refuse = True
    first, second = host.submit(RaiseHand(), "ana"), host.submit(SetMedia(microphone=True), "ana")
    results = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(result) for result in results] == [JournalUnavailable, JournalUnavailable]
    assert host.state.hands == ()
    assert not observer.broken
    disk.refuse = False
    assert await host.submit(RaiseHand(), "ana") == 3
    assert [event.seq for event in await disk.events("r1")] == [1, 2, 3]


async def test_a_store_that_does_not_answer_is_given_nothing_new(
    hosts: RoomHosts, disk: SlowDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = await hosts.get("r1")
    await host.submit(join("ana"))
    disk.slow = True
    raised = host.submit(RaiseHand(), "ana")
    monkeypatch.setattr("classroom.host.STALL_S", -1.0)
    with pytest.raises(JournalUnavailable):
        host.submit(SetMedia(microphone=True), "ana")
    disk.slow = False
    disk.waiting[0].set_result(None)
    assert await raised == 3
    assert await host.submit(SetMedia(microphone=True), "ana") == 4


async def test_nothing_is_decided_while_another_may_own_the_room(
    disk: SlowDisk, observer: Observer, clock: Clock
) -> None:
    hold = Holding()
    start = Checkpoint(room.apply(RoomState(), (await disk.events("r1"))[0]))
    host = RoomHost(start, disk, observer, clock, hold)
    await host.submit(join("ana"))
    hold.proven = False
    with pytest.raises(JournalUnavailable):
        host.submit(RaiseHand(), "ana")
    hold.proven = True
    await host.submit(RaiseHand(), "ana")


async def test_checkpoints_bound_what_is_folded(
    hosts: RoomHosts, disk: SlowDisk, observer: Observer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("classroom.host.CHECKPOINT_EVENTS", 10)
    host = await hosts.get("r1")
    await host.submit(join("ana"))
    for number in range(25):
        await host.submit(PostChat(channel="room", text=str(number)), "ana", Cause("ana", "s", number + 1))
        await asyncio.sleep(0)
    history = await disk.load("r1")
    assert history.checkpoint is not None
    assert len(history.events) < 20
    await hosts.put_away(host)
    assert (await disk.load("r1")).events == []
    again = await hosts.get("r1")
    assert again.ledger == host.ledger
    assert [stored.message.text for stored in again.state.chat] == [str(number) for number in range(25)]
