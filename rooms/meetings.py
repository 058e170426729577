"""Who has met whom in breakouts: the memory that pairs are made from. It is kept by id and outlives seats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from rooms.state import Meetings

PEOPLE_MAX = 1000
"""Of how many people meetings are remembered; beyond, those who met first in this room are forgotten
first."""


def times_met(meetings: Meetings, one: str, other: str) -> int:
    return meetings.get(one, {}).get(other, 0)


def after_round(meetings: Meetings, groups: Iterable[Sequence[str]]) -> Meetings:
    """Everybody met everybody else in their group once more (in a trio, all three)."""
    return _met(meetings, (pair for group in groups for pair in combinations(group, 2)))


def after_move(meetings: Meetings, newcomer: str, group: Iterable[str]) -> Meetings:
    """The newcomer met the group; who had met before (perhaps earlier in this very round) did not meet
    anew."""
    return _met(meetings, ((newcomer, other) for other in group if not times_met(meetings, newcomer, other)))


def _met(meetings: Meetings, pairs: Iterable[tuple[str, str]]) -> Meetings:
    result = {person: dict(others) for person, others in meetings.items()}
    for one, other in pairs:
        for person, met in ((one, other), (other, one)):
            others = result.setdefault(person, {})
            others[met] = others.get(met, 0) + 1
    forgotten = list(result)[: max(0, len(result) - PEOPLE_MAX)]
    for person in forgotten:
        for other in result.pop(person):
            result.get(other, {}).pop(person, None)
    return result
