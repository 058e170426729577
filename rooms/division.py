"""From a plan to groups: who goes where.

Made groups hold those participants who are here now: role "participant", connected, not away. Staff,
interpreters, captioners and observers stay in the main room until they are moved (or visit). Given groups
may name anybody who holds a seat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from random import Random

from rooms.commands import BreakoutPlan, GroupSpec
from rooms.constraints import groups_within, pairs_within
from rooms.context import Context
from rooms.errors import Refused
from rooms.meetings import times_met
from rooms.model import BreakoutMode
from rooms.state import RoomState
from rooms.text import clean_line

Groups = tuple[GroupSpec, ...]


def divide(plan: BreakoutPlan, context: Context) -> Groups:
    """The groups that `plan` makes now. Raises `Refused("breakouts_bad_plan")`."""
    if plan.groups or plan.mode == "manual":
        return _given(plan, context.state)
    return _MAKERS[plan.mode](plan, context)


def _given(plan: BreakoutPlan, state: RoomState) -> Groups:
    """Groups without members are fine: people can be moved there."""
    members = [member for group in plan.groups for member in group.members]
    if not plan.groups:
        raise Refused("breakouts_bad_plan", "no groups")
    if len(set(members)) < len(members):
        raise Refused("breakouts_bad_plan", "somebody is in two groups")
    for member in members:
        if state.seat(member) is None:
            raise Refused("breakouts_bad_plan", f"nobody is {member}")
    return tuple(GroupSpec(name=clean_line(group.name), members=group.members) for group in plan.groups)


def _present(state: RoomState) -> list[str]:
    """Raises `Refused("breakouts_bad_plan")` when there is nobody to divide."""
    people = [
        p.id for p in state.participants if p.role == "participant" and p.connected and p.presence == "joined"
    ]
    if not people:
        raise Refused("breakouts_bad_plan", "nobody to divide")
    return people


def _random(plan: BreakoutPlan, context: Context) -> Groups:
    """So many groups (never an empty one), or as many as the size asks for; sizes differ by one at most."""
    people = _present(context.state)
    if (plan.group_count is None) == (plan.group_size is None):
        raise Refused("breakouts_bad_plan", "either group_count or group_size")
    if plan.group_count is not None:
        count = min(plan.group_count, len(people))
    else:
        assert plan.group_size is not None
        count = groups_of_size(len(people), plan.group_size)
    chance = Random(context.chance)
    constraints = context.state.constraints
    if constraints.apart or constraints.together:
        return _named(groups_within(constraints, people, count, chance))
    chance.shuffle(people)
    return _named([people[start::count] for start in range(count)])


def groups_of_size(people: int, size: int) -> int:
    """How many groups of at most `size`; a group grows beyond it only so that nobody is left alone."""
    count = -(-people // size)
    return count if people >= 2 * count else max(1, people // 2)


def _pairs(plan: BreakoutPlan, context: Context) -> Groups:
    """An odd person makes one trio, or with odd "trainer" a pair with the trainer who asks."""
    people = _present(context.state)
    if len(people) % 2 and plan.odd == "trainer":
        people.append(context.actor.id)
    if len(people) < 2:
        raise Refused("breakouts_bad_plan", "nobody to pair with")
    times = partial(times_met, context.state.meetings)
    salt, chance = context.state.room_id, Random(context.chance)
    return _named(pairs_within(context.state.constraints, people, times, salt, chance))


def _named(groups: list[list[str]] | list[tuple[str, ...]]) -> Groups:
    return tuple(GroupSpec(name=str(n), members=tuple(group)) for n, group in enumerate(groups, start=1))


_MAKERS: Mapping[BreakoutMode, Callable[[BreakoutPlan, Context], Groups]] = {
    "random": _random,
    "pairs": _pairs,
}
