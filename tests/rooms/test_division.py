"""From a plan to groups."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.commands import (
    BreakoutPlan,
    Disconnect,
    GroupSpec,
    OpenBreakouts,
    PreviewBreakouts,
    SetPresence,
)
from rooms.division import groups_of_size
from rooms.room import preview
from tests.rooms.driver import Driver, classroom


def planned(room: Driver, plan: BreakoutPlan, *, by: str = "trainer", chance: int = 1) -> list[list[str]]:
    specs = preview(room.state, PreviewBreakouts(plan=plan), by, room.now_ms, chance)
    return [sorted(spec.members) for spec in specs]


def people(count: int) -> list[str]:
    return [f"p{n}" for n in range(count)]


def spec(name: str, *members: str) -> GroupSpec:
    return GroupSpec(name=name, members=members)


PAIRS = BreakoutPlan(mode="pairs")


@given(count=st.integers(1, 40), groups=st.integers(1, 50), chance=st.integers(0, 2**64 - 1))
def test_random_groups_are_balanced_never_empty_and_hold_everybody_once(
    count: int, groups: int, chance: int
) -> None:
    room = classroom(*people(count))
    made = planned(room, BreakoutPlan(mode="random", group_count=groups), chance=chance)
    sizes = [len(group) for group in made]
    assert len(made) == min(groups, count)
    assert max(sizes) - min(sizes) <= 1
    assert sorted(member for group in made for member in group) == sorted(people(count))


@pytest.mark.parametrize(
    ("count", "size", "sizes"),
    [
        (16, 4, [4, 4, 4, 4]),
        (15, 4, [4, 4, 4, 3]),
        (5, 4, [3, 2]),
        (5, 2, [3, 2]),  # nobody is left alone
        (3, 2, [3]),
        (1, 3, [1]),
        (2, 50, [2]),
    ],
)
def test_random_groups_of_a_size(count: int, size: int, sizes: list[int]) -> None:
    made = planned(classroom(*people(count)), BreakoutPlan(mode="random", group_size=size))
    assert sorted((len(group) for group in made), reverse=True) == sizes


@given(count=st.integers(2, 200), size=st.integers(2, 50))
def test_groups_of_a_size_leave_nobody_alone_and_grow_by_one_at_most(count: int, size: int) -> None:
    groups = groups_of_size(count, size)
    assert count // groups >= 2
    assert -(-count // groups) <= size + 1


def test_another_chance_makes_other_groups_and_the_same_chance_the_same() -> None:
    room = classroom(*people(12))
    plan = BreakoutPlan(mode="random", group_count=3)
    assert planned(room, plan, chance=1) == planned(room, plan, chance=1) != planned(room, plan, chance=2)


def test_those_who_are_away_or_dropped_and_those_who_do_not_take_part_are_left_out() -> None:
    room = classroom("ann", "bob", "cem", "dan")
    room.join("ivo", role="interpreter")
    room.join("cap", role="captioner")
    room.join("obs", role="observer")
    room.do(Disconnect(), "cem")
    room.do(SetPresence(away=True), "dan")
    assert planned(room, PAIRS) == [["ann", "bob"]]
    assert planned(room, BreakoutPlan(mode="random", group_count=1)) == [["ann", "bob"]]


def test_an_odd_person_makes_a_trio_or_a_pair_with_the_trainer_who_asks() -> None:
    room = classroom("ann", "bob", "cem")
    assert planned(room, PAIRS) == [["ann", "bob", "cem"]]
    with_trainer = planned(room, BreakoutPlan(mode="pairs", odd="trainer"), by="helper")
    assert sorted(len(group) for group in with_trainer) == [2, 2]
    assert sum(group.count("helper") for group in with_trainer) == 1


def test_the_trainer_is_no_partner_when_nobody_is_odd() -> None:
    room = classroom("ann", "bob")
    assert planned(room, BreakoutPlan(mode="pairs", odd="trainer")) == [["ann", "bob"]]


def test_made_groups_are_named_by_their_number_alone() -> None:
    room = classroom(*people(4))
    specs = preview(room.state, PreviewBreakouts(plan=PAIRS), "trainer", 0, 1)
    assert [made.name for made in specs] == ["1", "2"]


def test_a_preview_changes_nothing_and_opening_its_groups_keeps_the_mode() -> None:
    room = classroom(*people(6))
    specs = preview(room.state, PreviewBreakouts(plan=PAIRS), "trainer", room.now_ms, 5)
    assert room.do(PreviewBreakouts(plan=PAIRS), "trainer", chance=5) == ()
    room.do(OpenBreakouts(plan=BreakoutPlan(mode="pairs", groups=specs)), "trainer", chance=9)
    assert room.members == [made.members for made in specs]
    assert room.state.breakouts is not None
    assert room.state.breakouts.mode == "pairs"


def test_groups_by_hand_may_hold_anybody_with_a_seat_and_may_be_empty() -> None:
    room = classroom("ann", "bob")
    room.do(Disconnect(), "bob")
    plan = BreakoutPlan(
        mode="manual", groups=(spec(" Blue\n", "ann", "helper"), spec("Red", "bob"), spec("-"))
    )
    room.do(OpenBreakouts(plan=plan), "trainer")
    assert room.members == [("ann", "helper"), ("bob",), ()]
    assert room.state.breakouts is not None
    assert room.state.breakouts.groups[0].name == "Blue"


@pytest.mark.parametrize(
    "plan",
    [
        BreakoutPlan(mode="manual"),
        BreakoutPlan(mode="manual", groups=(spec("A", "ann", "ann"),)),
        BreakoutPlan(mode="manual", groups=(spec("A", "ann"), spec("B", "ann"))),
        BreakoutPlan(mode="manual", groups=(spec("A", "stranger"),)),
        BreakoutPlan(mode="pairs", groups=(spec("A", "stranger"),)),
        BreakoutPlan(mode="random"),
        BreakoutPlan(mode="random", group_count=2, group_size=2),
        BreakoutPlan(mode="pairs"),
    ],
    ids=str,
)
def test_a_plan_that_cannot_be_is_refused_in_preview_and_opening_alike(plan: BreakoutPlan) -> None:
    room = classroom("ann")
    assert room.refuses(PreviewBreakouts(plan=plan), "trainer") == "breakouts_bad_plan"
    assert room.refuses(OpenBreakouts(plan=plan), "trainer") == "breakouts_bad_plan"


def test_a_group_whose_name_shows_nothing_is_refused() -> None:
    plan = BreakoutPlan(mode="manual", groups=(spec("\x00", "ann"),))
    assert classroom("ann").refuses(OpenBreakouts(plan=plan), "trainer") == "empty_text"


def test_an_empty_room_cannot_be_divided() -> None:
    room = classroom()
    for plan in (
        PAIRS,
        BreakoutPlan(mode="random", group_count=2),
        BreakoutPlan(mode="pairs", odd="trainer"),
    ):
        assert room.refuses(PreviewBreakouts(plan=plan), "trainer") == "breakouts_bad_plan"
