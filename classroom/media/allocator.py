"""Shares what a subscriber's path carries among their slots: which layer each picture gets, or none.

Sound comes first: its share is taken off before any picture is looked at. Then, greedily: the pictures that matter most
(speaker, spotlight, interpreter, screen) up to a legible layer, every other picture at its lowest, and what is left in steps,
by rank. A step is a layer with all its temporal layers, or only the base of them: half the frame rate before the next smaller
size, and before no picture at all. A picture that has a layer loses it at once when the budget no longer holds it; it gains one
only with room to spare, after a pause that grows with each loss, so that no picture swings with the estimate; what is below the
layer that was lost did not prove to be too much, and may come at once. And no pause outlives the path that it was for: it
is over when far more is allowed than was when the picture was lost.

Sans-I/O: `now` is monotonic seconds, rates are bits per second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from classroom.media.model import LAYERS, Layer, Step

MARGIN: Final = 1.2
"""A step up must fit this many times into what is left."""
FIRST_PAUSE_S: Final = 3.0
RETURN_SHARE: Final = 1 / 3
"""A picture that was given up altogether comes back, at its lowest, after this share of the pause."""
AMPLE, AMPLE_FOR_S = 2.0, 2.0
"""Nor does it wait where there has been room for so many times that for so long: what was too much was something else."""
ONE_FALL_S: Final = 1.0
"""What a picture loses within this time is one loss."""
LONGEST_PAUSE_S: Final = 30.0
ANOTHER_PATH: Final = 3.0
"""So many times what was allowed before: the path is another one, or somebody else has left it."""
MOST_DECAY_PER_S: Final = 0.9
"""What was allowed of late counts by its highest: a full path allows less and more in turns."""
RETURN_EVERY_S: Final = 0.09
"""Pictures that were given up come back one by one: each begins with a key frame, and sound must not wait behind them all."""
FORGIVEN_AFTER_S: Final = 60.0
"""A slot that kept its layer this long starts over with the first pause."""
LEGIBLE: Final[Layer] = "m"
THINNER: Final = 0.85
"""Half the pictures are a step of their own if they take at most this share of all,"""
THICKER: Final = 1.15
"""and at least so many times what the next smaller layer takes."""
HEIGHTS: Final[Mapping[Layer, int]] = {layer: height for height, layer in enumerate(LAYERS)}


class Demand(NamedTuple):
    """One picture that a subscriber could receive. Demands are given most important first."""

    slot: str
    wanted: Layer
    costs: Mapping[Layer, float]
    """Rate of each layer that flows now; a stream without layers has one entry. Empty: nothing flows, nothing is spent."""
    essential: bool = False
    upper_shares: Mapping[Layer, float] = {}
    """Of each layer's rate, what lies above its base temporal layer; missing: nothing does."""

    def cost(self, step: Step) -> float:
        whole = self.costs[step.layer]
        return whole * (1 - self.upper_shares.get(step.layer, 0.0)) if step.thinned else whole


Allocation = dict[str, Step | None]


@dataclass(slots=True)
class _Pause:
    next_s: float = FIRST_PAUSE_S
    fell_at: float = float("-inf")
    lowered_at: float = 0.0
    length_s: float = 0.0
    height: int = 0
    """Of the lowest step that was lost: what is below may be had at once."""
    short_at: float = float("-inf")
    """When there was last not room to spare for its lowest."""
    budget_bps: float = float("inf")
    """What was allowed at most when it was lost."""

    def over(self, now: float, returning: bool) -> bool:
        return now - self.lowered_at >= self.length_s * (RETURN_SHARE if returning else 1)


class _Share(NamedTuple):
    """A demand while it is shared out: its steps, lowest first, and how many of them it has."""

    demand: Demand
    ladder: Sequence[Step]
    held: int
    """How many it had before."""


class Allocator:
    """The allocation of one subscriber; keeps what it decided, to disturb it least."""

    def __init__(self) -> None:
        self._held: Allocation = {}
        self._pauses: dict[str, _Pause] = {}
        self._gone: set[str] = set()
        """Slots whose picture was given up and has not come back."""
        self._returned_at = float("-inf")
        self._most_bps = 0.0
        """The highest budget of late."""
        self._budget_at = float("-inf")

    def allocate(
        self,
        budget_bps: float,
        audio_bps: float,
        demands: Sequence[Demand],
        now: float,
        *,
        silent: bool = False,
    ) -> Allocation:
        """A step, or None for a pause, for every demand's slot. `audio_bps` is what sound takes. `silent`: the budget is low
        because nothing is heard of the path, which does not prove that it carries less: what is lost comes back at once."""
        self._note(budget_bps, now)
        ladders = [_ladder(demand) for demand in demands]
        if not self._pauses and not self._gone and _wanted_bps(audio_bps, demands, ladders) <= budget_bps:
            # The usual: there is room for everything.
            self._held = {
                demand.slot: ladder[-1] if ladder else None
                for demand, ladder in zip(demands, ladders, strict=True)
            }
            return self._held
        left = budget_bps - audio_bps
        heights = [0] * len(demands)
        steps = [
            _Share(demand, ladder, self._height(demand.slot, ladder))
            for demand, ladder in zip(demands, ladders, strict=True)
        ]

        def raise_to(index: int, height: int) -> None:
            nonlocal left
            demand, ladder, held = steps[index]
            slot = demand.slot
            present = heights[index]
            while present < height and present < len(ladder):
                step = demand.cost(ladder[present]) - (demand.cost(ladder[present - 1]) if present else 0.0)
                if present < held:
                    if step > left:
                        break
                elif not self._may_rise(slot, ladder[present], step, left, present == 0, now):
                    break
                elif slot in self._gone:
                    if now - self._returned_at < RETURN_EVERY_S:
                        break
                    self._returned_at = now
                    self._gone.discard(slot)
                left -= step
                present += 1
            heights[index] = present

        for index, (demand, ladder, _) in enumerate(steps):
            if demand.essential:
                raise_to(index, sum(HEIGHTS[step.layer] <= HEIGHTS[LEGIBLE] for step in ladder) or 1)
        for layer in LAYERS:
            for thinned in (True, False):
                limit = _height(Step(layer, thinned))
                for index, (_, ladder, _) in enumerate(steps):
                    raise_to(index, sum(_height(step) <= limit for step in ladder))
        for height, (demand, ladder, held) in zip(heights, steps, strict=True):
            if height < held:
                if not height:
                    self._gone.add(demand.slot)
                if not silent:
                    self._lowered(demand.slot, ladder[held - 1], now)
        self._held = {
            demand.slot: ladder[height - 1] if height else None
            for height, (demand, ladder, _) in zip(heights, steps, strict=True)
        }
        for slot in self._pauses.keys() - self._held.keys():
            del self._pauses[slot]
        self._gone &= self._held.keys()
        return self._held

    def _note(self, budget_bps: float, now: float) -> None:
        decay = MOST_DECAY_PER_S ** min(now - self._budget_at, 100.0)
        self._most_bps = max(budget_bps, self._most_bps * decay)
        self._budget_at = now
        for pause in self._pauses.values():
            if budget_bps > ANOTHER_PATH * pause.budget_bps:
                pause.length_s = 0.0

    def _height(self, slot: str, ladder: Sequence[Step]) -> int:
        """How many steps of the ladder are at or below the one that the slot has."""
        held = self._held.get(slot)
        if held is None:
            return 0
        if ladder and held == Step(ladder[0].layer, True):
            return 1  # Its pictures are of one size or another: that half of them is no step any more is no loss.
        return sum(_height(step) <= _height(held) for step in ladder)

    def _may_rise(
        self, slot: str, step: Step, cost_bps: float, left_bps: float, returning: bool, now: float
    ) -> bool:
        pause = self._pauses.get(slot)
        if pause is not None and returning and cost_bps * AMPLE > left_bps:
            pause.short_at = now
        if cost_bps * MARGIN > left_bps:
            return False
        if pause is None or _height(step) < pause.height or pause.over(now, returning):
            return True
        return returning and now - max(pause.short_at, pause.lowered_at) >= AMPLE_FOR_S

    def _lowered(self, slot: str, lost: Step, now: float) -> None:
        pause = self._pauses.setdefault(slot, _Pause())
        if now - pause.lowered_at > FORGIVEN_AFTER_S:
            pause.next_s = FIRST_PAUSE_S
        if now - pause.fell_at > ONE_FALL_S:
            height = _height(lost)
            pause.height = height if pause.over(now, False) else min(pause.height, height)
            pause.length_s, pause.next_s = pause.next_s, min(pause.next_s * 2, LONGEST_PAUSE_S)
            pause.fell_at, pause.budget_bps = now, self._most_bps
        pause.lowered_at = now


def wanted_bps(audio_bps: float, demands: Sequence[Demand]) -> float:
    """What it would all cost at the layers wanted, and room to take it: how far it is worth probing."""
    return _wanted_bps(audio_bps, demands, [_ladder(demand) for demand in demands])


def _wanted_bps(audio_bps: float, demands: Sequence[Demand], ladders: Sequence[Sequence[Step]]) -> float:
    pictures = sum(
        [demand.cost(ladder[-1]) for demand, ladder in zip(demands, ladders, strict=True) if ladder]
    )
    return pictures * MARGIN + audio_bps


def _height(step: Step) -> int:
    return 2 * HEIGHTS[step.layer] + (not step.thinned)


def _ladder(demand: Demand) -> Sequence[Step]:
    """The steps up to the layer wanted, lowest first; of the lowest layer that flows if all are above it."""
    flowing = [layer for layer in LAYERS if layer in demand.costs]
    height = HEIGHTS[demand.wanted]
    ladder: list[Step] = []
    below_bps = 0.0
    for layer in [layer for layer in flowing if HEIGHTS[layer] <= height] or flowing[:1]:
        whole_bps = demand.costs[layer]
        if layer in demand.upper_shares:
            base = Step(layer, True)
            if THICKER * below_bps <= demand.cost(base) <= THINNER * whole_bps:
                ladder.append(base)
        ladder.append(Step(layer))
        below_bps = whole_bps
    return ladder
