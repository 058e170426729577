"""Who may ask what: one table, and the conditions that depend on more than the role.

A command that is not in the table is refused for everybody. `rooms.room.decide` asks `check` before any rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

from rooms import commands as c
from rooms.errors import Refused
from rooms.model import STAFF, Channel, Participant, Role
from rooms.state import RoomState, is_staff

Party = Role | Literal["server"]
Medium = Literal["microphone", "camera", "screen"]

ROLES: frozenset[Role] = frozenset(get_args(Role))
_SERVER: frozenset[Party] = frozenset({"server"})
_ALL: frozenset[Party] = frozenset(ROLES)
_STAFF: frozenset[Party] = frozenset(STAFF)
_HEARD: frozenset[Party] = _ALL - {"observer"}
_ASKED: frozenset[Party] = frozenset({"participant"})
"""Whom check-ins are for: those who learn. Interpreters and captioners read the question to pass it on."""

TABLE: Mapping[type[c.Command], frozenset[Party]] = {
    c.Join: _SERVER,
    c.Tick: _SERVER,
    c.Disconnect: _ALL,
    c.Reconnect: _ALL,
    c.Leave: _ALL,
    c.SetPresence: _ALL,
    c.SetMedia: _ALL,
    c.MuteMicrophone: _STAFF,
    c.MuteAll: _STAFF,
    c.AskUnmute: _STAFF,
    c.RaiseHand: _HEARD,
    c.LowerHand: _HEARD,
    c.LowerAllHands: _STAFF,
    c.PostChat: _ALL,
    c.EditChat: _ALL,
    c.DeleteChat: _ALL,
    c.AddChatImage: _ALL,
    c.SetSpotlight: _STAFF,
    c.RemoveParticipant: _STAFF | _SERVER,
    c.PreviewBreakouts: _STAFF,
    c.OpenBreakouts: _STAFF,
    c.RotateBreakouts: _STAFF,
    c.MoveParticipant: _STAFF,
    c.VisitBreakout: _STAFF,
    c.ExtendBreakouts: _STAFF,
    c.InstructBreakouts: _STAFF,
    c.BroadcastText: _STAFF,
    c.BroadcastVoice: _STAFF,
    c.CloseBreakouts: _STAFF,
    c.NoteSpoken: _SERVER,
    c.KeepHand: _HEARD,
    c.GiveFloor: _STAFF,
    c.EndFloor: _HEARD,
    c.CallHelp: _HEARD,
    c.PromiseHelp: _STAFF,
    c.EndHelp: _HEARD,
    c.OpenCheckin: _STAFF,
    c.AnswerCheckin: _ASKED,
    c.CloseCheckin: _STAFF,
    c.ShowCheckin: _STAFF,
    c.ClearCheckin: _STAFF,
    c.AddAgendaItem: _STAFF,
    c.ChangeAgendaItem: _STAFF,
    c.MoveAgendaItem: _STAFF,
    c.RemoveAgendaItem: _STAFF,
    c.StartAgendaItem: _STAFF,
    c.StartBreak: _STAFF,
    c.ExtendTimer: _STAFF,
    c.EndTimer: _STAFF,
    c.SetTerm: _STAFF,
    c.RemoveTerm: _STAFF,
    c.Knock: _SERVER,
    c.Unknock: _SERVER,
    c.SetConstraints: _STAFF,
    c.SaveGroups: _STAFF | _SERVER,
    c.ForgetGroups: _STAFF | _SERVER,
    c.AcceptOffer: _HEARD,
    c.SetRules: _STAFF,
    c.SetLayout: _STAFF,
    c.AdmitFromLobby: _STAFF,
    c.RefuseFromLobby: _STAFF,
    c.ReadmitParticipant: _STAFF | _SERVER,
    c.SetRole: frozenset({"trainer"}),
    c.RevokeInvitation: _SERVER,
    c.EndMeeting: _SERVER,
    c.ChangeRoom: _SERVER,
}
"""Command → who may give it. Disconnect, Reconnect and AddChatImage are given by the server for the seat that is
their actor."""

MAY_PUBLISH: Mapping[Role, frozenset[Medium]] = {
    "trainer": frozenset({"microphone", "camera", "screen"}),
    "co_trainer": frozenset({"microphone", "camera", "screen"}),
    "participant": frozenset({"microphone", "camera", "screen"}),
    "interpreter": frozenset({"microphone", "camera"}),
    "captioner": frozenset({"microphone"}),
    "observer": frozenset(),
}
"""Role → what `SetMedia` may turn on. Turning off is always allowed."""

MAY_POST: Mapping[Role, frozenset[Channel]] = {
    "trainer": frozenset({"room", "breakout", "trainers"}),
    "co_trainer": frozenset({"room", "breakout", "trainers"}),
    "participant": frozenset({"room", "breakout", "trainers"}),
    "interpreter": frozenset({"room", "breakout", "trainers"}),
    "captioner": frozenset({"room", "breakout", "trainers"}),
    "observer": frozenset({"trainers"}),
}
"""Role → in which channels `PostChat` may speak. Observers may only have a word with the trainers."""


def _publishes_what_the_role_may(state: RoomState, actor: Participant, command: c.SetMedia) -> bool:
    wanted: dict[Medium, bool | None] = {
        "microphone": command.microphone,
        "camera": command.camera,
        "screen": command.screen,
    }
    return all(medium in MAY_PUBLISH[actor.role] for medium, on in wanted.items() if on)


def _lowers_own_hand_or_is_staff(state: RoomState, actor: Participant, command: c.LowerHand) -> bool:
    return command.participant_id in (None, actor.id) or is_staff(actor)


def _posts_where_the_role_may(state: RoomState, actor: Participant, command: c.PostChat) -> bool:
    if command.channel not in MAY_POST[actor.role]:
        return False
    if command.channel != "trainers":
        return command.to is None
    return is_staff(actor) or command.to in (None, actor.id)


def _removes_no_equal(state: RoomState, actor: Participant, command: c.RemoveParticipant) -> bool:
    """Nobody removes themselves (that is leaving), and only a trainer removes a trainer."""
    target = state.seat(command.participant_id)
    if target is None:
        return True
    return target.id != actor.id and (target.role != "trainer" or actor.role == "trainer")


def _ends_own_floor_or_is_staff(state: RoomState, actor: Participant, command: c.EndFloor) -> bool:
    own = state.floor is None or state.floor.participant_id == actor.id
    return own or is_staff(actor)


def _ends_own_help_or_is_staff(state: RoomState, actor: Participant, command: c.EndHelp) -> bool:
    own = command.group in (None, actor.breakout) and command.participant_id in (None, actor.id)
    return own or is_staff(actor)


CONDITIONS: Mapping[type[c.Command], Callable[[RoomState, Participant, Any], bool]] = {
    c.SetMedia: _publishes_what_the_role_may,
    c.LowerHand: _lowers_own_hand_or_is_staff,
    c.PostChat: _posts_where_the_role_may,
    c.RemoveParticipant: _removes_no_equal,
    c.EndFloor: _ends_own_floor_or_is_staff,
    c.EndHelp: _ends_own_help_or_is_staff,
}
"""Command → what must hold besides, of the actor, the command and the place."""

_WITHOUT_CONNECTION: frozenset[type[c.Command]] = frozenset({c.Disconnect, c.Reconnect, c.Leave})


def allowed(command_type: type[c.Command], party: Party) -> bool:
    return party in TABLE.get(command_type, frozenset())


def check_server(command: c.Command) -> None:
    """Raises `Refused("not_allowed")` unless the server itself may give `command`."""
    if not allowed(type(command), "server"):
        raise Refused("not_allowed")


def check(state: RoomState, actor_id: str, command: c.Command) -> Participant:
    """The actor's seat. Raises `Refused`: "not_here" (no seat, or not connected) or "not_allowed"."""
    actor = state.seat(actor_id)
    if actor is None:
        raise Refused("not_here")
    if not allowed(type(command), actor.role):
        raise Refused("not_allowed")
    if not actor.connected and type(command) not in _WITHOUT_CONNECTION:
        raise Refused("not_here")
    condition = CONDITIONS.get(type(command))
    if condition is not None and not condition(state, actor, command):
        raise Refused("not_allowed")
    return actor
