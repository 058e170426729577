"""Binding requests: what is taken, what is dropped and why, and what is replied."""

from __future__ import annotations

import pytest
from aioice.stun import Class, Message, Method, parse_message
from hypothesis import given
from hypothesis import strategies as st

from classroom.media import stun
from classroom.media.ice import Credentials
from tests.media.checks import check

LOCAL = Credentials("ours1234", "passwordpasswordpassword")
CHECK = bytes(check(LOCAL, "theirs"))


def without_integrity() -> bytes:
    message = Message(Method.BINDING, Class.REQUEST, attributes={"USERNAME": "ours1234:theirs"})
    message.add_fingerprint()
    return bytes(message)


def without_fingerprint() -> bytes:
    """The same check with its last eight bytes, the FINGERPRINT, gone and the length set right again."""
    return CHECK[:2] + (len(CHECK) - 28).to_bytes(2, "big") + CHECK[4:-8]


def without_username() -> bytes:
    message = Message(Method.BINDING, Class.REQUEST)
    message.add_message_integrity(b"x")
    return bytes(message)


def other(kind: Class, method: Method = Method.BINDING) -> bytes:
    message = Message(method, kind, attributes={"USERNAME": "ours1234:theirs"})
    message.add_message_integrity(LOCAL.password.encode())
    return bytes(message)


def test_a_check_is_read_and_verified() -> None:
    request = stun.parse_request(CHECK)
    assert stun.username(request) == ("ours1234", "theirs")
    stun.verify(request, LOCAL.password)


@pytest.mark.parametrize(
    ("datagram", "reason"),
    [
        (b"", "stun_malformed"),
        (b"\x00", "stun_malformed"),
        (CHECK[:19], "stun_malformed"),
        (CHECK[:-4], "stun_malformed"),
        (CHECK + b"\x00" * 4, "stun_malformed"),
        (CHECK + b"\x00", "stun_malformed"),
        (CHECK[:4] + b"\x00\x00\x00\x00" + CHECK[8:], "stun_malformed"),  # no magic cookie
        (CHECK[:-1] + bytes([CHECK[-1] ^ 1]), "stun_malformed"),  # FINGERPRINT does not match
        (CHECK[:24] + b"\xff" + CHECK[25:], "stun_malformed"),  # USERNAME is no UTF-8, nor FINGERPRINT right
        (b"\x00\x01" + CHECK[2:4] + CHECK[4:20] + b"\x00" * (len(CHECK) - 20), "stun_malformed"),
        (without_integrity(), "stun_malformed"),
        (without_fingerprint(), "stun_malformed"),
        (without_username(), "stun_malformed"),
        (CHECK + b"\x00" * 2000, "stun_malformed"),
        (other(Class.INDICATION), "stun_not_a_check"),
        (other(Class.RESPONSE), "stun_not_a_check"),
        (other(Class.REQUEST, Method.ALLOCATE), "stun_not_a_check"),
    ],
)
def test_dropped(datagram: bytes, reason: str) -> None:
    with pytest.raises(stun.StunError) as caught:
        stun.parse_request(datagram)
    assert caught.value.reason == reason


def test_a_wrong_password_is_dropped() -> None:
    request = stun.parse_request(bytes(check(LOCAL, "theirs", password="guessedguessedguessed!")))
    with pytest.raises(stun.StunError) as caught:
        stun.verify(request, LOCAL.password)
    assert caught.value.reason == "stun_unauthenticated"


@given(st.binary(max_size=200), st.integers(0, len(CHECK) - 1), st.integers(0, 255))
def test_nothing_else_is_raised(noise: bytes, position: int, value: int) -> None:
    damaged = CHECK[:position] + bytes([value]) + CHECK[position + 1 :]
    for datagram in (noise, CHECK[:20] + noise, CHECK[:position] + noise, damaged):
        try:
            stun.username(stun.parse_request(datagram))
        except stun.StunError:
            pass


@pytest.mark.parametrize(
    ("source", "mapped"),
    [
        (("192.0.2.9", 5000), ("192.0.2.9", 5000)),
        (("2001:db8::9", 5000), ("2001:db8::9", 5000)),
        (("::ffff:192.0.2.9", 5000), ("192.0.2.9", 5000)),
    ],
)
def test_the_reply_tells_the_address_seen_and_is_signed(
    source: tuple[str, int], mapped: tuple[str, int]
) -> None:
    request = stun.parse_request(CHECK)
    reply = stun.success(request, source, LOCAL.password)
    assert len(reply) <= len(CHECK), "no amplification"
    message = parse_message(reply)
    assert message.message_class == Class.RESPONSE
    assert message.transaction_id == request.transaction_id
    assert message.attributes["XOR-MAPPED-ADDRESS"] == mapped
    assert message.check_message_integrity(LOCAL.password.encode())


def test_role_conflict_reply() -> None:
    reply = parse_message(stun.role_conflict(stun.parse_request(CHECK), LOCAL.password))
    assert reply.error_code == 487
    assert reply.check_message_integrity(LOCAL.password.encode())
