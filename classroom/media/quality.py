"""How well media do for one person in one direction: a score, a rating in words, and what spoils it.

The score is the E-model's transmission rating R (ITU-T G.107) in the short form that conferencing uses: from a best value,
points are taken off for delay, for loss by kind of media, and for pictures that are smaller than wanted or paused. R maps to
a mean opinion score of 1 to 5 (G.107 annex B). What was taken off grows fast and shrinks slowly, and ratings have a margin
on their way up, so that a score at an edge does not make words flicker.

Sans-I/O: measured windows go in, scores come out; the length of a window is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp
from typing import Final, Literal, NamedTuple

from signaling.messages import QualityReason, Rating

Direction = Literal["sending", "receiving"]
"""Sending: what the server gets from the person. Receiving: what they get."""

R_BEST: Final = 93.2
"""The E-model's value when nothing is wrong (its default parameters)."""
OPUS_LOSS_WEIGHT: Final = 8.0
"""Points per percent of packets that never came; concealment and in-band FEC are worth something."""
RED_LOSS_WEIGHT: Final = 4.0
"""Opus with redundancy: most of what is lost comes again with a later packet."""
VIDEO_LOSS_WEIGHT: Final = 10.0
"""What retransmission could not bring back stops the picture until the next key frame."""
LAYER_POINTS: Final = 15.0
"""Per layer below the one wanted, averaged over the pictures."""
PAUSE_POINTS: Final = 40.0
"""For a picture that is not sent at all, averaged likewise."""
ENOUGH_PACKETS: Final = 25
"""Fewer expected packets than this are taken for so many: one loss among five silent packets is no 20 percent."""
JITTER_CAP_MS: Final = 150.0
"""A source that was switched makes one absurd value (RFC 3550 appendix A.8 smooths it away within a second)."""
ROUND_TRIP_CAP_MS: Final = 10_000.0

FALL_S: Final = 2.0
RISE_S: Final = 8.0
"""Time constants of points being taken off, and of points being given back."""
SCAR_POINTS: Final = 40.0
"""What an interruption leaves behind: poor for some seconds, excellent again after a quarter of a minute."""

RATINGS: Final[tuple[Rating, ...]] = ("poor", "good", "excellent")
EDGES: Final = (60.0, 80.0)
"""R from which a rating is good, and excellent: below 60 nearly all users are dissatisfied, from 80 on most are satisfied
(G.107 annex B, table B.1)."""
RISE_MARGIN: Final = 5.0

REASON_FROM: Final = 10.0
REASON_UNTIL: Final = 5.0
"""Points from which a cause is told, and below which it is told no more."""


class StreamLoss(NamedTuple):
    """Packets of one stream in a window: how many were to come, and how many of them never did, not even repaired."""

    weight: float
    expected: int
    lost: float

    @property
    def share(self) -> float:
        """0 to 1."""
        return min(1.0, max(0.0, self.lost) / max(self.expected, ENOUGH_PACKETS))


@dataclass(frozen=True, slots=True)
class Window:
    """What was measured in one direction since the last window."""

    arriving: bool = True
    """False: something should arrive, and nothing does."""
    path: bool = True
    """False: the network itself is silent."""
    losses: tuple[StreamLoss, ...] = ()
    round_trip_ms: float | None = None
    jitter_ms: float = 0.0
    layers_missed: float = 0.0
    """Below the layers wanted, averaged over the pictures that flow."""
    paused: float = 0.0
    """Share of the wanted pictures that do not flow at all."""


@dataclass(frozen=True, slots=True)
class Score:
    rating: Rating
    r: float
    """0 to R_BEST."""
    mos: float
    """1 to 4.4."""
    reasons: tuple[QualityReason, ...]
    """What to tell people about it, the most telling first."""


@dataclass(slots=True)
class _Cause:
    """Points taken off for one cause, smoothed; and whether it is worth telling."""

    points: float = 0.0
    told: bool = False

    def measured(self, points: float, elapsed_s: float) -> None:
        constant = FALL_S if points > self.points else RISE_S
        self.points += (points - self.points) * (1.0 - exp(-elapsed_s / constant))
        self.told = self.points >= (REASON_UNTIL if self.told else REASON_FROM)


def loss_points(losses: Iterable[StreamLoss]) -> float:
    """The worst stream counts: perfect sound does not make up for a broken picture, nor the other way round."""
    return min(R_BEST, max((loss.weight * loss.share * 100 for loss in losses), default=0.0))


def delay_points(round_trip_ms: float | None, jitter_ms: float) -> float:
    """One way and the jitter buffer that it takes; felt little up to 160 ms, then ever more (G.107's Id, linear in parts)."""
    delay_ms = min(round_trip_ms or 0.0, ROUND_TRIP_CAP_MS) / 2 + 2 * min(jitter_ms, JITTER_CAP_MS)
    return delay_ms / 40 if delay_ms <= 160 else min(R_BEST, (delay_ms - 120) / 10)


def mean_opinion_score(r: float) -> float:
    """G.107 annex B; below R = 6.5 the cubic dips under 1, which does not exist."""
    if r <= 0:
        return 1.0
    if r >= 100:
        return 4.5
    return max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)


class Scorer:
    """One person, one direction."""

    def __init__(self, direction: Direction) -> None:
        self._loss_reason: QualityReason = "uplink_loss" if direction == "sending" else "downlink_loss"
        self._layer_reason: QualityReason = "uplink_limited" if direction == "sending" else "downlink_limited"
        self._loss = _Cause()
        self._delay = _Cause()
        self._layers = _Cause()
        self._level = len(RATINGS) - 1

    def update(self, window: Window, elapsed_s: float) -> Score:
        """The score after a window of this length."""
        if not window.arriving:
            return self._lost(window)
        self._loss.measured(loss_points(window.losses), elapsed_s)
        self._delay.measured(delay_points(window.round_trip_ms, window.jitter_ms), elapsed_s)
        layers = LAYER_POINTS * max(0.0, window.layers_missed) + PAUSE_POINTS * min(1.0, window.paused)
        self._layers.measured(layers, elapsed_s)
        r = max(0.0, R_BEST - self._loss.points - self._delay.points - self._layers.points)
        while self._level > 0 and r < EDGES[self._level - 1]:
            self._level -= 1
        while self._level < len(EDGES) and r >= EDGES[self._level] + RISE_MARGIN:
            self._level += 1
        return Score(RATINGS[self._level], r, mean_opinion_score(r), self._reasons(window.paused > 0))

    def _lost(self, window: Window) -> Score:
        self._loss.points = max(self._loss.points, SCAR_POINTS)
        self._level = 0
        return Score("lost", 0.0, 1.0, (self._loss_reason if window.path else "network_lost",))

    def _reasons(self, paused: bool) -> tuple[QualityReason, ...]:
        told: list[tuple[bool, QualityReason]] = [
            (paused, "video_paused"),
            (self._loss.told, self._loss_reason),
            (self._layers.told and not paused, self._layer_reason),
            (self._delay.told, "high_delay"),
        ]
        return tuple(reason for true, reason in told if true)
