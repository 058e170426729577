"""What each message of a joined session leads to: a table from message type to handler.

The room's commands all go one way: to the room's host, with the sender as actor. What is the session's own is handled
by the few functions below. A handler answers with `Session.reply` or `Session.refuse_request`, at once or later.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, get_args

import msgspec

from classroom import logs
from classroom.captions import CaptionDesk
from classroom.config import Config
from classroom.handover import Handovers
from classroom.hosts import RoomFailed, RoomHost, RoomHosts, RoomMoving
from classroom.journal.base import JournalFull, JournalUnavailable
from classroom.media.sdp.grammar import OfferError
from classroom.metrics.counts import Counts
from classroom.notes.desk import NoteDesk
from classroom.reactions import Reactions
from classroom.switchboard import Switchboard
from classroom.tracing import NO_SPAN, Span, Tracer, problem_of
from classroom.turn import ice_servers
from classroom.wire import BreakoutsPreview
from rooms import commands, room
from rooms.errors import Refused
from rooms.events import Cause
from rooms.views import snapshot
from signaling.captions import WriteCaption
from signaling.codec import tag_of
from signaling.connection import RequestReceived
from signaling.errors import ErrorCode
from signaling.messages import (
    Done,
    GetIceServers,
    GetSnapshot,
    Handover,
    IceServers,
    Offer,
    React,
    Report,
    Resync,
    View,
)
from signaling.notes import CloseNote, ListNotes, OpenNote, PointInNote, UpdateNote
from signaling.session import Session

log = logs.get("dispatch")

TRACED: Final = (commands.OpenBreakouts, commands.RotateBreakouts, commands.CloseBreakouts)
"""What everybody waits for."""
Handler = Callable[["Dispatcher", RoomHost, Session, int, Any], None]
"""(dispatcher, room, session, ref, message)"""


class Dispatcher:
    """One per process."""

    def __init__(
        self,
        config: Config,
        hosts: RoomHosts,
        switchboard: Switchboard,
        handovers: Handovers,
        notes: NoteDesk,
        captions: CaptionDesk,
        counts: Counts,
        tracer: Tracer,
    ) -> None:
        self.config = config
        self._hosts = hosts
        self.switchboard = switchboard
        self.handovers = handovers
        self.notes = notes
        self.captions = captions
        self.counts = counts
        self.tracer = tracer
        self.reactions = Reactions()

    def dispatch(self, session: Session, received: RequestReceived) -> None:
        """Executes one request. Never raises: a refusal is replied, a bug is logged and costs only this request."""
        ref, message = received.ref, received.message
        host = self._hosts.loaded(session.seat.room_id)
        try:
            if host is None:
                if isinstance(message, Handover) and message.arrived:
                    self.handovers.arrived(session)
                raise RoomMoving(session.seat.room_id)
            handler, began = HANDLERS[type(message)], time.monotonic()
            handler(self, host, session, ref, message)
            if handler is not _command:  # that one is answered later
                self.counts.answered(tag_of(type(message)), time.monotonic() - began)
        except RoomMoving:
            pass  # the session is about to be closed; the client comes back and repeats what was not answered
        except Exception as problem:
            _refuse(session, ref, problem)


def _command(
    dispatcher: Dispatcher, host: RoomHost, session: Session, ref: int, command: commands.Command
) -> None:
    who, name = session.seat.participant_id, tag_of(type(command))
    began = time.monotonic()
    span: Span = NO_SPAN
    if isinstance(command, TRACED):
        span = dispatcher.tracer.begin(name, **logs.of_session(session))
    try:
        with span.current():
            done = host.submit(command, who, Cause(who, session.id, ref))
    except BaseException as problem:
        span.end(problem_of(problem))
        raise

    def answered(problem: BaseException | None) -> None:
        span.end("" if problem is None else problem_of(problem))
        if problem is None:
            dispatcher.counts.answered(name, time.monotonic() - began)

    done.add_done_callback(partial(_acknowledge, session, ref, answered))


def _acknowledge(
    session: Session,
    ref: int,
    answered: Callable[[BaseException | None], None],
    done: asyncio.Future[int],
) -> None:
    problem = done.exception()
    answered(problem)
    if problem is None:
        session.reply(ref, Done(seq=done.result()))
    elif not isinstance(problem, RoomFailed):
        _refuse(session, ref, problem)
    # Whether it was done, the journal knows: the client comes back, repeats it, and is answered from there.


def _preview(
    _: Dispatcher, host: RoomHost, session: Session, ref: int, command: commands.PreviewBreakouts
) -> None:
    groups = room.preview(
        host.state, command, session.seat.participant_id, time.time_ns() // 1_000_000, secrets.randbits(64)
    )
    session.reply(ref, BreakoutsPreview(groups=groups))


def _snapshot(_: Dispatcher, host: RoomHost, session: Session, ref: int, __: GetSnapshot) -> None:
    shown = snapshot(host.state, session.seat.participant_id)
    session.reply(ref, Resync(epoch=session.epoch, snapshot=shown))


def _offer(dispatcher: Dispatcher, host: RoomHost, session: Session, ref: int, offer: Offer) -> None:
    session.reply(ref, dispatcher.switchboard.offer(host, session, offer))


def _ice_servers(dispatcher: Dispatcher, _: RoomHost, session: Session, ref: int, __: GetIceServers) -> None:
    fresh = ice_servers(dispatcher.config, session.seat.participant_id, time.time())
    session.reply(ref, IceServers(ice_servers=fresh))


def _view(dispatcher: Dispatcher, host: RoomHost, session: Session, ref: int, view: View) -> None:
    dispatcher.switchboard.view(host, session, view)
    if ref:
        session.reply(ref, Done(seq=0))


def _report(dispatcher: Dispatcher, host: RoomHost, session: Session, ref: int, report: Report) -> None:
    dispatcher.switchboard.report(host, session, report)
    if ref:
        session.reply(ref, Done(seq=0))


def _handover(_: Dispatcher, __: RoomHost, session: Session, ref: int, ___: Handover) -> None:
    session.hands_over = True
    if ref:
        session.reply(ref, Done(seq=0))


def _react(dispatcher: Dispatcher, host: RoomHost, session: Session, ref: int, message: React) -> None:
    dispatcher.reactions.react(host, session, ref, message, time.monotonic())


HANDLERS: Final[Mapping[type[msgspec.Struct], Handler]] = {
    **dict.fromkeys(get_args(commands.WireCommand), _command),
    commands.PreviewBreakouts: _preview,
    GetSnapshot: _snapshot,
    Offer: _offer,
    GetIceServers: _ice_servers,
    View: _view,
    Report: _report,
    OpenNote: lambda dispatcher, *request: dispatcher.notes.open(*request),
    CloseNote: lambda dispatcher, *request: dispatcher.notes.close(*request),
    UpdateNote: lambda dispatcher, *request: dispatcher.notes.update(*request),
    PointInNote: lambda dispatcher, *request: dispatcher.notes.point(*request),
    ListNotes: lambda dispatcher, *request: dispatcher.notes.list(*request),
    WriteCaption: lambda dispatcher, *request: dispatcher.captions.write(*request),
    React: _react,
    Handover: _handover,
}


def _refuse(session: Session, ref: int, problem: BaseException) -> None:
    """Says no with a stable code; what was not foreseen is told to the log alone."""
    code, detail = ErrorCode.INTERNAL.value, ""
    if isinstance(problem, Refused):
        code, detail = problem.code, problem.detail
    elif isinstance(problem, OfferError):
        code, detail = problem.code.value, problem.detail
        log.info("offer refused", code=code, **logs.of_session(session))
    elif isinstance(problem, (JournalFull, JournalUnavailable)):
        code, detail = ErrorCode.STORAGE_UNAVAILABLE.value, "try again later"
    elif not isinstance(problem, RoomFailed):
        log.error("request failed", exc_info=problem, **logs.of_session(session))
    session.refuse_request(ref, code, detail)
