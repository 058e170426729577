"""From measured points to a cost model, and from the model to many people. Pure.

CPU of one core = nobody + a · packets in/s + b · packets out/s + c · people, fitted by least squares of the relative error
with no coefficient below zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from tests.capacity.points import Measured

FULL = 0.6
"""Of a core: how far a process may be filled, so that bursts and a bad minute find room."""


@dataclass(frozen=True, slots=True)
class Model:
    base: float
    """Share of a core of a process without anybody."""
    per_packet_in_us: float
    per_packet_out_us: float
    per_person_ms: float
    """CPU milliseconds per second."""
    worst_error: float
    """The largest relative error at the points it was fitted to."""

    def share(self, in_per_s: float, out_per_s: float, people: int) -> float:
        """Of one core."""
        packets = (self.per_packet_in_us * in_per_s + self.per_packet_out_us * out_per_s) / 1e6
        return self.base + packets + self.per_person_ms * people / 1000


def fit(points: Sequence[Measured], base: float) -> Model:
    """Without those that were overloaded, where others are left."""
    points = [each for each in points if not each.overloaded] or points
    rows = [(each.in_per_s, each.out_per_s, float(each.rooms * each.people)) for each in points]
    targets = [max(1e-6, each.cpu_share - base) for each in points]
    found = least_squares(rows, targets)
    model = Model(base, found[0] * 1e6, found[1] * 1e6, found[2] * 1000, 0.0)
    errors = [
        abs(model.share(each.in_per_s, each.out_per_s, each.rooms * each.people) / each.cpu_share - 1)
        for each in points
        if each.cpu_share > 0
    ]
    return Model(base, found[0] * 1e6, found[1] * 1e6, found[2] * 1000, max(errors, default=0.0))


def least_squares(rows: Sequence[Sequence[float]], targets: Sequence[float]) -> list[float]:
    """The coefficients, none below zero, that come closest in relative terms: of all subsets of the columns the best one
    whose solution has no negative."""
    width = len(rows[0])
    scaled = [[value / target for value in row] for row, target in zip(rows, targets, strict=True)]
    best, least = [0.0] * width, float(len(rows))
    for size in range(1, width + 1):
        for columns in combinations(range(width), size):
            solution = _solve(
                [[sum(row[a] * row[b] for row in scaled) for b in columns] for a in columns],
                [sum(row[a] for row in scaled) for a in columns],
            )
            if solution is None or min(solution) < 0:
                continue
            whole = [0.0] * width
            for column, value in zip(columns, solution, strict=True):
                whole[column] = value
            error = sum(
                (sum(value * each for value, each in zip(whole, row, strict=True)) - 1) ** 2 for row in scaled
            )
            if error < least:
                best, least = whole, error
    return best


def _solve(matrix: list[list[float]], right: list[float]) -> list[float] | None:
    """Gauss with pivots; None: there is not one solution."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    scale = max((abs(value) for row in matrix for value in row), default=0.0)
    for step in range(size):
        pivot = max(range(step, size), key=lambda row: abs(rows[row][step]))
        if abs(rows[pivot][step]) <= 1e-12 * scale:
            return None
        rows[step], rows[pivot] = rows[pivot], rows[step]
        for row in range(step + 1, size):
            factor = rows[row][step] / rows[step][step]
            rows[row] = [a - factor * b for a, b in zip(rows[row], rows[step], strict=True)]
    solution = [0.0] * size
    for step in reversed(range(size)):
        known = sum(rows[step][column] * solution[column] for column in range(step + 1, size))
        solution[step] = (rows[step][size] - known) / rows[step][step]
    return solution


@dataclass(frozen=True, slots=True)
class RoomCost:
    """Of one room of sixteen."""

    kind: str
    cpu_share: float
    megabits_per_s: float
    memory_mib: float


def room_cost(kind: str, points: Sequence[Measured], nobody: Measured) -> RoomCost:
    """From the largest measured number of rooms that was not too much for the machine."""
    suitable = [each for each in points if each.series == kind and each.people == 16]
    largest = max(suitable, key=lambda each: (not each.overloaded, each.rooms))
    return RoomCost(
        kind,
        max(0.0, largest.cpu_share - nobody.cpu_share) / largest.rooms,
        largest.megabits_per_s / largest.rooms,
        max(0.0, largest.memory_mib - nobody.memory_mib) / largest.rooms,
    )


def rooms_per_core(cost: RoomCost, base: float) -> int:
    return max(0, int((FULL - base) / cost.cpu_share)) if cost.cpu_share else 0


def cores_for(people: int, cost: RoomCost, base: float) -> int:
    """Processes, each with a core: a room lives in one of them."""
    each = rooms_per_core(cost, base)
    rooms = -(-people // 16)
    return -(-rooms // each) if each else 0
