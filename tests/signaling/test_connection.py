"""One socket: opening, heartbeats, limits, endings. Time is simulated."""

from __future__ import annotations

import pytest

from rooms.commands import PostChat, RaiseHand
from signaling import codec
from signaling.connection import SILENCE_FACTOR, Close, HelloReceived, Phase, RequestReceived
from signaling.errors import ErrorCode
from signaling.limits import SessionLimits
from signaling.messages import GetSnapshot, Pong, Report, Speaking, View
from tests.signaling.support import LIMITS, Server, Socket, event_frame, hello

HAND = RaiseHand()


def error(ref: int, code: str) -> list[object]:
    return ["error", ref, {"code": code, "detail": ""}]


# --- opening -----------------------------------------------------------------------------------------------


def test_hello_is_handed_over_and_answered() -> None:
    socket = Socket()
    assert socket.send(3, hello()) == [HelloReceived(3, hello())]
    assert socket.read() == []
    socket.connection.refuse(3, ErrorCode.ROOM_FULL)
    assert socket.read() == [error(3, "room_full")]
    assert socket.closed == Close(4430, "room_full")


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ((1, "hand.raise", {}), "hello_expected"),
        ((0, "hello", {"protocol": 1, "token": "t"}), "hello_expected"),
        ((1, "hello", {"protocol": 2, "token": "t"}), "protocol_unsupported"),
        ((1, "hello", {"protocol": 2, "what": "differs"}), "protocol_unsupported"),
        ((1, "hello", {}), "protocol_unsupported"),
        ((1, "hello", {"protocol": 1}), "malformed_frame"),
        ((1, "hello", {"protocol": 1, "token": "t", "seat": "short"}), "malformed_frame"),
        ((1, "hello", []), "malformed_frame"),
        ((1, "hello"), "malformed_frame"),
    ],
)
def test_what_is_no_hello_ends_the_connection(frame: tuple[object, ...], code: str) -> None:
    socket = Socket()
    assert socket.send_raw(*frame) == []
    [[kind, ref, body]] = socket.read()
    assert (kind, ref, body["code"]) == ("error", 0, code)
    assert socket.closed is not None
    assert socket.closed.reason == code


def test_nothing_may_be_said_before_the_welcome() -> None:
    socket = Socket()
    socket.send(1, hello())
    assert socket.send(2, HAND) == []
    assert socket.read()[0][2]["code"] == "hello_expected"


def test_hello_must_come_in_time() -> None:
    socket = Socket(now=100.0)
    assert socket.connection.next_deadline() == 100.0 + LIMITS.hello_timeout_s
    socket.connection.tick(109.9, 0)
    assert socket.closed is None
    socket.connection.tick(110.0, 0)
    assert socket.read()[0][2]["code"] == "hello_expected"
    assert socket.connection.next_deadline() is None


def test_hello_twice_is_refused_and_harms_nothing() -> None:
    socket, _ = Server().open()
    socket.read()
    assert socket.send(2, hello()) == []
    assert socket.read()[0][:2] == ["error", 2]
    assert socket.send(3, HAND) == [RequestReceived(3, HAND)]


def test_a_socket_that_goes_while_the_room_is_asked_leaves_nothing_behind() -> None:
    socket = Socket()
    socket.send(1, hello())
    assert socket.connection.lost(0.0) is None
    assert socket.connection.phase is Phase.CLOSED


# --- requests ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", [Pong(sent_at_ms=1), View(tiles=()), Report(round_trip_ms=1)])
def test_some_requests_want_no_reply(request_: Pong | View | Report) -> None:
    socket, _ = Server().open()
    socket.read()
    expected = [] if isinstance(request_, Pong) else [RequestReceived(0, request_)]
    assert socket.send(0, request_) == expected
    assert socket.read() == []


@pytest.mark.parametrize("request_", [HAND, GetSnapshot(), PostChat(channel="room", text="x")])
def test_all_others_need_a_ref(request_: RaiseHand) -> None:
    socket, _ = Server().open()
    socket.read()
    assert socket.send(0, request_) == []
    assert socket.read()[0][2]["code"] == "malformed_frame"


def test_a_pong_with_a_ref_is_acknowledged() -> None:
    socket, _ = Server().open()
    socket.read()
    assert socket.send(2, Pong(sent_at_ms=1)) == []
    assert socket.read() == [["ok", 2, {"seq": 0}]]


@pytest.mark.parametrize(
    ("frame", "code"), [((2, "no.such", {}), "unknown_message"), ((2, "chat.post", {}), "malformed_message")]
)
def test_what_is_not_understood_is_refused_and_counted(frame: tuple[object, ...], code: str) -> None:
    socket, _ = Server().open()
    socket.read()
    assert socket.send_raw(*frame) == []
    [[kind, ref, body]] = socket.read()
    assert (kind, ref, body["code"]) == ("error", 2, code)
    assert socket.connection.error_count == 1
    assert socket.send(3, HAND) == [RequestReceived(3, HAND)]


def test_without_a_ref_nonsense_is_only_counted() -> None:
    socket, _ = Server().open()
    socket.read()
    assert socket.send_raw(0, "no.such", {}) == []
    assert socket.read() == []
    assert socket.connection.error_count == 1


def test_too_much_nonsense_ends_the_connection() -> None:
    socket, session = Server().open()
    socket.read()
    for ref in range(2, 2 + int(LIMITS.error_burst)):
        socket.send_raw(ref, "no.such", {})
    assert socket.connection.closing is None
    socket.send_raw(99, "no.such", {})
    assert socket.read()[-1] == error(0, "too_many_errors")
    assert socket.closed == Close(4429, "too_many_errors")
    assert socket.send(100, HAND) == []
    assert socket.connection.lost(0.0) is session


def test_now_and_then_nonsense_is_borne() -> None:
    socket, _ = Server().open()
    for ref in range(2, 100):
        socket.send_raw(ref, "no.such", {}, now=float(ref))
        socket.read()
    assert socket.connection.closing is None


def test_too_many_requests_are_refused_until_time_passes() -> None:
    socket, session = Server().open()
    for ref in range(2, 2 + int(LIMITS.request_burst)):
        assert socket.send(ref, GetSnapshot()) == [RequestReceived(ref, GetSnapshot())]
    socket.read()
    assert socket.send(90, HAND) == []
    assert socket.read() == [error(90, "rate_limited")]
    assert socket.send(91, HAND, now=0.1) == [RequestReceived(91, HAND)]
    assert socket.send(90, HAND, now=0.2) == []
    assert socket.read() == [error(90, "rate_limited")], "a refusal is remembered as any reply"
    assert session.connection is socket.connection


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"\xc1", "malformed_frame"), (bytes(65_537), "frame_too_large"), (b"", "malformed_frame")],
)
def test_a_broken_frame_ends_the_connection_and_keeps_the_session(data: bytes, reason: str) -> None:
    socket, session = Server().open()
    socket.read()
    assert socket.connection.receive(data, 1.0) == []
    assert socket.read()[0][2]["code"] == reason
    assert socket.connection.lost(1.0) is session


def test_text_is_no_frame() -> None:
    socket, _ = Server().open()
    socket.connection.receive_text()
    assert socket.read()[-1][2]["code"] == "malformed_frame"


# --- heartbeats --------------------------------------------------------------------------------------------


def test_pings_and_measures() -> None:
    socket, _ = Server().open(now=100.0)
    socket.read()
    assert socket.connection.next_deadline() == 100.0 + LIMITS.heartbeat_s
    socket.connection.tick(110.0, 1_000_000)
    assert socket.read() == [["push", "ping", {"sent_at_ms": 1_000_000}]]
    socket.send(0, Pong(sent_at_ms=1_000_000), now=110.05)
    assert socket.connection.round_trip_ms == pytest.approx(50)
    socket.send(0, Pong(sent_at_ms=1_000_000), now=115.0)
    assert socket.connection.round_trip_ms == pytest.approx(50), "only the first answer counts"


def test_any_frame_keeps_the_connection_alive() -> None:
    socket, _ = Server().open(now=0.0)
    for second in range(1, 200):
        socket.send(second + 1, GetSnapshot(), now=float(second))
        socket.connection.tick(float(second), 0)
        socket.read()
    assert socket.connection.closing is None


def test_silence_ends_the_connection() -> None:
    socket, session = Server().open(now=0.0)
    end = SILENCE_FACTOR * LIMITS.heartbeat_s
    now, ticks = 0.0, 0
    while (deadline := socket.connection.next_deadline()) is not None:
        now, ticks = deadline, ticks + 1
        socket.connection.tick(now, 0)
    assert (now, ticks) == (end, 3)
    assert socket.read()[-1] == error(0, "heartbeat_missed")
    assert socket.closed == Close(4408, "heartbeat_missed")
    assert socket.connection.lost(now) is session


def test_by_default_a_silent_death_is_seen_within_15_seconds() -> None:
    assert SILENCE_FACTOR * SessionLimits().heartbeat_s < 15


def test_an_early_tick_does_nothing() -> None:
    socket, _ = Server().open(now=0.0)
    socket.read()
    socket.connection.tick(LIMITS.heartbeat_s - 0.01, 0)
    assert socket.read() == []


# --- output ------------------------------------------------------------------------------------------------


def test_wakes_the_writer() -> None:
    socket, session = Server().open()
    woken = socket.wakes
    session.event(1, event_frame(1))
    assert socket.wakes == woken + 1
    socket.connection.fail(ErrorCode.SHUTTING_DOWN)
    assert socket.wakes == woken + 2


def test_a_slow_reader_is_dropped_and_comes_back_to_a_snapshot() -> None:
    server = Server()
    slow, session = server.open()
    quick, other = server.open(seat=session.seat._replace(participant_id="p2"))
    for seq in range(1, LIMITS.outbox_frames + 2):
        session.event(seq, event_frame(seq))
        other.event(seq, event_frame(seq))
        assert quick.read()
    assert slow.connection.closing == Close(4431, "outbox_full")
    assert slow.read() == [error(0, "outbox_full")], "what it was too slow for is not sent any more"
    assert slow.connection.lost(5.0) is session
    assert quick.connection.closing is None
    back = server.resume(session, seq=session.seq - 1, now=6.0)
    [[_, _, welcome]] = back.read()
    assert (welcome["resumed"], welcome["snapshot"]) == (True, {"seq": session.seq})


def test_pushes_alone_never_drop_a_slow_reader() -> None:
    socket, session = Server().open()
    socket.read()
    for n in range(1000):
        session.push("media.speaking", codec.encode_push(Speaking(participant_ids=(str(n),))))
    assert socket.read() == [["push", "media.speaking", {"participant_ids": ["999"]}]]


def test_what_waits_is_written_before_the_close() -> None:
    socket, session = Server().open()
    session.event(1, event_frame(1))
    session.close(ErrorCode.REMOVED)
    assert [frame[0] for frame in socket.read()] == ["ok", "event", "error"]
    assert socket.closed == Close(4410, "removed")
    assert socket.connection.next_output() is None


def test_after_the_end_nothing_is_taken_in_or_written() -> None:
    socket, session = Server().open()
    socket.connection.fail(ErrorCode.SHUTTING_DOWN)
    socket.read()
    session.event(1, event_frame(1))
    assert socket.send(2, HAND) == []
    socket.connection.fail(ErrorCode.INTERNAL)
    assert socket.read() == []
    assert socket.closed == Close(4503, "shutting_down")


@pytest.mark.parametrize(
    "wrong",
    [
        {"remembered_replies": 3, "unanswered_requests": 4},
        {"request_burst": 3.0, "unanswered_requests": 4},
        {"outbox_frames": 4, "history_events": 4},
    ],
)
def test_limits_that_contradict_each_other_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        SessionLimits(**wrong)
