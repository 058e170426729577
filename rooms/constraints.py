"""Groups in which some people are kept apart and some together.

Who must be apart is a matter of people's well-being: where no groups honour it the room refuses, and says
so. Who must be together is honoured as far as it is possible: a pair holds only two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from random import Random

from rooms.commands import SetConstraints
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import ConstraintsChanged
from rooms.matching import FREE, maximum_matching
from rooms.model import Constraints
from rooms.pairing import Pairs, Times, make_pairs

APART = 1000
"""Counts as so many meetings: made pairs avoid them before anything else."""
TRIES = 12
"""Trios (each a matching) or shuffles that are tried before the room gives up."""

Apart = frozenset[frozenset[str]]


def set_constraints(command: SetConstraints, context: Context) -> Events:
    """Raises `Refused("breakouts_bad_plan")` for somebody with themselves, or two who are in both lists."""
    apart, together = _clean(command.apart), _clean(command.together)
    if {*apart} & {*together}:
        raise Refused("breakouts_bad_plan", "apart and together at once")
    constraints = Constraints(apart=apart, together=together)
    if constraints == context.state.constraints:
        return ()
    return (ConstraintsChanged(constraints=constraints, by=context.actor.id),)


def _clean(pairs: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    if any(one == other for one, other in pairs):
        raise Refused("breakouts_bad_plan", "somebody with themselves")
    return tuple(dict.fromkeys((min(pair), max(pair)) for pair in pairs))


def apart_of(constraints: Constraints) -> Apart:
    return frozenset(frozenset(pair) for pair in constraints.apart)


def clash(group: Iterable[str], apart: Apart) -> bool:
    """Whether two of the group are to be apart."""
    return bool(apart) and any(frozenset(pair) in apart for pair in combinations(group, 2))


# --- pairs
# ---------------------------------------------------------------------------------------------------


def pairs_within(
    constraints: Constraints, people: Sequence[str], times: Times, salt: str, chance: Random
) -> Pairs:
    """As `make_pairs`, within the constraints. Raises `Refused("apart_impossible")`."""
    apart = apart_of(constraints)
    fixed: Pairs = []
    left = list(people)
    for one, other in constraints.together:
        if one in left and other in left:
            fixed.append((one, other))
            left = [person for person in left if person not in (one, other)]
    if len(left) == 1:
        return _with_third(fixed, left[0], apart)
    if not left:
        return fixed

    def weighed(one: str, other: str) -> int:
        return times(one, other) + (APART if frozenset((one, other)) in apart else 0)

    made = make_pairs(left, weighed, salt, chance)
    if any(clash(group, apart) for group in made):
        made = _search(left, times, apart, chance)
    return [*fixed, *made]


def _with_third(fixed: Pairs, third: str, apart: Apart) -> Pairs:
    for index, pair in enumerate(fixed):
        if not clash((*pair, third), apart):
            return [*fixed[:index], (*pair, third), *fixed[index + 1 :]]
    raise Refused("apart_impossible")


def _search(people: list[str], times: Times, apart: Apart, chance: Random) -> Pairs:
    """Exact for an even number: there are such pairs, or none. For an odd one some trios are tried."""
    if len(people) % 2 == 0:
        pairs = _match(people, times, apart)
        if pairs is not None:
            return pairs
        raise Refused("apart_impossible")
    order = list(people)
    chance.shuffle(order)
    trios = (trio for trio in combinations(order, 3) if not clash(trio, apart))
    for _, trio in zip(range(TRIES), trios, strict=False):
        pairs = _match([person for person in order if person not in trio], times, apart)
        if pairs is not None:
            return [*pairs, trio]
    raise Refused("apart_impossible")


def _match(people: list[str], times: Times, apart: Apart) -> Pairs | None:
    """Everybody in a pair: begun with those who have not met, enlarged with those who have."""

    def graph(met: bool) -> list[list[int]]:
        return [
            [
                w
                for w, other in enumerate(people)
                if other != one and frozenset((one, other)) not in apart and (met or not times(one, other))
            ]
            for one in people
        ]

    mate = maximum_matching(graph(met=True), maximum_matching(graph(met=False)))
    if FREE in mate:
        return None
    return [(people[v], people[m]) for v, m in enumerate(mate) if v < m]


# --- groups by chance
# ----------------------------------------------------------------------------------------


def groups_within(
    constraints: Constraints, people: Sequence[str], count: int, chance: Random
) -> list[list[str]]:
    """So many groups by chance, as equal in size as those allow who stay together. Raises
    `Refused("apart_impossible")`."""
    apart = apart_of(constraints)
    for _ in range(TRIES):
        units = _units(constraints, people)
        chance.shuffle(units)
        units.sort(key=len, reverse=True)
        groups: list[list[str]] = [[] for _ in range(count)]
        for unit in units:
            free = [group for group in groups if not clash((*group, *unit), apart)]
            if not free:
                break
            min(free, key=len).extend(unit)
        else:
            if all(groups):
                return groups
    raise Refused("apart_impossible")


def _units(constraints: Constraints, people: Sequence[str]) -> list[list[str]]:
    """Who stays together, directly or through others."""
    unit_of = {person: [person] for person in people}
    for one, other in constraints.together:
        first, second = unit_of.get(one), unit_of.get(other)
        if first is not None and second is not None and first is not second:
            first.extend(second)
            unit_of.update(dict.fromkeys(second, first))
    return list({id(unit): unit for unit in unit_of.values()}.values())
