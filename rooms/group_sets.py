"""Groups that staff keep under a name, for the next day."""

from __future__ import annotations

from rooms.commands import ForgetGroups, SaveGroups
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import GroupSetsChanged
from rooms.model import GroupSet, SavedGroup
from rooms.text import clean_line

SETS_MAX = 30
"""Sets in a room."""


def save(command: SaveGroups, context: Context) -> Events:
    """Members need no seat: whoever is absent today may be there when the groups are used. Raises
    `Refused("too_many_sets")`."""
    name = clean_line(command.name)
    others = tuple(one for one in context.state.group_sets if one.name != name)
    if len(others) >= SETS_MAX:
        raise Refused("too_many_sets")
    groups = tuple(SavedGroup(name=clean_line(g.name), members=g.members) for g in command.groups)
    new = GroupSet(name=name, mode=command.mode, groups=groups, saved_at_ms=context.now_ms)
    return (GroupSetsChanged(sets=(*others, new), by=context.actor.id),)


def forget(command: ForgetGroups, context: Context) -> Events:
    """Raises `Refused("unknown_set")`."""
    sets = context.state.group_sets
    left = tuple(one for one in sets if one.name != command.name)
    if len(left) == len(sets):
        raise Refused("unknown_set", command.name)
    return (GroupSetsChanged(sets=left, by=context.actor.id),)
