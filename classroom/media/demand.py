"""Which layers of everybody's pictures anybody takes: what nobody takes need not be encoded or sent at all.

A publication is wanted up to the highest layer that it is routed at anywhere, and not at all while nobody has it in a slot.
The layers below the highest are kept: they are the steps down for a subscriber whose path gives way, and a step that has to
be asked for first is a frozen picture. What falls out of use is wanted a little longer, so that a changing wall does not make
publishers' encoders start over and over.

Pure: `now` is monotonic seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from classroom.media.model import LAYERS, Layer, Publication, RoomPlan

HOLD_S: Final = 2.0
"""From the last use of a layer until it is not wanted any more; also the head start of a picture that was just turned on."""


class Demand:
    """One room's. Nothing wanted is ever late: a layer is wanted in the same call in which a plan routes it."""

    def __init__(self) -> None:
        self._used_at: dict[Publication, dict[Layer, float]] = {}

    def update(
        self, offered: Collection[Publication], plan: RoomPlan, now: float
    ) -> Mapping[Publication, tuple[Layer, ...]]:
        """The wanted layers of each publication in `offered` (pictures that are switched on), lowest first. What is offered
        for the first time is wanted whole: somebody will most likely take it, and then it is there at once."""
        self._used_at = {
            item: self._used_at.get(item) or dict.fromkeys(_layers(item), now) for item in offered
        }
        for item, height in _heights(plan).items():
            used = self._used_at.get(item)
            if used is not None:
                used.update(dict.fromkeys(_layers(item)[: height + 1], now))
        return {
            item: tuple(layer for layer, at in used.items() if now - at < HOLD_S)
            for item, used in self._used_at.items()
        }


def _heights(plan: RoomPlan) -> dict[Publication, int]:
    """The highest layer that each publication is routed at, by its index."""
    heights: dict[Publication, int] = {}
    for subscriber in plan.subscribers.values():
        for route in subscriber.routes:
            heights[route.publication] = max(heights.get(route.publication, 0), LAYERS.index(route.layer))
    return heights


def _layers(item: Publication) -> tuple[Layer, ...]:
    """Lowest first. A screen is one stream, told as the top layer."""
    return ("h",) if item.kind == "screen" else LAYERS
