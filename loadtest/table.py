"""The report for people: one line per participant, then the total and the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loadtest.report import KINDS, Latency, ParticipantReport, Report, Summary, add_packets

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


def render(report: Report) -> str:
    rows = [_HEADER, *(_row(participant) for participant in report.participants), _total_row(report)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    lines = [_line(row, widths) for row in rows]
    rule = "-" * len(lines[0])
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1], "", *_notes(report), *_verdict(report)])


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
    yield f"{total.packets_per_s:.0f} packets/s forwarded over {report.measured_s:.0f} s"
    server = report.server
    if server is None:
        yield "server: not a process of this machine"
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
    return ["", "FAILED:", *(f"  {problem}" for problem in report.problems)]


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


def _percent(fraction: float | None) -> str:
    return "–" if fraction is None else f"{100 * fraction:.3f}"
