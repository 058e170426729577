"""The queue of raised hands."""

from __future__ import annotations

import pytest

from rooms.commands import (
    Disconnect,
    EndFloor,
    GiveFloor,
    KeepHand,
    Leave,
    LowerAllHands,
    LowerHand,
    NoteSpoken,
    RaiseHand,
)
from rooms.events import FloorEnded, HandsLowered
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


# --- the floor, and after speaking


def floor(room: Driver) -> str | None:
    return None if room.state.floor is None else room.state.floor.participant_id


def test_staff_give_the_floor_to_one_person_at_a_time() -> None:
    room = classroom("ann", "bob")
    room.do(RaiseHand(), "ann")
    room.do(GiveFloor(participant_id="ann"), "trainer")
    assert room.do(GiveFloor(participant_id="ann"), "helper") == ()
    assert (floor(room), queue(room)) == ("ann", ["ann"])
    room.do(GiveFloor(participant_id="bob"), "trainer")
    assert (floor(room), queue(room)) == ("bob", ["ann"])


def test_the_floor_is_given_to_those_who_are_here_and_may_speak() -> None:
    room = classroom("ann")
    room.join("olga", role="observer")
    assert room.refuses(GiveFloor(participant_id="olga"), "trainer") == "not_allowed"
    assert room.refuses(GiveFloor(participant_id="nobody"), "trainer") == "unknown_participant"
    room.do(Disconnect(), "ann")
    assert room.refuses(GiveFloor(participant_id="ann"), "trainer") == "not_here"


@pytest.mark.parametrize(
    ("command", "by"),
    [(EndFloor(), "ann"), (EndFloor(), "helper"), (LowerHand(), "ann"), (LowerAllHands(), "trainer")],
    ids=str,
)
def test_floor_and_hand_end_together(command: EndFloor | LowerHand | LowerAllHands, by: str) -> None:
    room = classroom("ann", "bob")
    room.do(RaiseHand(), "ann")
    room.do(GiveFloor(participant_id="ann"), "trainer")
    assert room.do(command, by) == (
        HandsLowered(participant_ids=("ann",), by=by),
        FloorEnded(by=by),
    )
    assert (floor(room), queue(room)) == (None, [])


def test_the_floor_ends_without_a_hand_and_with_the_seat() -> None:
    room = classroom("ann", "bob")
    room.do(GiveFloor(participant_id="ann"), "trainer")
    assert room.refuses(EndFloor(), "bob") == "not_allowed"
    assert room.do(EndFloor(), "ann") == (FloorEnded(by="ann"),)
    assert room.do(EndFloor(), "ann") == ()
    room.do(GiveFloor(participant_id="ann"), "trainer")
    room.do(Leave(), "ann")
    assert floor(room) is None


def test_whoever_comes_back_as_an_observer_loses_the_floor() -> None:
    room = classroom("ann")
    room.do(GiveFloor(participant_id="ann"), "trainer")
    room.join("ann", role="observer")
    assert floor(room) is None


def test_after_speaking_a_hand_is_asked_about_once_until_it_is_kept() -> None:
    room = classroom("ann", "bob")
    assert room.do(NoteSpoken(participant_id="ann")) == ()
    room.do(RaiseHand(), "ann")
    room.do(RaiseHand(), "bob")
    assert room.do(KeepHand(), "ann") == ()
    room.do(NoteSpoken(participant_id="ann"))
    assert [hand.spoken_at_ms for hand in room.state.hands] == [room.now_ms, None]
    assert room.do(NoteSpoken(participant_id="ann")) == ()
    room.do(KeepHand(), "ann")
    assert queue(room) == ["ann", "bob"]
    assert [hand.spoken_at_ms for hand in room.state.hands] == [None, None]
    room.do(NoteSpoken(participant_id="ann"))
    room.do(LowerHand(), "ann")
    room.do(RaiseHand(), "ann")
    assert [hand.spoken_at_ms for hand in room.state.hands] == [None, None]
