"""One shared text: updates are judged, merged, and given back as what others lack. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pycrdt import Doc, Text

from classroom.notes import updates
from rooms.errors import Refused

MAX_TEXT_BYTES: Final = 256 * 1024
"""The text itself, in UTF-8."""
MAX_DOCUMENT_BYTES: Final = 1024 * 1024
"""The text with what merging needs: who wrote what, and traces of what was deleted."""
COMPACT_AFTER_UPDATES: Final = 300
COMPACT_AFTER_BYTES: Final = 256 * 1024
"""So much is kept beside the last whole before a new whole is made of both."""


class NoteDocument:
    """`kept`: the updates that the store has of it, oldest first."""

    def __init__(self, kept: Iterable[bytes] = ()) -> None:
        self._doc: Doc[Text] = Doc()
        self._text: Text = self._doc.get(updates.ROOT, type=Text)
        self._bytes = 0
        self.loose_updates = 0
        """How many came since the last whole."""
        self.loose_bytes = 0
        for update in kept:
            self._doc.apply_update(update)
            self._count(update)

    @property
    def text(self) -> str:
        return str(self._text)

    @property
    def text_bytes(self) -> int:
        return len(self._text)

    def state_vector(self) -> bytes:
        return self._doc.get_state()

    def whole(self) -> bytes:
        """Everything, as one update."""
        return self._doc.get_update()

    def missing(self, state_vector: bytes) -> bytes:
        """What somebody who has this lacks. Raises `Refused`."""
        try:
            updates.read_state_vector(state_vector)
        except updates.InvalidUpdate as problem:
            raise Refused("note_bad_update", str(problem)) from None
        return self._doc.get_update(state_vector) if state_vector else self.whole()

    def apply(self, update: bytes) -> bool:
        """Merges an update; False: it brings nothing new. Raises `Refused`, and changes nothing: "note_bad_update",
        "note_full"."""
        try:
            reading = updates.read_update(update, updates.read_state_vector(self.state_vector()))
        except updates.InvalidUpdate as problem:
            raise Refused("note_bad_update", str(problem)) from None
        if not reading.new:
            return False
        # Deletions are taken always: they make room, and cannot name more than there is.
        if reading.letters_bytes and (
            self._bytes + len(update) > MAX_DOCUMENT_BYTES
            or self.text_bytes + reading.letters_bytes > MAX_TEXT_BYTES
        ):
            raise Refused("note_full")
        self._doc.apply_update(update)
        self._count(update)
        return True

    @property
    def wants_compaction(self) -> bool:
        return self.loose_updates >= COMPACT_AFTER_UPDATES or self.loose_bytes >= COMPACT_AFTER_BYTES

    def compacted(self) -> bytes:
        """The new whole, which stands for everything kept before."""
        whole = self.whole()
        self._bytes = len(whole)
        self.loose_updates = self.loose_bytes = 0
        return whole

    def _count(self, update: bytes) -> None:
        self._bytes += len(update)
        self.loose_updates += 1
        self.loose_bytes += len(update)
