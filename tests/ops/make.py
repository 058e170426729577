"""People as the watch sees them, for tests of the health model."""

from __future__ import annotations

from typing import Any

from classroom.ops.person import Seen, Way

T0 = 1_800_000_000_000
"""Unix ms at which these tests begin: a whole minute."""

GOOD = Way("excellent", 4.4, 0.0)
POOR = Way("poor", 2.1, 0.12)


def seen(name: str = "Ana", **changes: Any) -> Seen:
    """Somebody for whom all is well."""
    facts: dict[str, Any] = {
        "role": "participant",
        "connected": True,
        "away": False,
        "presence_at_ms": T0,
        "path": "ok",
        "way": "udp",
        "address": ("192.0.2.1", 4000),
        "hears": True,
        "heard": True,
        "sending": GOOD,
        "receiving": GOOD,
        "round_trip_ms": 24.0,
    }
    return Seen(name=name, **(facts | changes))


def dropped(at_ms: int, name: str = "Ana", **changes: Any) -> Seen:
    gone: dict[str, Any] = {
        "connected": False,
        "away": True,
        "presence_at_ms": at_ms,
        "path": "lost",
        "address": None,
    }
    return seen(name, **(gone | {"hears": False, "heard": None} | changes))
