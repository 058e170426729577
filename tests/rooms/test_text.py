"""What people type, made fit to store and to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.errors import Refused
from rooms.text import clean_instruction, clean_line, clean_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("plain", "plain"),
        ("two\r\nlines\tand a tab", "two\nlines\tand a tab"),
        ("    indented code\n\n", "    indented code"),
        ("\n\nafter empty lines", "after empty lines"),
        ("a\x00b\x07c\x1b[31m\x7f\x85", "abc[31m"),
        ("e\u0301te\u0301", "\u00e9t\u00e9"),
        ("e\x00\u0301", "\u00e9"),
        ("half a pair \ud83d", "half a pair"),
        ("<b>never markup</b>", "<b>never markup</b>"),
        ("👩🏽‍🏫", "👩🏽‍🏫"),
    ],
)
def test_text_is_kept_plain_and_in_one_normal_form(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


@pytest.mark.parametrize("typed", ["", " ", "\n\t \r\n", "\x00\x1f", "\ud800"])
def test_text_with_nothing_to_see_is_refused_and_is_no_instruction(typed: str) -> None:
    for clean in (clean_text, clean_line):
        with pytest.raises(Refused) as refused:
            clean(typed)
        assert refused.value.code == "empty_text"
    assert clean_instruction(typed) == ""


def test_a_line_is_one_line() -> None:
    assert clean_line("  Ann\n\tLee  ") == "Ann Lee"


@given(st.text(st.characters(exclude_categories=[])))
def test_what_is_kept_is_printable_encodable_and_stays_as_it_is(typed: str) -> None:
    kept = clean_instruction(typed)
    kept.encode()
    assert all(character.isprintable() or character in "\n\t" or ord(character) > 0x9F for character in kept)
    assert clean_instruction(kept) == kept
