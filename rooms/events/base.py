"""What every event is made of."""

from __future__ import annotations

import msgspec


class EventBody(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of every event's body."""
