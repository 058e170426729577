"""Coming, dropping, coming back, leaving."""

from __future__ import annotations

import pytest

from rooms.commands import (
    BroadcastVoice,
    CallHelp,
    Disconnect,
    Join,
    Leave,
    RaiseHand,
    Reconnect,
    RemoveParticipant,
    SetMedia,
    SetPresence,
    SetSpotlight,
    Tick,
    VisitBreakout,
)
from rooms.events import ParticipantJoined, ParticipantLeft, PresenceChanged
from rooms.model import MediaFlags
from rooms.room import next_deadline_ms
from rooms.state import Limits
from tests.rooms.driver import Driver, classroom

KEPT_MS = Limits().seat_kept_ms


def test_a_newcomer_is_here_in_the_main_room_with_everything_off() -> None:
    room = Driver()
    (joined,) = room.do(Join(participant_id="ann", name=" Ann\x07  Lee ", role="participant"))
    assert isinstance(joined, ParticipantJoined)
    seat = room.seat("ann")
    assert (seat.name, seat.presence, seat.connected, seat.breakout) == ("Ann Lee", "joined", True, None)
    assert seat.media == MediaFlags()
    assert seat.joined_at_ms == room.now_ms


def test_participants_are_listed_in_the_order_of_joining() -> None:
    room = classroom("zoe", "ann")
    room.do(Leave(), "zoe")
    room.join("zoe")
    assert [p.id for p in room.state.participants] == ["trainer", "helper", "ann", "zoe"]


def test_a_name_without_anything_visible_is_refused() -> None:
    unnamed = Join(participant_id="ann", name="\x00 ", role="participant")
    assert Driver().refuses(unnamed, None) == "empty_text"


def test_a_full_room_refuses_newcomers_but_not_those_who_have_a_seat() -> None:
    room = Driver(capacity=2)
    room.join("ann", "bob")
    room.do(Disconnect(), "ann")
    assert room.refuses(Join(participant_id="cem", name="Cem", role="trainer"), None) == "room_full"
    room.join("ann")
    room.do(Leave(), "bob")
    room.join("cem")
    assert [p.id for p in room.state.participants] == ["ann", "cem"]


def test_joining_again_starts_with_everything_off_and_keeps_place_rank_and_time() -> None:
    room = classroom("ann", "bob")
    room.open(["ann", "bob"])
    room.do(SetMedia(microphone=True, camera=True), "ann")
    room.do(RaiseHand(), "ann")
    room.do(RaiseHand(), "bob")
    joined_at_ms = room.seat("ann").joined_at_ms
    room.now_ms += 5_000
    room.do(Join(participant_id="ann", name="Ann B.", role="participant"))
    seat = room.seat("ann")
    assert (seat.name, seat.media, seat.breakout) == ("Ann B.", MediaFlags(), "1-1")
    assert seat.joined_at_ms == joined_at_ms
    assert [hand.participant_id for hand in room.state.hands] == ["ann", "bob"]
    assert [p.id for p in room.state.participants] == ["trainer", "helper", "ann", "bob"]


def test_joining_again_ends_a_voice_broadcast_so_that_nobody_speaks_to_all_unawares() -> None:
    room = classroom("ann", "bob")
    room.open(["ann", "bob"])
    room.do(BroadcastVoice(on=True), "trainer")
    room.join("trainer", role="trainer")
    assert room.state.voice_broadcast is None


def test_joining_again_with_a_lesser_role_drops_what_that_role_may_not_have() -> None:
    room = classroom("ann", "bob")
    room.open(["ann", "bob"])
    room.do(VisitBreakout(group="1-1"), "helper")
    room.do(RaiseHand(), "helper")
    room.join("helper", role="observer")
    seat = room.seat("helper")
    assert (seat.role, seat.breakout, seat.visiting) == ("observer", None, False)
    assert room.state.hands == ()


def test_a_drop_keeps_seat_place_rank_and_flags_and_a_return_changes_none_of_them() -> None:
    room = classroom("ann", "bob")
    room.open(["ann", "bob"])
    room.do(SetMedia(microphone=True), "ann")
    room.do(RaiseHand(), "ann")
    before = room.seat("ann")
    assert room.do(Disconnect(), "ann") == (
        PresenceChanged(participant_id="ann", presence="away", connected=False, at_ms=room.now_ms),
    )
    room.now_ms += 60_000
    assert room.do(Reconnect(), "ann") == (
        PresenceChanged(participant_id="ann", presence="joined", connected=True, at_ms=room.now_ms),
    )
    after = room.seat("ann")
    assert (after.media, after.breakout, after.joined_at_ms) == (
        before.media,
        before.breakout,
        before.joined_at_ms,
    )
    assert [hand.participant_id for hand in room.state.hands] == ["ann"]
    assert room.members == [("ann", "bob")]


def test_whoever_stepped_out_before_a_drop_is_still_away_after_the_return() -> None:
    room = classroom("ann")
    room.do(SetPresence(away=True), "ann")
    room.do(Disconnect(), "ann")
    room.do(Reconnect(), "ann")
    assert (room.seat("ann").presence, room.seat("ann").connected) == ("away", True)
    room.do(SetPresence(away=False), "ann")
    room.do(Disconnect(), "ann")
    room.do(Reconnect(), "ann")
    assert room.seat("ann").presence == "joined"


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (Disconnect(), Disconnect()),
        (SetPresence(away=True), SetPresence(away=True)),
        (SetPresence(away=False), SetPresence(away=False)),
        (Reconnect(), Reconnect()),
    ],
    ids=str,
)
def test_saying_what_is_already_so_changes_nothing(first: Disconnect, again: Disconnect) -> None:
    room = classroom("ann")
    room.do(first, "ann")
    assert room.do(again, "ann") == ()


def test_a_dropped_seat_expires_when_it_was_kept_long_enough_and_not_before() -> None:
    room = classroom("ann", "bob")
    room.do(Disconnect(), "ann")
    assert next_deadline_ms(room.state) == room.now_ms + KEPT_MS
    assert room.wait(KEPT_MS - 1) == ()
    assert room.wait(1) == (ParticipantLeft(participant_id="ann", reason="expired"),)
    assert next_deadline_ms(room.state) is None


def test_a_seat_whose_person_is_back_does_not_expire() -> None:
    room = classroom("ann")
    room.do(Disconnect(), "ann")
    room.wait(KEPT_MS - 1)
    room.do(Reconnect(), "ann")
    assert room.wait(KEPT_MS) == ()


def test_whoever_stepped_out_but_is_connected_never_expires() -> None:
    room = classroom("ann")
    room.do(SetPresence(away=True), "ann")
    assert next_deadline_ms(room.state) is None
    assert room.wait(10 * KEPT_MS) == ()


def test_the_limit_of_the_room_says_how_long_a_seat_is_kept() -> None:
    room = Driver(limits=Limits(seat_kept_ms=1_000))
    room.join("ann")
    room.do(Disconnect(), "ann")
    assert room.wait(1_000) == (ParticipantLeft(participant_id="ann", reason="expired"),)


@pytest.mark.parametrize("how", ["left", "removed", "expired"])
def test_whoever_goes_takes_hand_spotlight_group_and_call_for_help_along(how: str) -> None:
    room = classroom("ann", "bob")
    room.open(["ann", "bob"])
    room.do(RaiseHand(), "ann")
    room.do(CallHelp(), "ann")
    room.do(SetSpotlight(participant_id="ann"), "trainer")
    if how == "left":
        room.do(Leave(), "ann")
    elif how == "removed":
        room.do(RemoveParticipant(participant_id="ann"), "trainer")
    else:
        room.do(Disconnect(), "ann")
        room.wait(KEPT_MS)
    assert room.state.seat("ann") is None
    assert room.state.hands == ()
    assert room.state.spotlight is None
    assert room.members == [("bob",)]
    assert room.state.breakouts is not None
    assert room.state.breakouts.groups[0].help is None


def test_a_trainer_who_leaves_stops_speaking_to_all_groups() -> None:
    room = classroom("ann", "bob")
    room.open(["ann", "bob"])
    room.do(BroadcastVoice(on=True), "trainer")
    room.do(Leave(), "trainer")
    assert room.state.voice_broadcast is None


def test_whoever_left_comes_back_to_the_main_room_at_the_end_of_the_list() -> None:
    room = classroom("ann", "bob")
    room.open(["ann", "bob"])
    room.do(Leave(), "ann")
    room.join("ann")
    assert room.seat("ann").breakout is None
    assert room.state.participants[-1].id == "ann"


def test_whoever_was_removed_is_refused_from_then_on() -> None:
    room = classroom("ann")
    room.do(RemoveParticipant(participant_id="ann"), "trainer")
    assert room.refuses(Join(participant_id="ann", name="Ann", role="participant"), None) == "removed"
    assert room.refuses(RemoveParticipant(participant_id="ann"), "trainer") == "unknown_participant"


def test_a_tick_with_nothing_due_does_nothing() -> None:
    assert classroom("ann").do(Tick()) == ()
