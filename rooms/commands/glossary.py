"""The glossary: words of the trade that the trainer explains."""

from __future__ import annotations

from typing import Annotated

import msgspec

from rooms.commands.base import Command, Id

Term = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Meaning = Annotated[str, msgspec.Meta(min_length=1, max_length=600)]


class SetTerm(Command, frozen=True, tag="glossary.set"):
    """Staff: explain a term; with the `id` of one that is there: change it."""

    term: Term
    meaning: Meaning
    id: Id | None = None


class RemoveTerm(Command, frozen=True, tag="glossary.remove"):
    """Staff: take a term out."""

    id: Id
