"""Pairs: everybody once, as few repeats as possible, everybody meets everybody in the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.meetings import after_round, times_met
from rooms.pairing import Pairs, circle_rounds, make_pairs
from rooms.state import Meetings


def names(count: int) -> list[str]:
    return [f"p{n}" for n in range(count)]


def next_round(people: Sequence[str], meetings: Meetings, seed: int) -> Pairs:
    return make_pairs(people, lambda a, b: times_met(meetings, a, b), "room", Random(seed))


def repeats(groups: Pairs, meetings: Meetings) -> int:
    return sum(times_met(meetings, a, b) > 0 for group in groups for a, b in combinations(group, 2))


def check_everybody_is_in_one_pair_or_the_only_trio(groups: Pairs, people: Sequence[str]) -> None:
    assert sorted(member for group in groups for member in group) == sorted(people)
    sizes = sorted(len(group) for group in groups)
    assert sizes == [2] * (len(sizes) - len(people) % 2) + [3] * (len(people) % 2)


def all_divisions(people: tuple[str, ...]) -> Iterator[Pairs]:
    """Every way to make pairs, with one trio when odd."""
    if len(people) % 2:
        for trio in combinations(people, 3):
            for pairs in all_divisions(tuple(p for p in people if p not in trio)):
                yield [trio, *pairs]
    elif not people:
        yield []
    else:
        first, *others = people
        for other in others:
            for pairs in all_divisions(tuple(p for p in others if p != other)):
                yield [(first, other), *pairs]


@pytest.mark.parametrize("count", [2, 4, 16, 30, 40])
def test_the_circle_has_every_pair_in_exactly_one_round(count: int) -> None:
    rounds = list(circle_rounds(names(count)))
    assert len(rounds) == count - 1
    for pairs in rounds:
        check_everybody_is_in_one_pair_or_the_only_trio(pairs, names(count))
    met = [frozenset(pair) for pairs in rounds for pair in pairs]
    assert len(set(met)) == len(met) == count * (count - 1) // 2


@pytest.mark.parametrize("count", [2, 4, 6, 8, 10, 16, 24, 40])
def test_a_stable_even_group_meets_everybody_before_anybody_meets_twice(count: int) -> None:
    meetings: Meetings = {}
    for seed in range(count - 1):
        groups = next_round(names(count), meetings, seed)
        assert repeats(groups, meetings) == 0
        meetings = after_round(meetings, groups)
    assert all(times_met(meetings, a, b) == 1 for a, b in combinations(names(count), 2))


def test_a_second_cycle_has_everybody_meet_everybody_a_second_time() -> None:
    meetings: Meetings = {}
    for seed in range(2 * 15):
        meetings = after_round(meetings, next_round(names(16), meetings, seed))
    assert all(times_met(meetings, a, b) == 2 for a, b in combinations(names(16), 2))


def test_a_stable_group_goes_on_without_repeats_after_a_round_with_absentees() -> None:
    """The circle is the same again when all are back, but part of it is used up."""
    meetings: Meetings = {}
    for seed in range(10):
        people = names(14) if seed == 3 else names(16)
        groups = next_round(people, meetings, seed)
        assert repeats(groups, meetings) == 0
        meetings = after_round(meetings, groups)


@given(
    count=st.integers(2, 40),
    rounds=st.integers(1, 12),
    absence=st.sampled_from([0, 0.1, 0.3]),
    seed=st.integers(0, 2**32),
)
def test_whoever_is_there_is_placed_once_and_few_rounds_never_repeat(
    count: int, rounds: int, absence: float, seed: int
) -> None:
    """Where everybody has yet to meet two thirds of the others there is a division without repeats: a trio
    (Turán) and pairs of the rest (Dirac)."""
    rng = Random(seed)
    meetings: Meetings = {}
    for _ in range(rounds):
        people = [name for name in names(count) if rng.random() >= absence]
        if len(people) < 2:
            continue
        groups = next_round(people, meetings, rng.getrandbits(64))
        check_everybody_is_in_one_pair_or_the_only_trio(groups, people)
        most_met = max(sum(times_met(meetings, a, b) > 0 for b in people) for a in people)
        if len(people) - 1 - most_met > len(people) * 2 / 3:
            assert repeats(groups, meetings) == 0
        meetings = after_round(meetings, groups)


@given(seed=st.integers(0, 2**32))
def test_no_division_has_fewer_repeats(seed: int) -> None:
    """Against trying every division, whatever the history."""
    rng = Random(seed)
    count = rng.choice([2, 3, 4, 5, 5, 6, 7, 7, 7, 8, 9])
    density = rng.uniform(0.2, 0.95)
    known = [pair for pair in combinations(names(count), 2) if rng.random() < density]
    meetings = after_round({}, known)
    groups = next_round(names(count), meetings, seed)
    fewest = min(repeats(division, meetings) for division in all_divisions(tuple(names(count))))
    assert repeats(groups, meetings) == fewest


def test_when_all_have_met_those_who_met_least_often_are_paired() -> None:
    meetings = after_round({}, [names(4)])
    meetings = after_round(meetings, [("p0", "p1"), ("p2", "p3")])
    meetings = after_round(meetings, [("p0", "p2"), ("p1", "p3")])
    groups = next_round(names(4), meetings, 1)
    assert {frozenset(pair) for pair in groups} == {frozenset({"p0", "p3"}), frozenset({"p1", "p2"})}


def test_in_a_trio_all_three_meet() -> None:
    meetings = after_round({}, next_round(names(3), {}, 1))
    assert all(times_met(meetings, a, b) == 1 for a, b in combinations(names(3), 2))


def test_the_same_chance_makes_the_same_pairs_and_another_chance_others() -> None:
    assert next_round(names(16), {}, 7) == next_round(names(16), {}, 7)
    assert len({str(next_round(names(16), {}, seed)) for seed in range(20)}) > 5
    assert len({str(next_round(names(15), {}, seed)) for seed in range(20)}) > 5
