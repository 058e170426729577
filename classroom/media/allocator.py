"""Shares what a subscriber's path carries among their slots: which layer each picture gets, or none.

Sound comes first: its share is taken off before any picture is looked at. Then, greedily: the pictures that matter most
(speaker, spotlight, interpreter, screen) up to a legible layer, every other picture at its lowest, and what is left in steps,
by rank. A picture that has a layer loses it at once when the budget no longer holds it; it gains one only with room to spare
and after a pause that grows with each loss, so that an estimate that swings does not make pictures swing.

Sans-I/O: `now` is monotonic seconds, rates are bits per second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from classroom.media.model import LAYERS, Layer

MARGIN: Final = 1.2
"""A step up must fit this many times into what is left."""
FIRST_PAUSE_S: Final = 3.0
RETURN_SHARE: Final = 1 / 3
"""A picture that was given up altogether comes back, at its lowest, after this share of the pause."""
ONE_FALL_S: Final = 1.0
"""What a picture loses within this time is one loss."""
LONGEST_PAUSE_S: Final = 30.0
FORGIVEN_AFTER_S: Final = 60.0
"""A slot that kept its layer this long starts over with the first pause."""
LEGIBLE: Final[Layer] = "m"


@dataclass(frozen=True, slots=True)
class Demand:
    """One picture that a subscriber could receive. Demands are given most important first."""

    slot: str
    wanted: Layer
    costs: Mapping[Layer, float]
    """Rate of each layer that flows now; a stream without layers has one entry. Empty: nothing flows, nothing is spent."""
    essential: bool = False


Allocation = dict[str, Layer | None]


@dataclass(slots=True)
class _Pause:
    next_s: float = FIRST_PAUSE_S
    lowered_at: float = 0.0
    length_s: float = 0.0

    def over(self, now: float, returning: bool) -> bool:
        return now - self.lowered_at >= self.length_s * (RETURN_SHARE if returning else 1)


class Allocator:
    """The allocation of one subscriber; keeps what it decided, to disturb it least."""

    def __init__(self) -> None:
        self._held: Allocation = {}
        self._pauses: dict[str, _Pause] = {}

    def allocate(
        self, budget_bps: float, audio_bps: float, demands: Sequence[Demand], now: float
    ) -> Allocation:
        """A layer, or None for a pause, for every demand's slot. `audio_bps` is what sound takes."""
        left = budget_bps - audio_bps
        result: Allocation = {demand.slot: None for demand in demands}
        ladders = {demand.slot: _ladder(demand) for demand in demands}

        def raise_to(demand: Demand, height: int) -> None:
            nonlocal left
            ladder = ladders[demand.slot]
            for layer in ladder[_steps(ladder, result[demand.slot]) : height]:
                present = result[demand.slot]
                step = demand.costs[layer] - (demand.costs[present] if present is not None else 0.0)
                if not self._affordable(demand.slot, ladder, layer, step, left, now):
                    return
                left -= step
                result[demand.slot] = layer

        for demand in demands:
            if demand.essential:
                raise_to(
                    demand,
                    sum(LAYERS.index(layer) <= LAYERS.index(LEGIBLE) for layer in ladders[demand.slot]) or 1,
                )
        for demand in demands:
            raise_to(demand, 1)
        for height in range(2, len(LAYERS) + 1):
            for demand in demands:
                raise_to(demand, height)
        self._remember(result, ladders, now)
        return result

    def wanted_bps(self, audio_bps: float, demands: Sequence[Demand]) -> float:
        """What it would all cost at the layers wanted: how far it is worth probing."""
        pictures = sum(demand.costs[ladder[-1]] for demand in demands if (ladder := _ladder(demand)))
        return pictures * MARGIN + audio_bps

    def _affordable(
        self, slot: str, ladder: Sequence[Layer], layer: Layer, step: float, left: float, now: float
    ) -> bool:
        if _steps(ladder, layer) <= _steps(ladder, self._held.get(slot)):
            return step <= left
        pause = self._pauses.get(slot)
        return (pause is None or pause.over(now, returning=layer == ladder[0])) and step * MARGIN <= left

    def _remember(self, result: Allocation, ladders: Mapping[str, Sequence[Layer]], now: float) -> None:
        for slot, layer in result.items():
            before = _steps(ladders[slot], self._held.get(slot))
            if _steps(ladders[slot], layer) >= before:
                continue
            pause = self._pauses.setdefault(slot, _Pause())
            if now - pause.lowered_at > FORGIVEN_AFTER_S:
                pause.next_s = FIRST_PAUSE_S
            if now - pause.lowered_at > ONE_FALL_S or not pause.length_s:
                pause.length_s, pause.next_s = pause.next_s, min(pause.next_s * 2, LONGEST_PAUSE_S)
            pause.lowered_at = now
        self._held = result
        for slot in self._pauses.keys() - result.keys():
            del self._pauses[slot]


def _ladder(demand: Demand) -> tuple[Layer, ...]:
    """The layers that flow up to the one wanted, lowest first; the lowest that flows if all are above it."""
    flowing = [layer for layer in LAYERS if layer in demand.costs]
    wanted = [layer for layer in flowing if LAYERS.index(layer) <= LAYERS.index(demand.wanted)]
    return tuple(wanted or flowing[:1])


def _steps(ladder: Sequence[Layer], layer: Layer | None) -> int:
    """How many layers of the ladder are at or below this one."""
    return 0 if layer is None else sum(LAYERS.index(other) <= LAYERS.index(layer) for other in ladder)
