"""How events and checkpoints are written down: MessagePack by msgspec, the same bytes in every store."""

from __future__ import annotations

from typing import Final

import msgspec

from classroom.journal.checkpoint import Checkpoint
from rooms.events import AnyEvent, Cause, Recorded

CHECKPOINT_VERSION: Final = 1
"""Raised when a fold of the same events gives another state than it did: older checkpoints are then not used, and the
room is folded from its first event, as long as that is kept."""

_encoder = msgspec.msgpack.Encoder()
_events: msgspec.msgpack.Decoder[AnyEvent] = msgspec.msgpack.Decoder(AnyEvent)
_causes: msgspec.msgpack.Decoder[Cause] = msgspec.msgpack.Decoder(Cause)
_checkpoints: msgspec.msgpack.Decoder[Checkpoint] = msgspec.msgpack.Decoder(Checkpoint)


def encode_event(recorded: Recorded) -> bytes:
    return _encoder.encode(recorded.event)


def encode_cause(recorded: Recorded) -> bytes:
    """Empty: none."""
    return b"" if recorded.cause is None else _encoder.encode(recorded.cause)


def decode(seq: int, at_ms: int, body: bytes, cause: bytes | None) -> Recorded:
    return Recorded(
        seq=seq,
        at_ms=at_ms,
        event=_events.decode(body),
        cause=_causes.decode(cause) if cause else None,
    )


def encode_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Takes a millisecond or two for a room with a long chat: not for the event loop."""
    return bytes([CHECKPOINT_VERSION]) + _encoder.encode(checkpoint)


def decode_checkpoint(data: bytes) -> Checkpoint | None:
    """None: of another version, or of a shape that is not understood any more."""
    if not data or data[0] != CHECKPOINT_VERSION:
        return None
    try:
        return _checkpoints.decode(data[1:])
    except msgspec.DecodeError:  # a ValidationError is one
        return None
