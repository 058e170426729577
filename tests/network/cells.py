"""The cells of the matrix: what one direction of the poor path does, and which cells a real browser goes through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.network.impairment import Impairment

Way = Literal["down", "up"]
"""Which direction is poor: what the person on the client host receives, or what they send."""
WAYS: tuple[Way, ...] = ("down", "up")
LOSSES: dict[str, tuple[float, float]] = {
    "0 %": (0.0, 1),
    "5 %": (0.05, 1),
    "10 %": (0.10, 1),
    "15 %": (0.15, 1),
    "30 %": (0.30, 1),
    "bursts": (0.05, 4),
}
"""(share, mean length of a run); `bursts`: 5 % in runs of 4 on average."""
ROUND_TRIPS_MS = (20, 150, 300)
RATES: dict[str, int | None] = {
    "unlimited": None,
    "1 Mb/s": 1_000_000,
    "400 kb/s": 400_000,
    "150 kb/s": 150_000,
}
ADAPTED = "unlimited"
"""The only rate of what synthetic people send: they do not adapt it, which every browser does."""
STEP_RATES: dict[str, int] = {"1 Mb/s": 1_000_000, "300 kb/s": 300_000, "150 kb/s": 150_000}


@dataclass(frozen=True, slots=True)
class Cell:
    """One direction is poor; the other one has the same delay and nothing else."""

    way: Way
    loss: str
    round_trip_ms: int
    rate: str

    @property
    def name(self) -> str:
        return f"{self.way}, {self.loss}, {self.round_trip_ms} ms, {self.rate}"

    def impairments(self) -> dict[Way, Impairment]:
        loss, burst = LOSSES[self.loss]
        delay_s = self.round_trip_ms / 2000
        poor = Impairment(loss=loss, burst=burst, delay_s=delay_s, rate_bps=RATES[self.rate])
        return {way: poor if way == self.way else Impairment(delay_s=delay_s) for way in WAYS}


@dataclass(frozen=True, slots=True)
class Step:
    """From an unlimited path to `rate`, and back, at 20 ms round trip."""

    way: Way
    rate: str

    @property
    def name(self) -> str:
        return f"{self.way}, step to {self.rate} and back"

    def impairments(self) -> dict[Way, Impairment]:
        poor = Impairment(delay_s=0.01, rate_bps=STEP_RATES[self.rate])
        return {way: poor if way == self.way else Impairment(delay_s=0.01) for way in WAYS}


@dataclass(frozen=True, slots=True)
class Rejoin:
    """Somebody loses everything and joins again: WebSocket, offer, ICE, DTLS, and the first sound."""

    round_trip_ms: int
    way: Way = "down"

    @property
    def name(self) -> str:
        return f"rejoin, 5 %, {self.round_trip_ms} ms"

    def impairments(self) -> dict[Way, Impairment]:
        path = Impairment(loss=0.05, delay_s=self.round_trip_ms / 2000)
        return dict.fromkeys(WAYS, path)


Anything = Cell | Step | Rejoin


def steady() -> Iterator[Cell]:
    """All of them: 6 losses and 3 round trips, at 4 rates down and at one up."""
    for way in WAYS:
        for loss in LOSSES:
            for round_trip_ms in ROUND_TRIPS_MS:
                for rate in RATES:
                    if way == "down" or rate == ADAPTED:
                        yield Cell(way, loss, round_trip_ms, rate)


def steps() -> Iterator[Step]:
    for rate in STEP_RATES:
        yield Step("down", rate)


def rejoins() -> Iterator[Rejoin]:
    for round_trip_ms in ROUND_TRIPS_MS:
        yield Rejoin(round_trip_ms)


def usual() -> tuple[Anything, ...]:
    """Each loss and each rate at every round trip, loss and rate together at the worst corners; then the steps."""
    corners = {("5 %", "400 kb/s"), ("30 %", "400 kb/s"), ("bursts", "1 Mb/s")}
    chosen = [
        cell
        for cell in steady()
        if cell.rate == "unlimited"
        or cell.loss == "0 %"
        or ((cell.loss, cell.rate) in corners and cell.round_trip_ms == 150)
    ]
    return (*chosen, *steps(), *rejoins())


def full() -> tuple[Anything, ...]:
    return (*steady(), *steps(), *rejoins())


CHROMIUM_CELLS = (
    Cell("down", "0 %", 20, "unlimited"),
    Cell("down", "5 %", 20, "unlimited"),
    Cell("down", "5 %", 150, "unlimited"),
    Cell("down", "10 %", 150, "unlimited"),
    Cell("down", "30 %", 20, "unlimited"),
    Cell("down", "30 %", 150, "unlimited"),
    Cell("down", "bursts", 20, "unlimited"),
    Cell("down", "bursts", 150, "unlimited"),
    Cell("down", "0 %", 20, "1 Mb/s"),
    Cell("down", "0 %", 20, "400 kb/s"),
    Cell("down", "0 %", 20, "150 kb/s"),
    Cell("down", "5 %", 300, "400 kb/s"),
)
"""The issue's own cells and each limit once: a browser costs a hundred times what a synthetic person does."""
