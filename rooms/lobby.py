"""Who waits at the door, in one queue.

Whoever is in the lobby holds no seat and is told nothing of the room. Who has been here before is known and
comes straight in, today and on other days; so do staff. A lost connection keeps its rank for
`Limits.lobby_kept_ms`.
"""

from __future__ import annotations

from msgspec.structs import replace

from rooms.commands import AdmitFromLobby, Knock, RefuseFromLobby, Unknock
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import LobbyChanged, ParticipantJoined
from rooms.model import STAFF, Role, Waiting
from rooms.roles import role_of
from rooms.state import RoomState
from rooms.text import clean_line

KNOWN_MAX = 2000
"""Of how many people it is remembered that they have been here; beyond, the earliest are forgotten."""


def check_door(state: RoomState, participant_id: str, role: Role) -> None:
    """Whether a seat may be taken now. Raises `Refused`: "removed", "room_locked", or "must_wait" for whom
    the lobby keeps."""
    if any(kept.participant_id == participant_id for kept in state.kept_out):
        raise Refused("removed")
    if role_of(state, participant_id, role) in STAFF or participant_id in state.known:
        return
    if state.rules.locked:
        raise Refused("room_locked")
    if state.rules.lobby:
        raise Refused("must_wait")


# --- commands
# ------------------------------------------------------------------------------------------------


def knock(state: RoomState, command: Knock, now_ms: int) -> Events:
    """Nothing for whoever may come in without waiting."""
    try:
        check_door(state, command.participant_id, command.role)
    except Refused as refused:
        if refused.code != "must_wait":
            raise
    else:
        return ()
    name = clean_line(command.name)
    known = _waiting(state, command.participant_id)
    if known is not None:
        back = replace(known, name=name, role=command.role, gone_at_ms=None)
        return () if back == known else (_with(state, back),)
    if len(state.lobby) >= state.limits.lobby:
        raise Refused("room_full")
    new = Waiting(participant_id=command.participant_id, name=name, role=command.role, since_at_ms=now_ms)
    return (LobbyChanged(waiting=(*state.lobby, new)),)


def unknock(state: RoomState, command: Unknock, now_ms: int) -> Events:
    known = _waiting(state, command.participant_id)
    if known is None or known.gone_at_ms is not None:
        return ()
    return (_with(state, replace(known, gone_at_ms=now_ms)),)


def admit(command: AdmitFromLobby, context: Context) -> Events:
    """Raises `Refused("not_waiting")` for one who waits no more."""
    if command.participant_id is None:
        return admit_everybody(context.state)
    _waiting_or_refuse(context.state, command.participant_id)
    waiting = _without(context.state, command.participant_id)
    return (LobbyChanged(waiting=waiting, admitted=(command.participant_id,)),)


def admit_everybody(state: RoomState) -> Events:
    if not state.lobby:
        return ()
    return (LobbyChanged(waiting=(), admitted=tuple(w.participant_id for w in state.lobby)),)


def refuse(command: RefuseFromLobby, context: Context) -> Events:
    """Raises `Refused("not_waiting")`."""
    _waiting_or_refuse(context.state, command.participant_id)
    waiting = _without(context.state, command.participant_id)
    return (LobbyChanged(waiting=waiting, refused=(command.participant_id,)),)


def _waiting(state: RoomState, participant_id: str) -> Waiting | None:
    return next((one for one in state.lobby if one.participant_id == participant_id), None)


def _waiting_or_refuse(state: RoomState, participant_id: str) -> None:
    if _waiting(state, participant_id) is None:
        raise Refused("not_waiting", participant_id)


def _without(state: RoomState, participant_id: str) -> tuple[Waiting, ...]:
    return tuple(one for one in state.lobby if one.participant_id != participant_id)


def _with(state: RoomState, changed: Waiting) -> LobbyChanged:
    return LobbyChanged(
        waiting=tuple(changed if w.participant_id == changed.participant_id else w for w in state.lobby)
    )


# --- time
# ----------------------------------------------------------------------------------------------------


def expire(state: RoomState, now_ms: int) -> Events:
    """Those whose connection did not come back leave the queue."""
    kept = tuple(w for w in state.lobby if w.gone_at_ms is None or now_ms < _end_ms(state, w.gone_at_ms))
    return () if kept == state.lobby else (LobbyChanged(waiting=kept),)


def next_expiry_ms(state: RoomState) -> int | None:
    gone = [w.gone_at_ms for w in state.lobby if w.gone_at_ms is not None]
    return _end_ms(state, min(gone)) if gone else None


def _end_ms(state: RoomState, gone_at_ms: int) -> int:
    return gone_at_ms + state.limits.lobby_kept_ms


# --- what only the server keeps
# ------------------------------------------------------------------------------


def remember_lobby(state: RoomState, event: LobbyChanged) -> RoomState:
    return _knowing(state, event.admitted)


def remember_joined(state: RoomState, event: ParticipantJoined) -> RoomState:
    return _knowing(state, (event.participant.id,))


def _knowing(state: RoomState, ids: tuple[str, ...]) -> RoomState:
    new = tuple(i for i in ids if i not in state.known)
    return replace(state, known=(*state.known, *new)[-KNOWN_MAX:]) if new else state
