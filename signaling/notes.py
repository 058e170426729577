"""Messages of the shared notes: texts that several people write at once.

The server keeps a text as a Yjs document (https://docs.yjs.dev) whose root `text` is a Y.Text. What travels are Yjs updates
(encoding version 1) and state vectors, opaque to everything but `classroom/notes/`. They are not events of the room: their
order does not matter, and a client that missed some asks for the difference.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from signaling.messages import Id, Message, Push, Request

ROOM_NOTE: Final = "room"
"""The note of the whole room. Every other note is named by the id of its breakout group."""
MAX_UPDATE_BYTES: Final = 48 * 1024
"""One update, as a client may send it."""
MAX_STATE_VECTOR_BYTES: Final = 16 * 1024
MAX_POSITION_BYTES: Final = 256

StateVector = Annotated[bytes, msgspec.Meta(max_length=MAX_STATE_VECTOR_BYTES)]
Position = Annotated[bytes, msgspec.Meta(max_length=MAX_POSITION_BYTES)]
"""A Yjs relative position, encoded: it stays with its letter when others write before it."""


class OpenNote(Request, tag="notes.open", frozen=True):
    """Asks for what is new in a note, and to be told of what follows, for as long as this session lives. Reply: `NoteState`."""

    note: Id
    state_vector: StateVector = b""
    """What the client has; empty: nothing."""


class CloseNote(Request, tag="notes.close", frozen=True):
    """Be told of this note no longer."""

    note: Id


class UpdateNote(Request, tag="notes.update", frozen=True):
    """Something was written. Acknowledged when it is durable."""

    note: Id
    update: Annotated[bytes, msgspec.Meta(min_length=1, max_length=MAX_UPDATE_BYTES)]


class PointInNote(Request, tag="notes.cursor", frozen=True):
    """Where the person's cursor is in an open note; both None: nowhere."""

    note: Id
    anchor: Position | None = None
    head: Position | None = None


class ListNotes(Request, tag="notes.list", frozen=True):
    """Staff: which notes the room has, those of past groups too. Reply: `NoteList`."""


NotesRequest = OpenNote | CloseNote | UpdateNote | PointInNote | ListNotes


class NoteState(Message, frozen=True):
    """The reply to `notes.open`."""

    update: bytes
    """What the client lacks."""
    state_vector: bytes
    """What the server has: the client sends as updates what is missing in it."""


class NoteListing(Message, frozen=True):
    note: str
    name: str
    """The group's name when the note was begun; empty: the room's own."""
    text_bytes: int
    """Length of the text in UTF-8."""
    changed_at_ms: int


class NoteList(Message, frozen=True):
    """The reply to `notes.list`, oldest first."""

    notes: tuple[NoteListing, ...]


class NoteUpdated(Push, tag="notes.updated", frozen=True):
    """Somebody wrote in an open note. Every one is delivered."""

    note: str
    update: bytes
    participant_id: str


class NoteCursor(Push, tag="notes.pointed", frozen=True):
    """Somebody's cursor in an open note moved; both None: it is gone."""

    note: str
    participant_id: str
    anchor: bytes | None
    head: bytes | None


NotesPush = NoteUpdated | NoteCursor
