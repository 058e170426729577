"""The glossary: a short list of the trade's words, that staff fill and everybody reads."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from rooms.commands.glossary import RemoveTerm, SetTerm
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events.glossary import TermRemoved, TermSet
from rooms.model import GlossaryTerm
from rooms.state import Picture
from rooms.text import clean_line, clean_text

MAX_TERMS: Final = 200


def set_term(command: SetTerm, context: Context) -> Events:
    terms = context.state.glossary
    known = next((one for one in terms if one.id == command.id), None)
    if command.id is not None and known is None:
        raise Refused("unknown_term", command.id)
    # The event's own number: nothing that is there, or was, has it.
    term = GlossaryTerm(
        id=known.id if known else f"t{context.state.seq + 1}",
        term=clean_line(command.term),
        meaning=clean_text(command.meaning),
    )
    if any(one.id != term.id and one.term.casefold() == term.term.casefold() for one in terms):
        raise Refused("term_taken", term.term)
    if known is None and len(terms) >= MAX_TERMS:
        raise Refused("glossary_full", str(MAX_TERMS))
    return () if term == known else (TermSet(term=term, by=context.actor.id),)


def remove_term(command: RemoveTerm, context: Context) -> Events:
    if all(one.id != command.id for one in context.state.glossary):
        raise Refused("unknown_term", command.id)
    return (TermRemoved(id=command.id, by=context.actor.id),)


def reduce_set(picture: Picture, event: TermSet) -> Picture:
    terms: tuple[GlossaryTerm, ...] = picture.glossary
    if any(one.id == event.term.id for one in terms):
        terms = tuple(event.term if one.id == event.term.id else one for one in terms)
    else:
        terms = (*terms, event.term)
    return replace(picture, glossary=terms)


def reduce_removed(picture: Picture, event: TermRemoved) -> Picture:
    return replace(picture, glossary=tuple(one for one in picture.glossary if one.id != event.id))
