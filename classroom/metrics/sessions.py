"""Metrics of connections, sessions and requests."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import Metric

from classroom.metrics.counts import OPENINGS
from classroom.metrics.families import counter, counters, gauge, gauges, histogram, histograms
from classroom.metrics.snapshot import Snapshot
from signaling.errors import CLOSE_CODES
from signaling.session import State
from signaling.tally import LOST, PASSED_ON


def collect(snapshot: Snapshot) -> Iterator[Metric]:
    runtime, counts = snapshot.runtime, snapshot.runtime.counts
    waiting = [connection.waiting_bytes for connection in runtime.connections]
    states = [session.state for session in runtime.sessions]
    closed = runtime.sessions.tally.closed
    yield gauge("connections_open", "WebSockets.", len(waiting))
    yield gauge("outbox_bytes", "What waits to be written to all WebSockets.", sum(waiting))
    yield gauge("outbox_fullest_bytes", "The same, to the slowest reader.", max(waiting, default=0))
    yield gauge(
        "outbox_limit_bytes",
        "A reader for whom more waits is closed.",
        runtime.config.session_limits.outbox_bytes,
    )
    yield gauge("sessions_open", "Sessions, also those whose connection is lost.", len(states))
    yield gauge("sessions_detached", "Sessions whose connection is lost.", states.count(State.DETACHED))
    yield gauge("sessions_limit", "Sessions that may be open.", runtime.config.session_limits.sessions)
    yield gauge("links", "Clients whose room is another node's.", len(runtime.links))
    yield counters(
        "sessions",
        "People who came in. resumed: back, and told what they missed; resynced: back, and told everything; restored: back "
        "from a process that is no more.",
        ["how"],
        [([how], counts.openings[how]) for how in OPENINGS],
    )
    yield counter("sessions_expired", "Sessions that nobody came back to.", counts.sessions_expired)
    codes = sorted({*(code.value for code in CLOSE_CODES), LOST, PASSED_ON, *closed})
    yield counters(
        "connections_closed",
        "WebSockets that ended, by code. lost: without a word; passed_on: to the node that owns the room.",
        ["code"],
        [([code], closed[code]) for code in codes],
    )
    yield histogram("join_seconds", "From a hello to its welcome, but for waits in a lobby.", counts.join_s)
    yield histograms(
        "request_seconds",
        "From a request until it is answered, by type of message.",
        "type",
        dict(counts.request_s),
    )
    yield gauges(
        "waiting_commands",
        "Commands that wait until their events are kept.",
        [],
        [([], sum(host.waiting_commands for host in runtime.hosts))],
    )
    yield counters(
        "signaling_frames",
        "WebSocket messages.",
        ["direction"],
        [(["received"], counts.frames_received), (["sent"], counts.frames_sent)],
    )
    yield counters(
        "signaling_bytes",
        "The same in bytes, without headers.",
        ["direction"],
        [(["received"], counts.bytes_received), (["sent"], counts.bytes_sent)],
    )
