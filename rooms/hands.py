"""The queue of raised hands: first raised, first listed. A hand stays through drops and moves, until it is
lowered.

Saying again what is already so changes nothing and is no error: raising a raised hand keeps its rank,
lowering one's own lowered hand is fine. Staff lowering a hand that is down are told ("hand_not_raised"):
they meant somebody else.

Staff give the floor to one person at a time, with a raised hand or without. It ends when either says so,
when it is given to somebody else, and when the hand goes down. Whoever has had their say with the hand up is
asked whether they still need it; answering "yes" keeps the rank, and the question comes again after the next
time.
"""

from __future__ import annotations

from rooms.commands import (
    EndFloor,
    GiveFloor,
    KeepHand,
    LowerAllHands,
    LowerHand,
    NoteSpoken,
    RaiseHand,
)
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import FloorEnded, FloorGiven, HandKept, HandRaised, HandsLowered, HandSpoken
from rooms.model import Floor, Hand
from rooms.permissions import allowed
from rooms.state import RoomState


def _hand(state: RoomState, participant_id: str) -> Hand | None:
    return next((hand for hand in state.hands if hand.participant_id == participant_id), None)


def _raised(state: RoomState, participant_id: str) -> bool:
    return _hand(state, participant_id) is not None


def _lowered(context: Context, *participant_ids: str) -> Events:
    """With the hand goes the floor."""
    floor = context.state.floor
    ended = floor is not None and floor.participant_id in participant_ids
    return (
        HandsLowered(participant_ids=participant_ids, by=context.actor.id),
        *((FloorEnded(by=context.actor.id),) if ended else ()),
    )


def raise_hand(command: RaiseHand, context: Context) -> Events:
    if _raised(context.state, context.actor.id):
        return ()
    return (HandRaised(participant_id=context.actor.id, at_ms=context.now_ms),)


def lower_hand(command: LowerHand, context: Context) -> Events:
    state, actor = context.state, context.actor
    target_id = command.participant_id or actor.id
    state.seat_or_refuse(target_id)
    if _raised(state, target_id):
        return _lowered(context, target_id)
    if target_id != actor.id:
        raise Refused("hand_not_raised", target_id)
    return ()


def lower_all_hands(command: LowerAllHands, context: Context) -> Events:
    hands = context.state.hands
    if not hands:
        return ()
    return _lowered(context, *(hand.participant_id for hand in hands))


def note_spoken(state: RoomState, command: NoteSpoken, now_ms: int) -> Events:
    hand = _hand(state, command.participant_id)
    if hand is None or hand.spoken_at_ms is not None:
        return ()
    return (HandSpoken(participant_id=command.participant_id, at_ms=now_ms),)


def keep_hand(command: KeepHand, context: Context) -> Events:
    hand = _hand(context.state, context.actor.id)
    if hand is None or hand.spoken_at_ms is None:
        return ()
    return (HandKept(participant_id=context.actor.id),)


def give_floor(command: GiveFloor, context: Context) -> Events:
    target = context.state.seat_or_refuse(command.participant_id)
    if not allowed(RaiseHand, target.role):
        raise Refused("not_allowed", target.role)
    if not target.connected:
        raise Refused("not_here", target.id)
    floor = context.state.floor
    if floor is not None and floor.participant_id == target.id:
        return ()
    given = Floor(participant_id=target.id, by=context.actor.id, given_at_ms=context.now_ms)
    return (FloorGiven(floor=given),)


def end_floor(command: EndFloor, context: Context) -> Events:
    floor = context.state.floor
    if floor is None:
        return ()
    if _raised(context.state, floor.participant_id):
        return _lowered(context, floor.participant_id)
    return (FloorEnded(by=context.actor.id),)
