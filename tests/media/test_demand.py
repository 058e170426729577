from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.media.demand import HOLD_S, Demand
from classroom.media.model import LAYERS, Layer, Publication, RoomPlan, Route, SubscriberPlan

ANA = Publication("ana", "camera")
BEN = Publication("ben", "camera")
SCREEN = Publication("ana", "screen")
SETTLED = 100.0
"""Everything in these tests was turned on long before."""


def plan(*routes: tuple[Publication, Layer]) -> RoomPlan:
    """Each route is another subscriber's."""
    return RoomPlan(
        {
            f"viewer-{index}": SubscriberPlan((Route("v0", item, layer),))
            for index, (item, layer) in enumerate(routes)
        }
    )


def settled(*offered: Publication) -> Demand:
    demand = Demand()
    demand.update(offered, RoomPlan(), SETTLED - 10 * HOLD_S)
    return demand


@pytest.mark.parametrize(
    ("routes", "wanted"),
    [
        ((), ()),
        (((ANA, "l"),), ("l",)),
        (((ANA, "m"),), ("l", "m")),
        (((ANA, "h"),), ("l", "m", "h")),
        (((ANA, "l"), (ANA, "m"), (ANA, "l")), ("l", "m")),
        (((BEN, "h"),), ()),
    ],
)
def test_wanted_is_what_somebody_shows_and_the_steps_below(
    routes: tuple[tuple[Publication, Layer], ...], wanted: tuple[Layer, ...]
) -> None:
    assert settled(ANA).update([ANA], plan(*routes), SETTLED) == {ANA: wanted}


def test_a_screen_has_one_layer_or_none() -> None:
    demand = settled(SCREEN)
    assert demand.update([SCREEN], plan((SCREEN, "h")), SETTLED) == {SCREEN: ("h",)}
    assert demand.update([SCREEN], plan(), SETTLED + HOLD_S) == {SCREEN: ()}


def test_what_falls_out_of_use_is_held_for_a_while() -> None:
    demand = settled(ANA)
    demand.update([ANA], plan((ANA, "h")), SETTLED)
    assert demand.update([ANA], plan((ANA, "l")), SETTLED + 1) == {ANA: ("l", "m", "h")}
    assert demand.update([ANA], plan((ANA, "l")), SETTLED + HOLD_S) == {ANA: ("l",)}
    assert demand.update([ANA], plan(), SETTLED + 2 * HOLD_S - 0.1) == {ANA: ("l",)}
    assert demand.update([ANA], plan(), SETTLED + 2 * HOLD_S) == {ANA: ()}


def test_what_is_used_again_is_wanted_at_once() -> None:
    demand = settled(ANA)
    assert demand.update([ANA], plan(), SETTLED) == {ANA: ()}
    assert demand.update([ANA], plan((ANA, "m")), SETTLED) == {ANA: ("l", "m")}


def test_a_picture_just_turned_on_is_wanted_whole_then_only_what_is_taken() -> None:
    demand = Demand()
    assert demand.update([ANA], plan(), SETTLED) == {ANA: LAYERS}
    assert demand.update([ANA], plan(), SETTLED + HOLD_S) == {ANA: ()}
    assert demand.update([], plan(), SETTLED + HOLD_S) == {}
    assert demand.update([ANA], plan(), SETTLED + HOLD_S) == {ANA: LAYERS}


def test_what_is_switched_off_is_not_told_of_even_while_it_is_routed() -> None:
    assert Demand().update([], plan((ANA, "h")), SETTLED) == {}


steps = st.lists(
    st.tuples(
        st.floats(0, 3),
        st.sets(st.sampled_from([ANA, BEN])),
        st.lists(st.tuples(st.sampled_from([ANA, BEN]), st.sampled_from(LAYERS)), max_size=4),
    ),
    max_size=20,
)


@given(steps)
def test_always_everything_routed_is_wanted_and_wanted_layers_have_no_gaps(
    history: list[tuple[float, set[Publication], list[tuple[Publication, Layer]]]],
) -> None:
    demand, now = Demand(), 0.0
    for pause, offered, routes in history:
        now += pause
        wanted = demand.update(offered, plan(*routes), now)
        assert set(wanted) == offered
        for item, layer in routes:
            assert item not in offered or layer in wanted[item]
        for layers in wanted.values():
            assert layers == LAYERS[: len(layers)]
