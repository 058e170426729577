"""How a run goes on, in the terminal: a table that is drawn anew every second, or a line now and then."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

from loadtest.histogram import Histogram, Summary
from loadtest.recorder import Measure, Second
from loadtest.report import ServerPoint
from loadtest.run import Progress, View

_LINE_EVERY_S = 5.0
_BAR = 30
_BLOCKS = "▁▂▃▄▅▆▇█"
_LABEL, _NOW = 22, 46
_RECENT_S = 5
"""Seconds that "now" stands for: one alone jumps too much to be read."""


def view_for(stream: TextIO = sys.stderr) -> View:
    """What suits the stream: a table needs a terminal that moves its cursor."""
    if stream.isatty() and shutil.get_terminal_size().columns >= 80:
        return Table(stream)
    return Lines(stream)


class Lines:
    """For files, pipes and narrow terminals."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._told_at = float("-inf")
        self._phase = ""

    def say(self, line: str) -> None:
        print(line, file=self._stream, flush=True)

    def show(self, progress: Progress) -> None:
        if progress.phase == self._phase and progress.elapsed_s - self._told_at < _LINE_EVERY_S:
            return
        self._told_at, self._phase = progress.elapsed_s, progress.phase
        recent = progress.recent[-_RECENT_S:]
        if not recent:
            return
        packets = sum(second.packets for second in recent) / len(recent)
        missing = sum(second.lost for second in progress.recent)
        text = (
            f"{progress.elapsed_s:5.1f} s {progress.phase}: {recent[-1].people} in, "
            f"{packets:.0f} packets/s arrive, {missing} missing"
        )
        if (latency := _together(recent, "audio", "video").summary()) is not None:
            text += f", latency p50 {latency.p50:.2f} ms, p99 {latency.p99:.2f} ms"
        if (reply := _together(recent, "reply").summary()) is not None:
            text += f", replies p99 {reply.p99:.1f} ms"
        self.say(text)

    def done(self) -> None:
        pass


class Table:
    """Drawn over itself; what is said stays above it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._height = 0

    def say(self, line: str) -> None:
        self._erase()
        print(line, file=self._stream, flush=True)

    def show(self, progress: Progress) -> None:
        width = shutil.get_terminal_size().columns - 1
        lines = [line[:width] for line in table_lines(progress)]
        self._erase()
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()
        self._height = len(lines)

    def done(self) -> None:
        """The last table stays."""
        self._height = 0

    def _erase(self) -> None:
        if self._height:
            self._stream.write(f"\x1b[{self._height}A\x1b[J")
            self._height = 0


def table_lines(progress: Progress) -> list[str]:
    filled = round(_BAR * min(1.0, progress.measured_s / progress.seconds))
    recent, now = progress.recent, progress.recent[-_RECENT_S:]
    head = (
        f"{progress.phase:<10} [{'#' * filled}{'.' * (_BAR - filled)}] "
        f"{min(progress.measured_s, progress.seconds):.0f} of {progress.seconds:.0f} s"
    )
    rows: list[tuple[str, str, Iterable[float]]] = [
        (
            "people in",
            f"{now[-1].people if now else 0} of {progress.people}",
            (second.people for second in recent),
        ),
        (
            "packets",
            f"{_mean(second.packets for second in now):.0f}/s arrive",
            (second.packets for second in recent),
        ),
        ("loss", _loss(now), (_share(second) for second in recent)),
        ("media latency", *_spread(recent, "audio", "video")),
        ("replies", *_spread(recent, "reply")),
        ("chat to its readers", *_spread(recent, "delivery")),
        ("joining", *_spread(recent, "join")),
        ("coming back", *_spread(recent, "resume")),
        ("server", _server(progress.server), (point.cpu_share or 0.0 for point in progress.server)),
    ]
    return [
        head,
        *(
            f"{label:<{_LABEL}}{text:<{_NOW}}{_spark(values)}".rstrip()
            for label, text, values in rows
            if text
        ),
    ]


def _spread(recent: Sequence[Second], *measures: Measure) -> tuple[str, Iterable[float]]:
    """Percentiles of the last seconds that had any, and the p99 of each second."""
    found = [each for second in recent if (each := _together([second], *measures)).count]
    if not found:
        return "", ()
    whole = Histogram()
    for each in found[-_RECENT_S:]:
        whole.add(each)
    summary = whole.summary()
    values = (_together([second], *measures).percentile(0.99) or 0.0 for second in recent)
    return _percentiles(summary), values


def _percentiles(summary: Summary | None) -> str:
    if summary is None:
        return ""
    return f"p50 {summary.p50:.1f}  p95 {summary.p95:.1f}  p99 {summary.p99:.1f} ms"


def _server(points: Sequence[ServerPoint]) -> str:
    if not points:
        return ""
    last = points[-1]
    parts = []
    if last.cpu_share is not None:
        parts.append(f"{last.cpu_share:.0%} of a core")
    if last.memory_bytes is not None:
        parts.append(f"{last.memory_bytes / 2**20:.0f} MiB")
    if last.answer_ms is not None:
        parts.append(f"answers in {last.answer_ms:.0f} ms")
    return ", ".join(parts)


def _together(seconds: Sequence[Second], *measures: Measure) -> Histogram:
    whole = Histogram()
    for second in seconds:
        for measure in measures:
            whole.add(second.of(measure))
    return whole


def _share(second: Second) -> float:
    return max(0.0, second.lost / second.expected) if second.expected > 0 else 0.0


def _loss(seconds: Sequence[Second]) -> str:
    expected = sum(second.expected for second in seconds)
    lost = sum(second.lost for second in seconds)
    return f"{100 * max(0, lost) / expected:.3f} %" if expected > 0 else ""


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def _spark(values: Iterable[float]) -> str:
    found = list(values)
    top = max(found, default=0.0)
    if top <= 0:
        return ""
    return "".join(_BLOCKS[min(7, int(8 * max(0.0, value) / top))] for value in found)
