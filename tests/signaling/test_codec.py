"""Bytes in, typed messages or exactly two kinds of errors out."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.wire import REGISTRY
from rooms.commands import PostChat, RaiseHand
from rooms.events import HandRaised
from signaling import codec
from signaling.errors import ErrorCode, ProtocolError
from signaling.limits import MAX_DEPTH, MAX_FRAME_BYTES, MAX_ITEMS, MAX_REF
from signaling.messages import Done, ErrorBody, Hello, Offer, Ping
from signaling.notes import MAX_UPDATE_BYTES


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


def pack(value: object) -> bytes:
    packed: bytes = msgpack.packb(value)
    return packed


MALFORMED = {
    "nothing": b"",
    "never used byte": b"\xc1",
    "cut short": pack([1, "pong", {"sent_at_ms": 1}])[:-1],
    "something behind": pack([1, "pong", {}]) + b"\x00",
    "an array that promises too much": b"\xdd\xff\xff\xff\xff",
    "a string that promises too much": b"\xdb\xff\xff\xff\xff",
    "a map that promises too much": b"\xdf\xff\xff\xff\xff",
    "broken UTF-8": b"\x93\x01\xa2\xff\xfe\x80",
    "not an array": pack({"ref": 1}),
    "too few": pack([1, "pong"]),
    "too many": pack([1, "pong", {}, {}]),
    "ref is negative": pack([-1, "pong", {}]),
    "ref is too large": pack([MAX_REF + 1, "pong", {}]),
    "ref is a float": pack([1.0, "pong", {}]),
    "ref is a boolean": pack([True, "pong", {}]),
    "ref is NaN": pack([float("nan"), "pong", {}]),
    "type is no string": pack([1, 2, {}]),
    "extension": pack([1, "pong", msgpack.ExtType(5, b"x")]),
    "timestamp": pack([1, "pong", msgpack.Timestamp(1, 2)]),
    "not a number": pack([1, "media.report", {"round_trip_ms": float("nan")}]),
    "infinity": pack([1, "media.report", {"round_trip_ms": float("inf")}]),
    "keys that are no strings": pack([1, "pong", {1: 2}]),
    "keys that are binary": pack([1, "pong", {b"sent_at_ms": 2}]),
    "the same key twice": b"\x93\x01\xa4pong\x82\xa1a\x01\xa1a\x02",
    "deep": pack([1, "pong", nested(MAX_DEPTH)]),
    "very deep": b"\x91" * 50_000,
    "long array": pack([1, "pong", [0] * (MAX_ITEMS + 1)]),
    "large map": pack([1, "pong", {str(n): n for n in range(MAX_ITEMS + 1)}]),
    "long string": pack([1, "pong", "x" * 61_000]),
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_frames(data: bytes) -> None:
    with pytest.raises(ProtocolError) as raised:
        codec.unpack_request(data)
    assert raised.value.code is ErrorCode.MALFORMED_FRAME
    assert len(raised.value.detail) <= codec.MAX_DETAIL_CHARS


def test_a_frame_of_the_largest_size_is_read_and_one_more_byte_is_not() -> None:
    strings = ["x" * 32_000, "x" * (MAX_FRAME_BYTES - 32_000 - 3 - 3 - 8)]
    frame = pack([1, "pong", strings])
    assert len(frame) == MAX_FRAME_BYTES
    assert codec.unpack_request(frame).payload == strings
    with pytest.raises(ProtocolError) as raised:
        codec.unpack_request(frame + b"x")
    assert raised.value.code is ErrorCode.FRAME_TOO_LARGE


def test_as_deep_as_allowed() -> None:
    assert codec.unpack_request(pack([1, "x", nested(MAX_DEPTH - 1)])).ref == 1


INVALID: dict[str, tuple[str, object, ErrorCode]] = {
    "unknown": ("no.such", {}, ErrorCode.UNKNOWN_MESSAGE),
    "a command of the server's own": ("tick", {}, ErrorCode.UNKNOWN_MESSAGE),
    "an event": ("hand.raised", {}, ErrorCode.UNKNOWN_MESSAGE),
    "payload is a list": ("hand.raise", [], ErrorCode.MALFORMED_MESSAGE),
    "payload is nil": ("hand.raise", None, ErrorCode.MALFORMED_MESSAGE),
    "field missing": ("presence.set", {}, ErrorCode.MALFORMED_MESSAGE),
    "field too much": ("hand.raise", {"x": 1}, ErrorCode.MALFORMED_MESSAGE),
    "type given again": ("hand.raise", {"type": "hand.raise"}, ErrorCode.MALFORMED_MESSAGE),
    "wrong type": ("presence.set", {"away": "yes"}, ErrorCode.MALFORMED_MESSAGE),
    "float for int": ("breakouts.extend", {"duration_s": 60.0}, ErrorCode.MALFORMED_MESSAGE),
    "out of range": ("breakouts.extend", {"duration_s": 1}, ErrorCode.MALFORMED_MESSAGE),
    "binary for text": ("chat.post", {"channel": "room", "text": b"x"}, ErrorCode.MALFORMED_MESSAGE),
    "text for binary": ("notes.update", {"note": "room", "update": "AAAA"}, ErrorCode.MALFORMED_MESSAGE),
    "too much binary": (
        "notes.update",
        {"note": "room", "update": b"x" * (MAX_UPDATE_BYTES + 1)},
        ErrorCode.MALFORMED_MESSAGE,
    ),
    "too long": ("chat.post", {"channel": "room", "text": "x" * 4001}, ErrorCode.MALFORMED_MESSAGE),
    "no such choice": ("chat.post", {"channel": "lobby", "text": "x"}, ErrorCode.MALFORMED_MESSAGE),
    "unknown in a part": ("media.view", {"tiles": [{"x": 1}]}, ErrorCode.MALFORMED_MESSAGE),
}


@pytest.mark.parametrize(("name", "payload", "code"), INVALID.values(), ids=INVALID.keys())
def test_invalid_requests(name: str, payload: object, code: ErrorCode) -> None:
    with pytest.raises(codec.InvalidRequest) as raised:
        REGISTRY.request(name, payload)
    assert raised.value.code is code


def test_requests_are_typed_and_constrained() -> None:
    ref, name, payload = codec.unpack_request(pack([7, "chat.post", {"channel": "room", "text": "Salut"}]))
    assert (ref, REGISTRY.request(name, payload)) == (7, PostChat(channel="room", text="Salut"))
    assert REGISTRY.request("hand.raise", {}) == RaiseHand()


def test_the_largest_offer_fits_a_frame() -> None:
    offer = Offer(sdp="x" * 60_000, sources={str(mid): "camera" for mid in range(8)})
    frame = codec.unpack_request(codec.encode_request(MAX_REF, offer))
    assert REGISTRY.request(frame.type, frame.payload) == offer


def test_server_frames_read_back() -> None:
    raised = HandRaised(participant_id="p1", at_ms=5)
    assert codec.decode_server_frame(codec.encode_event(3, 4, raised), REGISTRY) == codec.EventFrame(
        3, 4, raised
    )
    assert codec.decode_server_frame(codec.encode_reply(9, Done(seq=3)), REGISTRY) == (9, {"seq": 3})
    error = codec.decode_server_frame(codec.encode_error(9, "not_allowed", "x" * 999), REGISTRY)
    assert error == codec.ErrorFrame(9, ErrorBody(code="not_allowed", detail="x" * codec.MAX_DETAIL_CHARS))
    ping = Ping(sent_at_ms=1)
    assert codec.decode_server_frame(codec.encode_push(ping), REGISTRY) == codec.PushFrame(ping)


@pytest.mark.parametrize(
    "frame", [["ok"], ["event", 1, 2, "tick", {}], ["push", "ping", {}], ["what", 1, {}], []]
)
def test_what_no_server_sends(frame: list[object]) -> None:
    with pytest.raises(ProtocolError):
        codec.decode_server_frame(pack(frame), REGISTRY)


def test_two_messages_of_one_name_are_refused() -> None:
    class Other(Hello, frozen=True, tag="hello"):
        pass

    with pytest.raises(ValueError):
        codec.Registry.of(requests=(Hello, Other), events=(), pushes=(), replies={})


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)
names = st.sampled_from([*REGISTRY.requests, "tick", ""])


def read(data: bytes) -> None:
    """Everything a server does with bytes before it acts on them."""
    try:
        frame = codec.unpack_request(data)
        REGISTRY.request(frame.type, frame.payload)
    except (ProtocolError, codec.InvalidRequest):
        pass


@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_else(data: bytes) -> None:
    read(data)


@given(st.integers(0, 2**64 - 1), names, plain)
def test_random_frames_raise_nothing_else(ref: int, name: str, payload: object) -> None:
    read(pack([ref, name, payload]))


@given(names, st.dictionaries(st.text(max_size=3), plain, max_size=3), st.data())
def test_frames_with_flipped_bytes_raise_nothing_else(
    name: str, payload: dict[str, Any], data: st.DataObject
) -> None:
    frame = bytearray(pack([1, name, payload]))
    for _ in range(3):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    read(bytes(frame))
