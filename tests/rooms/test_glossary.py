"""The glossary: staff fill it, it is bounded, no word is explained twice."""

from __future__ import annotations

from rooms import glossary
from rooms.commands import RemoveTerm, SetTerm
from tests.rooms.driver import classroom


def test_a_term_is_added_changed_and_taken_out() -> None:
    room = classroom("ana")
    room.do(SetTerm(term="  Pixel\n", meaning="A dot"), "trainer")
    (pixel,) = room.state.glossary
    assert (pixel.term, pixel.meaning) == ("Pixel", "A dot")
    room.do(SetTerm(term="Layer", meaning="A sheet"), "helper")
    room.do(SetTerm(id=pixel.id, term="Pixel", meaning="The smallest dot"), "helper")
    assert [(one.term, one.meaning) for one in room.state.glossary] == [
        ("Pixel", "The smallest dot"),
        ("Layer", "A sheet"),
    ]
    assert room.do(SetTerm(id=pixel.id, term="Pixel", meaning="The smallest dot"), "helper") == ()
    room.do(RemoveTerm(id=pixel.id), "trainer")
    assert [one.term for one in room.state.glossary] == ["Layer"]


def test_what_is_refused() -> None:
    room = classroom("ana")
    room.do(SetTerm(term="Pixel", meaning="A dot"), "trainer")
    assert room.refuses(SetTerm(term="PIXEL", meaning="Again"), "trainer") == "term_taken"
    assert room.refuses(SetTerm(id="t0", term="Layer", meaning="A sheet"), "trainer") == "unknown_term"
    assert room.refuses(RemoveTerm(id="t0"), "trainer") == "unknown_term"
    assert room.refuses(SetTerm(term="\x00", meaning="Nothing"), "trainer") == "empty_text"
    assert room.refuses(SetTerm(term="Layer", meaning="A sheet"), "ana") == "not_allowed"


def test_it_is_bounded() -> None:
    room = classroom()
    for number in range(glossary.MAX_TERMS):
        room.do(SetTerm(term=f"Word {number}", meaning="…"), "trainer")
    assert room.refuses(SetTerm(term="One more", meaning="…"), "trainer") == "glossary_full"
    first = room.state.glossary[0]
    room.do(SetTerm(id=first.id, term="Word 0", meaning="better"), "trainer")
    room.do(RemoveTerm(id=first.id), "trainer")
    room.do(SetTerm(term="One more", meaning="…"), "trainer")


def test_an_id_is_never_used_again() -> None:
    room = classroom()
    room.do(SetTerm(term="Pixel", meaning="A dot"), "trainer")
    old = room.state.glossary[0].id
    room.do(RemoveTerm(id=old), "trainer")
    room.do(SetTerm(term="Pixel", meaning="A dot"), "trainer")
    assert room.state.glossary[0].id != old
