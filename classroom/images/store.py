"""Where the bytes of the chat's images are kept: the interface, and files for one node.

Who writes is fenced as in the journal (`classroom.journal.base`). Every implementation passes
tests/classroom/test_image_store.py.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from pathlib import Path
from typing import Protocol


class ImageStore(Protocol):
    """Used from one event loop; nothing here blocks it. Raises OSError, JournalUnavailable, Fenced, RoomNotFound."""

    async def write(self, room_id: str, image_id: str, data: bytes, token: int = 0) -> None:
        """Whole or not at all; durable afterwards."""

    async def read(self, room_id: str, image_id: str) -> bytes | None: ...

    async def keep_only(self, room_id: str, kept: frozenset[str], token: int = 0) -> None:
        """Removes every other image of the room."""

    async def erase(self, room_id: str) -> None:
        """Removes every image of a room that nobody has in memory."""

    async def close(self) -> None:
        """Nothing may be called afterwards."""


class ImageFiles:
    """Files below `folder`, in a folder of its own for each room."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, room_id: str, image_id: str, data: bytes, token: int = 0) -> None:
        await asyncio.to_thread(_write, self._of(room_id), image_id, data)

    async def read(self, room_id: str, image_id: str) -> bytes | None:
        try:
            return await asyncio.to_thread((self._of(room_id) / image_id).read_bytes)
        except OSError:
            return None

    async def keep_only(self, room_id: str, kept: frozenset[str], token: int = 0) -> None:
        await asyncio.to_thread(_keep_only, self._of(room_id), kept)

    async def erase(self, room_id: str) -> None:
        await asyncio.to_thread(shutil.rmtree, self._of(room_id), ignore_errors=True)

    async def close(self) -> None:
        return None

    def _of(self, room_id: str) -> Path:
        # A room's id comes from an invitation: it names no path.
        return self._folder / hashlib.sha256(room_id.encode()).hexdigest()[:32]


def _write(folder: Path, name: str, data: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{name}.part"
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, folder / name)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _keep_only(folder: Path, kept: frozenset[str]) -> None:
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.name not in kept:
            file.unlink(missing_ok=True)
