"""Metrics of everything that was refused, each code from 0 on: one that first appears with a 1 is no increase to Prometheus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from prometheus_client.core import Metric

from classroom.api.problems import Code
from classroom.metrics.families import counters
from classroom.metrics.snapshot import Snapshot
from classroom.ops.actions import OpsRefusal
from rooms.commands import Refusal
from signaling.connection import FAULTS
from signaling.errors import CLOSE_CODES, ErrorCode

REQUESTS: Final[tuple[str, ...]] = (
    *get_args(Refusal),
    *(code.value for code in ErrorCode if code not in CLOSE_CODES),
    ErrorCode.INTERNAL.value,
    ErrorCode.STORAGE_UNAVAILABLE.value,
)
HELLOS: Final = tuple(
    code.value
    for code in CLOSE_CODES
    if code not in (ErrorCode.LEFT, ErrorCode.OUTBOX_FULL, ErrorCode.TOO_MANY_ERRORS)
)
HTTP: Final = (
    "malformed_request",
    "request_timeout",
    "reader_stalled",
    "origin",
    "local_only",
    "not_found",
    "too_many_rooms",
    "busy",
    "rate_limited",
    "timeout",
    "too_large",
    "too_slow",
    "not_connected",
    "image_gone",
    "image_too_large",
    "metrics_forbidden",
    "metrics_token",
)
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "request": REQUESTS,
    "hello": HELLOS,
    "session": tuple(sorted(code.value for code in FAULTS)),
    "socket": ("origin", ErrorCode.RATE_LIMITED.value),
    "node": ("pass_invalid",),
    "api": get_args(Code),
    "http": tuple(
        sorted(
            {
                *HTTP,
                *get_args(OpsRefusal),
                *(code.value for code in (ErrorCode.TOKEN_INVALID, ErrorCode.TOKEN_EXPIRED)),
            }
        )
    ),
}
"""Who refuses, and the codes that are known to do so: a request in a room; a hello; a session's connection for what came over
it; a WebSocket before its hello; another node; the API; any other HTTP request."""
FRONT: Final = (
    "empty",
    "unknown_protocol",
    "unknown_source",
    "too_many",
    "dtls_refused",
    "internal_error",
    "socket_error",
    "stun_malformed",
    "stun_not_a_check",
    "stun_not_asked",
    "stun_unauthenticated",
    "stun_unknown_user",
    "tcp_frame_too_long",
    "tcp_full",
    "tcp_stranger",
)
"""Why datagrams (and TCP connections) are turned away at the media port, before anybody is known to have sent them."""
RELAY: Final = (
    "codec",
    "control_flood",
    "disabled",
    "duplicate",
    "feedback_flood",
    "feedback_malformed",
    "feedback_stale",
    "feedback_unexpected",
    "keyframe_flood",
    "malformed",
    "malformed_rtcp",
    "nack_flood",
    "no_keys",
    "padding",
    "payload_type",
    "protect",
    "retransmit_budget",
    "route",
    "srtp",
    "ssrc_cap",
    "unknown_ssrc",
)
"""Why the relay throws away packets of people who are here."""


def collect(snapshot: Snapshot) -> Iterator[Metric]:
    runtime = snapshot.runtime
    tally, counts = runtime.sessions.tally, runtime.counts
    found: dict[tuple[str, str], int] = {(part, code): 0 for part, codes in PARTS.items() for code in codes}
    for part, counted in (("request", tally.requests), ("hello", tally.hellos), ("session", tally.faults)):
        found.update({(part, code): count for code, count in counted.items()})
    found.update({(str(part), code): count for (part, code), count in counts.refusals.items()})
    yield counters(
        "refusals",
        "What was refused, by who refuses and by stable code.",
        ["part", "code"],
        sorted((key, float(count)) for key, count in found.items()),
    )
    yield counters(
        "http_responses",
        "HTTP responses by status.",
        ["status"],
        [([str(status)], count) for status, count in sorted(counts.responses.items())],
    )
    front = dict.fromkeys(FRONT, 0) | dict(runtime.plane.stats().dropped)
    relay = dict.fromkeys(RELAY, 0) | dict(runtime.plane.totals.dropped)
    yield counters(
        "media_dropped_datagrams",
        "Datagrams thrown away. front: at the media port; relay: packets of people who are here.",
        ["stage", "reason"],
        [
            ((stage, reason), count)
            for stage, reasons in (("front", front), ("relay", relay))
            for reason, count in sorted(reasons.items())
        ],
    )
