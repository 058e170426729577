"""Metrics of sound and pictures: how much of them there is, and how well people get them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final, get_args

from prometheus_client.core import Metric

from classroom.media.model import PublicationKind
from classroom.media.observer import DisconnectReason
from classroom.media.plane_figures import Received
from classroom.metrics.families import counter, counters, gauge, gauges, histogram, histograms
from classroom.metrics.snapshot import Snapshot
from classroom.runtime import media_config
from signaling.messages import Rating

RATED: Final[tuple[str, ...]] = (*get_args(Rating), "unknown")
KINDS: Final[tuple[PublicationKind, ...]] = get_args(PublicationKind)


def collect(snapshot: Snapshot) -> Iterator[Metric]:
    yield from _plane(snapshot)
    yield from _traffic(snapshot)
    yield from _quality(snapshot)


def _plane(snapshot: Snapshot) -> Iterator[Metric]:
    plane = snapshot.runtime.plane
    stats, limit = plane.stats(), media_config(snapshot.runtime.config).max_peers
    yield gauges(
        "media_peers",
        "People's media connections.",
        ["state"],
        [(["connected"], stats.connected), (["connecting"], stats.peers - stats.connected)],
    )
    yield gauge("media_peers_limit", "Media connections that there may be.", limit)
    yield gauge("media_tcp_peers", "Connected over TCP, because no UDP passes.", stats.over_tcp)
    endings = snapshot.runtime.switchboard.endings
    yield counters(
        "media_endings",
        "Media connections that ended or fell silent, by reason.",
        ["reason"],
        [([reason], endings[reason]) for reason in get_args(DisconnectReason)],
    )
    yield counter(
        "media_received_datagrams", "Datagrams that came to the media port.", stats.received_datagrams
    )
    yield counter(
        "media_unsent_datagrams",
        "Datagrams that the kernel, or a slow TCP reader, did not take.",
        stats.unsent_datagrams,
    )
    yield histogram(
        "media_connect_seconds", "From a person's offer until their media flow.", plane.times.connect_s
    )
    yield histogram(
        "relay_forward_seconds",
        "From reading a packet to having sent it to everybody who gets it; a sample.",
        plane.times.forward_s,
    )


def _traffic(snapshot: Snapshot) -> Iterator[Metric]:
    totals = snapshot.runtime.plane.totals
    received = [totals.received.get(kind, Received()) for kind in KINDS]
    for field, name, meaning in (
        ("packets", "media_received_packets", "Packets from publishers."),
        ("bytes", "media_received_bytes", "Bytes from publishers, without UDP and IP."),
        ("lost", "media_lost_packets", "Packets of publishers that never came, not even repaired."),
        ("repaired", "media_repaired_packets", "Packets of publishers that came when asked for again."),
    ):
        values = [([kind], getattr(one, field)) for kind, one in zip(KINDS, received, strict=True)]
        yield counters(name, meaning, ["kind"], values)
    sent = totals.sent
    yield counter("media_sent_packets", "Packets sent to subscribers.", sent.packets)
    yield counter("media_sent_bytes", "Payload bytes sent to subscribers.", sent.bytes)
    yield counter("media_retransmitted_packets", "Packets sent again (RTX).", sent.retransmitted)
    yield counters(
        "media_nacked_packets",
        "Packets asked for again (NACK): by us of publishers, by subscribers of us.",
        ["by"],
        [(["us"], sent.nacks_sent), (["subscribers"], sent.nacks_received)],
    )
    yield counters(
        "media_keyframe_requests",
        "Key frames asked for (PLI, FIR): by us of publishers, by subscribers of us.",
        ["by"],
        [(["us"], sent.keyframes_requested), (["subscribers"], sent.keyframes_wanted)],
    )
    yield gauge(
        "media_estimate_bytes_per_second",
        "What the paths to all subscribers carry together, by estimate.",
        snapshot.estimates_bps / 8,
    )
    yield gauge("media_estimated_peers", "Subscribers of whose path that is known.", snapshot.estimated)


def _quality(snapshot: Snapshot) -> Iterator[Metric]:
    sending: Counter[str] = Counter()
    receiving: Counter[str] = Counter()
    for room in snapshot.rooms:
        sending.update(room.sending)
        receiving.update(room.receiving)
    yield gauges(
        "media_people",
        "People by how well their media do. unknown: they have not come up.",
        ["direction", "rating"],
        [
            ((direction, rating), ratings[rating])
            for direction, ratings in (("sending", sending), ("receiving", receiving))
            for rating in RATED
        ],
    )
    totals = snapshot.runtime.switchboard.quality.totals
    scores = {str(direction): scores for direction, scores in totals.scores.items()}
    yield histograms(
        "media_score",
        "Mean opinion scores (1 to 4.4), of each person every two seconds.",
        "direction",
        scores,
    )
    rooms = snapshot.rooms
    yield gauge("people_cannot_hear", "People who cannot hear.", sum(room.cannot_hear for room in rooms))
    yield gauge(
        "people_cannot_be_heard",
        "People whose microphone is on and who cannot be heard.",
        sum(room.cannot_be_heard for room in rooms),
    )
    yield counter("cannot_hear_seconds", "How long people could not hear, all together.", totals.deaf_s)
    yield counter(
        "cannot_be_heard_seconds", "How long people could not be heard, all together.", totals.mute_s
    )
    yield counter("media_interruptions", "How often somebody's network fell silent.", totals.interruptions)
