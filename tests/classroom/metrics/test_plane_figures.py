"""Totals that outlive those who made them."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from classroom.media.model import PeerId
from classroom.media.plane_figures import MediaTotals, Received, Sent
from classroom.media.relay import PeerStats, StreamStats

ANA, BEN = PeerId("r1", "ana"), PeerId("r1", "ben")
NOBODY: Mapping[str, int] = {}


def stats(packets: int, lost: int = 0, sent: int = 0, dropped: Mapping[str, int] = NOBODY) -> PeerStats:
    stream = StreamStats("microphone", None, packets, 100 * packets, lost, 0, 40_000)
    return PeerStats((stream,), sent, 1000 * sent, 0, 0, dropped, 0.0, None)


def test_looks_add_up_and_those_who_left_still_count() -> None:
    totals = MediaTotals()
    totals.seen(ANA, stats(10, sent=5, dropped={"srtp": 1}))
    totals.seen(BEN, stats(1))
    totals.seen(ANA, stats(15, sent=9, dropped={"srtp": 3}))
    totals.left(ANA, stats(20, sent=10, dropped={"srtp": 3, "padding": 1}))
    assert totals.received["microphone"] == Received(packets=21, bytes=2100)
    assert totals.sent == Sent(packets=10, bytes=10_000)
    assert totals.dropped == {"srtp": 3, "padding": 1}


def test_somebody_who_comes_again_begins_at_zero() -> None:
    totals = MediaTotals()
    totals.left(ANA, stats(20, sent=10))
    totals.left(ANA, None)
    totals.seen(ANA, stats(3, sent=1))
    assert totals.received["microphone"].packets == 23
    assert totals.sent.packets == 11


def test_another_stream_of_the_same_kind_begins_at_zero() -> None:
    totals = MediaTotals()
    totals.seen(ANA, stats(20))
    totals.seen(ANA, stats(3))
    assert totals.received["microphone"].packets == 23


def test_a_loss_that_was_made_good_takes_nothing_back() -> None:
    totals = MediaTotals()
    for lost in (0, 5, 4, 5, 6):
        totals.seen(ANA, stats(100, lost=lost))
    assert totals.received["microphone"].lost == 6


@given(st.lists(st.tuples(st.sampled_from([ANA, BEN]), st.integers(0, 50), st.integers(0, 9), st.booleans())))
def test_totals_never_fall(looks: list[tuple[PeerId, int, int, bool]]) -> None:
    totals = MediaTotals()
    before = (0, 0, 0)
    for peer, packets, lost, leaves in looks:
        figures = stats(packets, lost, packets)
        totals.left(peer, figures) if leaves else totals.seen(peer, figures)
        received = totals.received["microphone"]
        now = (received.packets, received.lost, totals.sent.packets)
        assert all(new >= old for new, old in zip(now, before, strict=True))
        before = now
