"""The trainer's agenda, and the one timer that everybody sees: a line of the agenda, or a break.

A timer that has run out stays, so that "back at 10:45" is still there at 10:46: a trainer ends it. Lines are
started by name, never by "next", so two trainers who press at once start one.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from rooms.activities import AGENDA_ITEMS, AgendaItem, Timer
from rooms.commands import (
    AddAgendaItem,
    ChangeAgendaItem,
    EndTimer,
    ExtendTimer,
    MoveAgendaItem,
    RemoveAgendaItem,
    StartAgendaItem,
    StartBreak,
)
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import AgendaChanged, TimerChanged
from rooms.state import RoomState
from rooms.text import clean_instruction, clean_line

MINUTE_MS = 60_000
LONGEST_MS = 24 * 60 * MINUTE_MS
"""No timer can be extended to end later than so long from now."""


def _title(title: str, *, is_break: bool) -> str:
    """One line. Raises `Refused("empty_text")` for anything but a break without a title."""
    return " ".join(clean_instruction(title).split()) if is_break else clean_line(title)


def _item(state: RoomState, item_id: int) -> AgendaItem:
    item = next((one for one in state.agenda if one.id == item_id), None)
    if item is None:
        raise Refused("agenda_unknown_item", str(item_id))
    return item


def _changed(context: Context, items: Iterable[AgendaItem]) -> Events:
    after = tuple(items)
    return () if after == context.state.agenda else (AgendaChanged(items=after, by=context.actor.id),)


def add(command: AddAgendaItem, context: Context) -> Events:
    agenda = context.state.agenda
    if len(agenda) >= AGENDA_ITEMS:
        raise Refused("agenda_full", str(AGENDA_ITEMS))
    new = AgendaItem(
        id=context.state.seq + 1,
        title=_title(command.title, is_break=command.is_break),
        minutes=command.minutes,
        is_break=command.is_break,
    )
    return _changed(context, (*agenda, new))


def change(command: ChangeAgendaItem, context: Context) -> Events:
    item = _item(context.state, command.item)
    said = replace(
        item,
        title=_title(command.title, is_break=command.is_break),
        minutes=command.minutes,
        is_break=command.is_break,
    )
    return _changed(context, (said if one is item else one for one in context.state.agenda))


def move(command: MoveAgendaItem, context: Context) -> Events:
    item = _item(context.state, command.item)
    others = [one for one in context.state.agenda if one is not item]
    return _changed(context, (*others[: command.to], item, *others[command.to :]))


def remove(command: RemoveAgendaItem, context: Context) -> Events:
    item = _item(context.state, command.item)
    return _changed(context, (one for one in context.state.agenda if one is not item))


def start(command: StartAgendaItem, context: Context) -> Events:
    item, timer = _item(context.state, command.item), context.state.timer
    if timer is not None and timer.item == item.id:
        return ()
    return _started(context, item.id, item.title, item.minutes, is_break=item.is_break)


def start_break(command: StartBreak, context: Context) -> Events:
    return _started(context, None, "", command.minutes, is_break=True)


def _started(context: Context, item: int | None, title: str, minutes: int, *, is_break: bool) -> Events:
    timer = Timer(
        item=item,
        title=title,
        is_break=is_break,
        started_at_ms=context.now_ms,
        ends_at_ms=context.now_ms + minutes * MINUTE_MS,
    )
    return (TimerChanged(timer=timer, by=context.actor.id),)


def extend(command: ExtendTimer, context: Context) -> Events:
    """Raises `Refused("timer_off")`."""
    timer = context.state.timer
    if timer is None:
        raise Refused("timer_off")
    ends_at_ms = max(timer.ends_at_ms, context.now_ms) + command.minutes * MINUTE_MS
    ends_at_ms = min(ends_at_ms, context.now_ms + LONGEST_MS)
    return (TimerChanged(timer=replace(timer, ends_at_ms=ends_at_ms), by=context.actor.id),)


def end(command: EndTimer, context: Context) -> Events:
    return () if context.state.timer is None else (TimerChanged(timer=None, by=context.actor.id),)
