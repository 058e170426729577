"""The keys that sign invitations: made once, kept in `DATA_DIR/keys.json`, readable by the server's user alone.

Whoever has this file can invite themselves into every room. Losing it makes every link that was given out worthless.
"""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path
from typing import Final

import msgspec

from signaling.tokens import KeyRing

FILE_NAME: Final = "keys.json"
KEY_BYTES: Final = 32


class KeysUnusable(Exception):
    """The file is there and cannot be used; it is never overwritten."""


class _Stored(msgspec.Struct, frozen=True):
    current: str
    keys: dict[str, str]
    """Key id to key, base64url."""


def load_or_create(data_dir: Path) -> KeyRing:
    """The key ring of this data folder; a new one if there is none. Raises KeysUnusable."""
    path = data_dir / FILE_NAME
    try:
        if not path.exists():
            _create(path)
        return decode(path.read_bytes())
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise KeysUnusable(f"{path} cannot be used: {reason}. Restore it from a backup.") from problem


def encode(ring: KeyRing) -> bytes:
    keys = {kid: base64.urlsafe_b64encode(key).decode() for kid, key in ring.keys.items()}
    return msgspec.json.encode(_Stored(ring.current, keys))


def decode(data: bytes) -> KeyRing:
    """What `encode` made. Raises ValueError."""
    stored = msgspec.json.decode(data, type=_Stored)
    return KeyRing({kid: base64.urlsafe_b64decode(key) for kid, key in stored.keys.items()}, stored.current)


def _create(path: Path) -> None:
    """Writes a fresh ring; if two processes do so at once, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kid = secrets.token_hex(4)
    key = secrets.token_bytes(KEY_BYTES)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(encode(KeyRing({kid: key}, kid)))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # atomic, and refused if the file is there meanwhile
    except FileExistsError:
        pass
    finally:
        draft.unlink()
