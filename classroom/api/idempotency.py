"""Creating twice by one request that was repeated: not with an `Idempotency-Key`.

The first request under a key writes down what it asks and which id it will create; whoever repeats it, at once, later or on
another node, is given the same id, and so creates the same thing again, which changes nothing. (IETF draft
"The Idempotency-Key HTTP Header Field".)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final

import msgspec

from classroom.api.operations import Call
from classroom.api.problems import Problem
from classroom.records.base import Records

KIND: Final = "idempotency"
KEPT_MS: Final = 24 * 3_600_000


class _Asked(msgspec.Struct, frozen=True):
    fingerprint: str
    """Of what was asked."""
    created: str
    """The id."""
    at_ms: int


async def settle(records: Records, call: Call, what: str, new_id: Callable[[], str]) -> tuple[str, int]:
    """The id to create, and when it was first asked (Unix ms). Raises Problem: the key was used for something else."""
    if call.idempotency_key is None:
        return new_id(), call.now_ms
    name = _hash(call.key.id, what, call.idempotency_key)
    asked = _Asked(_hash(msgspec.json.encode(call.body, order="deterministic")), new_id(), call.now_ms)
    known = await records.add(KIND, name, msgspec.json.encode(asked))
    if known is None:
        return asked.created, asked.at_ms
    before = msgspec.json.decode(known, type=_Asked)
    if before.fingerprint != asked.fingerprint:
        raise Problem("idempotency_conflict", "this Idempotency-Key was used with another body")
    return before.created, before.at_ms


async def forget(records: Records, now_ms: int) -> None:
    """Removes what is older than `KEPT_MS`."""
    after = ""
    while page := await records.page(KIND, after=after):
        for name, value in page:
            if msgspec.json.decode(value, type=_Asked).at_ms < now_ms - KEPT_MS:
                await records.remove(KIND, name)
        after = page[-1][0]


def _hash(*parts: Any) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode()
        digest.update(len(data).to_bytes(4, "big") + data)
    return digest.hexdigest()
