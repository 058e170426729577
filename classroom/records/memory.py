"""Records that end with the process: for tests, and for a runtime that is given no other."""

from __future__ import annotations

from classroom.records.base import PAGE


class MemoryRecords:
    """See `classroom.records.base.Records`."""

    def __init__(self) -> None:
        self._kinds: dict[str, dict[str, bytes]] = {}

    async def add(self, kind: str, key: str, value: bytes) -> bytes | None:
        known = await self.get(kind, key)
        if known is None:
            await self.put(kind, key, value)
        return known

    async def put(self, kind: str, key: str, value: bytes) -> None:
        self._kinds.setdefault(kind, {})[key] = value

    async def get(self, kind: str, key: str) -> bytes | None:
        return self._kinds.get(kind, {}).get(key)

    async def remove(self, kind: str, key: str) -> bool:
        return self._kinds.get(kind, {}).pop(key, None) is not None

    async def page(
        self, kind: str, prefix: str = "", after: str = "", limit: int = PAGE
    ) -> list[tuple[str, bytes]]:
        found = sorted(
            (key.encode(), key, value)
            for key, value in self._kinds.get(kind, {}).items()
            if key.startswith(prefix) and key.encode() > after.encode()
        )
        return [(key, value) for _, key, value in found[:limit]]

    async def close(self) -> None:
        return None
