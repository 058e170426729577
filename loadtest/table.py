"""The report for people: one line per participant, then the total and the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loadtest.figures import KINDS, Latency, ParticipantReport, add_packets
from loadtest.histogram import Summary
from loadtest.report import Report

_HEADER = (
    "participant",
    "join ms",
    "1st audio",
    "1st video",
    "received",
    "expected",
    "loss %",
    "p50 ms",
    "p95 ms",
    "p99 ms",
)


PROBLEMS_SHOWN = 50
ROWS_MAX = 40
"""Of people; of more, those that the problems name come first."""


def render(report: Report) -> str:
    rows = [_HEADER, *map(_row, _shown(report)), _total_row(report)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    lines = [_line(row, widths) for row in rows]
    rule = "-" * len(lines[0])
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1], "", *_notes(report), *_verdict(report)])


def _shown(report: Report) -> list[ParticipantReport]:
    people = report.participants
    if len(people) <= ROWS_MAX:
        return list(people)
    worst = sorted(people, key=lambda each: (each.joined, not each.errors, -(each.loss or 0.0)))
    return sorted(worst[:ROWS_MAX], key=lambda each: each.number)


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    first, *rest = (
        text.ljust(width) if index == 0 else text.rjust(width)
        for index, (text, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join([first, *rest])


def _row(participant: ParticipantReport) -> tuple[str, ...]:
    packets = add_packets(participant.packets.values())
    return (
        participant.name if participant.room == 0 else f"{participant.name} (room {participant.room + 1})",
        _ms(participant.join_ms) if participant.joined else "no",
        _ms(participant.first_audio_ms),
        _ms(participant.first_video_ms),
        str(packets.received),
        str(packets.expected),
        _percent(participant.loss),
        *_latency(participant.latency_ms),
    )


def _total_row(report: Report) -> tuple[str, ...]:
    total = report.total
    packets = add_packets(total.packets.values())
    return (
        f"total: {total.joined} of {total.participants} joined; medians",
        _median(total.join_ms),
        _median(total.first_audio_ms),
        _median(total.first_video_ms),
        str(packets.received),
        str(packets.expected),
        _percent(total.loss),
        *_latency(total.latency_ms),
    )


def _notes(report: Report) -> Iterator[str]:
    total = report.total
    for kind in KINDS:
        packets = total.packets[kind]
        yield (
            f"{kind}: {packets.sent} packets published, {packets.received} of {packets.expected} received, "
            f"{packets.repaired} of them repaired, {packets.left_out} left out by the relay"
        )
    counters = total.counters
    uplink = "not told" if counters.uplink_lost is None else str(counters.uplink_lost)
    yield (
        f"uplink: {counters.uplink_sent} packets, lost {uplink}, sent again {counters.retransmitted}; "
        f"keyframes asked of publishers: {counters.keyframes_asked}; misrouted: {counters.misrouted}"
    )
    switches = total.switches_ms
    if switches.audio or switches.video or switches.missing:
        yield (
            f"breakout moves: partner heard {_spread(switches.audio)}, seen {_spread(switches.video)}, "
            f"missing {switches.missing}"
        )
    for label, summary in (
        ("replies", total.reply_ms),
        ("chat to its readers", total.delivery_ms),
        ("coming back", total.resume_ms),
    ):
        if summary is not None:
            yield f"{label}: {_all(summary)}"
    for fault in report.faults:
        yield f"fault after {fault.at_s:g} s: {fault.kind}, {fault.people} people"
    if total.losses or total.tries or total.ghosts:
        yield (
            f"sockets lost otherwise: {total.losses}; handshakes tried again: {total.tries}; "
            f"left over: {total.ghosts}"
        )
    if len(report.participants) > ROWS_MAX:
        yield f"(of {len(report.participants)} people the worst {ROWS_MAX} are shown; the JSON has all)"
    yield f"{total.packets_per_s:.0f} packets/s forwarded over {report.measured_s:.0f} s"
    server = report.server
    if server is None:
        yield "server: not a process of this machine, and no metrics of it"
    else:
        each = server.cpu_us_per_forwarded_packet
        yield (
            f"server (pid {server.pid}): {server.cpu_seconds:.2f} s of CPU, {server.cpu_share:.0%} of a core, "
            f"{'–' if each is None else f'{each:.1f}'} µs per packet, "
            f"peak memory {server.peak_memory_bytes / 2**20:.0f} MiB"
        )
    generator = report.generator
    yield (
        f"load generator: {generator.cpu_share:.0%} of a core, at worst {generator.worst_lag_ms:.1f} ms "
        "behind its own plan"
    )


def _verdict(report: Report) -> Iterable[str]:
    if report.ok:
        return ["", "OK: everybody joined and received."]
    shown = report.problems[:PROBLEMS_SHOWN]
    more = len(report.problems) - len(shown)
    return ["", "FAILED:", *(f"  {problem}" for problem in shown), *([f"  and {more} more"] if more else [])]


def _latency(latency: Latency) -> tuple[str, str, str]:
    return _ms(latency.p50, 2), _ms(latency.p95, 2), _ms(latency.p99, 2)


def _ms(value: float | None, digits: int = 0) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _median(summary: Summary | None) -> str:
    return _ms(summary.p50 if summary else None)


def _spread(summary: Summary | None) -> str:
    if summary is None:
        return "–"
    return f"p50 {summary.p50:.0f} ms, p95 {summary.p95:.0f} ms, max {summary.max:.0f} ms ({summary.count})"


def _all(summary: Summary) -> str:
    return (
        f"p50 {summary.p50:.1f} ms, p95 {summary.p95:.1f} ms, p99 {summary.p99:.1f} ms, max {summary.max:.0f} ms "
        f"({summary.count})"
    )


def _percent(fraction: float | None) -> str:
    return "–" if fraction is None else f"{100 * fraction:.3f}"
