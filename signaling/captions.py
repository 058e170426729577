"""Messages of the captions: what is being said, as text, while it is said.

Real-time text in the sense of ITU-T T.140: letters are seen as they are typed, and can be taken back. What travels is the line
as it stands, not the keys pressed: a line that is sent again, or is overtaken by a newer one, does no harm.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from signaling.messages import Message, Push, Request

CAPTION_CHARS: Final = 400
"""The longest line; clients begin a new one before that."""

CaptionKind = Literal["captioner", "speech", "typing"]
"""captioner: a person writes what others say. speech: the speaker's own browser recognises it. typing: somebody speaks by
typing."""


class WriteCaption(Request, tag="captions.write", frozen=True):
    """One's line as it stands now. Ref 0 or more; finished lines are worth a ref."""

    line: Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
    """The client's own count: the same for one line, more for the next."""
    text: Annotated[str, msgspec.Meta(max_length=CAPTION_CHARS)]
    """Empty: the line is taken back."""
    kind: CaptionKind
    done: bool = False
    """Nothing follows in this line."""


CaptionsRequest = tuple[WriteCaption]


class CaptionLine(Message, frozen=True):
    participant_id: str
    name: str
    line: int
    text: str
    kind: CaptionKind
    at_ms: int
    """When it was begun."""
    done: bool


class Caption(Push, tag="captions.line", frozen=True):
    """Somebody's line as it stands now; empty text: taken back. The newest one of a person and line counts."""

    line: CaptionLine


class CaptionHistory(Push, tag="captions.history", frozen=True):
    """The latest lines of the place where the viewer is, oldest first: in place of all that was known. After a welcome, and
    when the viewer has changed place."""

    lines: tuple[CaptionLine, ...]


CaptionsPush = Caption | CaptionHistory
