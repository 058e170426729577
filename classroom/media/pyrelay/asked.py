"""What a peer and we have asked of each other by RTCP."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Asked:
    """Counts: `of` the peer by us, and `by` the peer of us."""

    of_keyframes: int = 0
    by_keyframes: int = 0
    of_nacks: int = 0
    """Packets to be sent again, each as often as it was asked for."""
    by_nacks: int = 0
