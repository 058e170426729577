"""Pairs for one round, with as few repeated meetings as any pairing of these people has.

A stable group of even number follows a round-robin tournament (the circle method): its rounds are a
partition of all pairs, so that 16 people meet everybody in 15 rounds. Nothing is stored for that: the order
around the circle is a hash of room and ids, the same whenever the same people are there, and any round of
it that repeats nothing will do. Picking just any new pairs each round would get stuck a few rounds before
the end.

Once people came, went or were grouped by hand, no round of the circle may be free of repeats. Then a
maximum matching in the graph of those who have not met gives the least number of repeats for this round;
later rounds may have some sooner than a perfect plan would. Those left over are matched to whom they met
least often.

With one trio all three in it count as met. Its members are searched for exactly while that is quick, and
within `TRIO_EVALUATIONS` otherwise: a round may then have a repeat too many, which tests have not yet seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from random import Random

from rooms.matching import FREE, maximum_matching

Times = Callable[[str, str], int]
"""How many times two people have met."""
Pairs = list[tuple[str, ...]]

TRIO_EVALUATIONS = 8000
"""How many trios are tried at most, divided by the number of people (a try costs more, the more there
are)."""


def make_pairs(people: Sequence[str], times: Times, salt: str, chance: Random) -> Pairs:
    """Two or more people in pairs, an odd one in a trio; each person exactly once.

    `salt` keeps the circle of a room the same from round to round. Same arguments and state of `chance`:
    same result.
    """
    if len(people) % 2 == 0:
        return _even(people, times, salt, chance)
    return _odd(people, times, chance)


# --- an even number: a round of the circle, else a matching -------------------------------------------------


def circle_rounds(people: Sequence[str]) -> Iterator[Pairs]:
    """The n - 1 rounds of a round-robin tournament of n (even) people: each pair is in exactly one of
    them."""
    *circle, last = people
    size = len(circle)
    for turn in range(size):
        across = [
            (circle[(turn + step) % size], circle[(turn - step) % size]) for step in range(1, size // 2 + 1)
        ]
        yield [(circle[turn], last), *across]


def _even(people: Sequence[str], times: Times, salt: str, chance: Random) -> Pairs:
    around = sorted(people, key=lambda person: hashlib.blake2b(f"{salt}\0{person}".encode()).digest())
    rounds = list(circle_rounds(around))
    costs = [_cost(pairs, times) for pairs in rounds]
    best = min(costs)
    from_circle = chance.choice([pairs for pairs, cost in zip(rounds, costs, strict=True) if cost == best])
    if best == (0, 0):
        return from_circle
    matched = _match(people, times, chance)
    return matched if _cost(matched, times) < best else from_circle


def _cost(pairs: Pairs, times: Times) -> tuple[int, int]:
    """Repeated meetings, then how often those had met before."""
    met = [times(one, other) for group in pairs for one, other in combinations(group, 2)]
    return sum(1 for count in met if count), sum(met)


def _match(people: Sequence[str], times: Times, chance: Random) -> Pairs:
    """As many pairs as possible of those who met least, then of those left who met next to least, …"""
    left = list(people)
    chance.shuffle(left)
    pairs: Pairs = []
    while left:
        least = min(times(one, other) for one, other in combinations(left, 2))
        mate = maximum_matching(_graph(left, times, least))
        pairs += [(left[v], left[m]) for v, m in enumerate(mate) if v < m]
        left = [left[v] for v, m in enumerate(mate) if m == FREE]
    return pairs


def _graph(people: Sequence[str], times: Times, most: int) -> list[list[int]]:
    """Neighbours are those who have met at most so many times."""
    graph: list[list[int]] = [[] for _ in people]
    for (v, one), (w, other) in combinations(enumerate(people), 2):
        if times(one, other) <= most:
            graph[v].append(w)
            graph[w].append(v)
    return graph


# --- an odd number: one trio --------------------------------------------------------------------------------


def _odd(people: Sequence[str], times: Times, chance: Random) -> Pairs:
    order = list(people)
    chance.shuffle(order)
    least = min(times(one, other) for one, other in combinations(order, 2))
    trio = _best_trio(_graph(order, times, least))
    rest = [person for v, person in enumerate(order) if v not in trio]
    return [*_match(rest, times, chance), tuple(order[v] for v in trio)]


def _best_trio(graph: list[list[int]]) -> tuple[int, int, int]:
    """The trio with which most meetings are edges: its own three and the pairs matched among the others.

    With m edges in a maximum matching no trio has more than m + 2 (a matched pair, and a third who is left
    over and knows neither): most rounds find one by looking. Else trios are tried, those with most edges
    first.
    """
    near = [frozenset(neighbours) for neighbours in graph]
    whole = maximum_matching(graph)
    matched = sum(1 for mate in whole if mate != FREE) // 2
    for third in range(len(graph)):
        without = maximum_matching(graph, whole, frozenset({third}))
        if sum(1 for mate in without if mate != FREE) // 2 == matched:
            for v, mate in enumerate(without):
                if v < mate and v in near[third] and mate in near[third]:
                    return v, mate, third
    best: tuple[int, tuple[int, int, int]] = (-1, (0, 1, 2))
    tries = max(1, TRIO_EVALUATIONS // len(graph))
    for inner, trio in _trios_by_edges(near):
        most = matched - 1 + inner if inner else matched
        if best[0] >= most or not tries:
            break
        tries -= 1
        others = maximum_matching(graph, whole, frozenset(trio))
        best = max(best, (inner + sum(1 for mate in others if mate != FREE) // 2, trio), key=lambda b: b[0])
    return best[1]


def _trios_by_edges(near: Sequence[frozenset[int]]) -> list[tuple[int, tuple[int, int, int]]]:
    trios = [
        ((b in near[a]) + (c in near[a]) + (c in near[b]), (a, b, c))
        for a, b, c in combinations(range(len(near)), 3)
    ]
    return sorted(trios, key=lambda entry: -entry[0])
