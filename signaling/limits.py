"""Every bound of the wire, named once. Composition passes one frozen `SessionLimits`; tests pass smaller
ones."""

from __future__ import annotations

from dataclasses import dataclass

from signaling import messages

MAX_FRAME_BYTES = 64 * 1024
"""The longest frame a client may send; configure the WebSocket server with the same number."""
MAX_STRING_BYTES = 60_000 + 512
"""The longest string in a frame: an SDP offer of 60,000 characters of ASCII. Fields have narrower limits of
their own."""
MAX_ITEMS = 256
"""The most items in one array, and in one map."""
MAX_DEPTH = 8
"""How deep arrays and maps may nest, the frame's own array included."""
MAX_REF = 2**53 - 1
"""The largest `ref`: what a JavaScript number counts exactly."""


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """What one connection and one session may use. Durations are seconds."""

    hello_timeout_s: float = 10.0
    """A socket that has not said hello by then is closed."""
    heartbeat_s: float = 5.0
    """How often the server pings; after 2.5 times as long without any frame the connection is given up:
    a silent death is seen within 15 s."""
    resume_window_s: float = 180.0
    """How long a session without a socket can be resumed."""

    requests_per_s: float = 20.0
    request_burst: float = 100.0
    """More than `unanswered_requests`: a client that resumes repeats that many at once."""
    errors_per_s: float = 0.5
    error_burst: float = 30.0
    """More refused nonsense than this (malformed, unknown, too fast) ends the connection."""

    unanswered_requests: int = 64
    """The most requests of a session that wait for their reply at one time."""
    remembered_replies: int = 128
    """How many replies are kept for a `ref` seen again; more than `unanswered_requests`, so that none is
    forgotten early."""
    remembered_reply_bytes: int = 512 * 1024

    history_events: int = 512
    """How many of the last events a session keeps for resuming; older ones mean a fresh snapshot."""
    history_bytes: int = 1024 * 1024

    outbox_frames: int = 1024
    outbox_bytes: int = 2 * 1024 * 1024
    """What may wait for a slow reader before its connection is dropped. One frame of any size always fits."""

    sessions: int = 10_000
    """The most sessions in one process."""

    def __post_init__(self) -> None:
        if self.remembered_replies < self.unanswered_requests:
            raise ValueError("a reply could be forgotten before the client has it")
        if self.request_burst < self.unanswered_requests:
            raise ValueError("a client that resumes could be refused as too fast")
        if self.outbox_frames <= self.history_events or self.outbox_bytes <= self.history_bytes:
            raise ValueError("what is replayed must fit the outbox")

    def announced(self, chat_chars: int) -> messages.Limits:
        """What of this a client is told in `Welcome`."""
        return messages.Limits(
            frame_bytes=MAX_FRAME_BYTES,
            chat_chars=chat_chars,
            requests_per_s=self.requests_per_s,
            unanswered_requests=self.unanswered_requests,
        )
