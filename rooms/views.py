"""What each person sees of a room.

`snapshot` is what a joiner gets, `view` what of an event a viewer may see, `fold` how a client takes it in:
the reference for the client's reducer, which tests/golden/room_traces.json shows to be equal. For every
viewer, always:

    fold(snapshot(before, v), seq, view(after, recorded, v)) == snapshot(after, v)

but for a viewer's own `ParticipantJoined` with another role (joining opens a session, with a fresh snapshot)
and their own `RoleChanged` (the client asks for a fresh snapshot: much that was hidden is not any more).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from rooms import chat_changes, checkins, picture
from rooms.chat import find, may_read
from rooms.errors import Refused
from rooms.events import (
    ChatDeleted,
    ChatEdited,
    ChatExpired,
    ChatImageAdded,
    ChatPosted,
    CheckinAnswered,
    ConstraintsChanged,
    EventBody,
    GroupSetsChanged,
    HelpCalled,
    HelpEnded,
    HelpPromised,
    Hidden,
    InvitationRevoked,
    KeptOutChanged,
    LobbyChanged,
    OffersChanged,
    ParticipantLeft,
    ParticipantMoved,
    Recorded,
    UnmuteAsked,
    ViewedEvent,
)
from rooms.model import Breakouts, ChatMessage, CompanyOffer, Constraints, Participant, Snapshot
from rooms.state import RoomState, is_staff

Views = tuple[tuple[ViewedEvent, frozenset[str]], ...]
"""Each distinct view of one event with the ids of those who get it."""

# --- events
# --------------------------------------------------------------------------------------------------


def view(state_after: RoomState, recorded: Recorded, viewer_id: str) -> ViewedEvent:
    """What of `recorded` the viewer may see: the event, a part of it, or `Hidden`.

    `state_after` is the state right after this very event. Whoever holds no seat sees only their own leaving.
    """
    event = recorded.event
    viewer = state_after.seat(viewer_id)
    if isinstance(event, InvitationRevoked):
        return Hidden()
    if viewer is None:
        own_leaving = isinstance(event, ParticipantLeft) and event.participant_id == viewer_id
        return event if own_leaving else Hidden()
    restrict = _RESTRICTED.get(type(event))
    return event if restrict is None else restrict(state_after, event, viewer)


def views(state_after: RoomState, recorded: Recorded) -> Views:
    """`view` for everybody at once: every seat, connected or not, and the one who just left.

    Encode each view once, and keep the result as long as a session may resume: who may see an event is
    settled when it happens.
    """
    event = recorded.event
    ids = frozenset(p.id for p in state_after.participants)
    if isinstance(event, ParticipantLeft):
        ids |= {event.participant_id}
    if isinstance(event, InvitationRevoked):
        return ((Hidden(), ids),)
    restrict = _RESTRICTED.get(type(event))
    if restrict is None:
        return ((event, ids),)
    shown: dict[ViewedEvent, list[str]] = {}
    for viewer in state_after.participants:
        shown.setdefault(restrict(state_after, event, viewer), []).append(viewer.id)
    return tuple((viewed, frozenset(viewers)) for viewed, viewers in shown.items())


def _chat(state: RoomState, event: ChatPosted, viewer: Participant) -> ViewedEvent:
    newest = state.chat[-1]  # the very message, or the state is not the one right after: then show nothing
    readable = newest.message.id == event.message.id and may_read(newest, viewer)
    return event if readable else Hidden(evicted=event.evicted)


def _chat_edited(state: RoomState, event: ChatEdited, viewer: Participant) -> ViewedEvent:
    return event if _reads(state, event.message_id, viewer) else Hidden(evicted=event.evicted)


def _chat_deleted(state: RoomState, event: ChatDeleted, viewer: Participant) -> ViewedEvent:
    return event if _reads(state, event.message_id, viewer) else Hidden()


def _reads(state: RoomState, message_id: int, viewer: Participant) -> bool:
    stored = find(state, message_id)
    return stored is not None and may_read(stored, viewer)


def _image_added(state: RoomState, event: ChatImageAdded, viewer: Participant) -> ViewedEvent:
    return event if viewer.id == event.participant_id else Hidden()


def _asked(state: RoomState, event: UnmuteAsked, viewer: Participant) -> ViewedEvent:
    return event if is_staff(viewer) or viewer.id == event.participant_id else Hidden()


def _help(state: RoomState, event: HelpCalled | HelpPromised | HelpEnded, viewer: Participant) -> ViewedEvent:
    if event.group is None:
        return event if is_staff(viewer) or viewer.id == event.participant_id else Hidden()
    return event if _sees_help(viewer, event.group) else Hidden()


def _answered(state: RoomState, event: CheckinAnswered, viewer: Participant) -> ViewedEvent:
    if is_staff(viewer) or viewer.id == event.participant_id:
        return event
    return Hidden() if event.counts is None else replace(event, participant_id=None, name="", choice=None)


def _moved(state: RoomState, event: ParticipantMoved, viewer: Participant) -> ViewedEvent:
    if event.help is None or (viewer.id == event.participant_id and not is_staff(viewer)):
        return event
    return replace(event, help=None)


def _for_staff(
    state: RoomState,
    event: LobbyChanged | KeptOutChanged | ConstraintsChanged | GroupSetsChanged,
    viewer: Participant,
) -> ViewedEvent:
    return event if is_staff(viewer) else Hidden()


def _offers(state: RoomState, event: OffersChanged, viewer: Participant) -> ViewedEvent:
    return replace(event, offers=_offers_seen(event.offers, viewer))


def _offers_seen(offers: tuple[CompanyOffer, ...], viewer: Participant) -> tuple[CompanyOffer, ...]:
    return offers if is_staff(viewer) else tuple(o for o in offers if o.participant_id == viewer.id)


_RESTRICTED: Mapping[type[EventBody], Callable[[RoomState, Any, Participant], ViewedEvent]] = {
    ChatPosted: _chat,
    ChatEdited: _chat_edited,
    ChatDeleted: _chat_deleted,
    ChatImageAdded: _image_added,
    UnmuteAsked: _asked,
    HelpCalled: _help,
    HelpPromised: _help,
    HelpEnded: _help,
    CheckinAnswered: _answered,
    ParticipantMoved: _moved,
    LobbyChanged: _for_staff,
    ConstraintsChanged: _for_staff,
    GroupSetsChanged: _for_staff,
    OffersChanged: _offers,
    KeptOutChanged: _for_staff,
}
"""Events that not everybody sees whole; all others are for everybody in the room."""


def _sees_help(viewer: Participant, group_id: str) -> bool:
    return is_staff(viewer) or viewer.breakout == group_id


# --- snapshots
# -----------------------------------------------------------------------------------------------


def snapshot(state: RoomState, viewer_id: str) -> Snapshot:
    """All that the viewer may see now. Raises `Refused("not_here")` for whoever holds no seat."""
    viewer = state.seat(viewer_id)
    if viewer is None:
        raise Refused("not_here")
    staff = is_staff(viewer)
    return Snapshot(
        room_id=state.room_id,
        name=state.name,
        seq=state.seq,
        you=viewer_id,
        participants=state.participants,
        hands=state.hands,
        chat=tuple(stored.message for stored in state.chat if may_read(stored, viewer)),
        spotlight=state.spotlight,
        voice_broadcast=state.voice_broadcast,
        breakouts=None if state.breakouts is None else _without_others_help(state.breakouts, viewer),
        floor=state.floor,
        help=tuple(call for call in state.help if is_staff(viewer) or call.participant_id == viewer_id),
        checkin=checkins.seen_by(state, viewer_id, staff=is_staff(viewer)),
        agenda=state.agenda,
        timer=state.timer,
        glossary=state.glossary,
        rules=state.rules,
        layout=state.layout,
        lobby=state.lobby if staff else (),
        kept_out=state.kept_out if staff else (),
        last_round=state.last_round,
        offers=_offers_seen(state.offers, viewer),
        constraints=state.constraints if staff else Constraints(),
        group_sets=state.group_sets if staff else (),
    )


def _without_others_help(breakouts: Breakouts, viewer: Participant) -> Breakouts:
    for group in breakouts.groups:
        if group.help is not None and not _sees_help(viewer, group.id):
            breakouts = picture.set_help(breakouts, group.id, None)
    return breakouts


# --- the client's side
# ---------------------------------------------------------------------------------------


def fold(before: Snapshot, seq: int, event: ViewedEvent) -> Snapshot:
    """The viewer's next snapshot. Raises `ValueError` if `seq` does not follow: ask for a fresh snapshot
    then.

    Most events change the picture that everybody sees (`rooms.picture`). Three concern the viewer alone:
    chat, what a hidden message evicts, and one's own move, which takes calls for help out of sight and
    brings one in.
    """
    if seq != before.seq + 1:
        raise ValueError(f"event {seq} does not follow {before.seq}")
    if isinstance(event, Hidden):
        return replace(_without_messages(before, event.evicted), seq=seq)
    after = picture.reduce(before, event)
    if isinstance(event, ChatExpired):
        after = _without_messages(after, event.evicted)
    elif isinstance(event, ChatPosted):
        after = _without_messages(after, event.evicted)
        after = replace(after, chat=(*after.chat, event.message))
    elif isinstance(event, ChatEdited):
        after = _without_messages(after, event.evicted)
        after = _with_message(after, event.message_id, lambda message: chat_changes.edited(message, event))
    elif isinstance(event, ChatDeleted):
        after = _with_message(after, event.message_id, lambda message: chat_changes.deleted(message, event))
    elif isinstance(event, ParticipantMoved) and event.participant_id == before.you:
        after = _with_help_in_sight(after, event)
    return replace(after, seq=seq)


def _without_messages(shown: Snapshot, evicted: tuple[int, ...]) -> Snapshot:
    if not evicted:
        return shown
    return replace(shown, chat=tuple(message for message in shown.chat if message.id not in evicted))


def _with_message(shown: Snapshot, message_id: int, change: Callable[[ChatMessage], ChatMessage]) -> Snapshot:
    chat = tuple(change(message) if message.id == message_id else message for message in shown.chat)
    return replace(shown, chat=chat)


def _with_help_in_sight(shown: Snapshot, event: ParticipantMoved) -> Snapshot:
    viewer = next(p for p in shown.participants if p.id == shown.you)
    if is_staff(viewer) or shown.breakouts is None:
        return shown
    breakouts = _without_others_help(shown.breakouts, viewer)
    if event.group is not None:
        breakouts = picture.set_help(breakouts, event.group, event.help)
    return replace(shown, breakouts=breakouts)
