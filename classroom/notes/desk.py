"""Shared notes and the sessions that have them open.

An update is judged and merged at once, goes to the store, and becomes visible when it is durable: then it is acknowledged
and told to everybody who has the note open and may (still) read it. So what was acknowledged survives the process, and nobody
builds on what might be lost. Notes stay in memory while somebody has them open.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from classroom import logs
from classroom.host import retrieve
from classroom.hosts import RoomHost
from classroom.journal.base import Fenced, JournalUnavailable, RoomNotFound
from classroom.notes.document import NoteDocument
from classroom.notes.store import JournalFull, NoteStore
from rooms import notes as rules
from rooms.errors import Refused
from signaling import codec
from signaling.buckets import TokenBucket
from signaling.errors import ErrorCode
from signaling.messages import Done
from signaling.notes import (
    CloseNote,
    ListNotes,
    NoteCursor,
    NoteList,
    NoteListing,
    NoteState,
    NoteUpdated,
    OpenNote,
    PointInNote,
    UpdateNote,
)
from signaling.session import Session

log = logs.get("notes")

STORE_TROUBLE: Final = (Fenced, JournalFull, JournalUnavailable, RoomNotFound)
NOTES_OPEN: Final = 8
"""How many notes one session may have open at one time: a trainer who looks over the groups."""
WRITTEN_BYTES_PER_S: Final = 8 * 1024.0
WRITTEN_BYTES_BURST: Final = 256 * 1024.0
"""How much one session may write: far more than typing, enough for pasting."""


@dataclass(slots=True)
class _Note:
    """A note in memory."""

    host: RoomHost
    """Under which it was loaded. A room that was away meanwhile may have been written to by another node."""
    loaded: asyncio.Future[NoteDocument]
    readers: dict[str, Session] = field(default_factory=dict)
    """Who have it open, by participant id."""
    written: asyncio.Future[None] | None = None
    """The newest update on its way to the disk; whoever waits for it has waited for all."""


class NoteDesk:
    """One per process. The handlers raise `Refused` (and JournalFull) at once, or answer the session later."""

    def __init__(
        self,
        store: NoteStore,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        now_ms: Callable[[], int],
        now: Callable[[], float],
    ) -> None:
        """`now`: monotonic seconds."""
        self._store = store
        self._spawn = spawn
        self._now_ms = now_ms
        self._now = now
        self._notes: dict[tuple[str, str], _Note] = {}
        self._budgets: dict[Session, TokenBucket] = {}
        self._numbers = itertools.count()

    # --- requests -------------------------------------------------------------------------------------------

    def open(self, host: RoomHost, session: Session, ref: int, request: OpenNote) -> None:
        who = session.seat.participant_id
        rules.check_read(host.state, who, request.note)
        opened = sum(1 for note in self._notes.values() if note.readers.get(who) is session)
        key = (host.room_id, request.note)
        note = self._of(host, request.note)
        if (note is None or note.readers.get(who) is not session) and opened >= NOTES_OPEN:
            raise Refused("too_many_notes")
        if note is None:
            # Staff look at notes of groups that are no more; anything else would let names be made up.
            if rules.name_of(host.state, request.note) is None and not rules.is_past(
                host.state, request.note
            ):
                raise Refused("unknown_group", request.note)
            note = self._notes[key] = _Note(host, asyncio.ensure_future(self._load(*key)))
        note.readers[who] = session
        self._spawn(self._opened(host, session, ref, request, note))

    async def _opened(
        self, host: RoomHost, session: Session, ref: int, request: OpenNote, note: _Note
    ) -> None:
        try:
            document = await asyncio.shield(note.loaded)
            # The person may have been moved out of the group meanwhile.
            rules.check_read(host.state, session.seat.participant_id, request.note)
            state = NoteState(
                update=document.missing(request.state_vector), state_vector=document.state_vector()
            )
            if note.written is not None:
                await asyncio.shield(note.written)
        except Refused as refused:
            session.refuse_request(ref, refused.code, refused.detail)
        except Exception as problem:
            _log("note cannot be read", problem, room=host.room_id, note=request.note)
            self._give_up((host.room_id, request.note), note)
            session.refuse_request(ref, _code_of(problem))
        else:
            session.reply(ref, state)

    def close(self, host: RoomHost, session: Session, ref: int, request: CloseNote) -> None:
        note = self._of(host, request.note)
        if note is not None and note.readers.get(session.seat.participant_id) is session:
            self._gone(host, request.note, note, session.seat.participant_id)
        session.reply(ref, Done(seq=0))

    def update(self, host: RoomHost, session: Session, ref: int, request: UpdateNote) -> None:
        who = session.seat.participant_id
        rules.check_write(host.state, who, request.note)
        name = rules.name_of(host.state, request.note)
        if name is None:
            raise Refused("unknown_group", request.note)
        note, document = self._open_note(host, session, request.note)
        budget = self._budgets.get(session)
        if budget is None:
            budget = TokenBucket(WRITTEN_BYTES_PER_S, WRITTEN_BYTES_BURST, self._now())
            self._budgets[session] = budget
        if not budget.take(self._now(), len(request.update)):
            session.refuse_request(ref, ErrorCode.RATE_LIMITED.value)
            return
        if document.apply(request.update):
            self._keep(host, session, request, name, note, document)
        if note.written is None:
            session.reply(ref, Done(seq=0))
        else:
            note.written.add_done_callback(partial(_acknowledge, session, ref))

    def _keep(
        self,
        host: RoomHost,
        session: Session,
        request: UpdateNote,
        name: str,
        note: _Note,
        document: NoteDocument,
    ) -> None:
        key, token = (host.room_id, request.note), host.hold.token
        try:
            note.written = self._store.append(
                *key,
                name,
                request.update,
                text_bytes=document.text_bytes,
                now_ms=self._now_ms(),
                token=token,
            )
            note.written.add_done_callback(partial(self._written, host, session, request, note))
            if document.wants_compaction:
                whole = self._store.compact(*key, document.compacted(), token)
                whole.add_done_callback(partial(self._check, key, note))
        except JournalFull:
            self._give_up(key, note)
            raise

    def _written(
        self,
        host: RoomHost,
        session: Session,
        request: UpdateNote,
        note: _Note,
        written: asyncio.Future[None],
    ) -> None:
        if self._check((host.room_id, request.note), note, written):
            who = session.seat.participant_id
            updated = NoteUpdated(note=request.note, update=request.update, participant_id=who)
            key = f"notes.updated/{next(self._numbers)}"
            self._tell(host, request.note, note, updated, apart=who, key=key)

    def _check(self, key: tuple[str, str], note: _Note, written: asyncio.Future[None]) -> bool:
        problem = written.exception()
        if problem is None:
            return True
        _log("note not written", problem, room=key[0], note=key[1])
        self._give_up(key, note)
        return False

    def _give_up(self, key: tuple[str, str], note: _Note) -> None:
        """Memory is ahead of the disk. Whoever wrote what is not there hears so, opens the note again as the disk has it, and
        sends what it lacks; the others go on reading, and are told what comes."""
        if self._notes.get(key) is not note:
            return
        del self._notes[key]
        if note.readers:
            loaded = asyncio.ensure_future(self._load_again(key, note))
            loaded.add_done_callback(
                retrieve
            )  # whoever opens the note next hears of a failure, and has it tried again
            self._notes[key] = _Note(note.host, loaded, note.readers)

    async def _load_again(self, key: tuple[str, str], before: _Note) -> NoteDocument:
        if before.written is not None:  # later updates than the one that failed may still be taken
            await asyncio.wait([before.written])
        return await self._load(*key)

    def point(self, host: RoomHost, session: Session, ref: int, request: PointInNote) -> None:
        who = session.seat.participant_id
        rules.check_read(host.state, who, request.note)
        note, _ = self._open_note(host, session, request.note)
        cursor = NoteCursor(note=request.note, participant_id=who, anchor=request.anchor, head=request.head)
        self._tell(host, request.note, note, cursor, apart=who, key=f"notes.pointed/{request.note}/{who}")
        if ref:
            session.reply(ref, Done(seq=0))

    def list(self, host: RoomHost, session: Session, ref: int, request: ListNotes) -> None:
        rules.check_list(host.state, session.seat.participant_id)
        self._spawn(self._list(host, session, ref))

    async def _list(self, host: RoomHost, session: Session, ref: int) -> None:
        try:
            kept = await self._store.notes(host.room_id)
        except Exception as problem:
            _log("notes cannot be listed", problem, room=host.room_id)
            session.refuse_request(ref, _code_of(problem))
            return
        session.reply(ref, NoteList(notes=tuple(NoteListing(**one._asdict()) for one in kept)))

    async def put_back(self, host: RoomHost) -> None:
        """The store has lost a live room: what is in memory of its notes goes there again. Raises JournalFull; what the store
        says."""
        for (room_id, name), note in tuple(self._notes.items()):
            if note.host is not host or not note.loaded.done():
                continue
            document = note.loaded.result()
            await self._store.append(
                room_id,
                name,
                rules.name_of(host.state, name) or "",
                document.whole(),
                text_bytes=document.text_bytes,
                now_ms=self._now_ms(),
                token=host.hold.token,
            )

    # --- time and endings -----------------------------------------------------------------------------------

    def sweep(self, host_of: Callable[[str], RoomHost | None]) -> None:
        """About once a second: forgets who is gone or may read no longer, and the notes that nobody has open."""
        for (room_id, name), note in tuple(self._notes.items()):
            host = host_of(room_id)
            for who, session in tuple(note.readers.items()):
                if (
                    host is not note.host
                    or host.sessions.get(who) is not session
                    or not rules.may_read(host.state, who, name)
                ):
                    self._gone(host, name, note, who)
            idle = note.loaded.done() and (note.written is None or note.written.done())
            if not note.readers and idle:
                del self._notes[room_id, name]
        alive = {session for note in self._notes.values() for session in note.readers.values()}
        for session in [one for one in self._budgets if one not in alive]:
            del self._budgets[session]

    # --- inside ---------------------------------------------------------------------------------------------

    async def _load(self, room_id: str, note: str) -> NoteDocument:
        return NoteDocument(await self._store.load(room_id, note))

    def _of(self, host: RoomHost, name: str) -> _Note | None:
        note = self._notes.get((host.room_id, name))
        return note if note is not None and note.host is host else None

    def _open_note(self, host: RoomHost, session: Session, name: str) -> tuple[_Note, NoteDocument]:
        note = self._of(host, name)
        if (
            note is None
            or note.readers.get(session.seat.participant_id) is not session
            or not note.loaded.done()
        ):
            raise Refused("note_not_open", name)
        return note, note.loaded.result()

    def _gone(self, host: RoomHost | None, name: str, note: _Note, who: str) -> None:
        del note.readers[who]
        if host is not None:
            gone = NoteCursor(note=name, participant_id=who, anchor=None, head=None)
            self._tell(host, name, note, gone, apart=who, key=f"notes.pointed/{name}/{who}")

    def _tell(
        self,
        host: RoomHost,
        name: str,
        note: _Note,
        push: NoteUpdated | NoteCursor,
        *,
        apart: str,
        key: str,
    ) -> None:
        """To all who have it open. `key`: a push that still waits for a slow reader is replaced by one with the same key."""
        frame = codec.encode_push(push)
        for who, session in note.readers.items():
            if who != apart and host.sessions.get(who) is session and rules.may_read(host.state, who, name):
                session.push(key, frame)


def _acknowledge(session: Session, ref: int, written: asyncio.Future[None]) -> None:
    problem = written.exception()
    if problem is None:
        session.reply(ref, Done(seq=0))
    else:
        session.refuse_request(ref, _code_of(problem))


def _log(what: str, problem: BaseException, **where: str) -> None:
    """A store that takes or gives nothing is no bug of ours."""
    if isinstance(problem, STORE_TROUBLE):
        log.warning(what, problem=repr(problem), **where)
    else:
        log.error(what, exc_info=problem, **where)


def _code_of(problem: BaseException) -> str:
    known = isinstance(problem, STORE_TROUBLE)
    return (ErrorCode.STORAGE_UNAVAILABLE if known else ErrorCode.INTERNAL).value
