"""People's display names, as they may be shown to others. Used for every name, wherever it comes from."""

from __future__ import annotations

import unicodedata

MAX_NAME_CHARS = 80
MAX_MARKS = 4
"""Combining marks in a row: enough for every living script, too few to paint over the neighbours' tiles."""

_JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiner: Persian, Indic scripts and emoji need them between two characters."""
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters and symbols (by category) that show nothing."""


def clean_name(text: str) -> str:
    """The name without what could confuse or imitate: NFC; control, bidirectional-override, private and
    unassigned characters taken out; white space collapsed and trimmed; at most `MAX_NAME_CHARS`. "" if
    nothing visible is left. Cleaning twice changes nothing more.
    """
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if char.isspace():
            char = " "
        elif category.startswith("C") and char not in _JOINERS:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        joins_nothing = (char == " " or char in _JOINERS) and (not kept or kept[-1] == " ")
        if not joins_nothing and marks <= MAX_MARKS:
            kept.append(char)
    # Composed again: what was taken out may have stood between a letter and its accent.
    name = unicodedata.normalize("NFC", "".join(kept))[:MAX_NAME_CHARS].rstrip(" " + _JOINERS)
    return name if any(_visible(char) for char in name) else ""


def _visible(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNPS" and char not in _BLANK_LETTERS
