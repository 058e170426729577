"""Maximum matchings, against trying everything."""

from __future__ import annotations

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


def largest_by_trying(vertices: frozenset[int], edges: frozenset[tuple[int, int]]) -> int:
    if not vertices:
        return 0
    first = min(vertices)
    best = largest_by_trying(vertices - {first}, edges)
    for v, w in edges:
        if first in (v, w) and {v, w} <= vertices:
            best = max(best, 1 + largest_by_trying(vertices - {v, w}, edges))
    return best


@pytest.mark.parametrize(
    ("size", "edges", "expected"),
    [
        (0, [], 0),
        (3, [(0, 1), (1, 2), (0, 2)], 1),
        (5, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)], 2),
        # two triangles joined by an edge: the greedy start may take the bridge's ends apart
        (6, [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)], 3),
        # a blossom inside a blossom, with a stem
        (8, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 2), (4, 5), (5, 6), (6, 3), (6, 7)], 4),
        (10, [(v, (v + 1) % 5) for v in range(5)] + [(v, v + 5) for v in range(5)], 5),
    ],
)
def test_known_graphs(size: int, edges: list[tuple[int, int]], expected: int) -> None:
    assert size_of(maximum_matching(neighbours(size, edges))) == expected


@given(seed=st.integers(0, 2**32), size=st.integers(2, 9), density=st.floats(0.1, 0.9))
def test_no_matching_is_larger(seed: int, size: int, density: float) -> None:
    rng = Random(seed)
    edges = [edge for edge in combinations(range(size), 2) if rng.random() < density]
    removed = frozenset(rng.sample(range(size), rng.randrange(3) % size))
    start = maximum_matching(neighbours(size, edges[: len(edges) // 2]))
    for mate in (
        maximum_matching(neighbours(size, edges), removed=removed),
        maximum_matching(neighbours(size, edges), start, removed),
    ):
        for vertex, partner in enumerate(mate):
            if partner != FREE:
                assert mate[partner] == vertex
                assert (min(vertex, partner), max(vertex, partner)) in edges
                assert not {vertex, partner} & removed
        expected = largest_by_trying(frozenset(range(size)) - removed, frozenset(edges))
        assert size_of(mate) == expected
