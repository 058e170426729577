"""One node's view of one lease, and what to do when it cannot be renewed. Sans-I/O: `now` is monotonic seconds of this node.

A lease in Redis ends `ttl` after Redis took the last renewal, by Redis's clock. This node counts from before it *asked*, which
was earlier, by its own clock, and stops `margin` before that: the margin is for clocks that run at different speeds
and for a process that is held up between looking at the clock and acting. So whenever the node believes that the
lease is its own, nobody else can have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

TTL_S: Final = 3.0
"""Takeover after SIGKILL waits this long at most."""
RENEW_S: Final = 0.75
MARGIN_S: Final = 0.5


class Lease:
    """A lease that was taken with `token` by a request sent at `asked_at`."""

    def __init__(self, token: int, asked_at: float, ttl_s: float = TTL_S, margin_s: float = MARGIN_S) -> None:
        self.token = token
        self._for_s = ttl_s - margin_s
        self._until = asked_at + self._for_s

    def renewed(self, asked_at: float) -> None:
        """Redis took a renewal that was sent then."""
        self._until = max(self._until, asked_at + self._for_s)

    def lost(self) -> None:
        """Redis says that the lease is somebody else's."""
        self._until = float("-inf")

    def proven(self, now: float) -> bool:
        """Whether nobody else can have it."""
        return now < self._until


class Verdict(Enum):
    HOLD = "hold"
    """Redis is away for everybody who can be asked: nobody can take the room, so it goes on here, without anything durable."""
    YIELD = "yield"
    """Others reach Redis and may take the room any moment: its people are to go to them."""


def judge(peers_reach_redis: Iterable[bool | None]) -> Verdict:
    """What a node does with the rooms whose leases it cannot prove. Of each other node: whether it reaches Redis; None: it did
    not answer."""
    return Verdict.YIELD if any(peers_reach_redis) else Verdict.HOLD
