"""A note's bounds, and how what is kept of it stays small."""

from __future__ import annotations

import pytest
from pycrdt import Doc, Text

from classroom.notes import document
from classroom.notes.document import NoteDocument
from rooms.errors import Refused


class Writer:
    """Somebody who writes, and tells each change as an update."""

    def __init__(self) -> None:
        self.doc: Doc[Text] = Doc()
        self.text: Text = self.doc.get("text", type=Text)

    def write(self, words: str) -> bytes:
        state = self.doc.get_state()
        self.text += words
        return self.doc.get_update(state)

    def clear(self) -> bytes:
        state = self.doc.get_state()
        self.text.clear()
        return self.doc.get_update(state)


def test_the_text_is_bounded_and_deleting_makes_room() -> None:
    note, ana = NoteDocument(), Writer()
    page = "x" * 32_000
    for _ in range(document.MAX_TEXT_BYTES // len(page)):
        note.apply(ana.write(page))
    with pytest.raises(Refused) as caught:
        note.apply(Writer().write(page))
    assert caught.value.code == "note_full"
    assert note.apply(ana.clear())
    assert note.text == ""
    note.apply(Writer().write("room again"))
    assert note.text == "room again"


def test_what_merging_needs_is_bounded_too() -> None:
    note = NoteDocument()

    def write_and_clear() -> None:
        for _ in range(100):
            ana = Writer()
            note.apply(ana.write("y" * 32_000))
            note.apply(ana.clear())

    with pytest.raises(Refused) as caught:
        write_and_clear()
    assert caught.value.code == "note_full"
    note.compacted()
    note.apply(Writer().write("merged, it is small again"))


def test_the_whole_stands_for_everything_before() -> None:
    note, ana = NoteDocument(), Writer()
    kept = []
    while not note.wants_compaction:
        update = ana.write("a")
        note.apply(update)
        kept.append(update)
    assert len(kept) == document.COMPACT_AFTER_UPDATES
    whole = note.compacted()
    assert not note.wants_compaction
    assert len(whole) < len(b"".join(kept)) / 10
    assert NoteDocument([whole]).text == NoteDocument(kept).text == note.text
