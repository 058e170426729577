"""The figures of one participant, and how they add up. Pure.

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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from loadtest.histogram import Histogram, Summary, histogram, merged

Kind = Literal["audio", "video"]
KINDS: tuple[Kind, ...] = ("audio", "video")


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds; all packets together, and by kind."""

    p50: float | None
    p95: float | None
    p99: float | None
    audio: Summary | None
    video: Summary | None


def latency(audio: Histogram, video: Histogram) -> Latency:
    p50, p95, p99 = merged((audio, video)).percentiles(0.50, 0.95, 0.99)
    return Latency(p50, p95, p99, audio.summary(), video.summary())


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
        audio=histogram(row.audio_ms for row in rows if row.audio_ms is not None).summary(),
        video=histogram(row.video_ms for row in rows if row.video_ms is not None).summary(),
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
    losses: int
    """Sockets lost without our doing."""
    tries: int
    """To join or come back, beyond the first ones."""
    join_ms: float | None
    first_audio_ms: float | None
    first_video_ms: float | None
    packets: dict[Kind, Packets]
    latency: dict[Kind, Histogram]
    switches: tuple[Switch, ...]
    counters: Counters
    errors: tuple[str, ...]


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


def find_problems(results: Sequence[ParticipantResult], losses_fail: bool = True) -> tuple[str, ...]:
    """Everybody must have joined, heard and seen somebody where there was somebody to hear and see.

    `losses_fail`: nobody may have lost the socket but by a fault of the scenario's.
    """
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
        if losses_fail and result.losses:
            problems.append(f"{result.name} lost the socket {result.losses} times")
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
        latency_ms=latency(result.latency["audio"], result.latency["video"]),
        switches_ms=switches(result.switches),
        counters=result.counters,
        errors=result.errors,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
