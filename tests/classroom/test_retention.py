"""What is old goes, from the room and from the journal; what is not stays."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from classroom.cli import main
from classroom.cluster.base import Hold
from classroom.cluster.local import LocalOwnership
from classroom.config import FIELDS
from classroom.hosts import RoomHost, RoomHosts
from classroom.images.store import ImageFiles
from classroom.journal.base import JournalUnavailable
from classroom.journal.memory import MemoryJournal
from classroom.journal.sqlite import SqliteJournal
from classroom.notes.store import MemoryNotes
from classroom.retention import DAY_MS, Retention
from rooms import room
from rooms.commands import Join, PostChat
from rooms.events import ChatExpired, ChatPosted, Recorded
from rooms.state import Limits
from tests.rooms.driver import Driver

START_MS = 1_000 * DAY_MS


class Clock:
    now_ms = START_MS

    def __call__(self) -> int:
        return self.now_ms


class Silent:
    def committed(self, host: RoomHost, events: Sequence[Recorded]) -> None:
        pass

    def failed(self, host: RoomHost) -> None:
        raise AssertionError("the room failed")


@pytest.fixture
async def journal() -> MemoryJournal:
    journal = MemoryJournal()
    created = room.create("r1", "Web", 16)
    await journal.create(Recorded(seq=1, at_ms=START_MS, event=created))
    return journal


async def test_old_messages_leave_the_room_and_the_journal(journal: MemoryJournal) -> None:
    clock = Clock()
    hosts = RoomHosts(journal, Silent(), Limits(chat_kept_ms=30 * DAY_MS), max_rooms=5, now_ms=clock)
    retention = Retention(journal, hosts, LocalOwnership(), history_days=30, room_days=365)
    host = await hosts.get("r1")
    await host.submit(Join(participant_id="ana", name="Ana", role="participant"))
    await host.submit(PostChat(channel="room", text="old"), "ana")
    clock.now_ms += 20 * DAY_MS
    await host.submit(PostChat(channel="room", text="newer"), "ana")
    await retention.apply(clock.now_ms)
    assert len(await journal.events("r1")) == 4, "nothing is old enough"
    clock.now_ms += 15 * DAY_MS
    await retention.apply(clock.now_ms)
    kept = await journal.events("r1")
    assert [type(recorded.event) for recorded in kept] == [ChatPosted, ChatExpired]
    assert [stored.message.text for stored in host.state.chat] == ["newer"]
    await hosts.put_away(host)
    again = await hosts.get("r1")
    assert [stored.message.text for stored in again.state.chat] == ["newer"]
    assert [seat.name for seat in again.state.participants] == ["Ana"]


async def test_a_room_that_sleeps_is_tidied_too(journal: MemoryJournal) -> None:
    clock = Clock()
    limits = Limits(chat_kept_ms=30 * DAY_MS, seat_kept_ms=400 * DAY_MS)
    hosts = RoomHosts(journal, Silent(), limits, max_rooms=5, now_ms=clock)
    host = await hosts.get("r1")
    await host.submit(Join(participant_id="ana", name="Ana", role="participant"))
    await host.submit(PostChat(channel="room", text="old"), "ana")
    hosts.close()
    clock.now_ms += 31 * DAY_MS
    later = RoomHosts(journal, Silent(), limits, max_rooms=5, now_ms=clock)
    await Retention(journal, later, LocalOwnership(), history_days=30, room_days=365).apply(clock.now_ms)
    assert not [one for one in await journal.events("r1") if isinstance(one.event, ChatPosted)]
    checkpoint = (await journal.load("r1")).checkpoint
    assert checkpoint is not None
    assert checkpoint.state.chat == ()


async def test_a_room_that_nobody_uses_is_erased_unless_it_is_loaded(
    journal: MemoryJournal, tmp_path: Path
) -> None:
    clock = Clock()
    hosts = RoomHosts(journal, Silent(), Limits(), max_rooms=5, now_ms=clock)
    notes, images = MemoryNotes(), ImageFiles(tmp_path)
    await notes.append("r1", "room", "", b"words", text_bytes=5, now_ms=1)
    await images.write("r1", "picture", b"pixels")
    retention = Retention(
        journal, hosts, LocalOwnership(), history_days=None, room_days=365, beside=(notes, images)
    )
    clock.now_ms += 365 * DAY_MS
    host = await hosts.get("r1")
    await retention.apply(clock.now_ms)
    assert len(await journal.rooms()) == 1
    assert (await notes.load("r1", "room"), await images.read("r1", "picture")) == ([b"words"], b"pixels")
    await hosts.put_away(host)
    await retention.apply(clock.now_ms)
    assert await journal.rooms() == []
    assert (await notes.notes("r1"), await images.read("r1", "picture")) == ([], None)


async def test_nothing_goes_where_everything_is_kept(journal: MemoryJournal) -> None:
    clock = Clock()
    hosts = RoomHosts(journal, Silent(), Limits(), max_rooms=5, now_ms=clock)
    clock.now_ms += 3_000 * DAY_MS
    await Retention(journal, hosts, LocalOwnership(), history_days=None, room_days=None).apply(clock.now_ms)
    assert len(await journal.events("r1")) == 1


class Leases(LocalOwnership):
    """Remembers which rooms it has given."""

    def __init__(self) -> None:
        self.held: set[str] = set()

    async def claim(self, room_id: str) -> Hold:
        self.held.add(room_id)
        return await super().claim(room_id)

    async def release(self, room_id: str, hold: Hold) -> None:
        self.held.discard(room_id)


async def test_a_room_that_cannot_be_erased_is_not_held_for_ever(
    journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(_: str) -> None:
        raise JournalUnavailable("disk full")

    clock, leases = Clock(), Leases()
    hosts = RoomHosts(journal, Silent(), Limits(), max_rooms=5, now_ms=clock)
    monkeypatch.setattr(journal, "erase", fails)
    retention = Retention(journal, hosts, leases, history_days=None, room_days=365)
    await retention.apply(clock.now_ms + 366 * DAY_MS)
    assert not leases.held


def test_what_goes_is_told_before_it_goes_and_nothing_is_touched(tmp_path: Path) -> None:
    now_ms = time.time_ns() // 1_000_000

    async def made() -> None:
        journal = SqliteJournal(tmp_path / "classroom.sqlite3")
        for room_id, days in (("asleep", 400), ("old", 40), ("new", 2)):
            driver = Driver()
            driver.now_ms = now_ms - days * DAY_MS
            driver.join("ana")
            driver.do(PostChat(channel="room", text="Hello"), "ana")
            if room_id == "old":
                driver.now_ms = now_ms - DAY_MS
                driver.do(PostChat(channel="room", text="Again"), "ana")
            _, *events = [recorded for recorded, _ in driver.log]
            at_ms = now_ms - days * DAY_MS
            body = room.create(room_id, f"The {room_id} one\x1b[2J", 16)
            await journal.create(Recorded(seq=1, at_ms=at_ms, event=body))
            await journal.append(room_id, events)
        await journal.close()

    def told(*arguments: str, **variables: str) -> str:
        settings = {field.variable: "" for field in FIELDS} | {"DATA_DIR": str(tmp_path)} | variables
        result = CliRunner().invoke(main, ["retention", *arguments], env=settings)
        assert result.exit_code == 0, result.output
        return result.stdout

    asyncio.run(made())
    found = json.loads(told("--dry-run", "--json"))
    assert [(one["room_id"], one["whole"], one["events"], one["messages"]) for one in found] == [
        ("asleep", True, 3, 1),
        ("old", False, 3, 1),
    ]
    lines = told("--dry-run").splitlines()
    assert "\x1b" not in "".join(lines)
    assert lines[-1] == "Whole rooms: 1. Events: 6, among them messages: 2."
    assert told("--dry-run", HISTORY_DAYS="off", ROOM_DAYS="off") == "Nothing is old enough.\n"
    assert len(json.loads(told("--dry-run", "--json", ROOM_DAYS="1"))) == 3
    assert json.loads(told("--dry-run", "--json")) == found
    assert CliRunner().invoke(main, ["retention"]).exit_code == 2
