"""The figures of the whole media plane.

`MediaTotals` are what all peers have sent and got since the start, added up from counters that come and go with them.

A peer's counters are seen now and then, and a last time when it leaves; what was added since the last look is added to the
totals, which therefore never fall. What fell (a loss that was made good after all) counts again when it is higher than ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from operator import add, sub
from typing import NamedTuple

from classroom.media.connection import Connection
from classroom.media.endpoint import Endpoint
from classroom.media.model import Layer, PeerId, PublicationKind
from classroom.media.relay import PeerStats
from classroom.media.tcp_endpoint import TcpEndpoint
from classroom.metrics.distribution import QUICK_S, WAITED_S, Distribution

_StreamKey = tuple[PublicationKind, Layer | None]


@dataclass(frozen=True, slots=True)
class PlaneStats:
    """Counters since the start."""

    peers: int
    connected: int
    over_tcp: int
    """Of the connected ones."""
    received_datagrams: int
    unsent_datagrams: int
    """Refused by the kernel (full buffer, no route) or too much for a slow TCP reader: lost, as on any network."""
    dropped: Mapping[str, int]
    """Datagrams thrown away before the relay, by reason."""


def plane_stats(connections: Collection[Connection], endpoint: Endpoint, tcp: TcpEndpoint) -> PlaneStats:
    connected = [connection for connection in connections if connection.connected]
    return PlaneStats(
        peers=len(connections),
        connected=len(connected),
        over_tcp=sum(connection.over_tcp for connection in connected),
        received_datagrams=endpoint.received,
        unsent_datagrams=endpoint.unsent + tcp.unsent,
        dropped=dict(endpoint.dropped),
    )


class PlaneTimes:
    """How long things take, since the start."""

    def __init__(self) -> None:
        self.forward_s = Distribution(QUICK_S)
        """From reading a packet to having sent it to everybody who gets it; of every `plane.FORWARD_SAMPLE`th."""
        self.connect_s = Distribution(WAITED_S)
        """From a peer's offer until its media flow."""


class Received(NamedTuple):
    """Of one kind of publication."""

    packets: int = 0
    bytes: int = 0
    lost: int = 0
    repaired: int = 0


_NOTHING = Received()


class Sent(NamedTuple):
    packets: int = 0
    bytes: int = 0
    retransmitted: int = 0
    nacks_sent: int = 0
    nacks_received: int = 0
    keyframes_requested: int = 0
    keyframes_wanted: int = 0


@dataclass(slots=True)
class _Seen:
    streams: dict[_StreamKey, Received] = field(default_factory=dict)
    sent: Sent = field(default_factory=Sent)
    dropped: dict[str, int] = field(default_factory=dict)


class MediaTotals:
    """Since the start of the process."""

    def __init__(self) -> None:
        self.received: dict[PublicationKind, Received] = {}
        self.sent = Sent()
        self.dropped: Counter[str] = Counter()
        """Datagrams and packets thrown away by the relay, by reason."""
        self._seen: dict[PeerId, _Seen] = {}

    def seen(self, peer: PeerId, stats: PeerStats) -> None:
        """The counters of a peer that is here."""
        before = self._seen.setdefault(peer, _Seen())
        for stream in stats.received:
            key = (stream.kind, stream.layer)
            now = Received(stream.packets, stream.bytes, stream.lost, stream.repaired)
            known = before.streams.get(key, _NOTHING)
            if now.packets < known.packets:  # another stream of the same layer
                known = _NOTHING
            before.streams[key] = highest = Received(*map(max, now, known))
            grown = map(sub, highest, known)
            self.received[stream.kind] = Received(*map(add, self.received.get(stream.kind, _NOTHING), grown))
        sent = Sent(
            stats.sent_packets,
            stats.sent_bytes,
            stats.retransmitted_packets,
            stats.nacks_sent,
            stats.nacks_received,
            stats.keyframe_requests,
            stats.keyframes_wanted,
        )
        before.sent, known_sent = Sent(*map(max, sent, before.sent)), before.sent
        self.sent = Sent(*map(add, self.sent, map(sub, before.sent, known_sent)))
        for reason, count in stats.dropped.items():
            self.dropped[reason] += count - before.dropped.get(reason, 0)
        before.dropped = dict(stats.dropped)

    def left(self, peer: PeerId, stats: PeerStats | None) -> None:
        """The peer is forgotten; `stats`: its last counters."""
        if stats is not None:
            self.seen(peer, stats)
        self._seen.pop(peer, None)
