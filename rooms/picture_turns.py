"""How taking turns (the floor, spoken hands, calls for help) changes the picture. See `rooms.picture`."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from rooms.events import (
    FloorEnded,
    FloorGiven,
    HandKept,
    HandSpoken,
    HelpCalled,
    HelpEnded,
    HelpPromised,
    ParticipantLeft,
)
from rooms.model import Breakouts, Group, Help
from rooms.state import Picture


def set_help(breakouts: Breakouts, group_id: str, help: Help | None) -> Breakouts:
    return each_group(breakouts, lambda group: replace(group, help=help) if group.id == group_id else group)


def each_group(breakouts: Breakouts, change: Callable[[Group], Group]) -> Breakouts:
    return replace(breakouts, groups=tuple(change(group) for group in breakouts.groups))


def hand_spoken(picture: Picture, event: HandSpoken) -> Picture:
    return _hand(picture, event.participant_id, event.at_ms)


def hand_kept(picture: Picture, event: HandKept) -> Picture:
    return _hand(picture, event.participant_id, None)


def _hand(picture: Picture, participant_id: str, spoken_at_ms: int | None) -> Picture:
    hands = tuple(
        replace(hand, spoken_at_ms=spoken_at_ms) if hand.participant_id == participant_id else hand
        for hand in picture.hands
    )
    return replace(picture, hands=hands)


def floor_given(picture: Picture, event: FloorGiven) -> Picture:
    return replace(picture, floor=event.floor)


def floor_ended(picture: Picture, event: FloorEnded) -> Picture:
    return replace(picture, floor=None)


def help_called(picture: Picture, event: HelpCalled) -> Picture:
    call = Help(participant_id=event.participant_id, called_at_ms=event.at_ms, stuck=event.stuck)
    if event.group is None:
        return replace(picture, help=(*picture.help, call))
    if picture.breakouts is None:
        return picture
    return replace(picture, breakouts=set_help(picture.breakouts, event.group, call))


def help_promised(picture: Picture, event: HelpPromised) -> Picture:
    def promised(call: Help | None) -> Help | None:
        return None if call is None else replace(call, coming=event.by)

    if event.group is None:
        calls = (promised(one) if one.participant_id == event.participant_id else one for one in picture.help)
        return replace(picture, help=tuple(call for call in calls if call is not None))
    if picture.breakouts is None:
        return picture
    breakouts = each_group(
        picture.breakouts,
        lambda group: replace(group, help=promised(group.help)) if group.id == event.group else group,
    )
    return replace(picture, breakouts=breakouts)


def help_ended(picture: Picture, event: HelpEnded) -> Picture:
    if event.group is None:
        calls = tuple(call for call in picture.help if call.participant_id != event.participant_id)
        return replace(picture, help=calls)
    if picture.breakouts is None:
        return picture
    return replace(picture, breakouts=set_help(picture.breakouts, event.group, None))


def left(picture: Picture, event: ParticipantLeft) -> Picture:
    """The turn and the own call of who left are over; a trainer who left is not coming."""
    gone = event.participant_id
    kept = (_not_coming(call, gone) for call in picture.help if call.participant_id != gone)
    has_floor = picture.floor is not None and picture.floor.participant_id == gone
    return replace(picture, floor=None if has_floor else picture.floor, help=tuple(kept))


def without_caller(call: Help | None, gone: str) -> Help | None:
    """A group's call when somebody leaves the room: over if it was theirs."""
    return None if call is None or call.participant_id == gone else _not_coming(call, gone)


def _not_coming(call: Help, gone: str) -> Help:
    return replace(call, coming=None) if call.coming == gone else call
