"""What one participant saw."""

from __future__ import annotations

from dataclasses import dataclass, field

from loadtest.histogram import Histogram
from loadtest.moves import MoveResult


@dataclass(slots=True)
class Measured:
    """What one participant saw, besides the counters of its slots.

    Times are milliseconds since it began to join.
    """

    join_ms: float | None = None
    """Until its media path was up: SRTP keys there, sources on. Without media: until welcome."""
    first_audio_ms: float | None = None
    first_video_ms: float | None = None
    """Until the first whole keyframe."""
    latency_ms: dict[str, Histogram] = field(
        default_factory=lambda: {"audio": Histogram(), "video": Histogram()}
    )
    """Samples while measuring, publisher's send to the kernel's receipt."""
    moves: list[MoveResult] = field(default_factory=list)
    tries: int = 0
    """To join or to come back, beyond the first ones: handshakes that the server or the network refused."""
    losses: int = 0
    """Sockets lost without our doing."""
    resumed: int = 0
    errors: list[str] = field(default_factory=list)
