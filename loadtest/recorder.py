"""What a process's people tell while a run goes on: histograms of the whole run, and second by second."""

from __future__ import annotations

from typing import Literal

import msgspec

from loadtest.histogram import Histogram

Measure = Literal[
    "join",
    "first_audio",
    "first_video",
    "audio",
    "video",
    "reply",
    "delivery",
    "resume",
    "move_audio",
    "move_video",
]
"""Milliseconds each: joining, first sound, first picture (see `loadtest.report`); latency of audio and video; a request until
its reply; a chat message until each reader has it; a lost socket until the session is back; a breakout move until somebody
new is heard, seen."""
MEASURES: tuple[Measure, ...] = Measure.__args__  # type: ignore[attr-defined]
_IN_TIME = frozenset({"join", "audio", "video", "reply", "delivery", "resume"})
"""Kept for each second, too."""


class Second(msgspec.Struct):
    """A second of a run, of one process or merged of several."""

    at_s: int
    """Since people began to join."""
    people: int = 0
    """In a room, with a living session, at its end."""
    packets: int = 0
    """Of media that arrived."""
    expected: int = 0
    lost: int = 0
    """Missing so far; what is repaired in a later second counts against that one."""
    histograms: dict[str, Histogram] = {}

    def of(self, measure: Measure) -> Histogram:
        return self.histograms.get(measure) or Histogram()

    def add(self, other: Second) -> None:
        self.people += other.people
        self.packets += other.packets
        self.expected += other.expected
        self.lost += other.lost
        for name, each in other.histograms.items():
            self.histograms.setdefault(name, Histogram()).add(each)


class Recorder:
    def __init__(self) -> None:
        self.measuring = False
        """Everybody has joined: latency counts from here on."""
        self.totals: dict[str, Histogram] = {name: Histogram() for name in MEASURES}
        self.current: dict[str, Histogram] = {}
        self.requests: dict[str, Histogram] = {}
        """Replies by the request's type."""

    def take(self, measure: Measure, ms: float) -> None:
        self.totals[measure].record(ms)
        if measure in _IN_TIME:
            self._now(measure).record(ms)

    def latency(self, measure: Measure, ms: float) -> None:
        """In the whole run's figures only while measuring."""
        if self.measuring:
            self.totals[measure].record(ms)
        self._now(measure).record(ms)

    def reply(self, kind: str, ms: float) -> None:
        self.take("reply", ms)
        found = self.requests.get(kind)
        if found is None:
            found = self.requests[kind] = Histogram()
        found.record(ms)

    def cut_second(self) -> dict[str, Histogram]:
        """What this second had; the next one begins."""
        done, self.current = self.current, {}
        return done

    def _now(self, measure: Measure) -> Histogram:
        found = self.current.get(measure)
        if found is None:
            found = self.current[measure] = Histogram()
        return found
