"""Where small records are kept: bytes by kind and key, in the order of their keys.

Every implementation passes tests/classroom/test_records.py.
"""

from __future__ import annotations

from typing import Final, Protocol

PAGE: Final = 500
"""Records in one `page` at most."""


class Records(Protocol):
    """Used from one event loop; nothing here blocks it. What was written is durable when the call returns. Every call raises
    `JournalUnavailable` if the store did not take or give it, and writing calls `JournalFull`."""

    async def add(self, kind: str, key: str, value: bytes) -> bytes | None:
        """Keeps a record of a key that has none. None: it is kept. Otherwise what is there, which stays."""

    async def put(self, kind: str, key: str, value: bytes) -> None:
        """Keeps a record, in place of the one before."""

    async def get(self, kind: str, key: str) -> bytes | None: ...

    async def remove(self, kind: str, key: str) -> bool:
        """Whether there was one."""

    async def page(
        self, kind: str, prefix: str = "", after: str = "", limit: int = PAGE
    ) -> list[tuple[str, bytes]]:
        """The records whose keys start with `prefix` and come after `after`, by ascending key (as UTF-8 bytes)."""

    async def close(self) -> None:
        """Nothing may be called afterwards."""
