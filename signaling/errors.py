"""Stable codes for everything that can go wrong on the wire, and the close code each ends a socket with.

Codes are part of the protocol (docs/protocol.md): they never change their meaning. A room's own refusals
(`rooms.commands.Refusal`) travel the same way and end nothing.
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """Stable code; the first group refuses one request, the second ends the connection."""

    # refusals: the connection goes on
    UNKNOWN_MESSAGE = "unknown_message"
    MALFORMED_MESSAGE = "malformed_message"
    RATE_LIMITED = "rate_limited"
    REF_TOO_OLD = "ref_too_old"
    """A `ref` below the highest one seen, whose reply is no longer remembered. It is never executed
    (again)."""
    OFFER_MALFORMED = "offer_malformed"
    OFFER_UNSUPPORTED = "offer_unsupported"
    MEDIA_UNAVAILABLE = "media_unavailable"
    INTERNAL = "internal"
    STORAGE_UNAVAILABLE = "storage_unavailable"
    """What happens cannot be kept now (a full or stalled store, a cluster without its Redis), so it does not happen."""
    # ends the connection (the frame is ["error", 0, …] or the reply to hello, then the socket closes with
    # CLOSE_CODES)
    MALFORMED_FRAME = "malformed_frame"
    FRAME_TOO_LARGE = "frame_too_large"
    HELLO_EXPECTED = "hello_expected"
    PROTOCOL_UNSUPPORTED = "protocol_unsupported"
    TOKEN_INVALID = "token_invalid"
    TOKEN_EXPIRED = "token_expired"
    TOKEN_NOT_YET_VALID = "token_not_yet_valid"
    TOKEN_REVOKED = "token_revoked"
    """The invitation was taken back."""
    NAME_NEEDED = "name_needed"
    ROOM_NOT_FOUND = "room_not_found"
    ROOM_FULL = "room_full"
    ROOM_LOCKED = "room_locked"
    """Nobody comes in now who has not been in this room before."""
    NOT_ADMITTED = "not_admitted"
    """A trainer sent this person away from the lobby; they may ask again."""
    REMOVED = "removed"
    REPLACED = "replaced"
    """The same seat was opened elsewhere (another tab or device); this one stops and must not reconnect by
    itself."""
    LEFT = "left"
    MEETING_ENDED = "meeting_ended"
    """For everybody, by whoever runs the server. The room may be entered again."""
    HEARTBEAT_MISSED = "heartbeat_missed"
    OUTBOX_FULL = "outbox_full"
    TOO_MANY_ERRORS = "too_many_errors"
    SERVER_FULL = "server_full"
    SHUTTING_DOWN = "shutting_down"
    MOVED = "moved"
    """Another node owns the room now, or soon: come back at once, to any node."""


class ProtocolError(Exception):
    """The peer's fault: its connection ends with this code."""

    def __init__(self, code: ErrorCode, detail: str = "") -> None:
        super().__init__(f"{code.value}: {detail}" if detail else code.value)
        self.code = code
        self.detail = detail


CLOSE_CODES: dict[ErrorCode, int] = {
    ErrorCode.MALFORMED_FRAME: 4400,
    ErrorCode.TOKEN_INVALID: 4401,
    ErrorCode.TOKEN_EXPIRED: 4402,
    ErrorCode.TOKEN_NOT_YET_VALID: 4403,
    ErrorCode.ROOM_NOT_FOUND: 4404,
    ErrorCode.NAME_NEEDED: 4405,
    ErrorCode.HELLO_EXPECTED: 4406,
    ErrorCode.PROTOCOL_UNSUPPORTED: 4407,
    ErrorCode.HEARTBEAT_MISSED: 4408,
    ErrorCode.REPLACED: 4409,
    ErrorCode.REMOVED: 4410,
    ErrorCode.LEFT: 4411,
    ErrorCode.TOKEN_REVOKED: 4412,
    ErrorCode.FRAME_TOO_LARGE: 4413,
    ErrorCode.TOO_MANY_ERRORS: 4429,
    ErrorCode.ROOM_FULL: 4430,
    ErrorCode.OUTBOX_FULL: 4431,
    ErrorCode.SERVER_FULL: 4432,
    ErrorCode.ROOM_LOCKED: 4433,
    ErrorCode.NOT_ADMITTED: 4434,
    ErrorCode.MEETING_ENDED: 4435,
    ErrorCode.INTERNAL: 4500,
    ErrorCode.SHUTTING_DOWN: 4503,
    ErrorCode.STORAGE_UNAVAILABLE: 4507,
    ErrorCode.MOVED: 4508,
}
"""Private-use WebSocket close codes (RFC 6455 section 7.4.2)."""
