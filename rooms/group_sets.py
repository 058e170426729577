"""Groups that staff keep under a name, for the next day."""

from __future__ import annotations

from rooms.commands import ForgetGroups, SaveGroups
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import GroupSetsChanged
from rooms.model import GroupSet, SavedGroup
from rooms.state import NOBODY, RoomState
from rooms.text import clean_line

SETS_MAX = 30
"""Sets in a room."""


def save(command: SaveGroups, context: Context) -> Events:
    """Members need no seat: whoever is absent today may be there when the groups are used. Raises
    `Refused("too_many_sets")`."""
    return _saved(context.state, command, context.now_ms, context.actor.id)


def save_from_outside(state: RoomState, command: SaveGroups, now_ms: int) -> Events:
    """Prepared by a program. Raises as `save`."""
    return _saved(state, command, now_ms, NOBODY)


def forget(command: ForgetGroups, context: Context) -> Events:
    """Raises `Refused("unknown_set")`."""
    return _forgotten(context.state, command, context.actor.id)


def forget_from_outside(state: RoomState, command: ForgetGroups, now_ms: int) -> Events:
    """Raises as `forget`."""
    return _forgotten(state, command, NOBODY)


def _saved(state: RoomState, command: SaveGroups, now_ms: int, by: str) -> Events:
    name = clean_line(command.name)
    others = tuple(one for one in state.group_sets if one.name != name)
    if len(others) >= SETS_MAX:
        raise Refused("too_many_sets")
    groups = tuple(SavedGroup(name=clean_line(g.name), members=g.members) for g in command.groups)
    new = GroupSet(name=name, mode=command.mode, groups=groups, saved_at_ms=now_ms)
    return (GroupSetsChanged(sets=(*others, new), by=by),)


def _forgotten(state: RoomState, command: ForgetGroups, by: str) -> Events:
    left = tuple(one for one in state.group_sets if one.name != command.name)
    if len(left) == len(state.group_sets):
        raise Refused("unknown_set", command.name)
    return (GroupSetsChanged(sets=left, by=by),)
