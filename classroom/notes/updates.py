"""What a Yjs update would do, read before anything is done with it. Pure.

Yrs integrates whatever is well-formed: other types, embedded objects, formatting, and updates that wait for others that never
come, in memory, for ever. Any of it would be stored and sent to editors that expect plain text. So an update is read here
first, strictly: letters and deletions in the one text, referring only to what is known. Encoding version 1, as Yjs
13 writes it (yjs/src/utils/encoding.js, yjs/src/structs/Item.js).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ROOT: Final = "text"
"""The one root type of a note."""
MAX_STRUCTS: Final = 4_000
"""Runs of letters and of deletions in one update: what the loop reads and Yrs integrates in a few milliseconds."""

_GC, _DELETED, _STRING = 0, 1, 4
_HAS_ORIGIN, _HAS_RIGHT_ORIGIN, _HAS_PARENT_KEY = 0x80, 0x40, 0x20
_KIND = 0x1F
_MAX_NUMBER: Final = 2**53 - 1

StateVector = Mapping[int, int]
"""Client id to the clock that follows its last letter known."""


class InvalidUpdate(ValueError):
    """Not an update of plain text, or one that does not fit what is known."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of an update."""

    new: bool
    """False: it brings nothing that was not known (deletions are always counted as new)."""
    letters_bytes: int
    """How much text it brings, in UTF-8."""


class _Bytes:
    """Numbers and strings from the front (lib0/decoding.js)."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at == len(self._data)

    def byte(self) -> int:
        if self._at >= len(self._data):
            raise InvalidUpdate("it ends too early")
        value = self._data[self._at]
        self._at += 1
        return value

    def number(self) -> int:
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if value > _MAX_NUMBER:
                raise InvalidUpdate("a number is too large")
            if byte < 0x80:
                return value
            shift += 7

    def text(self) -> str:
        length = self.number()
        end = self._at + length
        if end > len(self._data):
            raise InvalidUpdate("it ends too early")
        raw, self._at = self._data[self._at : end], end
        try:
            return raw.decode()
        except UnicodeDecodeError:
            raise InvalidUpdate("text is UTF-8") from None


def read_state_vector(data: bytes) -> dict[int, int]:
    """An encoded state vector; empty bytes: nothing is known. Raises InvalidUpdate."""
    if not data:
        return {}
    source = _Bytes(data)
    vector = {}
    for _ in range(source.number()):
        client = source.number()
        vector[client] = source.number()
    if not source.done:
        raise InvalidUpdate("something follows the state vector")
    return vector


def read_update(data: bytes, known: StateVector) -> Reading:
    """Raises InvalidUpdate unless `data` can be integrated whole into a text of which `known` is known."""
    source = _Bytes(data)
    ends = dict(known)
    references: list[tuple[int, int]] = []
    new = False
    structs = letters_bytes = 0
    seen: set[int] = set()
    for _ in range(source.number()):
        count, client, clock = source.number(), source.number(), source.number()
        if client in seen:
            raise InvalidUpdate("a client is named twice")
        seen.add(client)
        if clock > known.get(client, 0):
            raise InvalidUpdate("something before it is missing")
        structs += count
        if structs > MAX_STRUCTS:
            raise InvalidUpdate("too many parts")
        for _ in range(count):
            length, size = _read_struct(source, references)
            clock += length
            letters_bytes += size
        if clock > known.get(client, 0):
            ends[client] = clock
            new = True
    for _ in range(source.number()):
        client = source.number()
        ranges = source.number()
        structs += ranges
        if structs > MAX_STRUCTS:
            raise InvalidUpdate("too many parts")
        for _ in range(ranges):
            start, length = source.number(), source.number()
            if length == 0:
                raise InvalidUpdate("an empty deletion")
            references.append((client, start + length - 1))
            new = True
    if not source.done:
        raise InvalidUpdate("something follows the update")
    for client, clock in references:
        if clock >= ends.get(client, 0):
            raise InvalidUpdate("it refers to what is missing")
    return Reading(new, letters_bytes)


def _read_struct(source: _Bytes, references: list[tuple[int, int]]) -> tuple[int, int]:
    """One run; returns its length in UTF-16 units, which clocks count, and that of its text in UTF-8."""
    info = source.byte()
    kind = info & _KIND
    if kind == _GC:
        return _length(source), 0
    if kind not in (_DELETED, _STRING):
        raise InvalidUpdate("a note is plain text")
    if info & _HAS_ORIGIN:
        references.append((source.number(), source.number()))
    if info & _HAS_RIGHT_ORIGIN:
        references.append((source.number(), source.number()))
    rooted = not info & (_HAS_ORIGIN | _HAS_RIGHT_ORIGIN)
    if rooted and (source.number() != 1 or source.text() != ROOT or info & _HAS_PARENT_KEY):
        raise InvalidUpdate("a note is one text")
    if kind == _DELETED:
        return _length(source), 0
    text = source.text()
    return _positive(len(text.encode("utf-16-le")) // 2), len(text.encode())


def _length(source: _Bytes) -> int:
    return _positive(source.number())


def _positive(length: int) -> int:
    if length == 0:
        raise InvalidUpdate("an empty part")
    return length
