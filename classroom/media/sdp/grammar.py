"""SDP as text: lines, sections and attributes (RFC 8866), with limits, and without knowing what they mean.

`aiortc.sdp` is not used: it drops `rid`, `simulcast`, `extmap-allow-mixed` and `rtcp-rsize`, and raises on
extmaps that carry attributes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from signaling.errors import ErrorCode

MAX_SDP_CHARS = 60_000
"""As many as `signaling.messages.Offer` lets through."""
MAX_LINES = 4_000
MAX_LINE_CHARS = 4_096
MAX_SECTIONS = 64
MAX_FORMATS = 96

TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,32}")
"""RFC 8866 section 9 `token`, bounded: what a mid or a rid may be."""
_MEDIA = re.compile(r"([a-z]{1,16}) (\d{1,5})(?:/\d{1,3})? ([A-Za-z/]{1,32})((?: [^ ]{1,32})+)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")


class OfferError(Exception):
    """The offer cannot be answered: `offer_malformed` is not SDP as WebRTC has it, `offer_unsupported` lacks
    something."""

    def __init__(self, code: ErrorCode, detail: str) -> None:
        super().__init__(f"{code.value}: {detail}")
        self.code = code
        self.detail = detail


def malformed(detail: str) -> OfferError:
    return OfferError(ErrorCode.OFFER_MALFORMED, detail)


def unsupported(detail: str) -> OfferError:
    return OfferError(ErrorCode.OFFER_UNSUPPORTED, detail)


class Attributes:
    """The `a=` lines of a session or media section: values by name, in order; the value of a flag is empty."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[str, list[str]] = {}

    def add(self, name: str, value: str) -> None:
        self._values.setdefault(name, []).append(value)

    def has(self, name: str) -> bool:
        return name in self._values

    def first(self, name: str) -> str | None:
        values = self._values.get(name)
        return values[0] if values else None

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])


@dataclass(slots=True)
class Section:
    """One m-line and what belongs to it."""

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    attributes: Attributes = field(default_factory=Attributes)


@dataclass(slots=True)
class Description:
    """A session description: its origin line's session id, its session attributes and its m-lines."""

    session_id: str
    attributes: Attributes
    sections: list[Section]


def parse_description(text: str) -> Description:
    """Splits SDP into sections. Accepts CRLF and bare LF. Raises OfferError (malformed)."""
    if len(text) > MAX_SDP_CHARS:
        raise malformed("the description is too long")
    text = text.replace("\r\n", "\n").rstrip("\n")
    if _CONTROL.search(text):
        raise malformed("the description has control characters")
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        raise malformed("the description has too many lines")
    if lines[0] != "v=0":
        raise malformed("the description does not begin with v=0")
    session_id = ""
    attributes = session_attributes = Attributes()
    sections: list[Section] = []
    for line in lines[1:]:
        if len(line) > MAX_LINE_CHARS:
            raise malformed("a line is too long")
        if line[1:2] != "=":
            raise malformed("a line is not of the form x=value")
        kind, value = line[0], line[2:]
        if kind == "a":
            name, _, argument = value.partition(":")
            attributes.add(name, argument)
        elif kind == "m":
            if len(sections) == MAX_SECTIONS:
                raise malformed("too many m-lines")
            section = _parse_media_line(value)
            attributes = section.attributes
            sections.append(section)
        elif kind == "o" and not sections:
            fields = value.split(" ")
            if len(fields) != 6:
                raise malformed("the o-line does not have six fields")
            session_id = fields[1]
    if not session_id:
        raise malformed("there is no o-line")
    return Description(session_id, session_attributes, sections)


def _parse_media_line(value: str) -> Section:
    match = _MEDIA.fullmatch(value)
    if match is None:
        raise malformed("an m-line cannot be read")
    kind, port, protocol, formats = match.groups()
    names = tuple(formats.split(" ")[1:])
    if int(port) > 65535 or len(names) > MAX_FORMATS:
        raise malformed("an m-line's port or formats are out of range")
    return Section(kind, int(port), protocol, names)
