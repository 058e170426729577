"""Frames: bytes to typed messages and back (docs/protocol.md, "Frames").

`msgpack` turns bytes into plain data under strict limits; `msgspec.convert` turns plain data into the frozen
structs that a `Registry` names. Whatever bytes come in, only `ProtocolError` (the frame is broken: the
connection ends) and `InvalidRequest` (the frame is fine, what it asks is not: one request is refused) come
out.

The `encode_*` functions give the finished frame, so that a fan-out encodes once and sends the same bytes to
many.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgpack
import msgspec

from signaling.errors import ErrorCode, ProtocolError
from signaling.limits import MAX_DEPTH, MAX_FRAME_BYTES, MAX_ITEMS, MAX_REF, MAX_STRING_BYTES
from signaling.messages import Done, ErrorBody

MAX_DETAIL_CHARS = 200
BINARY = (bytes,)
"""MessagePack has binary of its own: msgspec is not to spell bytes in text."""


class InvalidRequest(Exception):
    """One request cannot be understood; it is refused with `code` and the connection goes on."""

    def __init__(self, code: ErrorCode, detail: str = "") -> None:
        super().__init__(f"{code.value}: {detail}")
        self.code = code
        self.detail = detail[:MAX_DETAIL_CHARS]


class RequestFrame(NamedTuple):
    """`[ref, type, payload]`, not yet typed."""

    ref: int
    type: str
    payload: object


class ReplyFrame(NamedTuple):
    ref: int
    result: dict[str, Any]


class ErrorFrame(NamedTuple):
    ref: int
    error: ErrorBody


class EventFrame(NamedTuple):
    seq: int
    at_ms: int
    event: msgspec.Struct


class PushFrame(NamedTuple):
    push: msgspec.Struct


ServerFrame = ReplyFrame | ErrorFrame | EventFrame | PushFrame


def tag_of(struct: type[msgspec.Struct]) -> str:
    """The wire name of a message type."""
    tag = struct.__struct_config__.tag
    if not isinstance(tag, str):
        raise TypeError(f"{struct.__name__} has no wire name")
    return tag


def _by_tag(structs: Iterable[type[msgspec.Struct]]) -> dict[str, type[msgspec.Struct]]:
    found: dict[str, type[msgspec.Struct]] = {}
    for struct in structs:
        if found.setdefault(tag_of(struct), struct) is not struct:
            raise ValueError(f"two messages are called {tag_of(struct)!r}")
    return found


@dataclass(frozen=True)
class Registry:
    """Which messages exist, by wire name. `classroom.wire` composes the one of this product."""

    requests: Mapping[str, type[msgspec.Struct]]
    events: Mapping[str, type[msgspec.Struct]]
    pushes: Mapping[str, type[msgspec.Struct]]
    replies: Mapping[str, type[msgspec.Struct]]
    """What each request is answered with."""

    @classmethod
    def of(
        cls,
        *,
        requests: Iterable[type[msgspec.Struct]],
        events: Iterable[type[msgspec.Struct]],
        pushes: Iterable[type[msgspec.Struct]],
        replies: Mapping[type[msgspec.Struct], type[msgspec.Struct]],
    ) -> Registry:
        """Composes a registry from message types; `replies` says which requests are not answered with
        `Done`."""
        named = _by_tag(requests)
        return cls(
            requests=named,
            events=_by_tag(events),
            pushes=_by_tag(pushes),
            replies={name: replies.get(struct, Done) for name, struct in named.items()},
        )

    def request(self, name: str, payload: object) -> msgspec.Struct:
        """The typed request. Raises `InvalidRequest`."""
        struct = self.requests.get(name)
        if struct is None:
            raise InvalidRequest(ErrorCode.UNKNOWN_MESSAGE, name)
        try:
            return _typed(payload, struct)
        except ValueError as error:
            raise InvalidRequest(ErrorCode.MALFORMED_MESSAGE, str(error)) from None


def _typed(payload: object, struct: type[msgspec.Struct]) -> msgspec.Struct:
    """Raises ValueError (which `msgspec.ValidationError` is)."""
    tag_field = struct.__struct_config__.tag_field
    if isinstance(payload, dict) and tag_field in payload:
        raise ValueError(f"Object contains unknown field `{tag_field}`")
    return msgspec.convert(payload, type=struct, builtin_types=BINARY)


# --- decoding -----------------------------------------------------------------------------------------------


def _unique_pairs(pairs: list[tuple[object, object]]) -> dict[str, object]:
    result: dict[str, object] = {}
    for key, value in pairs:
        if not isinstance(key, str):
            raise ValueError("a map key is not a string")
        if key in result:
            raise ValueError("a map key is repeated")
        result[key] = value
    return result


def _refuse_extension(code: int, data: bytes) -> object:
    raise ValueError("extension types are not used")


def _check(value: object, depth: int) -> None:
    """What the unpacker lets through and no message has: deep nesting, timestamps, NaN and infinities."""
    if isinstance(value, (list, dict)):
        if depth >= MAX_DEPTH:
            raise ValueError("nested too deep")
        for item in value.values() if isinstance(value, dict) else value:
            _check(item, depth + 1)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number is not finite")
    elif value is not None and not isinstance(value, (str, int, bytes)):
        raise ValueError(f"{type(value).__name__} values are not used")


def unpack(data: bytes, *, trusted: bool = False) -> list[Any]:
    """One frame as a plain list. Raises `ProtocolError`. `trusted`: from a server, whose frames may be
    larger."""
    if len(data) > MAX_FRAME_BYTES and not trusted:
        raise ProtocolError(ErrorCode.FRAME_TOO_LARGE, f"{len(data)} bytes")
    size = len(data) if trusted else 0
    try:
        value = msgpack.unpackb(
            data,
            raw=False,
            strict_map_key=False,  # keys are checked, with one message for every wrong type, in _unique_pairs
            object_pairs_hook=_unique_pairs,
            ext_hook=_refuse_extension,
            max_str_len=size or MAX_STRING_BYTES,
            max_bin_len=size or MAX_STRING_BYTES,
            max_array_len=size or MAX_ITEMS,
            max_map_len=size or MAX_ITEMS,
            max_ext_len=0,
        )
        _check(value, 0)
    except (ValueError, msgpack.UnpackException, RecursionError) as error:
        raise ProtocolError(ErrorCode.MALFORMED_FRAME, str(error)[:MAX_DETAIL_CHARS]) from None
    if not isinstance(value, list):
        raise ProtocolError(ErrorCode.MALFORMED_FRAME, "a frame is an array")
    return value


def _is_count(value: object, most: int = MAX_REF) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def unpack_request(data: bytes) -> RequestFrame:
    """A client's frame. Raises `ProtocolError` (MALFORMED_FRAME, FRAME_TOO_LARGE)."""
    frame = unpack(data)
    if len(frame) != 3 or not _is_count(frame[0]) or not isinstance(frame[1], str):
        raise ProtocolError(ErrorCode.MALFORMED_FRAME, "a request is [ref, type, payload]")
    return RequestFrame(*frame)


def decode_server_frame(data: bytes, registry: Registry) -> ServerFrame:
    """A server's frame, as a client in Python reads it. Raises `ProtocolError`."""
    frame = unpack(data, trusted=True)
    try:
        match frame:
            case ["ok", int(ref), dict(result)]:
                return ReplyFrame(ref, result)
            case ["error", int(ref), error]:
                return ErrorFrame(ref, msgspec.convert(error, ErrorBody))
            case ["event", int(seq), int(at_ms), str(name), payload] if name in registry.events:
                return EventFrame(seq, at_ms, _typed(payload, registry.events[name]))
            case ["push", str(name), payload] if name in registry.pushes:
                return PushFrame(_typed(payload, registry.pushes[name]))
    except ValueError as error:
        raise ProtocolError(ErrorCode.MALFORMED_FRAME, str(error)[:MAX_DETAIL_CHARS]) from None
    raise ProtocolError(ErrorCode.MALFORMED_FRAME, "not a server's frame")


# --- encoding -----------------------------------------------------------------------------------------------


def _pack(frame: list[object]) -> bytes:
    packed: bytes = msgpack.packb(frame, use_bin_type=True)
    return packed


def _payload(message: msgspec.Struct) -> dict[str, Any]:
    """The fields of a message without its tag, which the frame carries in a place of its own."""
    plain: dict[str, Any] = msgspec.to_builtins(message, builtin_types=BINARY)
    tag_field = message.__struct_config__.tag_field
    if tag_field is not None:
        del plain[tag_field]
    return plain


def encode_request(ref: int, request: msgspec.Struct) -> bytes:
    """`[ref, type, payload]`: for clients in Python (load test, tests)."""
    return _pack([ref, tag_of(type(request)), _payload(request)])


def encode_reply(ref: int, result: msgspec.Struct) -> bytes:
    """`["ok", ref, result]`."""
    return _pack(["ok", ref, _payload(result)])


def encode_error(ref: int, code: str, detail: str = "") -> bytes:
    """`["error", ref, {code, detail}]`; ref 0: why the connection ends."""
    return _pack(["error", ref, {"code": str(code), "detail": detail[:MAX_DETAIL_CHARS]}])


def encode_event(seq: int, at_ms: int, event: msgspec.Struct) -> bytes:
    """`["event", seq, at_ms, type, payload]`."""
    return _pack(["event", seq, at_ms, tag_of(type(event)), _payload(event)])


def encode_push(push: msgspec.Struct) -> bytes:
    """`["push", type, payload]`."""
    return _pack(["push", tag_of(type(push)), _payload(push)])
