"""Who does what: drawn from the seed, in the shares that were asked for."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from loadtest.plan import plan_room
from loadtest.scenario import Fault, Join, Network, Receiving, Scenario, Speaking, changed

SHARES = st.floats(0, 0.5)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    return Scenario(
        seed=draw(st.integers(0, 2**32)),
        rooms=draw(st.integers(1, 4)),
        people=draw(st.integers(1, 20)),
        join=Join(ramp_s=draw(st.floats(0, 60)), addresses=draw(st.sampled_from(["own", "shared"]))),
        speaking=Speaking(draw(st.sampled_from(["trainer", "turns", "voices", "nobody"]))),
        receiving=Receiving(draw(SHARES), draw(SHARES), draw(st.floats(0, 1))),
        networks=(Network("a", draw(SHARES)), Network("b", draw(SHARES))),
        faults=(
            Fault(draw(st.floats(0, 19)), "cut", draw(SHARES), 1.0, 2.0),
            Fault(3.0, "leave", draw(SHARES)),
        ),
    )


@given(scenarios())
def test_a_seed_gives_the_same_people_again(scenario: Scenario) -> None:
    for index in range(scenario.rooms):
        assert plan_room(scenario, index) == plan_room(scenario, index)


@given(scenarios(), st.integers(1, 5))
def test_a_room_does_not_depend_on_the_other_rooms(scenario: Scenario, more: int) -> None:
    wider = changed(scenario, rooms=scenario.rooms + more)
    here, there = plan_room(scenario, 0), plan_room(wider, 0)
    assert [(each.number, each.receives, each.network, each.camera) for each in here.people] == [
        (each.number, each.receives, each.network, each.camera) for each in there.people
    ]
    assert here.strikes == there.strikes


@given(scenarios())
def test_shares_are_kept(scenario: Scenario) -> None:
    room = plan_room(scenario, 0)
    receives = Counter(each.receives for each in room.people)
    assert receives["nothing"] == round(scenario.receiving.signaling_only * scenario.people)
    assert receives["audio"] <= round(scenario.receiving.audio_only * scenario.people)
    on = Counter(each.network.name for each in room.people if each.network)
    for network in scenario.networks:
        assert on[network.name] <= round(network.share * scenario.people)
    cuts = [strike for strike in room.strikes if strike.kind == "cut"]
    assert len(cuts) == round(scenario.faults[0].share * scenario.people)
    assert all(1 <= strike.lasts_s <= 3 for strike in cuts)
    assert list(room.strikes) == sorted(room.strikes, key=lambda strike: (strike.at_s, strike.number))


@given(scenarios())
def test_people_join_within_the_ramp_the_trainers_first(scenario: Scenario) -> None:
    rooms = [plan_room(scenario, index) for index in range(scenario.rooms)]
    times = [each.joins_at_s for room in rooms for each in room.people]
    assert all(0 <= time <= scenario.join.ramp_s for time in times)
    for room in rooms:
        assert room.people[0].trainer
        assert room.people[0].joins_at_s == min(each.joins_at_s for each in room.people)


@given(scenarios())
def test_numbers_and_addresses_are_everybodys_own(scenario: Scenario) -> None:
    people = [each for index in range(scenario.rooms) for each in plan_room(scenario, index).people]
    assert [each.number for each in people] == list(range(scenario.total))
    addresses = {each.address for each in people}
    assert addresses == {None} if scenario.join.addresses == "shared" else len(addresses) == len(people)


def test_addresses_do_not_repeat_among_the_most_people_there_may_be() -> None:
    scenario = Scenario(rooms=100, people=100)
    addresses = {each.address for index in range(100) for each in plan_room(scenario, index).people}
    assert len(addresses) == 10_000
