"""The figures of a run: what the JSON holds. Pure: results in, report out.

Definitions:

- expected: packets that the publishers sent on the routes in force. Each slot's sequence numbers from the first to the
  highest one seen, which count everything the relay sent, plus `left_out`.
- left_out: packets of a publisher that the relay did not send on although nothing changed in the slot (told by the
  publisher's own count in the stamps). An empty datagram of padding has no stamp and is not counted.
- received: packets that arrived at their first try or by retransmission (`repaired`).
- loss: (expected - received) / expected.
- uplink_lost: packets sent that never reached the server, by its transport-wide feedback or receiver reports; null if it
  tells neither.
- latency_ms: from just before a publisher protects and sends a packet until the subscriber's kernel has it, during the
  measured seconds. For video it is the packet that ends a frame, the last of its burst.
- switches_ms: from the trainer's command until the first packet of audio, and the end of the first keyframe, of
  somebody who was in another place before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["audio", "video"]
KINDS: tuple[Kind, ...] = ("audio", "video")


@dataclass(frozen=True, slots=True)
class Summary:
    """Nearest-rank percentiles, and how many values they are of."""

    count: int
    p50: float
    p95: float
    p99: float
    max: float


def summarize(values: Iterable[float]) -> Summary | None:
    """None: no values."""
    ordered = sorted(values)
    if not ordered:
        return None

    def rank(fraction: float) -> float:
        return round(ordered[max(0, math.ceil(fraction * len(ordered)) - 1)], 3)

    return Summary(len(ordered), rank(0.50), rank(0.95), rank(0.99), round(ordered[-1], 3))


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds; all packets together, and by kind."""

    p50: float | None
    p95: float | None
    p99: float | None
    audio: Summary | None
    video: Summary | None


def latency(samples: dict[Kind, Sequence[float]]) -> Latency:
    together = summarize(value for kind in KINDS for value in samples[kind])
    return Latency(
        p50=together.p50 if together else None,
        p95=together.p95 if together else None,
        p99=together.p99 if together else None,
        audio=summarize(samples["audio"]),
        video=summarize(samples["video"]),
    )


@dataclass(frozen=True, slots=True)
class Packets:
    """Of one kind of media.

    `sent` is what this participant published (all layers), the rest what reached it.
    """

    sent: int = 0
    expected: int = 0
    received: int = 0
    repaired: int = 0
    left_out: int = 0
    duplicates: int = 0

    @property
    def lost(self) -> int:
        return max(0, self.expected - self.received)


def add_packets(many: Iterable[Packets]) -> Packets:
    rows = list(many)
    return Packets(
        sent=sum(row.sent for row in rows),
        expected=sum(row.expected for row in rows),
        received=sum(row.received for row in rows),
        repaired=sum(row.repaired for row in rows),
        left_out=sum(row.left_out for row in rows),
        duplicates=sum(row.duplicates for row in rows),
    )


def loss(packets: Iterable[Packets]) -> float | None:
    """A fraction; None if nothing was expected."""
    total = add_packets(packets)
    return total.lost / total.expected if total.expected else None


@dataclass(frozen=True, slots=True)
class Counters:
    """RTCP and what went wrong."""

    nacks_sent: int = 0
    """Packets asked for again."""
    plis_sent: int = 0
    retransmitted: int = 0
    """Packets this participant sent again because the server asked."""
    keyframes_asked: int = 0
    """Of this participant."""
    uplink_sent: int = 0
    uplink_lost: int | None = None
    misrouted: int = 0
    """Sampled packets of people who should not have been heard or seen."""
    undecryptable: int = 0
    unknown_ssrc: int = 0
    unsent: int = 0
    """Datagrams that the generator's own kernel refused to send."""


def add_counters(many: Sequence[Counters]) -> Counters:
    told = [row.uplink_lost for row in many if row.uplink_lost is not None]
    return Counters(
        nacks_sent=sum(row.nacks_sent for row in many),
        plis_sent=sum(row.plis_sent for row in many),
        retransmitted=sum(row.retransmitted for row in many),
        keyframes_asked=sum(row.keyframes_asked for row in many),
        uplink_sent=sum(row.uplink_sent for row in many),
        uplink_lost=sum(told) if told else None,
        misrouted=sum(row.misrouted for row in many),
        undecryptable=sum(row.undecryptable for row in many),
        unknown_ssrc=sum(row.unknown_ssrc for row in many),
        unsent=sum(row.unsent for row in many),
    )


@dataclass(frozen=True, slots=True)
class Switch:
    """One participant's part of one move; milliseconds, None: not before the next move."""

    move: str
    audio_ms: float | None
    video_ms: float | None


@dataclass(frozen=True, slots=True)
class Switches:
    """`missing`: moves after which nobody new was heard or seen in time."""

    audio: Summary | None
    video: Summary | None
    missing: int


def switches(many: Iterable[Switch]) -> Switches:
    rows = list(many)
    return Switches(
        audio=summarize(row.audio_ms for row in rows if row.audio_ms is not None),
        video=summarize(row.video_ms for row in rows if row.video_ms is not None),
        missing=sum(row.audio_ms is None or row.video_ms is None for row in rows),
    )


@dataclass(frozen=True, slots=True)
class ParticipantResult:
    """What one participant did and saw.

    `hears`, `sees`: whether anybody else in its room publishes audio, video.
    """

    number: int
    name: str
    room: int
    role: str
    joined: bool
    hears: bool
    sees: bool
    join_ms: float | None
    first_audio_ms: float | None
    first_video_ms: float | None
    packets: dict[Kind, Packets]
    latency_samples: dict[Kind, Sequence[float]]
    switches: tuple[Switch, ...]
    counters: Counters
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServerUsage:
    """Of the server's process; `cpu_seconds` over the measured seconds."""

    pid: int
    cpu_seconds: float
    cpu_share: float
    """Of one core."""
    cpu_us_per_forwarded_packet: float | None
    cpu_seconds_total: float
    """Since the process began."""
    peak_memory_bytes: int


@dataclass(frozen=True, slots=True)
class GeneratorUsage:
    """Of the load generator itself, over the measured seconds: how far to trust the figures."""

    cpu_seconds: float
    cpu_share: float
    worst_lag_ms: float
    """The most that a packet was sent later than planned."""


@dataclass(frozen=True, slots=True)
class ParticipantReport:
    number: int
    name: str
    room: int
    role: str
    joined: bool
    join_ms: float | None
    first_audio_ms: float | None
    first_video_ms: float | None
    packets: dict[Kind, Packets]
    loss: float | None
    latency_ms: Latency
    switches_ms: Switches
    counters: Counters
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Total:
    participants: int
    joined: int
    join_ms: Summary | None
    first_audio_ms: Summary | None
    first_video_ms: Summary | None
    packets: dict[Kind, Packets]
    packets_per_s: float
    """Forwarded by the server to all participants, during the measured seconds."""
    loss: float | None
    latency_ms: Latency
    switches_ms: Switches
    counters: Counters


@dataclass(frozen=True, slots=True)
class Report:
    options: dict[str, object]
    measured_s: float
    total: Total
    participants: tuple[ParticipantReport, ...]
    server: ServerUsage | None
    """None: not on this machine."""
    generator: GeneratorUsage
    problems: tuple[str, ...] = field(default=())
    """Why the run failed; empty: everybody joined and received."""

    @property
    def ok(self) -> bool:
        return not self.problems


def find_problems(results: Sequence[ParticipantResult]) -> tuple[str, ...]:
    """Everybody must have joined, heard and seen somebody where there was somebody to hear and see."""
    problems = []
    for result in results:
        if not result.joined:
            reason = f": {result.errors[0]}" if result.errors else ""
            problems.append(f"{result.name} did not join{reason}")
            continue
        if result.hears and result.first_audio_ms is None:
            problems.append(f"{result.name} received no audio")
        if result.sees and result.first_video_ms is None:
            problems.append(f"{result.name} received no whole keyframe of video")
        problems += [f"{result.name}: {error}" for error in result.errors]
        if result.counters.misrouted:
            problems.append(f"{result.name} received {result.counters.misrouted} packets not meant for it")
    return tuple(problems)


def participant_report(result: ParticipantResult) -> ParticipantReport:
    return ParticipantReport(
        number=result.number,
        name=result.name,
        room=result.room,
        role=result.role,
        joined=result.joined,
        join_ms=_rounded(result.join_ms),
        first_audio_ms=_rounded(result.first_audio_ms),
        first_video_ms=_rounded(result.first_video_ms),
        packets=result.packets,
        loss=loss(result.packets.values()),
        latency_ms=latency(result.latency_samples),
        switches_ms=switches(result.switches),
        counters=result.counters,
        errors=result.errors,
    )


def total(results: Sequence[ParticipantResult], packets_per_s: float) -> Total:
    packets = {kind: add_packets(result.packets[kind] for result in results) for kind in KINDS}
    samples: dict[Kind, Sequence[float]] = {
        kind: [value for result in results for value in result.latency_samples[kind]] for kind in KINDS
    }
    return Total(
        participants=len(results),
        joined=sum(result.joined for result in results),
        join_ms=summarize(result.join_ms for result in results if result.join_ms is not None),
        first_audio_ms=summarize(r.first_audio_ms for r in results if r.first_audio_ms is not None),
        first_video_ms=summarize(r.first_video_ms for r in results if r.first_video_ms is not None),
        packets=packets,
        packets_per_s=round(packets_per_s, 1),
        loss=loss(packets.values()),
        latency_ms=latency(samples),
        switches_ms=switches(switch for result in results for switch in result.switches),
        counters=add_counters([result.counters for result in results]),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
