"""One contract, every journal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial, reduce
from pathlib import Path

import msgspec
import pytest

from classroom.journal.base import (
    Fenced,
    History,
    Journal,
    JournalConflict,
    RoomExists,
    RoomListing,
    RoomNotFound,
)
from classroom.journal.checkpoint import Checkpoint, advance
from classroom.journal.memory import MemoryJournal
from classroom.journal.redis import RedisJournal
from classroom.journal.sqlite import SqliteJournal
from rooms.events import Cause, ChatPosted, HandRaised, Recorded, RoomChanged, RoomCreated
from rooms.model import ChatMessage
from tests.support.redis import RedisServer


def created(room_id: str = "r1", at_ms: int = 1_000) -> Recorded:
    return Recorded(seq=1, at_ms=at_ms, event=RoomCreated(room_id=room_id, name="Web", capacity=16))


def hand(seq: int, who: str = "ana") -> Recorded:
    return Recorded(seq=seq, at_ms=1_000 + seq, event=HandRaised(participant_id=who, at_ms=1_000 + seq))


@pytest.fixture(params=["memory", "sqlite", pytest.param("redis", marks=pytest.mark.redis)])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journal]:
    made: Journal
    if request.param == "memory":
        made = MemoryJournal()
    elif request.param == "sqlite":
        made = SqliteJournal(tmp_path / "j.sqlite3")
    else:
        server: RedisServer = request.getfixturevalue("redis")
        made = RedisJournal(server.url)
    yield made
    await made.close()


async def test_a_room_is_read_as_it_was_written(journal: Journal) -> None:
    message = ChatMessage(
        id=3, sender_id="ana", sender_name="Ana", channel="room", text="élève 🎓 \x00", at_ms=5, breakout=None
    )
    events = [hand(2), Recorded(seq=3, at_ms=5, event=ChatPosted(message=message, evicted=(1, 2)))]
    await journal.create(created())
    await journal.append("r1", events)
    assert await journal.events("r1") == [created(), *events]


async def test_appends_keep_the_order_of_the_calls(journal: Journal) -> None:
    await journal.create(created())
    await asyncio.gather(*(journal.append("r1", [hand(seq)]) for seq in range(2, 202)))
    assert [event.seq for event in await journal.events("r1")] == list(range(1, 202))


async def test_futures_resolve_in_the_order_of_the_calls(journal: Journal) -> None:
    await journal.create(created())
    done: list[int] = []
    futures = []
    for seq in range(2, 52):
        future = journal.append("r1", [hand(seq)])
        future.add_done_callback(partial(lambda seq, _: done.append(seq), seq))
        futures.append(future)
    await asyncio.gather(*futures)
    assert done == list(range(2, 52))


async def test_rooms_are_listed_oldest_first(journal: Journal) -> None:
    await journal.create(created("b", at_ms=10))
    await journal.create(created("a", at_ms=20))
    await journal.append("a", [hand(2), hand(3)])
    assert await journal.rooms() == [
        RoomListing("b", "Web", 10, 1, 10, 10),
        RoomListing("a", "Web", 20, 3, 1_003, 20),
    ]
    assert await journal.listing("a") == RoomListing("a", "Web", 20, 3, 1_003, 20)
    with pytest.raises(RoomNotFound):
        await journal.listing("c")


async def test_rooms_of_one_moment_are_listed_by_id(journal: Journal) -> None:
    for room_id in ("r2", "r10", "r1"):
        await journal.create(created(room_id, at_ms=10))
    assert [listing.room_id for listing in await journal.rooms()] == ["r1", "r10", "r2"]


async def test_a_room_is_listed_by_its_newest_name(journal: Journal) -> None:
    await journal.create(created())
    await journal.append("r1", [Recorded(seq=2, at_ms=5, event=RoomChanged(name="Café", capacity=3))])
    await journal.append("r1", [hand(3)])
    assert (await journal.listing("r1")).name == "Café"
    assert [listing.name for listing in await journal.rooms()] == ["Café"]


async def test_a_room_is_created_once(journal: Journal) -> None:
    await journal.create(created())
    with pytest.raises(RoomExists):
        await journal.create(created())
    assert await journal.events("r1") == [created()]


async def test_a_history_starts_with_its_creation(journal: Journal) -> None:
    with pytest.raises(JournalConflict):
        await journal.create(hand(1))
    assert await journal.rooms() == []


async def test_unknown_rooms_are_refused(journal: Journal) -> None:
    with pytest.raises(RoomNotFound):
        await journal.events("nowhere")
    with pytest.raises(RoomNotFound):
        await journal.append("nowhere", [hand(2)])


@pytest.mark.parametrize("seqs", [[3], [1], [2, 2], [2, 4]], ids=str)
async def test_events_that_do_not_continue_the_history_are_refused_whole(
    journal: Journal, seqs: list[int]
) -> None:
    await journal.create(created())
    with pytest.raises(JournalConflict):
        await journal.append("r1", [hand(seq) for seq in seqs])
    assert await journal.events("r1") == [created()]
    await journal.append("r1", [hand(2)])


async def test_a_conflict_harms_no_other_append(journal: Journal) -> None:
    await journal.create(created("good"))
    await journal.create(created("bad"))
    calls: list[Callable[[], Awaitable[None]]] = [
        lambda: journal.append("good", [hand(2)]),
        lambda: journal.append("bad", [hand(9)]),
        lambda: journal.append("good", [hand(3)]),
    ]
    results = await asyncio.gather(*(call() for call in calls), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), JournalConflict, type(None)]
    assert len(await journal.events("good")) == 3
    assert len(await journal.events("bad")) == 1


async def test_the_request_behind_an_event_is_kept(journal: Journal) -> None:
    await journal.create(created())
    caused = msgspec.structs.replace(hand(2), cause=Cause("ana", "session", 7))
    await journal.append("r1", [caused])
    assert (await journal.events("r1"))[1] == caused


def folded(*events: Recorded) -> Checkpoint:
    return reduce(advance, events, Checkpoint())


async def test_loading_gives_the_checkpoint_and_what_came_after_it(journal: Journal) -> None:
    await journal.create(created())
    assert await journal.load("r1") == History(None, [created()])
    caused = msgspec.structs.replace(hand(2), cause=Cause("ana", "session", 0))
    await journal.append("r1", [caused, hand(3, "ben")])
    kept = folded(created(), caused)
    await journal.keep("r1", kept)
    assert await journal.load("r1") == History(kept, [hand(3, "ben")])
    await journal.append("r1", [hand(4, "cem")])
    later = folded(created(), caused, hand(3, "ben"), hand(4, "cem"))
    await journal.keep("r1", later)
    await journal.keep("r1", kept)  # an older one, late
    assert await journal.load("r1") == History(later, [])
    assert len(await journal.events("r1")) == 4


async def test_a_checkpoint_of_what_is_not_there_is_refused(journal: Journal) -> None:
    await journal.create(created())
    with pytest.raises(JournalConflict):
        await journal.keep("r1", folded(created(), hand(2)))
    with pytest.raises(RoomNotFound):
        await journal.keep("nowhere", folded(created()))
    assert (await journal.load("r1")).checkpoint is None


async def test_only_the_newest_owner_writes(journal: Journal) -> None:
    await journal.create(created())
    await journal.fence("r1", 3)
    for token in (0, 2, 4):
        with pytest.raises(Fenced):
            await journal.append("r1", [hand(2)], token)
        with pytest.raises(Fenced):
            await journal.keep("r1", folded(created()), token)
    await journal.append("r1", [hand(2)], 3)
    await journal.fence("r1", 3)
    with pytest.raises(Fenced):
        await journal.fence("r1", 2)
    await journal.fence("r1", 9)
    with pytest.raises(Fenced):
        await journal.append("r1", [hand(3)], 3)
    assert len(await journal.events("r1")) == 2
    with pytest.raises(RoomNotFound):
        await journal.fence("nowhere", 1)


async def test_an_owner_is_fenced_even_with_appends_on_the_way(journal: Journal) -> None:
    await journal.create(created())
    await journal.fence("r1", 1)
    futures = [journal.append("r1", [hand(seq)], 1) for seq in range(2, 12)]
    await asyncio.gather(journal.fence("r1", 2), *futures, return_exceptions=True)
    kept = await journal.events("r1")
    taken = [future for future in futures if future.exception() is None]
    assert len(kept) == 1 + len(taken)
    await journal.append("r1", [hand(len(kept) + 1)], 2)


async def test_what_a_checkpoint_covers_may_be_forgotten(journal: Journal) -> None:
    await journal.create(created())
    await journal.append("r1", [hand(2), hand(3)])
    assert await journal.forget("r1", 10_000) == 0, "nothing is covered"
    kept = folded(created(), hand(2))
    await journal.keep("r1", kept)
    assert await journal.forget("r1", 1_002) == 1, "the event of 1,002 is not older"
    assert await journal.forget("r1", 10_000) == 1
    assert await journal.load("r1") == History(kept, [hand(3)])
    assert await journal.events("r1") == [hand(3)]
    (listing,) = await journal.rooms()
    assert (listing.last_seq, listing.oldest_at_ms) == (3, 1_003)
    await journal.append("r1", [hand(4)])
    assert await journal.forget("nowhere", 10_000) == 0


async def test_a_room_of_which_only_the_checkpoint_is_left_goes_on(journal: Journal) -> None:
    await journal.create(created())
    kept = folded(created())
    await journal.keep("r1", kept)
    await journal.forget("r1", 10_000)
    assert await journal.load("r1") == History(kept, [])
    assert [listing.oldest_at_ms for listing in await journal.rooms()] == [None]
    await journal.append("r1", [hand(2)])
    assert await journal.load("r1") == History(kept, [hand(2)])


async def test_an_erased_room_is_gone(journal: Journal) -> None:
    await journal.create(created())
    await journal.create(created("r2"))
    await journal.append("r1", [hand(2)])
    await journal.keep("r1", folded(created(), hand(2)))
    await journal.erase("r1")
    await journal.erase("nowhere")
    assert [listing.room_id for listing in await journal.rooms()] == ["r2"]
    for call in (journal.load, journal.events):
        with pytest.raises(RoomNotFound):
            await call("r1")
    with pytest.raises(RoomNotFound):
        await journal.append("r1", [hand(3)])
    await journal.create(created())
    assert await journal.load("r1") == History(None, [created()]), "nothing of the old one is left"


@pytest.mark.redis
async def test_what_came_later_is_read_by_whoever_follows(redis: RedisServer) -> None:
    journal = RedisJournal(redis.url)
    await journal.create(created())
    await journal.append("r1", [hand(2), hand(3, "ben")])
    assert [event.seq for event in await journal.since("r1", 1)] == [2, 3]
    assert await journal.since("r1", 2) == [hand(3, "ben")]
    assert await journal.since("r1", 3) == []
    await journal.close()
