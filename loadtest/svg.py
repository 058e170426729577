"""Line charts as inline SVG: no script, nothing from elsewhere, as wide as a phone at their own size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 360, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 10, 12, 26
_STYLES = 4
"""Classes s0 … s3 of the page's style sheet: colour and dashes, so that colour alone tells nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    points: Sequence[tuple[float, float | None]]
    """x ascending; y None: there was nothing."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at x."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    unit: str
    lines: Sequence[Line]
    x_label: str = "s"
    marks: Sequence[Mark] = ()
    logarithmic: bool = False
    x_max: float | None = None

    @property
    def has_data(self) -> bool:
        return any(y is not None for line in self.lines for _, y in line.points)


def draw(chart: Chart) -> str:
    """A figure with caption and legend; nothing if there is nothing to show."""
    if not chart.has_data:
        return ""
    values = [y for line in chart.lines for _, y in line.points if y is not None]
    xs = [x for line in chart.lines for x, _ in line.points]
    x_max = max(chart.x_max or 0, max(xs), 1e-9)
    x_min = 0.0
    scale = _Logarithmic(values) if chart.logarithmic else _Linear(values)

    def at(x: float, y: float) -> tuple[float, float]:
        across = (x - x_min) / (x_max - x_min)
        return (
            round(_LEFT + across * (WIDTH - _LEFT - _RIGHT), 1),
            round(HEIGHT - _BOTTOM - scale.part(y) * (HEIGHT - _TOP - _BOTTOM), 1),
        )

    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(_spoken(chart, values))}">']
    for tick in scale.ticks:
        _, y = at(0, tick)
        parts.append(f'<path class="grid" d="M{_LEFT},{y}H{WIDTH - _RIGHT}"/>')
        parts.append(
            f'<text class="tick" x="{_LEFT - 5}" y="{y + 4}" text-anchor="end">{_short(tick)}</text>'
        )
    across = _ticks(x_min, x_max, 5)
    for tick in across:
        x, _ = at(tick, scale.ticks[0])
        unit = f" {escape(chart.x_label)}" if tick == across[-1] else ""
        anchor = "end" if x > WIDTH - 2 * _LEFT else "middle"
        parts.append(
            f'<text class="tick" x="{x}" y="{HEIGHT - 9}" text-anchor="{anchor}">{_short(tick)}{unit}</text>'
        )
    for mark in chart.marks:
        x, _ = at(mark.x, scale.ticks[0])
        parts.append(
            f'<path class="mark" d="M{x},{_TOP}V{HEIGHT - _BOTTOM}"><title>{escape(mark.label)}</title></path>'
        )
    for number, line in enumerate(chart.lines):
        places = [at(x, y) if y is not None else None for x, y in line.points]
        parts += [
            f'<circle class="s{number % _STYLES}" cx="{x}" cy="{y}" r="2.5"/>' for x, y in _alone(places)
        ]
        path = _path(places)
        parts.append(
            f'<path class="line s{number % _STYLES}" d="{path}"><title>{escape(line.name)}</title></path>'
        )
    parts.append("</svg>")
    legend = "".join(
        f'<span><svg viewBox="0 0 24 8" aria-hidden="true"><path class="line s{number % _STYLES}" d="M1,4H23"/></svg>'
        f"{escape(line.name)}</span>"
        for number, line in enumerate(chart.lines)
    )
    return (
        f"<figure><figcaption><b>{escape(chart.title)}</b> <small>{escape(chart.unit)}</small></figcaption>"
        f'{"".join(parts)}<div class="legend">{legend}</div></figure>'
    )


class _Linear:
    def __init__(self, values: Sequence[float]) -> None:
        self.ticks = _ticks(0, max(max(values), 1e-9), 4, past=True)

    def part(self, value: float) -> float:
        return min(1.0, max(0.0, value / self.ticks[-1]))


class _Logarithmic:
    """For what spans orders of magnitude, as latency does. Zero lies on the floor."""

    def __init__(self, values: Sequence[float]) -> None:
        positive = [value for value in values if value > 0] or [1.0]
        self._low = math.floor(math.log10(min(positive)))
        self._high = max(self._low + 1, math.ceil(math.log10(max(positive))))
        self.ticks = [10.0**power for power in range(self._low, self._high + 1)]

    def part(self, value: float) -> float:
        if value <= 0:
            return 0.0
        return min(1.0, max(0.0, (math.log10(value) - self._low) / (self._high - self._low)))


def _ticks(low: float, high: float, count: int, *, past: bool = False) -> list[float]:
    """Round numbers; `past`: the last one is not below `high`."""
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw - 1e-12)
    number = math.ceil(high / step - 1e-9) if past else math.floor(high / step + 1e-9)
    return [round(low + index * step, 10) for index in range(max(1, number) + 1)]


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """Interrupted where there is nothing."""
    made: list[str] = []
    before = False
    for point in points:
        if point is not None:
            made.append(f"{'L' if before else 'M'}{point[0]},{point[1]}")
        before = point is not None
    return "".join(made)


def _alone(points: Sequence[tuple[float, float] | None]) -> list[tuple[float, float]]:
    """Those between gaps, which make no line: dots."""
    around = [None, *points, None]
    return [
        point
        for before, point, after in zip(around, points, around[2:], strict=False)
        if point is not None and before is None and after is None
    ]


def _short(value: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1e3 if letter == 'k' else size):g}{letter}"
    return f"{value:g}"


def _spoken(chart: Chart, values: Sequence[float]) -> str:
    names = ", ".join(line.name for line in chart.lines)
    return f"{chart.title} ({chart.unit}): {names}. From {min(values):.3g} to {max(values):.3g}."
