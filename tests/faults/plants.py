"""Bugs put in on purpose: a simulator that does not find them would find no others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from classroom.journal.sqlite import SqliteJournal
from classroom.notes.sqlite import SqliteNotes
from rooms import lobby
from rooms.events import Recorded
from signaling.history import History
from signaling.replies import Fate, ReplyWindow


def _acknowledge_before_the_disk() -> None:
    append = SqliteJournal.append

    def early(
        self: SqliteJournal, room_id: str, events: Sequence[Recorded], token: int = 0
    ) -> asyncio.Future[None]:
        append(self, room_id, events, token).add_done_callback(lambda done: done.exception())
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    SqliteJournal.append = early  # type: ignore[method-assign]


def _do_repeats_again() -> None:
    ReplyWindow.admit = lambda self, ref: Fate.EXECUTE  # type: ignore[method-assign]


def _replay_one_too_few() -> None:
    since = History.since

    def short(self: History, seq: int) -> Any:
        missed = since(self, seq)
        return missed[1:] if missed and len(missed) > 1 else missed

    History.since = short  # type: ignore[method-assign]


def _let_everybody_in() -> None:
    lobby.check_door = lambda state, participant_id, role: None


def _acknowledge_notes_before_the_disk() -> None:
    append = SqliteNotes.append

    def early(self: SqliteNotes, *what: Any, **more: Any) -> asyncio.Future[None]:
        append(self, *what, **more).add_done_callback(lambda done: done.exception())
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    SqliteNotes.append = early  # type: ignore[method-assign]


PLANTS: dict[str, Callable[[], None]] = {
    "acknowledge-before-the-disk": _acknowledge_before_the_disk,
    "do-repeats-again": _do_repeats_again,
    "replay-one-too-few": _replay_one_too_few,
    "let-everybody-in": _let_everybody_in,
    "acknowledge-notes-before-the-disk": _acknowledge_notes_before_the_disk,
}
