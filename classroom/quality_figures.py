"""What `quality_watch` knows, in figures: for those who run the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from classroom.media.quality import Direction, Score, Window
from classroom.metrics.distribution import Distribution
from signaling.messages import MediaWay, PersonQuality

SCORE_BOUNDS: Final = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.25)


@dataclass(frozen=True, slots=True)
class DirectionFigures:
    """One direction, as measured at the last look."""

    score: Score
    window: Window


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """One person, for ops. Bounded by the seats of a room; nothing of it says who the person is but the seat's id."""

    known: PersonQuality
    """As everybody is told."""
    sending: DirectionFigures | None
    """None: media have not come up."""
    receiving: DirectionFigures | None
    deaf_s: float
    """How long they could not hear, in all."""
    mute_s: float
    """How long their microphone was on and not heard, in all."""
    interruptions: int
    """How often their path was lost."""
    first_word_ms: int | None
    """From joining until the first sound went either way; None: none has yet."""
    way: MediaWay | None
    """How media travel, as their client says; None: it does not."""


class WatchTotals:
    """Of all people since the start, also of those who have gone."""

    def __init__(self) -> None:
        self.deaf_s = 0.0
        self.mute_s = 0.0
        self.interruptions = 0
        self.scores: dict[Direction, Distribution] = {
            "sending": Distribution(SCORE_BOUNDS),
            "receiving": Distribution(SCORE_BOUNDS),
        }
        """Mean opinion scores, of each look at each person."""
