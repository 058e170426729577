"""The report as one HTML file: figures, plots, failures. Nothing in it loads anything, or runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path

from loadtest.capacity import Capacity
from loadtest.figures import ParticipantReport, add_packets
from loadtest.histogram import Summary
from loadtest.report import Point, Report
from loadtest.svg import Chart, Line, Mark, draw

_STYLE = Path(__file__).with_name("assets") / "report.css"
WORST_SHOWN = 20
PROBLEMS_SHOWN = 100
Pick = Callable[[Point], Summary | None]


def html(report: Report, capacity: Capacity | None = None) -> str:
    """`capacity`: of the search whose last step `report` is."""
    title = str(report.scenario.get("title", "Load test"))
    body = "".join(
        (
            _head(report, title),
            _capacity(capacity) if capacity else "",
            _tiles(report),
            _marks(report),
            f'<section class="charts">{"".join(draw(chart) for chart in charts(report))}</section>',
            _problems(report),
            _faults(report),
            _requests(report),
            _workers(report),
            _worst(report),
            _trust(report),
        )
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Load test: {escape(title)}</title><style>{_STYLE.read_text()}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def _head(report: Report, title: str) -> str:
    description = str(report.scenario.get("description", ""))
    verdict = (
        '<p class="ok">Everybody joined and received.</p>'
        if report.ok
        else f'<p class="failed">Failed: {_count(len(report.problems), "problem")}, <a href="#problems">below</a>.</p>'
    )
    return (
        f"<h1>{escape(title)}</h1>{verdict}<p>{escape(description)}</p>"
        f'<p class="quiet">{report.total.participants} people in {_count(_number(report.scenario, "rooms"), "room")} of '
        f"{escape(report.target)}, {escape(report.began_at)}, measured for {report.measured_s:.0f} s, "
        f"seed {escape(str(report.scenario.get('seed')))}</p>"
    )


def _tiles(report: Report) -> str:
    total, server = report.total, report.server
    tiles = [
        ("joined", f"{total.joined} of {total.participants}", ""),
        ("joining", _ms(total.join_ms, "p95"), "p95"),
        ("first sound", _ms(total.first_audio_ms, "p50"), "median"),
        ("first picture", _ms(total.first_video_ms, "p50"), "median"),
        ("media latency", "–" if total.latency_ms.p99 is None else f"{total.latency_ms.p99:.1f} ms", "p99"),
        ("loss", "–" if total.loss is None else f"{100 * total.loss:.3f} %", "of packets"),
        ("replies", _ms(total.reply_ms, "p99"), "p99, signaling"),
        ("chat to its readers", _ms(total.delivery_ms, "p99"), "p99"),
        ("coming back", _ms(total.resume_ms, "p99"), "p99, after a cut"),
    ]
    if server is not None:
        tiles += [
            ("server's CPU", f"{server.cpu_share:.0%}", "of one core"),
            ("server's memory", f"{server.peak_memory_bytes / 2**20:.0f} MiB", "at most"),
        ]
        if server.cpu_us_per_forwarded_packet is not None:
            tiles.append(
                ("CPU per packet", f"{server.cpu_us_per_forwarded_packet:.1f} µs", "all work included")
            )
    shown = (
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}<small>{escape(note)}</small></dd></div>"
        for name, value, note in tiles
        if value != "–"
    )
    return f'<dl class="tiles">{"".join(shown)}</dl>'


def _marks(report: Report) -> str:
    """What the dotted lines across the plots are."""
    words = "; ".join(f"{mark.label} ({mark.x:.0f} s)" for mark in _happened(report))
    return f'<p class="quiet">Dotted lines: {escape(words)}.</p>'


def _happened(report: Report) -> list[Mark]:
    faults = [
        Mark(report.measured_from_s + each.at_s, f"{each.kind}, {_count(each.people, 'person', 'people')}")
        for each in report.faults
    ]
    return [Mark(report.measured_from_s, "all have joined"), *faults]


def charts(report: Report) -> list[Chart]:
    """Over the time since people began to join."""
    points, servers = report.timeline, report.server_points
    marks = _happened(report)
    end = max((point.at_s + 1 for point in points), default=1)

    def chart(title: str, unit: str, *lines: Line, logarithmic: bool = False) -> Chart:
        return Chart(title, unit, lines, "s", marks, logarithmic, end)

    def spread(title: str, pick: Pick) -> Chart:
        return chart(title, "ms, logarithmic", *_percentile_lines(points, pick), logarithmic=True)

    def over(name: str, value: Callable[[Point], float | None]) -> Line:
        return Line(name, [(point.at_s, value(point)) for point in points])

    return [
        chart("People in", "", over("people", lambda point: point.people)),
        spread("Joining", lambda point: point.join_ms),
        spread("Media latency", lambda point: point.latency_ms),
        spread("Latency of sound", lambda point: point.audio_ms),
        chart(
            "Loss",
            "% of packets",
            over("lost", lambda point: None if point.loss is None else 100 * point.loss),
        ),
        chart("Media", "packets/s that arrive", over("packets", lambda point: point.packets_per_s or None)),
        spread("Replies (signaling)", lambda point: point.reply_ms),
        spread("Chat to its readers", lambda point: point.delivery_ms),
        spread("Coming back after a cut", lambda point: point.resume_ms),
        chart(
            "The server's CPU",
            "% of one core",
            Line(
                "CPU",
                [(each.at_s, None if each.cpu_share is None else 100 * each.cpu_share) for each in servers],
            ),
        ),
        chart(
            "The server's memory",
            "MiB",
            Line(
                "resident",
                [(each.at_s, each.memory_bytes / 2**20 if each.memory_bytes else None) for each in servers],
            ),
        ),
        chart(
            "Answers of watched addresses",
            "ms",
            Line("slowest", [(each.at_s, each.answer_ms) for each in servers]),
        ),
    ]


def _percentile_lines(points: Sequence[Point], pick: Pick) -> list[Line]:
    def of(value: Callable[[Summary], float]) -> list[tuple[float, float | None]]:
        return [(point.at_s, value(summary) if (summary := pick(point)) else None) for point in points]

    return [
        Line("p50", of(lambda summary: summary.p50)),
        Line("p95", of(lambda summary: summary.p95)),
        Line("p99", of(lambda summary: summary.p99)),
    ]


def _capacity(capacity: Capacity) -> str:
    steps = capacity.steps
    wide = capacity.raises

    def chart(title: str, unit: str, name: str, values: Iterable[float | None]) -> str:
        line = Line(name, [(step.size, value) for step, value in zip(steps, values, strict=True)])
        return draw(Chart(title, unit, [line], wide, x_max=max((step.size for step in steps), default=1)))

    rows = [
        (
            str(step.size),
            str(step.people),
            _plain(step.cpu_share, "%", 100),
            _plain(step.latency_p99_ms, "ms"),
            _plain(step.loss, "%", 100),
            _plain(step.reply_p99_ms, "ms"),
            "; ".join(step.broken) or "holds",
        )
        for step in steps
    ]
    head = (wide, "people", "server's CPU", "latency p99", "loss", "replies p99", "")
    figures = "".join(
        (
            chart("CPU by size", "% of one core", "CPU", (_times(step.cpu_share, 100) for step in steps)),
            chart("Latency by size", "ms, p99", "p99", (step.latency_p99_ms for step in steps)),
            chart("Loss by size", "%", "loss", (_times(step.loss, 100) for step in steps)),
        )
    )
    return (
        f"<h2>Capacity</h2><p><b>{escape(capacity.verdict)}</b></p>"
        f'<section class="charts">{figures}</section>{_table(head, rows)}<h2>The last step</h2>'
    )


def _problems(report: Report) -> str:
    if report.ok:
        return ""
    shown = "".join(f"<li>{escape(problem)}</li>" for problem in report.problems[:PROBLEMS_SHOWN])
    more = len(report.problems) - PROBLEMS_SHOWN
    rest = f"<p>And {more} more: the JSON has them.</p>" if more > 0 else ""
    return f'<h2 id="problems">Failures</h2><ol class="problems">{shown}</ol>{rest}'


def _faults(report: Report) -> str:
    if not report.faults:
        return ""
    rows = [(f"{fault.at_s:g} s", fault.kind, str(fault.people)) for fault in report.faults]
    return "<h2>Faults injected</h2>" + _table(("after", "what", "people"), rows)


def _requests(report: Report) -> str:
    rows = [(kind, str(each.count), *_spread(each)) for kind, each in report.requests_ms.items()]
    return (
        "<h2>Replies by request</h2>" + _table(("request", "count", "p50", "p95", "p99", "max"), rows)
        if rows
        else ""
    )


def _workers(report: Report) -> str:
    rows = [(each.name, str(each.rooms), str(each.people), each.state) for each in report.workers]
    return "<h2>Workers</h2>" + _table(("worker", "rooms", "people", ""), rows) if rows else ""


def _worst(report: Report) -> str:
    def badness(each: ParticipantReport) -> tuple[bool, bool, float, float]:
        return (each.joined, not each.errors, -(each.loss or 0.0), -(each.latency_ms.p99 or 0.0))

    people = sorted(report.participants, key=badness)[:WORST_SHOWN]
    rows = [
        (
            each.name,
            str(each.room + 1),
            "no" if not each.joined else _plain(each.join_ms, "ms", digits=0),
            _plain(each.loss, "%", 100, 3),
            _plain(each.latency_ms.p50, "ms"),
            _plain(each.latency_ms.p99, "ms"),
            str(add_packets(each.packets.values()).received),
        )
        for each in people
    ]
    head = ("person", "room", "joined in", "loss", "latency p50", "p99", "packets")
    several = len(report.participants) > WORST_SHOWN
    title = f"The {WORST_SHOWN} who fared worst" if several else "Everybody"
    return f"<h2>{title}</h2>" + _table(head, rows)


def _trust(report: Report) -> str:
    each = report.generator
    return (
        "<h2>How far to trust this</h2>"
        f"<p>The load generator ({_count(each.processes, 'process', 'processes')}) took {each.cpu_share:.0%} of a core and was "
        f"at worst {each.worst_lag_ms:.0f} ms behind its own plan. "
        "Where that is more than some 50 ms, latency says something about the "
        "load generator, not about the server. CPU seconds are those of the server's process, whoever else was "
        "busy.</p>"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table></div>'


def _spread(summary: Summary) -> tuple[str, str, str, str]:
    return tuple(f"{value:.1f} ms" for value in (summary.p50, summary.p95, summary.p99, summary.max))  # type: ignore[return-value]


def _ms(summary: Summary | None, which: str) -> str:
    return "–" if summary is None else f"{getattr(summary, which):.0f} ms"


def _plain(value: float | None, unit: str, factor: float = 1, digits: int = 1) -> str:
    return "–" if value is None else f"{value * factor:.{digits}f} {unit}"


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _number(scenario: dict[str, object], key: str) -> int:
    value = scenario.get(key)
    return value if isinstance(value, int) else 0


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
