"""The queue of raised hands."""

from __future__ import annotations

from rooms.commands import Disconnect, LowerAllHands, LowerHand, RaiseHand
from rooms.events import HandsLowered
from tests.rooms.driver import Driver, classroom


def queue(room: Driver) -> list[str]:
    return [hand.participant_id for hand in room.state.hands]


def test_first_raised_is_first_listed_with_the_time_it_was_raised() -> None:
    room = classroom("ann", "bob", "cem")
    for who in ("bob", "cem", "ann"):
        room.now_ms += 1_000
        room.do(RaiseHand(), who)
    assert queue(room) == ["bob", "cem", "ann"]
    assert [room.now_ms - hand.raised_at_ms for hand in room.state.hands] == [2_000, 1_000, 0]


def test_raising_a_raised_hand_keeps_its_rank() -> None:
    room = classroom("ann", "bob")
    room.do(RaiseHand(), "ann")
    room.do(RaiseHand(), "bob")
    assert room.do(RaiseHand(), "ann") == ()
    assert queue(room) == ["ann", "bob"]


def test_a_lowered_hand_goes_to_the_end_when_it_is_raised_again() -> None:
    room = classroom("ann", "bob")
    room.do(RaiseHand(), "ann")
    room.do(RaiseHand(), "bob")
    room.do(LowerHand(), "ann")
    room.do(RaiseHand(), "ann")
    assert queue(room) == ["bob", "ann"]


def test_staff_lower_somebodys_hand_and_the_event_says_who_did() -> None:
    room = classroom("ann", "bob")
    room.do(RaiseHand(), "ann")
    room.do(RaiseHand(), "bob")
    lowered = room.do(LowerHand(participant_id="ann"), "helper")
    assert lowered == (HandsLowered(participant_ids=("ann",), by="helper"),)
    assert queue(room) == ["bob"]


def test_lowering_ones_own_lowered_hand_is_fine_and_somebody_elses_is_told() -> None:
    room = classroom("ann")
    assert room.do(LowerHand(), "ann") == ()
    assert room.refuses(LowerHand(participant_id="ann"), "trainer") == "hand_not_raised"
    assert room.refuses(LowerHand(participant_id="nobody"), "trainer") == "unknown_participant"


def test_all_hands_are_lowered_at_once_in_their_order() -> None:
    room = classroom("ann", "bob")
    assert room.do(LowerAllHands(), "trainer") == ()
    room.do(RaiseHand(), "bob")
    room.do(RaiseHand(), "ann")
    assert room.do(LowerAllHands(), "trainer") == (
        HandsLowered(participant_ids=("bob", "ann"), by="trainer"),
    )
    assert queue(room) == []


def test_a_hand_survives_drops_and_breakouts() -> None:
    room = classroom("ann", "bob")
    room.do(RaiseHand(), "ann")
    room.do(Disconnect(), "ann")
    room.open(["ann", "bob"])
    assert queue(room) == ["ann"]
