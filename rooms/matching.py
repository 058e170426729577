"""Maximum matching in a general graph: as many disjoint edges as there can be.

Edmonds' algorithm (J. Edmonds, "Paths, trees, and flowers", 1965): grow alternating trees from an unmatched
vertex, shrink odd cycles (blossoms), swap along a path that ends at another unmatched vertex. O(n³); a room
of 40 takes a few milliseconds at worst.
"""

from __future__ import annotations

from collections.abc import Sequence

Graph = Sequence[Sequence[int]]
"""Vertex → its neighbours; symmetric. The order of neighbours decides between equally large matchings."""
FREE = -1


def maximum_matching(
    graph: Graph, start: Sequence[int] | None = None, removed: frozenset[int] = frozenset()
) -> list[int]:
    """Vertex → its partner, or FREE.

    `start` is a matching to begin with (of any size). `removed` vertices stay free, and whom they were
    matched to in `start` is matched anew.
    """
    mate = [FREE] * len(graph) if start is None else list(start)
    for vertex in removed:
        partner = mate[vertex]
        if partner != FREE:
            mate[vertex] = mate[partner] = FREE
    for vertex in range(len(graph)):
        if mate[vertex] == FREE and vertex not in removed:
            for other in graph[vertex]:  # greedily first: most vertices are settled here
                if mate[other] == FREE and other not in removed:
                    mate[vertex], mate[other] = other, vertex
                    break
    for vertex in range(len(graph)):
        if mate[vertex] == FREE and vertex not in removed:
            _Search(graph, mate, removed).augment_from(vertex)
    return mate


class _Search:
    """One search for an augmenting path. `parent` points from an odd vertex of the tree to the even one
    before it."""

    def __init__(self, graph: Graph, mate: list[int], removed: frozenset[int]) -> None:
        self.graph = graph
        self.mate = mate
        self.removed = removed
        self.parent = [FREE] * len(graph)
        self.base = list(range(len(graph)))
        """Vertex → the base of the blossom that it was shrunk into."""
        self.even = [False] * len(graph)
        self.queue: list[int] = []

    def augment_from(self, root: int) -> bool:
        """Enlarges `mate` by one edge if a path from `root` allows it."""
        self.even[root] = True
        self.queue.append(root)
        for vertex in self.queue:  # grows while it is walked
            for other in self.graph[vertex]:
                if (
                    other in self.removed
                    or self.base[vertex] == self.base[other]
                    or self.mate[vertex] == other
                ):
                    continue
                if self.even[self.base[other]]:
                    self._shrink(vertex, other)
                elif self.parent[other] == FREE:
                    self.parent[other] = vertex
                    partner = self.mate[other]
                    if partner == FREE:
                        self._swap_path_to(other)
                        return True
                    self.even[partner] = True
                    self.queue.append(partner)
        return False

    def _shrink(self, one: int, other: int) -> None:
        """An edge between two even vertices closes an odd cycle: all of it becomes one even vertex."""
        base = self._common_base(one, other)
        cycle: set[int] = set()
        self._walk_to_base(one, base, other, cycle)
        self._walk_to_base(other, base, one, cycle)
        for vertex in range(len(self.graph)):
            if self.base[vertex] in cycle:
                self.base[vertex] = base
                if not self.even[vertex]:
                    self.even[vertex] = True
                    self.queue.append(vertex)

    def _common_base(self, one: int, other: int) -> int:
        seen: set[int] = set()
        vertex = self.base[one]
        while True:
            seen.add(vertex)
            if self.mate[vertex] == FREE:
                break
            vertex = self.base[self.parent[self.mate[vertex]]]
        vertex = self.base[other]
        while vertex not in seen:
            vertex = self.base[self.parent[self.mate[vertex]]]
        return vertex

    def _walk_to_base(self, vertex: int, base: int, child: int, cycle: set[int]) -> None:
        while self.base[vertex] != base:
            partner = self.mate[vertex]
            cycle.add(self.base[vertex])
            cycle.add(self.base[partner])
            self.parent[vertex] = child
            child = partner
            vertex = self.parent[partner]

    def _swap_path_to(self, end: int) -> None:
        odd = end
        while odd != FREE:
            even = self.parent[odd]
            following = self.mate[even]
            self.mate[odd], self.mate[even] = even, odd
            odd = following
