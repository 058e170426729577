"""The queue of raised hands: first raised, first listed. A hand stays through drops and moves, until it is
lowered.

Saying again what is already so changes nothing and is no error: raising a raised hand keeps its rank,
lowering one's own lowered hand is fine. Staff lowering a hand that is down are told ("hand_not_raised"):
they meant somebody else.
"""

from __future__ import annotations

from rooms.commands import LowerAllHands, LowerHand, RaiseHand
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import HandRaised, HandsLowered
from rooms.state import RoomState


def _raised(state: RoomState, participant_id: str) -> bool:
    return any(hand.participant_id == participant_id for hand in state.hands)


def raise_hand(command: RaiseHand, context: Context) -> Events:
    if _raised(context.state, context.actor.id):
        return ()
    return (HandRaised(participant_id=context.actor.id, at_ms=context.now_ms),)


def lower_hand(command: LowerHand, context: Context) -> Events:
    state, actor = context.state, context.actor
    target_id = command.participant_id or actor.id
    state.seat_or_refuse(target_id)
    if _raised(state, target_id):
        return (HandsLowered(participant_ids=(target_id,), by=actor.id),)
    if target_id != actor.id:
        raise Refused("hand_not_raised", target_id)
    return ()


def lower_all_hands(command: LowerAllHands, context: Context) -> Events:
    hands = context.state.hands
    if not hands:
        return ()
    return (HandsLowered(participant_ids=tuple(h.participant_id for h in hands), by=context.actor.id),)
