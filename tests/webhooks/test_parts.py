"""Signatures, addresses, and what is worth a message."""

from __future__ import annotations

import ipaddress

import msgspec
import pytest

from classroom.api.types import WebhookDraft
from classroom.webhooks import signing
from classroom.webhooks.addresses import Forbidden, check, check_connection, check_url
from classroom.webhooks.notices import message_id, notices
from rooms import commands as c
from tests.rooms.driver import Driver


def test_the_signature_is_the_specifications() -> None:
    """The example of the Standard Webhooks reference libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = signing.headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert headers["webhook-timestamp"] == "1614265330"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
        *("::ffff:169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
    ],
)
def test_nothing_goes_into_the_servers_own_network(address: str) -> None:
    with pytest.raises(Forbidden):
        check(ipaddress.ip_address(address), ())


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_public_addresses_are_fine(address: str) -> None:
    check(ipaddress.ip_address(address), ())
    with pytest.raises(Forbidden):
        check_connection(ipaddress.ip_address(address), (), encrypted=False)


def test_the_operator_may_allow_a_network() -> None:
    allowed = (ipaddress.ip_network("10.0.0.0/8"),)
    for address in ("10.1.2.3", "::ffff:10.1.2.3"):
        check_connection(ipaddress.ip_address(address), allowed, encrypted=False)
    with pytest.raises(Forbidden):
        check(ipaddress.ip_address("192.168.1.1"), allowed)
    check_url("http://timetable.internal/hook", allowed)


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.org/", "ftp://example.org/", "https://", "https:///x", "//example.org", "x", ""),
        *("https://user:secret@example.org/", "https://example.org/#x", "https://example.org:0/"),
        *("https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/meta-data"),
        *("https://example.org/\r\nX: y", "https://exämple.org/", "https://example.org:99999/", "https://[/"),
        "https://example.org/" + "x" * 500,
    ],
)
def test_such_addresses_are_refused_at_once(url: str) -> None:
    with pytest.raises(Forbidden):
        check_url(url, ())


def told(room: Driver, start: int = 0) -> list[str]:
    events = [recorded for recorded, _ in room.log][start:]
    return [
        notice.type if notice.data.participant is None else f"{notice.type} {notice.data.participant.id}"
        for notice in notices("room", events, len(room.state.participants))
    ]


def test_a_room_starts_with_the_first_and_ends_with_the_last() -> None:
    room = Driver()
    room.join("ann")
    room.wait(1)
    room.join("bob")
    room.wait(1)
    room.join("ann")  # in another tab
    room.do(c.Disconnect(), "bob")
    room.do(c.Reconnect(), "bob")
    room.do(c.Leave(), "ann")
    room.do(c.Leave(), "bob")
    everything = [
        "room.started",
        "participant.joined ann",
        "participant.joined bob",
        "participant.left ann",
        "participant.left bob",
        "room.ended",
    ]
    assert told(room) == everything
    for start in range(1, len(room.log)):  # in whatever pieces it comes
        assert told(room, start) == everything[len(everything) - len(told(room, start)) :]


def test_a_message_has_the_same_id_whoever_makes_it() -> None:
    room = Driver()
    room.join("ann")
    events = [recorded for recorded, _ in room.log]
    started, joined = notices("room", events, 1)
    assert [message_id(one) for one in notices("room", events[1:], 1)] == [
        message_id(started),
        message_id(joined),
    ]
    assert message_id(started) != message_id(joined)


@pytest.mark.parametrize("events", [[], ["room.painted"], ["room.started"] * 21])
def test_bad_wishes_are_refused(events: list[str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"url": "https://example.org", "events": events}, WebhookDraft)
