"""A room's record: who is in trouble comes first, nobody who left stays, and whatever happens it is bounded and consistent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.ops.person import Ill, Seen
from classroom.ops.room import GONE_KEPT, Calls, RoomRecord
from classroom.ops.trouble import EDGES, STATUSES, WEIGHTS, Patient, judge, status_of
from tests.ops.make import POOR, T0, dropped, seen

MINUTE = 60_000
TARA = seen("Tara", role="trainer")


def room(*people: Seen, calls: Calls | None = None, at_ms: int = T0, minutes: float = 0) -> RoomRecord:
    """A room in which things have been so for as long as `minutes`."""
    record = RoomRecord("r1", "Web workshop")
    for at in (at_ms, *(at_ms + round(n * 2_000) for n in range(1, round(minutes * 30) + 1))):
        record.look({one.name: one for one in people}, calls or Calls(), at)
    return record


def reasons(record: RoomRecord) -> list[tuple[str, int]]:
    return [(complaint.reason, complaint.count) for complaint in record.verdict.complaints]


def test_a_room_in_which_all_is_well() -> None:
    record = room(TARA, seen(), seen("Ben"), minutes=3)
    assert (record.verdict.score, record.verdict.status, reasons(record)) == (0, "fine", [])
    assert (record.here, record.missing, record.lost_ms) == (3, 0, 0)


def test_the_trainers_trouble_weighs_most() -> None:
    trainer = room(seen("Tara", role="trainer", heard=False), seen(), minutes=1)
    participant = room(TARA, seen(heard=False), minutes=1)
    assert trainer.verdict.score == 3 * participant.verdict.score
    assert trainer.verdict.status == "serious"
    assert participant.verdict.status == "trouble"


def test_reasons_are_told_the_gravest_first_with_their_beginning() -> None:
    calls = Calls(hands={"Ben": T0 - 10 * MINUTE}, helps={"Cleo": T0 - MINUTE})
    record = room(
        TARA,
        seen("Ana", hears=False),
        seen("Ben", receiving=POOR),
        seen("Cleo"),
        dropped(T0 - 4 * MINUTE, "Dan"),
        calls=calls,
    )
    told = [(c.reason, c.count, c.since_ms) for c in record.verdict.complaints]
    assert told == [
        ("missing", 1, T0 - 4 * MINUTE),
        ("hand", 1, T0 - 10 * MINUTE),
        ("deaf", 1, T0),
        ("help", 1, T0 - MINUTE),
        ("poor", 1, T0),
    ]
    assert (record.here, record.missing) == (4, 1)


def test_a_hand_is_no_trouble_at_first() -> None:
    assert room(TARA, seen(), calls=Calls(hands={"Ana": T0 - MINUTE})).verdict.score == 0
    assert reasons(room(TARA, seen(), calls=Calls(hands={"Ana": T0 - 2 * MINUTE}))) == [("hand", 1)]


def test_people_without_a_trainer_wait_a_minute_before_it_counts() -> None:
    assert reasons(room(seen(), minutes=0.5)) == []
    assert reasons(room(seen(), minutes=1.5)) == [("no_trainer", 1)]
    assert reasons(room(minutes=1.5)) == []


def test_an_empty_room_is_in_no_trouble_after_a_while() -> None:
    gone = (dropped(T0, "Tara", role="trainer"), dropped(T0))
    assert reasons(room(*gone, minutes=2.9)) == [("missing", 2)]
    assert reasons(room(*gone, minutes=3)) == []


def test_minutes_lost_are_summed_and_charted() -> None:
    record = room(TARA, seen(hears=False), dropped(T0, "Ben"), minutes=2)
    assert record.lost_ms == 4 * MINUTE
    assert sum(record.lost_ring.last(9)) == pytest.approx(4)
    assert set(record.people_ring.last(9)) == {2}


def test_who_left_is_told_apart_and_forgotten_in_time() -> None:
    record = RoomRecord("r1", "Web workshop")
    for n in range(GONE_KEPT * 2):
        name = f"p{n}"
        record.happened(name, seen(name), T0 + n, "joined")
        record.people[name].happened(T0 + n, "left")
    record.look({"Tara": TARA}, Calls(), T0 + MINUTE)
    assert len(record.people) == GONE_KEPT + 1
    assert f"p{GONE_KEPT}" in record.people
    assert "p0" not in record.people
    assert (record.here, record.missing) == (1, 0)


def test_whoever_comes_again_goes_on_with_their_record() -> None:
    record = room(TARA, seen())
    record.people["Ana"].happened(T0 + 1, "left")
    record.happened("Ana", seen(), T0 + 2, "joined")
    record.look({"Tara": TARA, "Ana": seen()}, Calls(), T0 + 3)
    assert [entry.what for entry in record.people["Ana"].timeline.all()] == [
        "here_already",
        "left",
        "rejoined",
    ]
    assert record.here == 2


def test_statuses_follow_the_documented_edges() -> None:
    assert status_of(0) == "fine"
    for status, edge in EDGES.items():
        assert status_of(edge) == status
        assert status_of(edge - 0.1) == STATUSES[STATUSES.index(status) + 1]


ILLS = st.dictionaries(st.sampled_from(["missing", "deaf", "unheard", "poor"]), st.integers(0, 120 * MINUTE))
TIMES = st.lists(st.integers(0, 120 * MINUTE), max_size=5)


@given(
    st.lists(st.tuples(st.booleans(), ILLS), max_size=8),
    TIMES,
    TIMES,
    st.none() | st.integers(0, 90 * MINUTE),
)
def test_trouble_grows_with_time_and_with_every_complaint(
    patients: list[tuple[bool, dict[Ill, int]]], hands: list[int], helps: list[int], alone: int | None
) -> None:
    def score(now_ms: int, drop: int = 0) -> float:
        verdict = judge(
            [Patient(staff, since) for staff, since in patients[drop:]],
            hands_ms=hands,
            helps_ms=helps,
            alone_since_ms=alone,
            now_ms=now_ms,
        )
        most = sum(WEIGHTS[c.reason].at_most * 3 * c.count for c in verdict.complaints)
        assert 0 <= verdict.score <= most
        assert (verdict.score == 0) == (not verdict.complaints)
        return verdict.score

    first, later = score(120 * MINUTE), score(150 * MINUTE)
    assert first <= later
    assert score(150 * MINUTE, drop=1) <= later


PEOPLE = st.sampled_from(["Ana", "Ben", "Cleo"])
STATES = st.sampled_from(["well", "deaf", "unheard", "dropped", "absent", "left"])


@given(st.lists(st.tuples(st.integers(1, 40_000), st.dictionaries(PEOPLE, STATES)), max_size=40))
def test_whatever_is_seen_the_sums_agree(looks: list[tuple[int, dict[str, str]]]) -> None:
    record, now_ms = RoomRecord("r1", "Web workshop"), T0
    for later_ms, states in looks:
        now_ms += later_ms
        people = {}
        for name, state in states.items():
            if state == "left" and name in record.people:
                record.people[name].happened(now_ms, "left")
            elif state not in ("absent", "left"):
                people[name] = (
                    dropped(now_ms, name)
                    if state == "dropped"
                    else seen(name, hears=state != "deaf", heard=state != "unheard")
                )
                if name in record.people and record.people[name].gone_at_ms is not None:
                    record.happened(name, people[name], now_ms, "joined")
        record.look(people, Calls(), now_ms)
        assert record.here + record.missing == len(people)
        assert record.lost_ms == sum(person.lost_ms for person in record.people.values())
        assert all(now_ms >= since for person in record.people.values() for since in person.since.values())
