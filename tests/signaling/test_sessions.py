from __future__ import annotations

from dataclasses import replace

import pytest

from signaling.connection import Close
from signaling.errors import ErrorCode, ProtocolError
from signaling.messages import Resume
from signaling.session import Seat, State
from tests.signaling.support import LIMITS, SEAT, SECRET, Server


def asked(session_id: str, secret: str = SECRET) -> Resume:
    return Resume(session_id=session_id, secret=secret, epoch="e1", seq=0)


def test_finds_what_can_be_resumed() -> None:
    server = Server()
    _, session = server.open()
    find = server.sessions.find
    assert find(asked(session.id), SEAT, 0.0) is session
    assert find(None, SEAT, 0.0) is None
    assert find(asked("another"), SEAT, 0.0) is None
    assert find(asked(session.id, "x" * 32), SEAT, 0.0) is None
    assert find(asked(session.id, "é" * 32), SEAT, 0.0) is None
    assert find(asked(session.id), Seat("r1", "p2"), 0.0) is None, "somebody else's link"
    assert find(asked(session.id), Seat("r2", "p1"), 0.0) is None, "another room"


def test_a_session_of_the_seat_gives_way_to_a_new_one() -> None:
    server = Server()
    first, old = server.open()
    second, new = server.open()
    assert first.read()[-1] == [
        "error",
        0,
        {"code": "replaced", "detail": "the seat was opened elsewhere"},
    ]
    assert first.closed == Close(4409, "replaced")
    assert first.connection.lost(1.0) is None
    assert (old.state, new.state) == (State.CLOSED, State.JOINED)
    assert server.sessions.of_seat(SEAT) is new
    assert list(server.sessions) == [new]
    assert server.sessions.find(asked(old.id), SEAT, 1.0) is None
    assert second.connection.closing is None


def test_a_hello_that_is_late_on_an_older_socket_replaces_nobody() -> None:
    server = Server()
    socket, session = server.open(now=5.0)
    for _ in ("connected", "detached"):
        with pytest.raises(ProtocolError) as refused:
            server.open(now=4.0)
        assert refused.value.code is ErrorCode.REPLACED
        assert server.sessions.of_seat(SEAT) is session
        assert socket.connection.closing is None
        socket.connection.lost(6.0)
    again = server.resume(session, seq=0, now=7.0)
    with pytest.raises(ProtocolError):
        server.open(now=6.5)
    assert again.connection.closing is None
    assert server.open(now=8.0)[1] is server.sessions.of_seat(SEAT)


def test_a_session_is_kept_for_the_window_and_not_longer() -> None:
    server = Server()
    socket, session = server.open(now=0.0)
    assert server.sessions.expire(1e6) == [], "a connected session never expires"
    socket.connection.lost(100.0)
    end = 100.0 + LIMITS.resume_window_s
    assert LIMITS.resume_window_s >= 120
    assert server.sessions.expire(end) == []
    assert server.sessions.find(asked(session.id), SEAT, end) is session
    assert server.sessions.find(asked(session.id), SEAT, end + 0.1) is None
    assert server.sessions.expire(end + 0.1) == [session]
    assert (session.state, len(server.sessions)) == (State.CLOSED, 0)


def test_a_removed_person_cannot_resume() -> None:
    server = Server()
    socket, session = server.open()
    server.sessions.close(session, ErrorCode.REMOVED)
    assert socket.read()[-1][2]["code"] == "removed"
    assert server.sessions.find(asked(session.id), SEAT, 0.0) is None
    server.sessions.close(session, ErrorCode.REMOVED)
    assert len(server.sessions) == 0


def test_closing_a_replaced_session_leaves_its_successor() -> None:
    server = Server()
    _, old = server.open()
    _, new = server.open()
    server.sessions.close(old, ErrorCode.LEFT)
    assert server.sessions.of_seat(SEAT) is new


def test_there_is_an_end_to_what_fits() -> None:
    server = Server(replace(LIMITS, sessions=2))
    server.open(seat=Seat("r1", "p1"))
    server.open(seat=Seat("r1", "p2"))
    with pytest.raises(ProtocolError) as raised:
        server.open(seat=Seat("r1", "p3"))
    assert raised.value.code is ErrorCode.SERVER_FULL
    server.open(seat=Seat("r1", "p2"))
