"""What one tab writes in the room's shared note, as docs/protocol.md says, and which of its words were acknowledged."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
from pycrdt import Doc, Text

from classroom.notes.updates import ROOT
from rooms.notes import ROOM_NOTE
from signaling.notes import NoteState, OpenNote, UpdateNote
from tests.faults.client import Client

AGAIN_S = 1.0
NEVER_AGAIN = frozenset({"not_allowed", "not_here", "unknown_group"})


class Pad:
    """`number`: of this tab among all. Words are `[name:count]`, put between others, and never split."""

    def __init__(self, client: Client, number: int, chance: Random) -> None:
        self._client = client
        self._chance = chance
        self._doc: Doc[Text] = Doc(client_id=number + 1)
        self._text: Text = self._doc.get(ROOT, type=Text)
        self.is_open = False
        self._known_there = b""
        """What the server has, as far as is known."""
        self._count = 0
        self._unsaved: list[str] = []
        self._in_flight: list[str] = []
        self.acknowledged: list[str] = []

    @property
    def text(self) -> str:
        return str(self._text)

    def begin(self) -> None:
        """A session is up: what is new in the note is asked for, and then what the server lacks is sent."""
        self._client.send(OpenNote(note=ROOM_NOTE, state_vector=self._doc.get_state()), self._opened)

    def write(self) -> None:
        self._count += 1
        word = f"[{self._client.name}:{self._count}]"
        text = self.text
        places = [0, *(index + 1 for index, letter in enumerate(text) if letter == "]")]
        self._text.insert(len(text[: self._chance.choice(places)].encode()), word)
        self._unsaved.append(word)
        self._save()

    def updated(self, update: bytes) -> None:
        self._doc.apply_update(update)

    def lost(self) -> None:
        self.is_open = False
        self._unsaved, self._in_flight = [*self._in_flight, *self._unsaved], []

    def _opened(self, result: Any, code: str) -> None:
        if code:
            self._failed(code)
            return
        state = msgspec.convert(result, NoteState)
        self._doc.apply_update(state.update)
        self._known_there = state.state_vector
        self.is_open = True
        self._save()

    def _save(self) -> None:
        if not self.is_open or self._in_flight or not self._unsaved:
            return
        self._in_flight, self._unsaved = self._unsaved, []
        update, state = self._doc.get_update(self._known_there), self._doc.get_state()
        self._client.send(UpdateNote(note=ROOM_NOTE, update=update), lambda _, code: self._saved(state, code))

    def _saved(self, state: bytes, code: str) -> None:
        if code:
            self._failed(code)
            return
        self.acknowledged += self._in_flight
        self._in_flight = []
        self._known_there = state
        self._save()

    def _failed(self, code: str) -> None:
        self.lost()
        if code not in NEVER_AGAIN:
            self._client.after(AGAIN_S, lambda: self._client.up and not self.is_open and self.begin())
