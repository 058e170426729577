"""Keys of the API: made and revoked on the command line, kept as hashes among the records.

A key is `mck_ID_SECRET`: 48 random bits that name it, 256 that prove it. Only a SHA-256 of the secret is kept, which is
enough for a secret that nobody could guess. Whoever works on the server's own machine needs none: `local_key` makes
one from the keys that sign invitations, good for half a minute.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Final, Literal, get_args

import msgspec

from classroom.cluster import passes
from classroom.records.base import Records
from rooms.text import clean_line
from signaling.tokens import KeyRing

Scope = Literal[
    "rooms:read",
    "rooms:write",
    "invitations:read",
    "invitations:write",
    "attendance:read",
    "health:read",
    "webhooks:read",
    "webhooks:write",
]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
KIND: Final = "api-key"
KEYS_MAX: Final = 200
MAX_NAME_CHARS: Final = 80
PREFIX: Final = "mck"
LOCAL_PREFIX: Final = "mcl"
LOCAL_PURPOSE: Final = "api on this machine"


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it is kept."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    digest: str
    """SHA-256 of the secret, hexadecimal."""
    created_at_ms: int
    until_ms: int | None = None
    """When it ends; None: when it is revoked."""


class TooManyKeys(Exception):
    """`KEYS_MAX` keys are kept."""


async def create(
    records: Records, name: str, scopes: Sequence[Scope], now_ms: int, until_ms: int | None = None
) -> tuple[ApiKey, str]:
    """A new key, and its text, which is told this once. Raises TooManyKeys; Refused if the name has nothing visible."""
    if len(await records.page(KIND, limit=KEYS_MAX)) >= KEYS_MAX:
        raise TooManyKeys
    secret = secrets.token_urlsafe(32)
    key = ApiKey(
        id=secrets.token_hex(6),
        name=clean_line(name)[:MAX_NAME_CHARS],
        scopes=tuple(scope for scope in SCOPES if scope in scopes),
        digest=_digest(secret),
        created_at_ms=now_ms,
        until_ms=until_ms,
    )
    await records.put(KIND, key.id, msgspec.json.encode(key))
    return key, f"{PREFIX}_{key.id}_{secret}"


async def find_all(records: Records) -> list[ApiKey]:
    return [_decoded(value) for _, value in await records.page(KIND, limit=KEYS_MAX)]


async def revoke(records: Records, key_id: str) -> bool:
    """Whether there was one. It is refused from the next request on, by every node."""
    return await records.remove(KIND, key_id)


async def check(records: Records, ring: KeyRing, text: str, now_ms: int) -> ApiKey | None:
    """The key of this text; None: it is none (any more)."""
    prefix, _, rest = text.partition("_")
    if prefix == LOCAL_PREFIX:
        return _local(ring, rest, now_ms)
    key_id, _, secret = rest.partition("_")
    if prefix != PREFIX or not key_id or not secret or not text.isascii() or len(text) > 200:
        return None
    stored = await records.get(KIND, key_id)
    if stored is None:
        return None
    key = _decoded(stored)
    if not hmac.compare_digest(key.digest, _digest(secret)):
        return None
    return None if key.until_ms is not None and key.until_ms <= now_ms else key


def local_key(ring: KeyRing, now_s: float) -> str:
    """For whoever can read `keys.json`, which is more than any API key gives."""
    given = passes.Pass(at_s=int(now_s), purpose=LOCAL_PURPOSE)
    return f"{LOCAL_PREFIX}_{passes.sign(given, ring)}"


def _local(ring: KeyRing, text: str, now_ms: int) -> ApiKey | None:
    if not text.isascii() or passes.verify(text, LOCAL_PURPOSE, ring, now_ms / 1000) is None:
        return None
    return ApiKey(id="local", name="this machine", scopes=SCOPES, digest="", created_at_ms=now_ms)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _decoded(value: bytes) -> ApiKey:
    return msgspec.json.decode(value, type=ApiKey)
