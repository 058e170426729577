"""Rounds of breakouts: opening, rotating, moving, closing."""

from __future__ import annotations

from itertools import combinations

import pytest

from rooms.commands import (
    BreakoutPlan,
    BroadcastVoice,
    CloseBreakouts,
    Command,
    Disconnect,
    ExtendBreakouts,
    InstructBreakouts,
    MoveParticipant,
    OpenBreakouts,
    Reconnect,
    RotateBreakouts,
    SetMedia,
    VisitBreakout,
)
from rooms.events import BreakoutsClosed, ParticipantMoved, VoiceBroadcastChanged
from rooms.meetings import times_met
from rooms.model import Breakouts
from rooms.room import next_deadline_ms
from tests.rooms.driver import Driver, classroom

PAIRS = BreakoutPlan(mode="pairs")


def voice(room: Driver) -> str | None:
    return room.state.voice_broadcast


def running(room: Driver) -> Breakouts:
    assert room.state.breakouts is not None
    return room.state.breakouts


def places(room: Driver, *ids: str) -> list[str | None]:
    return [room.seat(participant_id).breakout for participant_id in ids]


def test_opening_puts_everybody_named_in_their_group_and_leaves_the_others_in_the_main_room() -> None:
    room = classroom("ann", "bob", "cem", "dan")
    room.open(["ann", "bob"], ["cem"])
    assert places(room, "ann", "bob", "cem", "dan", "trainer") == ["1-1", "1-1", "1-2", None, None]
    assert [group.name for group in running(room).groups] == ["A", "B"]


def test_instruction_and_end_are_part_of_the_round() -> None:
    room = classroom("ann", "bob")
    room.do(OpenBreakouts(plan=PAIRS, instruction=" Draw\x00 ", duration_s=60), "trainer")
    assert running(room).instruction == " Draw"
    assert running(room).opened_at_ms == room.now_ms
    assert running(room).ends_at_ms == room.now_ms + 60_000


def test_a_late_joiner_stays_in_the_main_room_until_moved() -> None:
    room = classroom("ann", "bob")
    room.do(OpenBreakouts(plan=PAIRS), "trainer")
    room.join("late")
    assert places(room, "late") == [None]
    room.do(MoveParticipant(participant_id="late", group="1-1"), "trainer")
    assert places(room, "late") == ["1-1"]
    assert room.members == [(*room.members[0][:2], "late")]


def test_a_partner_who_drops_comes_back_to_the_current_pair() -> None:
    room = classroom("ann", "bob", "cem", "dan")
    room.open(["ann", "bob"], ["cem", "dan"])
    room.do(Disconnect(), "ann")
    room.open(["ann", "cem"], ["bob", "dan"])
    room.do(Reconnect(), "ann")
    assert places(room, "ann", "cem") == ["2-1", "2-1"]


def test_sixteen_rotate_through_fifteen_rounds_and_have_all_met_once() -> None:
    ids = [f"p{n}" for n in range(16)]
    room = classroom(*ids)
    room.do(OpenBreakouts(plan=PAIRS), "trainer", chance=0)
    for chance in range(1, 15):
        room.do(RotateBreakouts(), "trainer", chance=chance)
    assert running(room).round == 15
    assert all(times_met(room.state.meetings, a, b) == 1 for a, b in combinations(ids, 2))


def test_fifteen_and_their_trainer_rotate_through_fifteen_rounds_and_have_all_met_once() -> None:
    ids = [f"p{n}" for n in range(15)]
    room = classroom(*ids)
    room.do(OpenBreakouts(plan=BreakoutPlan(mode="pairs", odd="trainer")), "trainer", chance=0)
    for chance in range(1, 15):
        room.do(RotateBreakouts(), "trainer", chance=chance)
    assert all(times_met(room.state.meetings, a, b) == 1 for a, b in combinations([*ids, "trainer"], 2))
    assert times_met(room.state.meetings, "helper", "p0") == 0


def test_rotating_keeps_instruction_and_odd_rule_and_restarts_the_timer_with_the_first_length() -> None:
    room = classroom("ann", "bob", "cem", "dan")
    plan = BreakoutPlan(mode="pairs", odd="trainer")
    room.do(OpenBreakouts(plan=plan, instruction="Talk", duration_s=60), "trainer")
    room.do(ExtendBreakouts(duration_s=30), "trainer")
    room.now_ms += 20_000
    room.do(RotateBreakouts(), "trainer")
    assert (running(room).round, running(room).instruction, running(room).odd) == (2, "Talk", "trainer")
    assert running(room).ends_at_ms == room.now_ms + 60_000
    room.do(RotateBreakouts(duration_s=120), "trainer")
    assert running(room).ends_at_ms == room.now_ms + 120_000


def test_rotating_without_a_timer_goes_on_without_one() -> None:
    room = classroom("ann", "bob")
    room.do(OpenBreakouts(plan=PAIRS), "trainer")
    room.do(RotateBreakouts(), "trainer")
    assert running(room).ends_at_ms is None


def test_rotating_random_groups_shuffles_into_as_many_and_groups_by_hand_have_no_next_round() -> None:
    room = classroom(*[f"p{n}" for n in range(9)])
    room.do(OpenBreakouts(plan=BreakoutPlan(mode="random", group_size=3)), "trainer", chance=1)
    before = room.members
    room.do(RotateBreakouts(), "trainer", chance=2)
    assert sorted(len(members) for members in room.members) == [3, 3, 3]
    assert room.members != before
    room.open(["p0", "p1"])
    assert room.refuses(RotateBreakouts(), "trainer") == "breakouts_bad_plan"


def test_two_trainers_who_open_or_rotate_at_once_leave_one_running_round() -> None:
    room = classroom("ann", "bob", "cem", "dan")
    room.do(OpenBreakouts(plan=PAIRS), "trainer", chance=1)
    room.do(OpenBreakouts(plan=BreakoutPlan(mode="random", group_count=1)), "helper", chance=2)
    assert (running(room).round, len(room.members[0])) == (2, 4)
    assert places(room, "ann", "bob", "cem", "dan") == ["2-1"] * 4


def test_when_one_trainer_closes_the_others_commands_are_told_so() -> None:
    room = classroom("ann", "bob")
    room.do(OpenBreakouts(plan=PAIRS), "trainer")
    room.do(CloseBreakouts(), "helper")
    commands: list[Command] = [
        RotateBreakouts(),
        MoveParticipant(participant_id="ann", group="1-1"),
        VisitBreakout(group="1-1"),
        ExtendBreakouts(duration_s=10),
        InstructBreakouts(instruction="x"),
        BroadcastVoice(on=True),
        CloseBreakouts(),
    ]
    for command in commands:
        assert room.refuses(command, "trainer") == "breakouts_closed"


@pytest.mark.parametrize(
    "command",
    [
        MoveParticipant(participant_id="ann", group=None),
        VisitBreakout(group=None),
        BroadcastVoice(on=False),
    ],
    ids=str,
)
def test_going_back_when_one_is_back_already_changes_nothing(command: Command) -> None:
    assert classroom("ann").do(command, "trainer") == ()


def test_moving_from_group_to_group_and_back_to_the_main_room() -> None:
    room = classroom("ann", "bob", "cem")
    room.open(["ann", "bob"], ["cem"])
    room.do(MoveParticipant(participant_id="ann", group="1-2"), "trainer")
    assert room.members == [("bob",), ("cem", "ann")]
    assert room.do(MoveParticipant(participant_id="ann", group="1-2"), "helper") == ()
    room.do(MoveParticipant(participant_id="ann", group=None), "helper")
    assert room.members == [("bob",), ("cem",)]
    assert places(room, "ann") == [None]


def test_moving_somebody_or_somewhere_unknown_is_refused() -> None:
    room = classroom("ann")
    room.open(["ann"])
    nobody = MoveParticipant(participant_id="nobody", group="1-1")
    assert room.refuses(nobody, "trainer") == "unknown_participant"
    assert room.refuses(MoveParticipant(participant_id="ann", group="9-9"), "trainer") == "unknown_group"
    assert room.refuses(VisitBreakout(group="9-9"), "trainer") == "unknown_group"


def test_a_group_that_everybody_left_stays_until_the_round_closes() -> None:
    room = classroom("ann", "bob")
    room.open(["ann"], ["bob"])
    room.do(MoveParticipant(participant_id="ann", group="1-2"), "trainer")
    assert room.members == [(), ("bob", "ann")]
    room.do(MoveParticipant(participant_id="bob", group="1-1"), "trainer")
    assert room.members == [("bob",), ("ann",)]


def test_a_trainer_visits_announced_and_without_becoming_a_member() -> None:
    room = classroom("ann", "bob")
    room.open(["ann"], ["bob"])
    moved = room.do(VisitBreakout(group="1-1"), "trainer")
    assert moved == (ParticipantMoved(participant_id="trainer", group="1-1", visiting=True, by="trainer"),)
    _, shown = room.log[-1]
    assert dict(shown) == {moved[0]: {"trainer", "helper", "ann", "bob"}}
    assert (room.seat("trainer").breakout, room.seat("trainer").visiting) == ("1-1", True)
    assert room.members == [("ann",), ("bob",)]
    room.do(VisitBreakout(group="1-2"), "trainer")
    room.do(VisitBreakout(group=None), "trainer")
    assert (room.seat("trainer").breakout, room.seat("trainer").visiting) == (None, False)


def test_a_trainer_who_is_a_member_stays_one_when_visiting_the_own_group_and_leaves_it_for_another() -> None:
    room = classroom("ann", "bob")
    room.open(["ann", "trainer"], ["bob"])
    assert room.do(VisitBreakout(group="1-1"), "trainer") == ()
    room.do(VisitBreakout(group="1-2"), "trainer")
    assert room.members == [("ann",), ("bob",)]


def test_a_visitor_who_is_moved_into_the_group_becomes_a_member() -> None:
    room = classroom("ann")
    room.open(["ann"])
    room.do(VisitBreakout(group="1-1"), "helper")
    room.do(MoveParticipant(participant_id="helper", group="1-1"), "trainer")
    assert room.members == [("ann", "helper")]
    assert room.seat("helper").visiting is False


def test_a_new_round_brings_visitors_back_to_the_main_room() -> None:
    room = classroom("ann", "bob")
    room.do(OpenBreakouts(plan=PAIRS), "trainer")
    room.do(VisitBreakout(group="1-1"), "trainer")
    room.do(RotateBreakouts(), "helper")
    assert (room.seat("trainer").breakout, room.seat("trainer").visiting) == (None, False)


def test_the_round_ends_by_itself_and_everybody_is_back_with_the_flags_they_had() -> None:
    room = classroom("ann", "bob")
    room.do(OpenBreakouts(plan=PAIRS, duration_s=60), "trainer")
    room.do(SetMedia(microphone=True), "ann")
    room.do(VisitBreakout(group="1-1"), "helper")
    assert next_deadline_ms(room.state) == room.now_ms + 60_000
    assert room.wait(59_999) == ()
    assert room.wait(1) == (BreakoutsClosed(by=None),)
    assert places(room, "ann", "bob", "helper") == [None, None, None]
    assert room.seat("ann").media.microphone
    assert next_deadline_ms(room.state) is None


def test_extending_adds_to_what_remains_or_starts_a_timer() -> None:
    room = classroom("ann", "bob")
    room.do(OpenBreakouts(plan=PAIRS), "trainer")
    room.do(ExtendBreakouts(duration_s=60), "trainer")
    assert running(room).ends_at_ms == room.now_ms + 60_000
    room.now_ms += 30_000
    room.do(ExtendBreakouts(duration_s=60), "helper")
    assert running(room).ends_at_ms == room.now_ms + 90_000
    room.now_ms += 95_000  # the tick is late
    room.do(ExtendBreakouts(duration_s=60), "trainer")
    assert running(room).ends_at_ms == room.now_ms + 60_000


def test_closing_after_a_while_sets_the_end_sooner_or_later() -> None:
    room = classroom("ann", "bob")
    room.do(OpenBreakouts(plan=PAIRS, instruction="Talk", duration_s=600), "trainer")
    room.do(CloseBreakouts(after_s=60), "trainer")
    assert running(room).ends_at_ms == room.now_ms + 60_000
    assert running(room).instruction == "Talk"
    room.do(CloseBreakouts(after_s=120), "trainer")
    assert running(room).ends_at_ms == room.now_ms + 120_000
    assert room.do(CloseBreakouts(), "trainer") == (BreakoutsClosed(by="trainer"),)


def test_a_new_instruction_leaves_the_end_as_it_is() -> None:
    room = classroom("ann", "bob")
    room.do(OpenBreakouts(plan=PAIRS, duration_s=60), "trainer")
    ends_at_ms = running(room).ends_at_ms
    room.do(InstructBreakouts(instruction="Now draw"), "trainer")
    assert (running(room).instruction, running(room).ends_at_ms) == ("Now draw", ends_at_ms)
    assert room.do(InstructBreakouts(instruction="Now draw"), "helper") == ()
    room.do(InstructBreakouts(instruction=""), "helper")
    assert running(room).instruction == ""


def test_one_trainer_speaks_to_all_groups_until_done_relieved_or_closed() -> None:
    room = classroom("ann", "bob")
    room.do(OpenBreakouts(plan=PAIRS), "trainer")
    room.do(BroadcastVoice(on=True), "trainer")
    assert room.do(BroadcastVoice(on=True), "trainer") == ()
    assert room.do(BroadcastVoice(on=True), "helper") == (VoiceBroadcastChanged(participant_id="helper"),)
    assert room.do(BroadcastVoice(on=False), "trainer") == ()
    assert voice(room) == "helper"
    room.do(BroadcastVoice(on=False), "helper")
    assert voice(room) is None
    room.do(BroadcastVoice(on=True), "trainer")
    assert room.do(CloseBreakouts(), "helper") == (
        VoiceBroadcastChanged(participant_id=None),
        BreakoutsClosed(by="helper"),
    )


def test_a_voice_to_all_survives_a_drop_and_the_next_round() -> None:
    room = classroom("ann", "bob")
    room.do(OpenBreakouts(plan=PAIRS), "trainer")
    room.do(BroadcastVoice(on=True), "trainer")
    room.do(Disconnect(), "trainer")
    room.do(Reconnect(), "trainer")
    room.do(RotateBreakouts(), "trainer")
    assert voice(room) == "trainer"


def test_groups_never_have_the_id_of_an_earlier_group() -> None:
    room = classroom("ann", "bob")
    seen: set[str] = set()
    for _ in range(3):
        room.open(["ann"], ["bob"])
        ids = {group.id for group in running(room).groups}
        assert not ids & seen
        seen |= ids
        room.do(CloseBreakouts(), "trainer")
