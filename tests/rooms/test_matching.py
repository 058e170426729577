"""Maximum matchings, against trying everything."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.matching import FREE, maximum_matching


def neighbours(size: int, edges: list[tuple[int, int]]) -> list[list[int]]:
    graph: list[list[int]] = [[] for _ in range(size)]
    for v, w in edges:
        graph[v].append(w)
        graph[w].append(v)
    return graph


def size_of(mate: list[int]) -> int:
    return sum(1 for partner in mate if partner != FREE) // 2


def largest_by_trying(graph: list[list[int]], removed: frozenset[int]) -> int:
    @cache
    def largest(left: frozenset[int]) -> int:
        if not left:
            return 0
        first = min(left)
        partners = [other for other in graph[first] if other in left]
        return max(largest(left - {first}), *(1 + largest(left - {first, other}) for other in partners), 0)

    return largest(frozenset(range(len(graph))) - removed)


@pytest.mark.parametrize(
    ("size", "edges", "expected"),
    [
        (0, [], 0),
        (3, [(0, 1), (1, 2), (0, 2)], 1),
        (5, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)], 2),
        # two triangles joined by an edge: the greedy start may take the bridge's ends apart
        (6, [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)], 3),
        # wrong unless odd cycles are shrunk: from both ends the only path runs through one
        (8, [(0, 1), (0, 6), (2, 4), (2, 5), (2, 6), (3, 4), (4, 7), (5, 6), (5, 7)], 4),
        (8, [(0, 1), (0, 2), (0, 7), (1, 3), (1, 4), (2, 7), (3, 5), (3, 6), (4, 7), (5, 6)], 4),
        (10, [(0, 2), (0, 3), (0, 6), (0, 9), (1, 4), (2, 5), (2, 8), (4, 5), (4, 9), (5, 8), (5, 9)], 4),
        # a blossom inside a blossom, with a stem
        (8, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 2), (4, 5), (5, 6), (6, 3), (6, 7)], 4),
        (10, [(v, (v + 1) % 5) for v in range(5)] + [(v, v + 5) for v in range(5)], 5),
    ],
)
def test_known_graphs(size: int, edges: list[tuple[int, int]], expected: int) -> None:
    assert size_of(maximum_matching(neighbours(size, edges))) == expected


@given(seed=st.integers(0, 2**32))
def test_no_matching_is_larger(seed: int) -> None:
    """On sparse graphs, where shrinking a blossom matters most often (still only once in a hundred)."""
    rng = Random(seed)
    for _ in range(10):
        size = rng.randint(2, 12)
        density = rng.uniform(0.1, 0.3)
        graph = neighbours(size, [edge for edge in combinations(range(size), 2) if rng.random() < density])
        removed = frozenset(rng.sample(range(size), rng.randrange(3) % size))
        start = maximum_matching(graph, removed=frozenset(range(size // 2)))
        expected = largest_by_trying(graph, removed)
        for mate in (maximum_matching(graph, removed=removed), maximum_matching(graph, start, removed)):
            check_is_matching(mate, graph, removed)
            assert size_of(mate) == expected


def check_is_matching(mate: list[int], graph: list[list[int]], removed: frozenset[int]) -> None:
    for vertex, partner in enumerate(mate):
        if partner != FREE:
            assert mate[partner] == vertex
            assert partner in graph[vertex]
            assert not {vertex, partner} & removed
