"""Several nodes: leases on rooms in a simulated store, with the real `Lease`, and the fencing tokens of the real journal.

The store does in one step what the scripts of `classroom.cluster.scripts` do; a node can be cut off from it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from classroom.cluster.base import Hold, OwnedElsewhere, OwnershipUnknown, Place
from classroom.cluster.lease import RENEW_S, TTL_S, Lease
from classroom.journal.base import Fenced
from tests.faults.loop import VirtualLoop


@dataclass
class LeaseStore:
    """Which node has which room; times are the loop's."""

    loop: VirtualLoop
    chance: Random
    cut_off: set[str] = field(default_factory=set)
    """Nodes that do not reach it."""
    _tokens: dict[str, int] = field(default_factory=dict)
    _leases: dict[str, tuple[str, int, float]] = field(default_factory=dict)
    """Room to node, token and end."""

    async def ask(self, node: str) -> None:
        """The way there. Raises OwnershipUnknown."""
        await asyncio.sleep(self.chance.uniform(0.0005, 0.01))
        if node in self.cut_off:
            raise OwnershipUnknown("the store does not answer")

    def check(self, room_id: str, token: int) -> None:
        """Raises Fenced to an owner of the past."""
        if self._tokens.get(room_id) != token:
            raise Fenced(room_id)

    def claim(self, room_id: str, node: str) -> int:
        owner, _, until = self._leases.get(room_id, ("", 0, 0.0))
        if owner not in ("", node) and until > self.loop.now:
            raise OwnedElsewhere(Place(owner, owner))
        token = self._tokens[room_id] = self._tokens.get(room_id, 0) + 1
        self._leases[room_id] = (node, token, self.loop.now + TTL_S)
        return token

    def renew(self, room_id: str, node: str, token: int) -> bool:
        if self._tokens.get(room_id) != token or room_id not in self._leases:
            return False
        self._leases[room_id] = (node, token, self.loop.now + TTL_S)
        return True

    def release(self, room_id: str, token: int) -> None:
        if room_id in self._leases and self._leases[room_id][1] == token:
            del self._leases[room_id]


class RoomHold:
    """See `classroom.cluster.base.Hold`."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease

    @property
    def token(self) -> int:
        return self.lease.token

    @property
    def proven(self) -> bool:
        return self.lease.proven(time.monotonic())


class LeaseOwnership:
    """See `classroom.cluster.base.Ownership`. `lost`: the room is, or may be any moment, somebody else's."""

    def __init__(self, node: str, store: LeaseStore, lost: Callable[[str], None]) -> None:
        self._node = node
        self._store = store
        self._lost = lost
        self._holds: dict[str, RoomHold] = {}

    async def claim(self, room_id: str) -> RoomHold:
        asked_at = time.monotonic()
        await self._store.ask(self._node)
        token = self._store.claim(room_id, self._node)
        await self._store.ask(self._node)
        hold = self._holds[room_id] = RoomHold(Lease(token, asked_at))
        return hold

    async def release(self, room_id: str, hold: Hold) -> None:
        if self._holds.get(room_id) is not hold:
            return
        self._holds.pop(room_id).lease.lost()
        try:
            await self._store.ask(self._node)
        except OwnershipUnknown:
            return
        self._store.release(room_id, hold.token)

    async def run(self) -> None:
        """Renews all leases; gives up what cannot be proven any more, as a node does that alone is cut off."""
        while True:
            for room_id, hold in tuple(self._holds.items()):
                asked_at = time.monotonic()
                try:
                    await self._store.ask(self._node)
                    kept = self._store.renew(room_id, self._node, hold.token)
                    if kept:
                        hold.lease.renewed(asked_at)
                except OwnershipUnknown:
                    kept = hold.proven
                if not kept and self._holds.get(room_id) is hold:
                    del self._holds[room_id]
                    hold.lease.lost()
                    self._lost(room_id)
            await asyncio.sleep(RENEW_S)
