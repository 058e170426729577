"""The list of links to the ops page: what is in it is good, on every node, also while the store is away."""

from __future__ import annotations

import asyncio
import time

import pytest

from classroom.journal.base import JournalUnavailable
from classroom.ops import links
from classroom.ops.access import HOUR_S, OpsPass, new_pass
from classroom.ops.links import LINKS_MAX, LinkList
from classroom.records.base import PAGE
from classroom.records.memory import MemoryRecords


class Store(MemoryRecords):
    """Counts how often it is read; may be away, or answer nothing at all."""

    reads = 0
    away = silent = False

    async def page(
        self, kind: str, prefix: str = "", after: str = "", limit: int = PAGE
    ) -> list[tuple[str, bytes]]:
        self.reads += 1
        if self.away:
            raise JournalUnavailable("away")
        if self.silent:
            await asyncio.sleep(3_600)
        return await super().page(kind, prefix, after, limit)


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def a_link(name: str = "Nadia", hours: int = 1) -> OpsPass:
    return new_pass("operator", name, now_s=int(time.time()), hours=hours)


async def test_what_is_taken_back_is_refused_when_what_is_known_grows_old() -> None:
    store, clock = Store(), Clock()
    known = LinkList(store, clock)
    given, other = a_link(), a_link("Olga")
    for one in (given, other):
        await links.remember(store, one, time.time())
    assert await known.admits(given.jti)
    assert await known.admits(other.jti)
    await links.revoke(store, given.jti)
    clock.now += links.FRESH_S
    assert not await known.admits(given.jti)
    assert await known.admits(other.jti)


async def test_a_link_is_good_from_the_moment_it_is_made() -> None:
    store, clock = Store(), Clock()
    known = LinkList(store, clock)
    assert not await known.admits("none")
    given = a_link()
    await links.remember(store, given, time.time())
    clock.now += 0.001
    assert await known.admits(given.jti)


async def test_many_who_ask_at_once_read_once() -> None:
    store, clock = Store(), Clock()
    known = LinkList(store, clock)
    given = a_link()
    await links.remember(store, given, time.time())
    store.reads = 0
    assert all(await asyncio.gather(*(known.admits(given.jti) for _ in range(50))))
    assert store.reads == 1


@pytest.mark.parametrize("how", ["away", "silent"])
async def test_while_the_store_is_away_what_was_read_last_holds(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "PATIENCE_S", 0.01)
    store, clock = Store(), Clock()
    known = LinkList(store, clock)
    given, revoked = a_link(), a_link()
    for one in (given, revoked):
        await links.remember(store, one, time.time())
    await links.revoke(store, revoked.jti)
    assert await known.admits(given.jti)
    setattr(store, how, True)
    clock.now += 3_600
    assert await known.admits(given.jti)
    with pytest.raises(JournalUnavailable):
        await known.admits(revoked.jti)
    setattr(store, how, False)
    clock.now += links.FRESH_S
    assert await known.admits(given.jti)
    assert not await known.admits(revoked.jti)


async def test_expired_links_make_room_for_others() -> None:
    store, now_s = Store(), time.time()
    long_ago = now_s - 2 * HOUR_S
    for _ in range(LINKS_MAX):
        old = new_pass("viewer", "old", now_s=int(long_ago), hours=1)
        await links.remember(store, old, long_ago)
    with pytest.raises(links.TooManyLinks):
        await links.remember(store, a_link(), long_ago)
    fresh = a_link()
    await links.remember(store, fresh, now_s)
    assert [one.given for one in await links.find_all(store, now_s)] == [fresh]
