"""Kept apart, kept together, groups kept for another day, and company for whoever is left alone."""

from __future__ import annotations

from itertools import combinations

import pytest

from rooms import commands as c
from rooms.commands import BreakoutPlan
from rooms.events import OffersChanged
from rooms.offers import ALONE_MS
from rooms.views import snapshot
from tests.rooms.driver import Driver, classroom

PAIRS = BreakoutPlan(mode="pairs")


def constrain(room: Driver, apart: str = "", together: str = "") -> None:
    """Pairs of one-letter ids: "ab cd"."""

    def pairs(text: str) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(pair) for pair in text.split())

    room.do(c.SetConstraints(apart=pairs(apart), together=pairs(together)), "trainer")


def met(room: Driver) -> set[frozenset[str]]:
    return {frozenset(pair) for group in room.members for pair in combinations(group, 2)}


# --- apart and together


@pytest.mark.parametrize("people", ["abcdef", "abcdefg"])
def test_those_kept_apart_never_meet_in_pairs(people: str) -> None:
    room = classroom(*people)
    constrain(room, apart="ab cd ac")
    for chance in range(25):
        room.do(c.OpenBreakouts(plan=PAIRS), "trainer", chance=chance)
        assert not met(room) & {frozenset("ab"), frozenset("cd"), frozenset("ac")}
        assert sorted(sum(room.members, ())) == sorted(people)


def test_the_rounds_of_a_day_keep_apart_and_still_repeat_nobody_who_need_not() -> None:
    room = classroom(*"abcdef")
    constrain(room, apart="ab")
    seen: set[frozenset[str]] = set()
    room.do(c.OpenBreakouts(plan=PAIRS), "trainer")
    for chance in range(3):
        assert not seen & met(room)
        seen |= met(room)
        room.do(c.RotateBreakouts(), "trainer", chance=chance)
    assert frozenset("ab") not in seen | met(room)


def test_those_kept_together_are_partners_and_an_odd_one_joins_a_pair() -> None:
    room = classroom(*"abc")
    constrain(room, together="bc")
    room.do(c.OpenBreakouts(plan=PAIRS), "trainer")
    assert [sorted(group) for group in room.members] == [["a", "b", "c"]]


def test_where_apart_is_impossible_the_room_says_so() -> None:
    room = classroom(*"ab")
    constrain(room, apart="ab")
    assert room.refuses(c.OpenBreakouts(plan=PAIRS), "trainer") == "apart_impossible"
    one_group = BreakoutPlan(mode="random", group_count=1)
    assert room.refuses(c.OpenBreakouts(plan=one_group), "trainer") == "apart_impossible"


def test_groups_by_chance_keep_apart_and_together() -> None:
    room = classroom(*"abcdefgh")
    constrain(room, apart="ab", together="cd")
    for chance in range(25):
        plan = BreakoutPlan(mode="random", group_size=3)
        room.do(c.OpenBreakouts(plan=plan), "trainer", chance=chance)
        assert frozenset("ab") not in met(room)
        assert frozenset("cd") in met(room)
        assert sorted(sum(room.members, ())) == list("abcdefgh")


@pytest.mark.parametrize(("apart", "together"), [("aa", ""), ("ab", "ba")])
def test_constraints_that_contradict_are_refused(apart: str, together: str) -> None:
    room = classroom(*"ab")
    pairs = [tuple(tuple(pair) for pair in text.split()) for text in (apart, together)]
    command = c.SetConstraints(apart=pairs[0], together=pairs[1])
    assert room.refuses(command, "trainer") == "breakouts_bad_plan"


# --- kept groups


def test_groups_are_kept_under_a_name_and_only_staff_know() -> None:
    room = classroom("a")
    spec = c.GroupSpec(name="1", members=("a", "gone"))
    for mode in ("pairs", "random"):
        room.do(c.SaveGroups(name=" Monday ", mode=mode, groups=(spec,)), "trainer")
    (kept,) = snapshot(room.state, "helper").group_sets
    assert (kept.name, kept.mode, kept.groups[0].members) == ("Monday", "random", ("a", "gone"))
    assert snapshot(room.state, "a").group_sets == ()
    room.do(c.ForgetGroups(name="Monday"), "helper")
    assert room.refuses(c.ForgetGroups(name="Monday"), "trainer") == "unknown_set"


def test_groups_in_a_room_are_bounded() -> None:
    room = classroom("a")
    spec = c.GroupSpec(name="1", members=("a",))
    for n in range(30):
        room.do(c.SaveGroups(name=str(n), mode="pairs", groups=(spec,)), "trainer")
    assert room.refuses(c.SaveGroups(name="x", mode="pairs", groups=(spec,)), "trainer") == "too_many_sets"
    room.do(c.SaveGroups(name="3", mode="random", groups=(spec,)), "trainer")


def test_the_last_round_is_remembered_as_it_closed() -> None:
    room = classroom("a", "b", "c")
    room.open(["a"], ["b", "c"])
    room.do(c.MoveParticipant(participant_id="c", group="1-1"), "trainer")
    room.do(c.CallHelp(), "c")
    room.do(c.CloseBreakouts(), "trainer")
    last = snapshot(room.state, "trainer").last_round
    assert last is not None
    assert [(group.members, group.help) for group in last.groups] == [(("a", "c"), None), (("b",), None)]


# --- alone


def alone_in_a_pair() -> Driver:
    """b dropped from a's pair; c and d are next door."""
    room = classroom(*"abcd")
    room.open(["a", "b"], ["c", "d"])
    room.do(c.Disconnect(), "b")
    return room


def test_whoever_is_alone_for_30_s_is_offered_the_neighbours() -> None:
    room = alone_in_a_pair()
    assert room.wait(ALONE_MS - 1) == ()
    (event,) = room.wait(1)
    assert isinstance(event, OffersChanged)
    assert [(one.participant_id, one.group) for one in event.offers] == [("a", "1-2")]
    assert len(snapshot(room.state, "trainer").offers) == 1
    assert snapshot(room.state, "c").offers == ()
    room.do(c.AcceptOffer(), "a")
    assert room.members == [("b",), ("c", "d", "a")]
    room.wait(1)
    assert room.state.offers == ()


def test_a_partner_who_returns_ends_the_waiting_and_the_offer() -> None:
    room = alone_in_a_pair()
    room.wait(ALONE_MS - 1_000)
    room.do(c.Reconnect(), "b")
    room.wait(60_000)
    assert room.state.offers == ()
    room.do(c.SetPresence(away=True), "b")
    room.wait(ALONE_MS)
    assert len(room.state.offers) == 1
    room.do(c.SetPresence(away=False), "b")
    assert room.refuses(c.AcceptOffer(), "a") == "offer_over"
    room.wait(20)
    assert room.state.offers == ()


def test_two_who_are_alone_find_each_other_once() -> None:
    room = classroom(*"abcdef")
    room.open(["a", "b"], ["c", "d"], ["e", "f"])
    for gone in "bf":
        room.do(c.Disconnect(), gone)
    room.wait(ALONE_MS)
    assert {(one.participant_id, one.group) for one in room.state.offers} == {("a", "1-3"), ("e", "1-1")}
    room.do(c.AcceptOffer(), "a")
    assert room.refuses(c.AcceptOffer(), "e") == "offer_over"
    assert room.members[2] == ("e", "f", "a")


def test_nobody_is_sent_to_whom_they_are_to_be_kept_from_nor_to_an_empty_room() -> None:
    room = alone_in_a_pair()
    constrain(room, apart="ac")
    room.wait(ALONE_MS)
    assert room.state.offers == ()
    constrain(room)
    room.wait(1)
    assert len(room.state.offers) == 1


def test_a_visit_is_company() -> None:
    room = alone_in_a_pair()
    room.do(c.VisitBreakout(group="1-1"), "trainer")
    room.wait(ALONE_MS * 2)
    assert room.state.offers == ()


def test_offers_end_with_the_round() -> None:
    room = alone_in_a_pair()
    room.wait(ALONE_MS)
    room.do(c.CloseBreakouts(), "trainer")
    assert room.refuses(c.AcceptOffer(), "a") == "offer_over"
    assert room.state.offers == ()


# --- two at once


def test_a_breakout_that_closes_while_somebody_enters_leaves_everybody_in_the_main_room() -> None:
    room = classroom(*"ab")
    room.open(["a", "b"])
    room.do(c.CloseBreakouts(), "trainer")
    for command in (c.VisitBreakout(group="1-1"), c.MoveParticipant(participant_id="a", group="1-1")):
        assert room.refuses(command, "helper") == "breakouts_closed"
    assert {p.breakout for p in room.state.participants} == {None}


def test_of_two_trainers_who_open_at_once_the_later_round_runs() -> None:
    room = classroom(*"abcd")
    room.do(c.OpenBreakouts(plan=PAIRS), "trainer")
    room.do(c.OpenBreakouts(plan=PAIRS), "helper")
    room.do(c.MuteAll(), "helper")
    assert room.state.breakout_round == 2
    assert {p.breakout for p in room.state.participants if p.role == "participant"} == {"2-1", "2-2"}
