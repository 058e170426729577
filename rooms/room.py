"""The room: commands become events, events become the next state.

    bodies = decide(state, command, actor, now_ms, chance)      # or raises Refused; the room is unchanged
    for recorded in record(state, bodies, now_ms):              # numbered; journal them, then
        state = apply(state, recorded)
        for shown, viewers in rooms.views.views(state, recorded): ...

Sans-I/O: the time and chance are arguments. One caller at a time drives one room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from rooms import (
    administration,
    agenda,
    breakouts,
    chat,
    chat_changes,
    chat_images,
    checkins,
    constraints,
    division,
    glossary,
    group_sets,
    hands,
    help,
    kept_out,
    lobby,
    media,
    offers,
    permissions,
    picture,
    presence,
    roles,
    rules,
)
from rooms import commands as c
from rooms import events as e
from rooms.context import Context, Events
from rooms.state import RoomState

_SERVER_HANDLERS: Mapping[type[c.Command], Callable[[RoomState, Any, int], Events]] = {
    c.Join: presence.join,
    c.Tick: lambda state, command, now_ms: (
        *breakouts.expire(state, now_ms),
        *presence.expire(state, now_ms),
        *chat.expire(state, now_ms),
        *lobby.expire(state, now_ms),
        *offers.expire(state, now_ms),
    ),
    c.NoteSpoken: hands.note_spoken,
    c.Knock: lobby.knock,
    c.Unknock: lobby.unknock,
    c.RevokeInvitation: administration.revoke,
    c.EndMeeting: administration.end_meeting,
    c.ChangeRoom: administration.change,
    c.RemoveParticipant: kept_out.remove_from_outside,
    c.ReadmitParticipant: kept_out.readmit_from_outside,
    c.SaveGroups: group_sets.save_from_outside,
    c.ForgetGroups: group_sets.forget_from_outside,
}

_HANDLERS: Mapping[type[c.Command], Callable[[Any, Context], Events]] = {
    c.Disconnect: presence.disconnect,
    c.Reconnect: presence.reconnect,
    c.Leave: presence.leave,
    c.SetPresence: presence.set_presence,
    c.RemoveParticipant: kept_out.remove,
    c.SetMedia: media.set_media,
    c.MuteMicrophone: media.mute,
    c.MuteAll: media.mute_all,
    c.AskUnmute: media.ask_unmute,
    c.SetSpotlight: media.set_spotlight,
    c.RaiseHand: hands.raise_hand,
    c.LowerHand: hands.lower_hand,
    c.LowerAllHands: hands.lower_all_hands,
    c.PostChat: chat.post,
    c.EditChat: chat_changes.edit,
    c.DeleteChat: chat_changes.delete,
    c.AddChatImage: chat_images.add,
    c.BroadcastText: chat.broadcast_text,
    c.PreviewBreakouts: breakouts.preview,
    c.OpenBreakouts: breakouts.open_round,
    c.RotateBreakouts: breakouts.rotate,
    c.MoveParticipant: breakouts.move,
    c.VisitBreakout: breakouts.visit,
    c.ExtendBreakouts: breakouts.extend,
    c.InstructBreakouts: breakouts.instruct,
    c.BroadcastVoice: breakouts.broadcast_voice,
    c.CloseBreakouts: breakouts.close,
    c.CallHelp: help.call,
    c.EndHelp: help.end,
    c.PromiseHelp: help.promise,
    c.KeepHand: hands.keep_hand,
    c.GiveFloor: hands.give_floor,
    c.EndFloor: hands.end_floor,
    c.OpenCheckin: checkins.open_checkin,
    c.AnswerCheckin: checkins.answer,
    c.CloseCheckin: checkins.close,
    c.ShowCheckin: checkins.show,
    c.ClearCheckin: checkins.clear,
    c.AddAgendaItem: agenda.add,
    c.ChangeAgendaItem: agenda.change,
    c.MoveAgendaItem: agenda.move,
    c.RemoveAgendaItem: agenda.remove,
    c.StartAgendaItem: agenda.start,
    c.StartBreak: agenda.start_break,
    c.ExtendTimer: agenda.extend,
    c.EndTimer: agenda.end,
    c.SetTerm: glossary.set_term,
    c.RemoveTerm: glossary.remove_term,
    c.SetConstraints: constraints.set_constraints,
    c.SaveGroups: group_sets.save,
    c.ForgetGroups: group_sets.forget,
    c.AcceptOffer: offers.accept,
    c.SetRules: rules.set_rules,
    c.SetLayout: rules.set_layout,
    c.AdmitFromLobby: lobby.admit,
    c.RefuseFromLobby: lobby.refuse,
    c.ReadmitParticipant: kept_out.readmit,
    c.SetRole: roles.set_role,
}

_REMEMBER: Mapping[type[e.EventBody], tuple[Callable[[RoomState, Any], RoomState], ...]] = {
    e.RoomCreated: (lambda state, event: replace(state, capacity=event.capacity),),
    e.RoomChanged: (lambda state, event: replace(state, capacity=event.capacity),),
    e.ParticipantJoined: (presence.remember_joined, lobby.remember_joined),
    e.PresenceChanged: (presence.remember_presence,),
    e.ParticipantLeft: (presence.remember_left, rules.remember_left),
    e.ChatExpired: (lambda state, event: chat.without(state, event.evicted),),
    e.ChatPosted: (chat.remember_posted,),
    e.ChatEdited: (chat_changes.remember_edited,),
    e.ChatDeleted: (chat_changes.remember_deleted,),
    e.ChatImageAdded: (chat_images.remember_added,),
    e.BreakoutsOpened: (breakouts.remember_opened,),
    e.ParticipantMoved: (breakouts.remember_moved,),
    e.MediaChanged: (rules.remember_media,),
    e.UnmuteAsked: (rules.remember_asked,),
    e.LobbyChanged: (lobby.remember_lobby,),
    e.RoleChanged: (roles.remember_role,),
}
"""What an event changes besides the picture that everybody sees (`rooms.picture`)."""


def create(room_id: str, name: str, capacity: int) -> e.RoomCreated:
    """The first event of a room: record and apply it on `RoomState(limits=…)`."""
    return e.RoomCreated(room_id=room_id, name=name, capacity=capacity)


def decide(state: RoomState, command: c.Command, actor: str | None, now_ms: int, chance: int) -> Events:
    """What `command` makes happen; empty if it changes nothing (it is then acknowledged all the same).

    `actor`: whose command it is; for Disconnect and Reconnect whose connection it was; None for what the server
    gives itself. `chance`: any integer (64 random bits), the only source of chance.
    Raises `Refused`; the room is then unchanged.
    """
    if actor is None:
        permissions.check_server(command)
        return _SERVER_HANDLERS[type(command)](state, command, now_ms)
    seat = permissions.check(state, actor, command)
    return _HANDLERS[type(command)](command, Context(state, seat, now_ms, chance))


def record(state: RoomState, bodies: Sequence[e.AnyEvent], now_ms: int) -> tuple[e.Recorded, ...]:
    """Numbers what was decided on `state`."""
    return tuple(
        e.Recorded(seq=seq, at_ms=now_ms, event=body) for seq, body in enumerate(bodies, start=state.seq + 1)
    )


def apply(state: RoomState, recorded: e.Recorded) -> RoomState:
    """The state after the event. Cannot fail."""
    after = picture.reduce(state, recorded.event)
    for remember in _REMEMBER.get(type(recorded.event), ()):
        after = remember(after, recorded.event)
    if isinstance(recorded.event, e.InvitationRevoked):
        after = administration.remember_revoked(after, recorded.event, recorded.at_ms)
    return replace(offers.remember_alone(after, recorded.at_ms), seq=recorded.seq)


def preview(
    state: RoomState, command: c.PreviewBreakouts, actor: str, now_ms: int, chance: int
) -> tuple[c.GroupSpec, ...]:
    """The groups that opening `command.plan` now with this `chance` would make.

    Raises `Refused` as opening would.
    """
    seat = permissions.check(state, actor, command)
    return division.divide(command.plan, Context(state, seat, now_ms, chance))


def next_deadline_ms(state: RoomState) -> int | None:
    """When to decide `Tick` next: the earliest end of a kept seat or of the round; None: nothing is due."""
    due = (
        presence.next_expiry_ms(state),
        breakouts.next_end_ms(state),
        lobby.next_expiry_ms(state),
        offers.next_offer_ms(state),
    )
    return min((at_ms for at_ms in due if at_ms is not None), default=None)
