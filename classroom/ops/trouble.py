"""How much trouble a room is in: one number, by which rooms are sorted, and the reasons for it. Pure.

Points (the table of docs/operations.md, "The ops page"): grave troubles weigh at once and grow with time, up to a limit; those
of whoever teaches weigh three times, because everybody has them. A room's score is the sum over its people and calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import msgspec

from classroom.ops.person import Ill

Status = Literal["serious", "trouble", "attention", "fine"]
STATUSES: Final[tuple[Status, ...]] = ("serious", "trouble", "attention", "fine")
EDGES: Final[Mapping[Status, float]] = {"serious": 30.0, "trouble": 12.0, "attention": 3.0}
"""From so many points on."""

Reason = Literal["deaf", "unheard", "missing", "poor", "help", "hand", "no_trainer"]


class Weight(NamedTuple):
    at_once: float
    per_minute: float
    at_most: float
    after_ms: int = 0
    """Nothing is counted before."""

    def points(self, lasted_ms: float) -> float:
        if lasted_ms < self.after_ms:
            return 0.0
        return min(self.at_most, self.at_once + self.per_minute * (lasted_ms - self.after_ms) / 60_000)


WEIGHTS: Final[Mapping[Reason, Weight]] = {
    "deaf": Weight(12, 6, 30),
    "unheard": Weight(10, 6, 30),
    "missing": Weight(6, 3, 20),
    "poor": Weight(3, 0, 3),
    "help": Weight(3, 3, 20),
    "hand": Weight(3, 2, 15, after_ms=120_000),
    "no_trainer": Weight(6, 1, 12, after_ms=60_000),
}
STAFF_FACTOR: Final = 3.0


class Complaint(msgspec.Struct, frozen=True):
    """One reason for a room's score: how many people have it, and since when the first of them."""

    reason: Reason
    count: int
    since_ms: int


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody in the room with something wrong."""

    staff: bool
    since: Mapping[Ill, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    score: float
    complaints: tuple[Complaint, ...]
    """Those that weigh most first."""

    @property
    def status(self) -> Status:
        return status_of(self.score)


def status_of(score: float) -> Status:
    for status in STATUSES:
        if status != "fine" and score >= EDGES[status]:
            return status
    return "fine"


def judge(
    patients: Iterable[Patient],
    *,
    hands_ms: Iterable[int],
    helps_ms: Iterable[int],
    alone_since_ms: int | None,
    now_ms: int,
) -> Verdict:
    """`hands_ms`, `helps_ms`: since when each unanswered hand is up, each unanswered call stands. `alone_since_ms`: since when
    people are here and nobody who teaches; None: not so."""
    found: dict[Reason, list[tuple[int, float]]] = {}

    def count(reason: Reason, since_ms: int, factor: float = 1.0) -> None:
        points = WEIGHTS[reason].points(max(0, now_ms - since_ms)) * factor
        if points:
            found.setdefault(reason, []).append((since_ms, points))

    for patient in patients:
        for ill, since_ms in patient.since.items():
            count(ill, since_ms, STAFF_FACTOR if patient.staff else 1.0)
    for since_ms in hands_ms:
        count("hand", since_ms)
    for since_ms in helps_ms:
        count("help", since_ms)
    if alone_since_ms is not None:
        count("no_trainer", alone_since_ms)
    weights = {reason: sum(points for _, points in each) for reason, each in found.items()}
    complaints = tuple(
        Complaint(reason, len(found[reason]), min(since_ms for since_ms, _ in found[reason]))
        for reason in sorted(found, key=lambda reason: -weights[reason])
    )
    return Verdict(round(sum(weights.values()), 1), complaints)
