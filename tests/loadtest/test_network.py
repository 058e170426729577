"""The simulated network: seeded, in order, and as lossy as it says."""

from __future__ import annotations

from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtest.network import Direction, NetworkPath
from loadtest.scenario import Network

NETWORKS = st.builds(
    Network,
    name=st.just("n"),
    share=st.just(1.0),
    loss=st.floats(0, 1),
    burst=st.floats(1, 50),
    delay_ms=st.floats(0, 500),
    jitter_ms=st.floats(0, 500),
)


def fates(network: Network, seed: str, packets: int = 200) -> list[float | None]:
    direction = Direction(network, seed)
    return [direction.due(number * 0.01) for number in range(packets)]


@given(NETWORKS, st.text(max_size=5))
def test_a_seed_gives_the_same_fates_again(network: Network, seed: str) -> None:
    assert fates(network, seed) == fates(network, seed)


@given(NETWORKS)
def test_packets_stay_in_order_and_take_no_less_than_the_delay(network: Network) -> None:
    told = list(enumerate(fates(network, "s")))
    arrived = [(number * 0.01, due) for number, due in told if due is not None]
    assert all(before[1] <= after[1] for before, after in pairwise(arrived))
    for sent, due in arrived:
        assert due >= sent + network.delay_ms / 1000 - 1e-9


@pytest.mark.parametrize(("loss", "burst"), [(0.0, 1.0), (0.03, 1.0), (0.1, 5.0), (1.0, 3.0)])
def test_loss_and_bursts_are_as_said(loss: float, burst: float) -> None:
    told = fates(Network("n", 1.0, loss, burst), "seed", 100_000)
    lost = [due is None for due in told]
    assert sum(lost) / len(lost) == pytest.approx(loss, abs=0.01)
    if 0 < loss < 1:
        runs = [len(list(group)) for gone, group in groupby(lost) if gone]
        assert sum(runs) / len(runs) == pytest.approx(burst, rel=0.1)


def test_a_cut_stops_both_directions_for_its_time() -> None:
    path = NetworkPath(None, "s")
    assert (path.up(1.0), path.down(1.0)) == (1.0, 1.0)
    path.cut(3.0)
    assert (path.up(2.9), path.down(2.9)) == (None, None)
    assert (path.up(3.0), path.down(3.0)) == (3.0, 3.0)
