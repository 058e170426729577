"""The links to the ops page that were given out: kept among the records, so that each can be listed and taken back.

A link is good while it is in the list. Every node reads the list again when somebody asks and what it knows is two seconds
old, and each half minute in any case. While the store does not answer, what was read last holds: on a bad morning the page
still opens.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

import msgspec

from classroom import logs
from classroom.journal.base import JournalFull, JournalUnavailable
from classroom.ops.access import OpsPass
from classroom.records.base import Records

log = logs.get("ops")

KIND: Final = "ops-link"
LINKS_MAX: Final = 200
FRESH_S: Final = 2.0
EVERY_S: Final = 30.0
PATIENCE_S: Final = 1.0
"""How long somebody waits for the store, before what is known already has to do."""


class GivenLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link as it is kept: whose it is, never the link itself."""

    given: OpsPass
    created_at_ms: int


class TooManyLinks(Exception):
    """`LINKS_MAX` are good now."""


async def remember(records: Records, given: OpsPass, now_s: float) -> None:
    """From now on it is good; one of the same id is replaced. Raises TooManyLinks."""
    others = [one for one in await find_all(records, now_s) if one.given.jti != given.jti]
    if len(others) >= LINKS_MAX:
        raise TooManyLinks
    kept = GivenLink(given=given, created_at_ms=int(now_s * 1000))
    await records.put(KIND, given.jti, msgspec.json.encode(kept))


async def find_all(records: Records, now_s: float) -> list[GivenLink]:
    """Those that are good, the oldest first. What has expired is removed on the way."""
    found: list[GivenLink] = []
    for link_id, value in await records.page(KIND):
        kept = msgspec.json.decode(value, type=GivenLink)
        if kept.given.exp > now_s:
            found.append(kept)
        else:
            await records.remove(KIND, link_id)
    return sorted(found, key=lambda one: one.created_at_ms)


async def revoke(records: Records, link_id: str) -> bool:
    """Whether there was one."""
    return await records.remove(KIND, link_id)


class LinkList:
    """One per process: which links are good."""

    def __init__(self, records: Records, now: Callable[[], float] = time.monotonic) -> None:
        self._records = records
        self._now = now
        self._good: frozenset[str] = frozenset()
        self._asked_at = float("-inf")
        """When the store was last asked …"""
        self._answered = False
        """… and whether it answered."""
        self._asking = asyncio.Lock()

    async def run(self) -> None:
        """Keeps what is known from growing old where nobody asks. Until it is cancelled."""
        while True:
            async with self._asking:
                await self._ask()
            await asyncio.sleep(EVERY_S)

    async def admits(self, link_id: str) -> bool:
        """Raises JournalUnavailable: the store does not answer, and the link was not known before."""
        came_at = self._now()
        if link_id not in self._good or came_at - self._asked_at >= FRESH_S:
            async with self._asking:
                if self._asked_at < came_at:  # else somebody asked while this one waited
                    await self._ask()
        if link_id in self._good:
            return True
        if not self._answered:
            raise JournalUnavailable("the list of links cannot be read")
        return False

    async def _ask(self) -> None:
        self._asked_at = self._now()
        try:
            async with asyncio.timeout(PATIENCE_S):
                self._good = frozenset(one.given.jti for one in await find_all(self._records, time.time()))
        except (JournalUnavailable, JournalFull, TimeoutError) as problem:
            self._answered = False
            log.warning("links not read", problem=repr(problem))
        else:
            self._answered = True
