"""One node on its own: every room is its own, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass

from classroom.cluster.base import Hold


@dataclass(frozen=True, slots=True)
class LocalHold:
    token: int = 0
    proven: bool = True


class LocalOwnership:
    """See `classroom.cluster.base.Ownership`. That nobody else writes, `server.only_server` sees to."""

    async def claim(self, room_id: str) -> LocalHold:
        return LocalHold()

    async def release(self, room_id: str, hold: Hold) -> None:
        return None
