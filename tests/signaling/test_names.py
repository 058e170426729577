import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.names import MAX_NAME_CHARS, clean_name


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("Amélie", "Amélie"),
        ("Ame\u0301lie", "Am\u00e9lie"),
        ("Ame\u200b\u0301lie", "Am\u00e9lie"),
        ("  Jean   Pierre\t", "Jean Pierre"),
        ("Karim\u0000\u001b[31m", "Karim[31m"),
        ("\u202eniartreT\u202c", "niartreT"),
        ("\u2066Nour\u2069\ufeff", "Nour"),
        ("line\nbreak\u2028and\u2029more", "line break and more"),
        ("م\u200cن", "م\u200cن"),
        ("👩\u200d💻 Zoé", "👩\u200d💻 Zoé"),
        ("\u200d\u200cAda\u200d", "Ada"),
        ("Z" + "\u0334" * 30, "Z" + "\u0334" * 4),
        ("नमस्ते", "नमस्ते"),
        ("\ud800x", "x"),
        ("", ""),
        ("   ", ""),
        ("\u200b\u200d\u2060", ""),
        ("\u3164\u3164", ""),
        ("\u0301", ""),
        ("x" * 200, "x" * MAX_NAME_CHARS),
    ],
)
def test_shows_what_is_meant_and_nothing_else(given_name: str, shown: str) -> None:
    assert clean_name(given_name) == shown


@given(st.text(max_size=200))
def test_is_short_clean_and_stable(text: str) -> None:
    name = clean_name(text)
    assert len(name) <= MAX_NAME_CHARS
    assert clean_name(name) == name
    assert name == name.strip()
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") for char in name)
    assert not any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" for char in name)
