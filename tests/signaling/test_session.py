"""A seat's session over several sockets: the transition table, resuming, and requests repeated by their
ref."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rooms.commands import PostChat, RaiseHand
from signaling.connection import Close, RequestReceived
from signaling.errors import ErrorCode
from signaling.messages import Done, GetSnapshot, Resume, Resync
from signaling.session import TRANSITIONS, InvalidTransition, Session, State, Step
from tests.signaling.support import GREETING, LIMITS, SEAT, SECRET, Server, Socket, event_frame, hello

HAND = RaiseHand()


# --- transitions -------------------------------------------------------------------------------------------


def in_state(state: State) -> Session:
    session = Session(SEAT, "s", SECRET, "e1", 0.0, LIMITS)
    if state is State.NEW:
        return session
    socket = saying_hello()
    session.accept(socket.connection, 1, GREETING, 0, {}, 0.0)
    if state is State.DETACHED:
        socket.connection.lost(0.0)
    if state is State.CLOSED:
        session.close(ErrorCode.LEFT)
    return session


def saying_hello() -> Socket:
    socket = Socket()
    socket.send(1, hello())
    return socket


def accept(session: Session) -> object:
    return session.accept(saying_hello().connection, 1, GREETING, 0, {}, 0.0)


def resume(session: Session) -> object:
    asked = Resume(session_id="s", secret=SECRET, epoch="e1", seq=0)
    return session.resume(saying_hello().connection, 1, lambda: GREETING, asked, dict, 0.0)


def close(session: Session) -> None:
    session.close(ErrorCode.LEFT)


def detach(session: Session) -> object:
    assert session.connection is not None
    return session.detach(session.connection, 0.0)


STEPS: dict[Step, Callable[[Session], object]] = {
    Step.ACCEPT: accept,
    Step.RESUME: resume,
    Step.CLOSE: close,
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", State)
def test_every_transition_is_in_the_table_or_refused(state: State, step: Step) -> None:
    session = in_state(state)
    assert session.state is state
    if (state, step) in TRANSITIONS:
        STEPS[step](session)
        assert session.state is TRANSITIONS[state, step]
    else:
        with pytest.raises(InvalidTransition):
            STEPS[step](session)
        assert session.state is state


def test_losing_the_socket_detaches() -> None:
    session = in_state(State.JOINED)
    assert detach(session) is True
    assert (session.state, session.detached_at) == (State.DETACHED, 0.0)


def test_a_socket_that_went_meanwhile_leaves_an_accepted_session_detached() -> None:
    session = in_state(State.NEW)
    socket = saying_hello()
    socket.connection.lost(1.0)
    assert not session.accept(socket.connection, 1, GREETING, 0, {}, 2.0)
    assert (session.state, session.detached_at, session.connection) == (State.DETACHED, 2.0, None)


@pytest.mark.parametrize("state", [State.JOINED, State.DETACHED])
def test_a_socket_that_went_meanwhile_leaves_a_resumed_session_as_it_was(state: State) -> None:
    session = in_state(state)
    before = session.connection
    socket = saying_hello()
    socket.connection.lost(1.0)
    asked = Resume(session_id="s", secret=SECRET, epoch="e1", seq=0)
    assert not session.resume(socket.connection, 1, lambda: GREETING, asked, dict, 2.0)
    assert (session.state, session.connection) == (state, before)


# --- welcome and events ------------------------------------------------------------------------------------


def test_welcome_tells_what_a_client_needs() -> None:
    socket, session = Server().open(seq=7)
    [[kind, ref, welcome]] = socket.read()
    assert (kind, ref) == ("ok", 1)
    assert welcome == {
        "protocol": 1,
        "session_id": session.id,
        "secret": SECRET,
        "participant_id": "p1",
        "role": "participant",
        "epoch": "e1",
        "resumed": False,
        "seq": 7,
        "heartbeat_s": LIMITS.heartbeat_s,
        "server_time_ms": 0,
        "limits": {
            "frame_bytes": 65536,
            "chat_chars": 4000,
            "requests_per_s": 10,
            "unanswered_requests": 4,
        },
        "media": {"audio_slots": 4, "video_slots": 16, "ice_servers": [], "handover": False},
        "snapshot": {"seq": 7},
        "answer": None,
    }


def test_events_follow_the_snapshot() -> None:
    socket, session = Server().open(seq=7)
    for seq in (6, 7, 8, 9):
        session.event(seq, event_frame(seq))
    assert socket.seqs() == [8, 9]


def test_a_lost_event_is_the_callers_bug() -> None:
    _, session = Server().open(seq=7)
    with pytest.raises(ValueError):
        session.event(9, event_frame(9))


@pytest.mark.parametrize("state", [State.NEW, State.CLOSED])
def test_events_before_and_after_are_nothing_to_it(state: State) -> None:
    session = in_state(state)
    session.event(40, event_frame(40))
    assert session.seq == 0


# --- resuming ----------------------------------------------------------------------------------------------


def test_resuming_replays_what_was_missed() -> None:
    server = Server()
    socket, session = server.open()
    for seq in (1, 2, 3):
        session.event(seq, event_frame(seq))
    assert socket.connection.lost(1.0) is session
    session.event(4, event_frame(4))
    back = server.resume(session, seq=2, now=2.0)
    [[_, _, welcome], *events] = back.read()
    assert (welcome["resumed"], welcome["snapshot"], welcome["seq"]) == (True, None, 4)
    assert [event[1] for event in events] == [3, 4]
    session.event(5, event_frame(5))
    assert back.seqs() == [5]


@pytest.mark.parametrize(
    ("seq", "epoch", "why"),
    [
        (1, "e1", "the window is over"),
        (99, "e1", "never was"),
        (9, "e0", "another run of the room"),
    ],
)
def test_resuming_too_late_gives_a_snapshot(seq: int, epoch: str, why: str) -> None:
    server = Server()
    socket, session = server.open()
    for one in range(1, 10):
        session.event(one, event_frame(one))
    socket.connection.lost(1.0)
    back = server.resume(session, seq=seq, epoch=epoch, now=2.0)
    [[_, _, welcome]] = back.read()
    assert (welcome["resumed"], welcome["snapshot"]) == (True, {"seq": 9}), why
    session.event(10, event_frame(10))
    assert back.seqs() == [10]


def test_resuming_before_the_old_socket_is_seen_to_die_takes_its_place() -> None:
    server = Server()
    old, session = server.open()
    new = server.resume(session, seq=0, now=1.0)
    assert old.read()[-1][2]["code"] == "replaced"
    assert old.closed == Close(4409, "replaced")
    assert old.connection.lost(2.0) is None, "the seat is connected: nobody is told otherwise"
    session.event(1, event_frame(1))
    assert new.seqs() == [1]
    assert session.state is State.JOINED


def test_a_hello_that_comes_late_on_an_older_socket_changes_nothing() -> None:
    server = Server()
    first, session = server.open(now=0.0)
    stuck = Socket(now=1.0)
    newest = server.resume(session, seq=0, now=2.0)
    newest.read()
    asked = Resume(session_id=session.id, secret=SECRET, epoch="e1", seq=0)
    stuck.send(1, hello(asked), now=3.0)
    assert not session.resume(stuck.connection, 1, lambda: GREETING, asked, dict, 3.0)
    assert stuck.read()[0][2]["code"] == "replaced"
    assert stuck.connection.lost(3.0) is None
    session.event(1, event_frame(1))
    assert newest.seqs() == [1]
    assert first.connection.closing == Close(4409, "replaced")


def test_a_socket_that_was_replaced_can_ask_nothing() -> None:
    server = Server()
    old, session = server.open()
    server.resume(session, seq=0)
    assert old.send(2, HAND) == []


# --- requests, once ----------------------------------------------------------------------------------------


def test_a_repeated_request_gets_the_reply_it_had() -> None:
    socket, session = Server().open()
    socket.read()
    assert socket.send(2, HAND) == [RequestReceived(2, HAND)]
    session.reply(2, Done(seq=1))
    assert socket.send(2, HAND) == []
    assert socket.read() == [["ok", 2, {"seq": 1}]] * 2


def test_a_refusal_is_remembered_too() -> None:
    socket, session = Server().open()
    socket.read()
    socket.send(2, HAND)
    session.refuse_request(2, "not_allowed", "no")
    assert socket.send(2, HAND) == []
    assert socket.read() == [["error", 2, {"code": "not_allowed", "detail": "no"}]] * 2


def test_a_request_repeated_while_it_is_executed_waits_for_the_one_reply() -> None:
    server = Server()
    socket, session = server.open()
    socket.send(2, HAND)
    socket.connection.lost(1.0)
    back = server.resume(session, seq=0, now=2.0)
    back.read()
    assert back.send(2, HAND, now=2.0) == []
    assert back.read() == []
    session.reply(2, Done(seq=1))
    assert back.read() == [["ok", 2, {"seq": 1}]]


def test_a_reply_given_while_nobody_is_connected_is_had_by_asking_again() -> None:
    server = Server()
    socket, session = server.open()
    socket.send(2, HAND)
    socket.connection.lost(1.0)
    session.reply(2, Done(seq=1))
    back = server.resume(session, seq=0, now=2.0)
    back.read()
    assert back.send(2, HAND, now=2.0) == []
    assert back.read() == [["ok", 2, {"seq": 1}]]


def test_a_ref_that_went_by_is_refused_and_never_executed() -> None:
    socket, session = Server().open()
    for ref in range(2, 12):
        assert socket.send(ref, HAND)
        session.reply(ref, Done(seq=0))
    socket.read()
    assert socket.send(3, HAND) == []
    assert socket.read() == [["error", 3, {"code": "ref_too_old", "detail": ""}]]
    assert socket.connection.error_count == 1


def test_too_many_unanswered_requests_are_refused() -> None:
    socket, _ = Server().open()
    socket.read()
    for ref in range(2, 2 + LIMITS.unanswered_requests):
        assert socket.send(ref, HAND)
    assert socket.send(50, HAND) == []
    assert socket.read() == [["error", 50, {"code": "rate_limited", "detail": ""}]]


def test_a_snapshot_asked_for_again_is_fresh() -> None:
    socket, session = Server().open()
    socket.read()
    for _ in range(2):
        assert socket.send(2, GetSnapshot()) == [RequestReceived(2, GetSnapshot())]
        session.reply(2, Resync(epoch="e1", snapshot={"seq": session.seq}))
    assert len(socket.read()) == 2


def test_nonsense_under_a_known_ref_changes_nothing() -> None:
    socket, session = Server().open()
    socket.read()
    socket.send(2, PostChat(channel="room", text="x"))
    assert socket.send_raw(2, "no.such", {}) == []
    session.reply(2, Done(seq=1))
    assert socket.read() == [["ok", 2, {"seq": 1}]]


def test_replies_after_the_end_harm_nothing() -> None:
    socket, session = Server().open()
    socket.send(2, HAND)
    session.close(ErrorCode.REMOVED)
    session.reply(2, Done(seq=1))
    assert [frame[0] for frame in socket.read()] == ["ok", "error"]
