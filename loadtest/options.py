"""What a run is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PARTICIPANTS_MAX = 100
"""Per room."""
ROOMS_MAX = 100


@dataclass(frozen=True, slots=True)
class Options:
    url: str
    """The server's base URL (in demo mode, each room is made there), or a group join link: then everybody
    goes into that room."""
    participants: int = 16
    """Per room, one trainer among them."""
    seconds: float = 20.0
    """How long to measure, once everybody has joined."""
    rooms: int = 1
    voices: int = 4
    """How many per room speak; the others' microphones are off, or quiet with `breakouts`."""
    breakouts: bool = False
    screen: tuple[int, int] = (1920, 1080)
    """Device pixels that each participant shows everybody in, as a grid: it decides the layers that flow."""
    stagger_s: float = 0.1
    """Between two people joining the same room."""
    json_path: Path | None = None

    @property
    def move_every_s(self) -> float:
        """Time between two moves: five seconds, less in short runs."""
        return min(5.0, self.seconds / 4)
