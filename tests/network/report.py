"""The measured cells as a page: tables in Markdown, and small plots in SVG drawn here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from tests.network import simulated
from tests.network.cells import CHROMIUM_CELLS, LOSSES, RATES, ROUND_TRIPS_MS, WAYS, Cell, Way, rejoins, steps
from tests.network.trial_chromium import BOTH_HOPS, REBINDING, UPLINK

Results = Mapping[str, Mapping[str, Any]]
MARK = "<!-- measured: written by `make test-network`, not by hand -->"
FIRST = ("fa47224", "2026-11-22")
"""Rows that do not say what they are of."""
MOST_NAMED = 25
COLOURS = ("#1f5fa8", "#b5541c", "#2f7d4f")
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 460, 240, 48, 30, 44


def write(folder: Path, results: Mapping[str, Results]) -> None:
    """`results`: of simulated, synthetic and real people.

    Replaces what follows MARK in the page beside `folder`, and the plots in it."""
    page = folder.with_suffix(".md")
    words = page.read_text().split(MARK)[0] if page.exists() else "# Media quality\n\n"
    sections = list(_page(folder, results))
    page.write_text(words + MARK + "\n\n" + "\n".join(sections) + "\n")


def _page(folder: Path, results: Mapping[str, Results]) -> Iterator[str]:
    synthetic, chromium = results["synthetic"], results["chromium"]
    yield "## What is asked, and what was measured\n"
    yield from _targets(synthetic, chromium)
    yield from _simulated(results["simulated"])
    yield "\n## In Chromium\n"
    yield from _chromium_table(chromium)
    for way in WAYS:
        yield f"\n## Synthetic people: {'what they receive' if way == 'down' else 'what they send'} suffers\n"
        for metric, words, factor in (
            ("audio_unplayable", "Speech that never came or too late, %", 100),
            ("freeze_ratio", "Time in which the picture stood still, %", 100),
        ):
            name = f"{way}-{metric.replace('_', '-')}.svg"
            (folder / name).write_text(_plot(synthetic, way, metric, words, factor))
            yield f"![{words}](media-quality/{name})"
        yield ""
        yield from _steady_table(synthetic, way)
    yield "\n## Steps down and up\n"
    yield from _step_table(synthetic)
    yield "\n## Joining again, from nothing to the first sound\n"
    yield "| path | median of fifteen, ms | slowest, ms |"
    yield "| --- | ---: | ---: |"
    for rejoin in rejoins():
        got = synthetic.get(rejoin.name)
        if got is not None:
            yield f"| {rejoin.name} | {got['audio_ms']} | {got['slowest_ms']} |"
    yield "\n## When each row was measured\n"
    yield from _versions(results)


def _versions(results: Mapping[str, Results]) -> Iterator[str]:
    """The newest code first; of the oldest, which is of most rows, only how many."""
    rows: dict[tuple[str, str], list[str]] = {}
    for people, cells in results.items():
        for name, got in cells.items():
            version = got.get("date", FIRST[1]), got.get("commit", FIRST[0])
            rows.setdefault(version, []).append(f"{people}: {name}")
    yield "| date | commit | rows |"
    yield "| --- | --- | --- |"
    for (date, commit), names in sorted(rows.items(), reverse=True):
        told = "; ".join(sorted(names)) if len(names) <= MOST_NAMED else f"{len(names)}, all others"
        yield f"| {date} | {commit} | {told} |"


def _simulated(results: Results) -> Iterator[str]:
    for name, reach in ((simulated.SPEAKER, "< 200 ms"), (simulated.LAYER, "< 500 ms")):
        got = results.get(name)
        if got:
            yield (
                f"| {name} in a slot, 60 ms round trip (simulated) | {reach}, no frozen frame | slowest of {got['switches']}: "
                f"{got['slowest_ms']} ms, longest time between two frames {got['longest_gap_ms']} ms |"
            )
    got = results.get(simulated.NEIGHBOURS)
    if got:
        told = f"{got['changed']} packets of theirs others or at another time (simulated)"
        yield f"| {simulated.NEIGHBOURS} | changes nothing for the other fifteen | {told} |"
    cost = _figure(results, simulated.COST, "share", "{:.1%} of the relay's CPU, 16 people")
    yield f"| {simulated.COST} | < 10 % | {cost} |"


def _targets(synthetic: Results, chromium: Results) -> Iterator[str]:
    yield "| what | reach | measured |"
    yield "| --- | --- | --- |"
    for name in ("down, 30 %, 20 ms, unlimited", UPLINK, BOTH_HOPS):
        reach = "< 5 %" if name == BOTH_HOPS else "< 3 %"
        yield f"| speech concealed, {name} | {reach} | {_figure(chromium, name, 'concealed_worst', '{:.2%}')} |"
    for loss, reach in (("5 %", "no freeze"), ("10 %", "< 1 %")):
        name = Cell("down", loss, 150, "unlimited").name
        yield f"| picture frozen, {name} | {reach} | {_figure(chromium, name, 'freeze_ratio', '{:.1%}')} |"
    step = synthetic.get("down, step to 300 kb/s and back", {})
    falls, low, high = step.get("falling"), step.get("low"), step.get("high")
    if falls and low and high:
        yield (
            "| down to 300 kb/s | queue < 300 ms within 2 s, speech unbroken "
            f"| first 4 s: longest gap {falls['audio_gap_ms']} ms; "
            f"then delay p95 {low['audio_delay_ms']} ms, gap {low['audio_gap_ms']} ms |"
        )
        yield f"| and up again, after 10 s | 80 % of what fits | {high['kbps']:.0f} kb/s, {high['fps']:.0f} frames/s |"
    name = Cell("down", "0 %", 20, "150 kb/s").name
    concealed, fps = (
        _figure(chromium, name, "concealed_worst", "{:.2%}"),
        _figure(chromium, name, "fps", "{:.0f}"),
    )
    yield f"| {name} | all speech | {concealed} concealed, {fps} frames/s |"
    yield f"| {REBINDING} | < 1 s to speech | {_figure(chromium, REBINDING, 'silence_ms', '{:.0f} ms')} |"
    for rejoin in rejoins():
        yield f"| {rejoin.name} | < 2 s to speech | {_figure(synthetic, rejoin.name, 'audio_ms', '{:.0f} ms')} |"


def _figure(results: Results, name: str, metric: str, form: str) -> str:
    value = results.get(name, {}).get(metric)
    return "–" if value is None else form.format(value)


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"


def _chromium_table(results: Results) -> Iterator[str]:
    yield "| path | concealed % | audio buffer ms | audio kb/s | frames/s | freezes | frozen % | video kb/s | round trip ms |"
    yield "| --- " + "| ---: " * 8 + "|"
    for name in [cell.name for cell in CHROMIUM_CELLS] + [UPLINK, BOTH_HOPS]:
        got = results.get(name)
        if got is None:
            continue
        yield (
            f"| {name} | {100 * got['concealed_worst']:.2f} | {got['audio_jitter_buffer_ms']:.0f} | {got['audio_kbps']:.0f} "
            f"| {got['fps']:.1f} | {got['freezes']:.0f} | {_percent(got['freeze_ratio'])} | {got['video_kbps']:.0f} "
            f"| {got['round_trip_ms']:.0f} |"
        )
    if REBINDING in results:
        yield f"\nWhen {REBINDING}: {results[REBINDING]['silence_ms']} ms without sound.\n"


def _steady_table(results: Results, way: Way) -> Iterator[str]:
    """One row for each loss and rate; round trips side by side."""
    heads = "".join(f" {rtt} ms: speech lost / unplayable % | frozen % | kb/s |" for rtt in ROUND_TRIPS_MS)
    yield f"| loss | rate |{heads}"
    yield "| --- | --- |" + " ---: |" * (3 * len(ROUND_TRIPS_MS))
    for loss in LOSSES:
        for rate in RATES:
            row = [results.get(Cell(way, loss, rtt, rate).name) for rtt in ROUND_TRIPS_MS]
            if any(row):
                yield f"| {loss} | {rate} |" + "".join(_steady_columns(got) for got in row)


def _steady_columns(got: Mapping[str, Any] | None) -> str:
    if got is None:
        return " – | – | – |"
    speech = f"{_percent(got['audio_lost'])} / {_percent(got['audio_unplayable'])}"
    return f" {speech} | {_percent(got['freeze_ratio'])} | {got['kbps']:.0f} |"


def _step_table(results: Results) -> Iterator[str]:
    yield "| step | when | speech unplayable % | longest gap ms | delay p95 ms | frames/s | frozen % | kb/s |"
    yield "| --- | --- " + "| ---: " * 6 + "|"
    phases = {
        "falling": "first 4 s after the fall",
        "low": "then",
        "rising": "10 s after the rise",
        "high": "then",
    }
    for step in steps():
        for phase, words in phases.items():
            got = results.get(step.name, {}).get(phase)
            if got is not None:
                yield (
                    f"| {step.name} | {words} | {_percent(got['audio_unplayable'])} | {got['audio_gap_ms']} "
                    f"| {got['audio_delay_ms']} | {got['fps']:.1f} | {_percent(got['freeze_ratio'])} | {got['kbps']:.0f} |"
                )


def _plot(results: Results, way: Way, metric: str, title: str, factor: float) -> str:
    """Unlimited rate: one line for each round trip over the losses."""
    losses = list(LOSSES)
    lines = {
        rtt: [results.get(Cell(way, loss, rtt, "unlimited").name, {}).get(metric) for loss in losses]
        for rtt in ROUND_TRIPS_MS
    }
    top = max([1.0, *(factor * value for line in lines.values() for value in line if value is not None)])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="18" fill="#111">{escape(title)}</text>',
    ]
    for value in (0.0, top / 2, top):
        y = _y(value, top)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - 12}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ccc"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#444">{value:.1f}</text>')
    for index, loss in enumerate(losses):
        x = _x(index, len(losses))
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle" fill="#444">{escape(loss)}</text>'
        )
    for colour, (rtt, values) in zip(COLOURS, lines.items(), strict=True):
        parts += _line(values, colour, top, factor)
        x = LEFT + 110 * list(lines).index(rtt)
        parts.append(f'<rect x="{x}" y="{HEIGHT - 16}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{x + 15}" y="{HEIGHT - 7}" fill="#444">{rtt} ms</text>')
    return "\n".join([*parts, "</svg>", ""])


def _line(values: Sequence[float | None], colour: str, top: float, factor: float) -> list[str]:
    points = [
        (_x(index, len(values)), _y(factor * value, top))
        for index, value in enumerate(values)
        if value is not None
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>', *dots]


def _x(index: int, count: int) -> float:
    return LEFT + 20 + index * (WIDTH - LEFT - 52) / (count - 1)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)
