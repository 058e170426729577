"""Where a room that nobody owns is to be: pure, from what the nodes last said of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

ROOM_WEIGHT: Final = 4
"""A room costs as much as so many sessions, besides those that are in it: people are still to come."""
WORTH_IT: Final = 16
"""A node that is asked for a room keeps it unless another has so much less to do: a full room's people."""


class NodeInfo(msgspec.Struct, frozen=True):
    """What a node says of itself, about once a second."""

    node_id: str
    url: str
    """How other nodes reach it."""
    sessions: int = 0
    rooms: int = 0
    draining: bool = False

    @property
    def load(self) -> int:
        return self.sessions + ROOM_WEIGHT * self.rooms


def choose(here: NodeInfo, others: Iterable[NodeInfo]) -> NodeInfo:
    """The node that is to own the next room. With equal loads the one that was asked: nothing needs to be relayed."""
    able = sorted((node for node in others if not node.draining), key=lambda node: (node.load, node.node_id))
    if not able:
        return here
    best = able[0]
    return best if here.draining or here.load - best.load >= WORTH_IT else here
