"""What is let into a note: plain text that fits what is known, and nothing else."""

from __future__ import annotations

from random import Random

import pytest
from pycrdt import Array, Doc, Map, Text

from classroom.notes.document import NoteDocument
from classroom.notes.updates import MAX_STRUCTS, InvalidUpdate, read_state_vector, read_update
from rooms.errors import Refused


def written(*parts: str) -> tuple[Doc[Text], Text]:
    doc: Doc[Text] = Doc()
    text: Text = doc.get("text", type=Text)
    for part in parts:
        text += part
    return doc, text


def number(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def refusal(document: NoteDocument, update: bytes) -> str:
    before = document.whole()
    with pytest.raises(Refused) as caught:
        document.apply(update)
    assert document.whole() == before
    return caught.value.code


def test_typing_and_deleting_by_several_people_is_let_in() -> None:
    server = NoteDocument()
    rng = Random(4)
    people = [written() for _ in range(3)]
    for _ in range(400):
        doc, text = rng.choice(people)
        before = doc.get_state()
        with doc.transaction():
            at = rng.randint(0, len(str(text)))
            if rng.random() < 0.7 or not str(text):
                text.insert(at, rng.choice(["a", "bc", "d e "]))
            else:
                start = rng.randrange(len(str(text)))
                del text[start : start + 1]
        assert server.apply(doc.get_update(before))
        if rng.random() < 0.5:
            doc.apply_update(server.missing(doc.get_state()))
    for doc, text in people:
        doc.apply_update(server.missing(doc.get_state()))
        assert str(text) == server.text


def test_letters_of_every_width_count_as_yjs_counts_them() -> None:
    doc, text = written("héllo ", "👩‍👩‍👧 ", "שלום", "\U0001f600")
    server = NoteDocument()
    assert server.apply(doc.get_update())
    state = doc.get_state()
    text += " after"
    assert server.apply(doc.get_update(state))
    assert server.text == "héllo 👩‍👩‍👧 שלום\U0001f600 after"


def test_what_is_known_brings_nothing() -> None:
    doc, _ = written("hello")
    server = NoteDocument()
    assert server.apply(doc.get_update())
    assert not server.apply(doc.get_update())
    assert server.text == "hello"


def test_an_update_before_what_it_builds_on_is_refused() -> None:
    doc, text = written("hello")
    state = doc.get_state()
    text += " world"
    assert refusal(NoteDocument(), doc.get_update(state)) == "note_bad_update"


def test_deletions_of_what_is_not_there_are_refused() -> None:
    update = number(0) + number(1) + number(7) + number(1) + number(0) + number(5)
    assert refusal(NoteDocument(), update) == "note_bad_update"


def other_types() -> dict[str, bytes]:
    found = {}
    doc, text = written("hello")
    text.format(0, 3, {"bold": True})
    found["formatting"] = doc.get_update()
    doc, text = written("hello")
    text.insert_embed(1, {"image": "x"})
    found["embedded object"] = doc.get_update()
    other: Doc[Text] = Doc()
    name: Text = other.get("other", type=Text)
    name += "hidden"
    found["another text"] = other.get_update()
    mapped: Doc[Map[str]] = Doc()
    entries: Map[str] = mapped.get("text", type=Map)
    entries["key"] = "value"
    found["map"] = mapped.get_update()
    listed: Doc[Array[str]] = Doc()
    items: Array[str] = listed.get("text", type=Array)
    items.append("value")
    found["array"] = listed.get_update()
    return found


@pytest.mark.parametrize(("what", "update"), other_types().items())
def test_only_plain_text(what: str, update: bytes) -> None:
    assert refusal(NoteDocument(), update) == "note_bad_update", what


HEAD = number(1) + number(1) + number(7) + number(0)
HOSTILE = {
    "nothing": b"",
    "ends early": HEAD,
    "counts beyond reason": number(2**40),
    "more parts than allowed": number(1) + number(MAX_STRUCTS + 1) + number(7) + number(0),
    "a huge number": b"\xff" * 12,
    "a string beyond the end": HEAD + b"\x04\x01\x04text" + number(2**40) + b"ab",
    "text that is no UTF-8": HEAD + b"\x04\x01\x04text\x02\xff\xfe" + number(0),
    "an empty string": HEAD + b"\x04\x01\x04text\x00" + number(0),
    "a parent by id": HEAD + b"\x04\x00\x07\x00\x02ab" + number(0),
    "a key": HEAD + b"\x24\x01\x04text\x01k\x02ab" + number(0),
    "something behind it": HEAD + b"\x04\x01\x04text\x02ab" + number(0) + b"x",
    "an empty deletion": number(0) + number(1) + number(7) + number(1) + number(0) + number(0),
    "a client twice": number(2)
    + (number(1) + number(7) + number(0) + b"\x04\x01\x04text\x02ab") * 2
    + number(0),
    "a clock ahead": number(1) + number(1) + number(7) + number(9) + b"\x04\x01\x04text\x02ab" + number(0),
    "an unknown neighbour": HEAD + b"\x84\x08\x00\x02ab" + number(0),
}


@pytest.mark.parametrize("update", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_updates_are_refused_and_change_nothing(update: bytes) -> None:
    assert refusal(NoteDocument(), update) == "note_bad_update"


def test_flipped_bytes_never_break_a_note() -> None:
    doc, text = written("hello")
    base = doc.get_update()
    state = doc.get_state()
    text.insert(2, "brave new ")
    del text[0:1]
    update = doc.get_update(state)
    rng = Random(11)
    for _ in range(3_000):
        broken = bytearray(update)
        for _ in range(rng.randint(1, 3)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        server = NoteDocument([base])
        try:
            server.apply(bytes(broken))
        except Refused:
            assert server.text == "hello"
        # Whatever was let in is whole: nothing waits for what never comes. (Where a forged letter stands is not promised.)
        assert sorted(NoteDocument([server.whole()]).text) == sorted(server.text)


def test_state_vectors_are_read_strictly() -> None:
    doc, _ = written("hello")
    assert list(read_state_vector(doc.get_state()).values()) == [5]
    assert read_state_vector(b"") == {}
    for broken in (b"\x01", b"\x01\x07\x05\x00", b"\xff" * 12):
        with pytest.raises(InvalidUpdate):
            read_state_vector(broken)
    with pytest.raises(Refused):
        NoteDocument().missing(b"\x01")


def test_reading_tells_how_much_text_comes() -> None:
    doc, _ = written("héé")
    assert read_update(doc.get_update(), {}).letters_bytes == 5
