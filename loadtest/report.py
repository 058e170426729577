"""A run's report: what the JSON holds. Pure: the parts of all processes in, one report out.

The definitions of the figures stand in `loadtest.figures`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from loadtest.figures import (
    KINDS,
    Counters,
    Kind,
    Latency,
    Packets,
    ParticipantReport,
    ParticipantResult,
    Switches,
    add_counters,
    add_packets,
    find_problems,
    latency,
    loss,
    participant_report,
)
from loadtest.histogram import Histogram, Summary
from loadtest.recorder import Second

PROBLEMS_MAX = 500
"""Listed; more are counted."""


@dataclass(frozen=True, slots=True)
class ServerUsage:
    """Of the server's process (or processes, added up); `cpu_seconds` over the measured seconds."""

    pid: int
    """Of the first; 0: told by its metrics."""
    processes: int
    cpu_seconds: float
    cpu_share: float
    """Of one core."""
    cpu_us_per_forwarded_packet: float | None
    cpu_seconds_total: float
    """Since the process began."""
    peak_memory_bytes: int


@dataclass(frozen=True, slots=True)
class ServerPoint:
    """The server at one moment."""

    at_s: float
    cpu_share: float | None
    """Of one core, since the point before."""
    memory_bytes: int | None
    answer_ms: float | None
    """Until `--watch` addresses answered; the slowest."""


@dataclass(frozen=True, slots=True)
class GeneratorUsage:
    """Of the load generator's processes, over the measured seconds: how far to trust the figures."""

    cpu_seconds: float
    cpu_share: float
    """Of one core; of all processes together."""
    worst_lag_ms: float
    """The most that a packet was sent later than planned."""
    processes: int = 1


@dataclass(frozen=True, slots=True)
class FaultDone:
    at_s: float
    """Since everybody had joined."""
    kind: str
    people: int


class Part(msgspec.Struct):
    """What one process (a worker) brings home. Parts add up."""

    participants: list[ParticipantReport] = []
    histograms: dict[str, Histogram] = {}
    requests: dict[str, Histogram] = {}
    audio: Packets = Packets()
    video: Packets = Packets()
    moves_missing: int = 0
    counters: Counters = Counters()
    forwarded: int = 0
    """Packets that arrived during the measured seconds."""
    forwarded_bytes: int = 0
    """Their bytes, from the RTP header on."""
    published: int = 0
    """Packets that people sent in that time."""
    losses: int = 0
    tries: int = 0
    ghosts: int = 0
    faults: list[FaultDone] = []
    cpu_seconds: float = 0.0
    worst_lag_ms: float = 0.0
    processes: int = 1
    problems: list[str] = []


def make_part(results: Sequence[ParticipantResult], losses_fail: bool) -> Part:
    """Without what is not in the results."""
    return Part(
        participants=[participant_report(result) for result in results],
        audio=add_packets(result.packets["audio"] for result in results),
        video=add_packets(result.packets["video"] for result in results),
        moves_missing=sum(
            row.audio_ms is None or row.video_ms is None for result in results for row in result.switches
        ),
        counters=add_counters([result.counters for result in results]),
        losses=sum(result.losses for result in results),
        tries=sum(result.tries for result in results),
        problems=list(find_problems(results, losses_fail)),
    )


def merge(parts: Sequence[Part]) -> Part:
    whole = Part(
        participants=sorted((row for part in parts for row in part.participants), key=lambda row: row.number),
        audio=add_packets(part.audio for part in parts),
        video=add_packets(part.video for part in parts),
        moves_missing=sum(part.moves_missing for part in parts),
        counters=add_counters([part.counters for part in parts]),
        forwarded=sum(part.forwarded for part in parts),
        forwarded_bytes=sum(part.forwarded_bytes for part in parts),
        published=sum(part.published for part in parts),
        losses=sum(part.losses for part in parts),
        tries=sum(part.tries for part in parts),
        ghosts=sum(part.ghosts for part in parts),
        faults=_merge_faults([fault for part in parts for fault in part.faults]),
        cpu_seconds=sum(part.cpu_seconds for part in parts),
        worst_lag_ms=max((part.worst_lag_ms for part in parts), default=0.0),
        processes=sum(part.processes for part in parts),
        problems=[problem for part in parts for problem in part.problems],
    )
    for part in parts:
        for mine, theirs in ((whole.histograms, part.histograms), (whole.requests, part.requests)):
            for name, each in theirs.items():
                mine.setdefault(name, Histogram()).add(each)
    return whole


def _merge_faults(faults: list[FaultDone]) -> list[FaultDone]:
    people: dict[tuple[float, str], int] = {}
    for fault in faults:
        people[fault.at_s, fault.kind] = people.get((fault.at_s, fault.kind), 0) + fault.people
    return [FaultDone(at_s, kind, count) for (at_s, kind), count in sorted(people.items())]


@dataclass(frozen=True, slots=True)
class Point:
    """Some seconds of the run."""

    at_s: int
    people: int
    packets_per_s: float
    loss: float | None
    join_ms: Summary | None
    latency_ms: Summary | None
    audio_ms: Summary | None
    reply_ms: Summary | None
    delivery_ms: Summary | None
    resume_ms: Summary | None


POINTS_MAX = 300


def points(seconds: Sequence[Second]) -> tuple[Point, ...]:
    """`seconds` in order; of a long run several are put together."""
    if not seconds:
        return ()
    width = -(-(seconds[-1].at_s + 1) // POINTS_MAX)
    made = []
    for start in range(0, seconds[-1].at_s + 1, width):
        group = [each for each in seconds if start <= each.at_s < start + width]
        if not group:
            continue
        whole = Second(start)
        for each in group:
            whole.add(each)
        both = Histogram()
        both.add(whole.of("audio"))
        both.add(whole.of("video"))
        made.append(
            Point(
                at_s=start,
                people=group[-1].people,
                packets_per_s=round(whole.packets / len(group), 1),
                loss=round(min(1.0, max(0.0, whole.lost / whole.expected)), 6)
                if whole.expected > 0
                else None,
                join_ms=whole.of("join").summary(),
                latency_ms=both.summary(),
                audio_ms=whole.of("audio").summary(),
                reply_ms=whole.of("reply").summary(),
                delivery_ms=whole.of("delivery").summary(),
                resume_ms=whole.of("resume").summary(),
            )
        )
    return tuple(made)


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
    megabits_per_s: float
    """The same, without UDP's and IP's headers."""
    published_per_s: float
    """Packets that the participants sent."""
    loss: float | None
    latency_ms: Latency
    switches_ms: Switches
    counters: Counters
    reply_ms: Summary | None
    """From a request over the WebSocket until its reply."""
    delivery_ms: Summary | None
    """From just before a chat message is sent until each reader has it."""
    resume_ms: Summary | None
    """From the loss of a socket (or the end of a cut) until the session is back."""
    losses: int
    """Sockets lost without the scenario's doing."""
    tries: int
    """Handshakes tried again, because the server or the network refused."""
    ghosts: int
    """People who left, and were still told of."""


@dataclass(frozen=True, slots=True)
class WorkerReport:
    name: str
    rooms: int
    people: int
    state: str
    """"done", or what became of it."""


@dataclass(frozen=True, slots=True)
class Report:
    scenario: dict[str, object]
    target: str
    began_at: str
    """ISO 8601, UTC."""
    measured_s: float
    measured_from_s: float
    """Since people began to join."""
    total: Total
    requests_ms: dict[str, Summary]
    """Replies by the request's type."""
    participants: tuple[ParticipantReport, ...]
    timeline: tuple[Point, ...]
    faults: tuple[FaultDone, ...]
    server: ServerUsage | None
    """None: not on this machine, and no metrics given."""
    server_points: tuple[ServerPoint, ...]
    generator: GeneratorUsage
    workers: tuple[WorkerReport, ...] = ()
    problems: tuple[str, ...] = ()
    """Why the run failed; empty: everybody joined and received."""

    @property
    def ok(self) -> bool:
        return not self.problems


def total(part: Part, measured_s: float) -> Total:
    packets: dict[Kind, Packets] = {"audio": part.audio, "video": part.video}

    def of(name: str) -> Histogram:
        return part.histograms.get(name) or Histogram()

    def per_s(count: float) -> float:
        return round(count / measured_s, 2) if measured_s else 0.0

    return Total(
        participants=len(part.participants),
        joined=sum(row.joined for row in part.participants),
        join_ms=of("join").summary(),
        first_audio_ms=of("first_audio").summary(),
        first_video_ms=of("first_video").summary(),
        packets=packets,
        packets_per_s=per_s(part.forwarded),
        megabits_per_s=per_s(part.forwarded_bytes * 8 / 1e6),
        published_per_s=per_s(part.published),
        loss=loss(packets[kind] for kind in KINDS),
        latency_ms=latency(of("audio"), of("video")),
        switches_ms=Switches(of("move_audio").summary(), of("move_video").summary(), part.moves_missing),
        counters=part.counters,
        reply_ms=of("reply").summary(),
        delivery_ms=of("delivery").summary(),
        resume_ms=of("resume").summary(),
        losses=part.losses,
        tries=part.tries,
        ghosts=part.ghosts,
    )
