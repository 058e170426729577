"""Reads the whole process in steps: between two of them the loop forwards what has come."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from classroom.metrics.room_figures import RoomFigures, room_figures

if TYPE_CHECKING:
    from classroom.runtime import Runtime

AT_ONCE: Final = 8
"""Peers, or rooms, read in one turn of the loop: half a millisecond."""


@dataclass(slots=True)
class Snapshot:
    """What was read; everything else that is told is in the parts of the runtime themselves, ready to be copied."""

    runtime: Runtime
    rooms: list[RoomFigures] = field(default_factory=list)
    """In the order in which they were loaded."""
    estimates_bps: float = 0.0
    """What the paths to all peers carry together, of those of whom it is known."""
    estimated: int = 0
    """How many those are."""


def take(runtime: Runtime, snapshot: Snapshot) -> Iterator[None]:
    """Fills the snapshot; each step is for one turn of the loop."""
    plane = runtime.plane
    peers = iter(plane.peers)
    while some := tuple(islice(peers, AT_ONCE)):
        for peer in some:
            stats = plane.peer_stats(peer)
            if stats is None:
                continue
            plane.totals.seen(peer, stats)
            if stats.estimate_bps is not None:
                snapshot.estimates_bps += stats.estimate_bps
                snapshot.estimated += 1
        yield
    hosts = iter(runtime.hosts)
    while several := tuple(islice(hosts, AT_ONCE)):
        now_ms = time.time_ns() // 1_000_000
        for host in several:
            snapshot.rooms.append(room_figures(host.state, runtime.quality(host.room_id), now_ms))
        yield
