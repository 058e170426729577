"""Reactions: a moment's applause, seen by those in the same place and kept by nobody. They change nothing in the
room, so they are no events: no `seq`, no journal, nothing for somebody who comes back.
"""

from __future__ import annotations

from rooms.errors import Refused
from rooms.model import Role
from rooms.state import RoomState

MAY_REACT: frozenset[Role] = frozenset({"trainer", "co_trainer", "participant", "interpreter", "captioner"})
"""Observers watch without being noticed."""


def audience(state: RoomState, actor_id: str) -> frozenset[str]:
    """Who sees a reaction of `actor_id`: everybody in the same place, the actor too. Raises `Refused`."""
    actor = state.seat_or_refuse(actor_id)
    if actor.role not in MAY_REACT:
        raise Refused("not_allowed")
    return frozenset(one.id for one in state.participants if one.connected and one.breakout == actor.breakout)
