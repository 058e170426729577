"""The part of a room that everybody sees, and how each event changes it.

A `RoomState` and a viewer's `Snapshot` share these fields (participants, hands, spotlight, breakouts, …),
so one set of functions folds events into both. Every function is total: an event about somebody or
something that is not there changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from rooms import glossary
from rooms import picture_activities as activities
from rooms import picture_turns as turns
from rooms.events import (
    AgendaChanged,
    AnyEvent,
    BreakoutsChanged,
    BreakoutsClosed,
    BreakoutsOpened,
    CheckinAnswered,
    CheckinCleared,
    CheckinClosed,
    CheckinOpened,
    CheckinShown,
    ConstraintsChanged,
    EventBody,
    FloorEnded,
    FloorGiven,
    GroupSetsChanged,
    HandKept,
    HandRaised,
    HandsLowered,
    HandSpoken,
    HelpCalled,
    HelpEnded,
    HelpPromised,
    KeptOutChanged,
    LayoutChanged,
    LobbyChanged,
    MediaChanged,
    OffersChanged,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantMoved,
    PresenceChanged,
    RoleChanged,
    RoomChanged,
    RoomCreated,
    RulesChanged,
    SpotlightChanged,
    TermRemoved,
    TermSet,
    TimerChanged,
    VoiceBroadcastChanged,
)
from rooms.model import Group, Hand, Participant
from rooms.picture_turns import each_group as _each_group
from rooms.picture_turns import set_help as set_help
from rooms.state import Picture


def reduce(picture: Picture, event: AnyEvent) -> Picture:
    """The picture after the event; the same where the event has no part in it (chat, requests to one
    person)."""
    reducer = _REDUCERS.get(type(event))
    return picture if reducer is None else reducer(picture, event)


def _with_seat(picture: Picture, participant_id: str, **changes: Any) -> Picture:
    participants = tuple(replace(p, **changes) if p.id == participant_id else p for p in picture.participants)
    return replace(picture, participants=participants)


def _created(picture: Picture, event: RoomCreated) -> Picture:
    return replace(picture, room_id=event.room_id, name=event.name)


def _renamed(picture: Picture, event: RoomChanged) -> Picture:
    return replace(picture, name=event.name)


def _joined(picture: Picture, event: ParticipantJoined) -> Picture:
    """A known seat keeps its rank in the list."""
    new = event.participant
    if any(p.id == new.id for p in picture.participants):
        participants = tuple(new if p.id == new.id else p for p in picture.participants)
    else:
        participants = (*picture.participants, new)
    return replace(picture, participants=participants)


def _presence(picture: Picture, event: PresenceChanged) -> Picture:
    return _with_seat(
        picture,
        event.participant_id,
        presence=event.presence,
        connected=event.connected,
        presence_at_ms=event.at_ms,
    )


def _left(picture: Picture, event: ParticipantLeft) -> Picture:
    gone = event.participant_id
    breakouts = picture.breakouts

    def without(group: Group) -> Group:
        call = turns.without_caller(group.help, gone)
        return replace(group, members=tuple(m for m in group.members if m != gone), help=call)

    return replace(
        turns.left(picture, event),
        participants=tuple(p for p in picture.participants if p.id != gone),
        hands=tuple(hand for hand in picture.hands if hand.participant_id != gone),
        spotlight=None if picture.spotlight == gone else picture.spotlight,
        voice_broadcast=None if picture.voice_broadcast == gone else picture.voice_broadcast,
        breakouts=None if breakouts is None else _each_group(breakouts, without),
    )


def _media(picture: Picture, event: MediaChanged) -> Picture:
    return _with_seat(picture, event.participant_id, media=event.media)


def _hand_raised(picture: Picture, event: HandRaised) -> Picture:
    hand = Hand(participant_id=event.participant_id, raised_at_ms=event.at_ms)
    return replace(picture, hands=(*picture.hands, hand))


def _hands_lowered(picture: Picture, event: HandsLowered) -> Picture:
    hands = tuple(hand for hand in picture.hands if hand.participant_id not in event.participant_ids)
    return replace(picture, hands=hands)


def _spotlight(picture: Picture, event: SpotlightChanged) -> Picture:
    return replace(picture, spotlight=event.participant_id)


def _voice(picture: Picture, event: VoiceBroadcastChanged) -> Picture:
    return replace(picture, voice_broadcast=event.participant_id)


def _opened(picture: Picture, event: BreakoutsOpened) -> Picture:
    """Everybody is in the group that names them, everybody else (visitors too) in the main room."""
    place = {member: group.id for group in event.breakouts.groups for member in group.members}
    return replace(_all_placed(picture, place), breakouts=event.breakouts, offers=())


def _changed(picture: Picture, event: BreakoutsChanged) -> Picture:
    if picture.breakouts is None:
        return picture
    breakouts = replace(picture.breakouts, instruction=event.instruction, ends_at_ms=event.ends_at_ms)
    return replace(picture, breakouts=breakouts)


def _closed(picture: Picture, event: BreakoutsClosed) -> Picture:
    closed = picture.breakouts
    if closed is not None:
        closed = _each_group(closed, lambda group: replace(group, help=None))
    last_round = closed or picture.last_round
    return replace(_all_placed(picture, {}), breakouts=None, offers=(), last_round=last_round)


def _all_placed(picture: Picture, place: Mapping[str, str]) -> Picture:
    def placed(participant: Participant) -> Participant:
        return replace(participant, breakout=place.get(participant.id), visiting=False)

    return replace(picture, participants=tuple(placed(p) for p in picture.participants))


def _moved(picture: Picture, event: ParticipantMoved) -> Picture:
    if picture.breakouts is None:
        return picture

    def changed(group: Group) -> Group:
        members: tuple[str, ...] = tuple(m for m in group.members if m != event.participant_id)
        if group.id == event.group and not event.visiting:
            members = (*members, event.participant_id)
        return replace(group, members=members)

    moved = replace(picture, breakouts=_each_group(picture.breakouts, changed))
    return _with_seat(moved, event.participant_id, breakout=event.group, visiting=event.visiting)


def _constraints(picture: Picture, event: ConstraintsChanged) -> Picture:
    return replace(picture, constraints=event.constraints)


def _group_sets(picture: Picture, event: GroupSetsChanged) -> Picture:
    return replace(picture, group_sets=event.sets)


def _offers(picture: Picture, event: OffersChanged) -> Picture:
    return replace(picture, offers=event.offers)


def _rules(picture: Picture, event: RulesChanged) -> Picture:
    return replace(picture, rules=event.rules)


def _layout(picture: Picture, event: LayoutChanged) -> Picture:
    return replace(picture, layout=event.layout)


def _lobby(picture: Picture, event: LobbyChanged) -> Picture:
    return replace(picture, lobby=event.waiting)


def _kept_out(picture: Picture, event: KeptOutChanged) -> Picture:
    return replace(picture, kept_out=event.kept_out)


def _role(picture: Picture, event: RoleChanged) -> Picture:
    return _with_seat(picture, event.participant_id, role=event.role)


_REDUCERS: Mapping[type[EventBody], Callable[[Any, Any], Any]] = {
    RoomCreated: _created,
    RoomChanged: _renamed,
    ParticipantJoined: _joined,
    PresenceChanged: _presence,
    ParticipantLeft: _left,
    MediaChanged: _media,
    HandRaised: _hand_raised,
    HandsLowered: _hands_lowered,
    SpotlightChanged: _spotlight,
    VoiceBroadcastChanged: _voice,
    BreakoutsOpened: _opened,
    BreakoutsChanged: _changed,
    BreakoutsClosed: _closed,
    ParticipantMoved: _moved,
    HandSpoken: turns.hand_spoken,
    HandKept: turns.hand_kept,
    FloorGiven: turns.floor_given,
    FloorEnded: turns.floor_ended,
    HelpCalled: turns.help_called,
    HelpPromised: turns.help_promised,
    HelpEnded: turns.help_ended,
    CheckinOpened: activities.checkin_opened,
    CheckinAnswered: activities.checkin_answered,
    CheckinClosed: activities.checkin_closed,
    CheckinShown: activities.checkin_shown,
    CheckinCleared: activities.checkin_cleared,
    AgendaChanged: activities.agenda_changed,
    TimerChanged: activities.timer_changed,
    TermSet: glossary.reduce_set,
    TermRemoved: glossary.reduce_removed,
    ConstraintsChanged: _constraints,
    GroupSetsChanged: _group_sets,
    OffersChanged: _offers,
    RulesChanged: _rules,
    LayoutChanged: _layout,
    LobbyChanged: _lobby,
    KeptOutChanged: _kept_out,
    RoleChanged: _role,
}
