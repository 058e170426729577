"""What happened to the glossary."""

from __future__ import annotations

from rooms.events.base import EventBody
from rooms.model import GlossaryTerm


class TermSet(EventBody, frozen=True, tag="glossary.changed"):
    """A term is new, or explained anew: then it replaces the one with this id, where it stands."""

    term: GlossaryTerm
    by: str


class TermRemoved(EventBody, frozen=True, tag="glossary.removed"):
    id: str
    by: str
