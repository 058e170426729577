"""What people type, made fit to store and to show: plain text in one normal form."""

from __future__ import annotations

import unicodedata

from rooms.errors import Refused

_UNPRINTABLE = {"Cc", "Cs"}
"""Unicode's general categories "control" and "surrogate"."""


def clean_text(text: str) -> str:
    """Several lines: NFC, without control characters but newline and tab, nothing trailing.

    Raises `Refused("empty_text")` when nothing visible is left.
    """
    kept = clean_instruction(text)
    if not kept:
        raise Refused("empty_text")
    return kept


def clean_line(text: str) -> str:
    """One line (names): as `clean_text`, every run of white space one space."""
    return " ".join(clean_text(text).split())


def clean_instruction(text: str) -> str:
    """As `clean_text`, but may be empty: no instruction."""
    text = text.replace("\r\n", "\n")
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNPRINTABLE)
    return unicodedata.normalize("NFC", kept).rstrip().lstrip("\n")
