"""When a node may act for a room: on simulated clocks, one of them wrong."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from classroom.cluster.lease import MARGIN_S, TTL_S, Lease, Verdict, judge

DRIFT = 0.1
"""Clocks that differ by a tenth: far more than any machine's."""


def test_a_lease_is_proven_until_a_margin_before_its_end() -> None:
    lease = Lease(1, 100.0)
    assert lease.proven(100.0 + TTL_S - MARGIN_S - 0.01)
    assert not lease.proven(100.0 + TTL_S - MARGIN_S)
    lease.renewed(103.0)
    assert lease.proven(105.0)
    lease.renewed(101.0)  # an older answer, late
    assert lease.proven(105.0)
    lease.lost()
    assert not lease.proven(100.0)


@given(
    asked=st.lists(st.floats(0.0, 60.0), min_size=1, max_size=20),
    delays=st.lists(st.floats(0.0, 2.0), min_size=20, max_size=20),
    rate=st.floats(1 - DRIFT, 1 + DRIFT),
    look=st.floats(0.0, 70.0),
)
def test_whoever_believes_to_have_it_has_it(
    asked: list[float], delays: list[float], rate: float, look: float
) -> None:
    """Times are Redis's; the node's clock runs at `rate`. Each renewal reaches Redis some time after it was sent, and the node
    hears of it at once, which is the worst case."""
    sent = sorted(asked)
    ends_at = sent[0] + delays[0] + TTL_S
    lease = Lease(1, sent[0] * rate)
    for at, delay in zip(sent[1:], delays[1:], strict=False):
        if at + delay < ends_at and at + delay <= look:
            ends_at = max(ends_at, at + delay + TTL_S)
            lease.renewed(at * rate)
    if lease.proven(look * rate):
        assert look < ends_at


def test_a_room_is_given_up_only_where_others_can_take_it() -> None:
    assert judge([]) is Verdict.HOLD
    assert judge([False, None]) is Verdict.HOLD
    assert judge([None, True, False]) is Verdict.YIELD
