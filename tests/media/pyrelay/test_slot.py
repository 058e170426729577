from __future__ import annotations

import pytest

from classroom.media.pyrelay.clock import PeerClock
from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.pyrelay.rewriter import Position
from classroom.media.pyrelay.stream import Stream, aligned_ticks


def layer(rtp_ts: int, at: float, report: tuple[float, int] | None) -> Stream:
    stream = Stream(1, "h", "vp8", 90_000, True, True, 0, RelayLimits())
    stream.rtp_ts, stream.rtp_ts_at, stream.sr = rtp_ts, at, report
    return stream


@pytest.mark.parametrize(
    ("first_ts", "at", "ticks"),
    [
        (900_000 + 9000, 5.1, 9000),  # captured 100 ms later
        (900_000 + 9000, 5.14, 9000),  # and the network delayed it
        (900_000, 5.02, 1),  # the same picture in another size
        (900_000 - 3000, 5.03, 1),  # the one before
        (900_000 + 90_000, 5.1, None),  # the reports cannot be right
    ],
)
def test_layers_of_one_camera_are_aligned_by_their_reports(
    first_ts: int, at: float, ticks: int | None
) -> None:
    before = layer(45_000, 5.0, (1000.0, 0))
    after = layer(0, 0.0, (1000.5, 900_000))
    assert aligned_ticks(before, after, Position(1, first_ts, at)) == ticks
    after.sr = None
    assert aligned_ticks(before, after, Position(1, first_ts, at)) is None


def test_the_quickest_report_tells_a_senders_clock() -> None:
    clock = PeerClock()
    assert clock.sender_time(5.0) is None
    clock.reported(1000.0, 10.05)
    clock.reported(1001.0, 11.02)
    assert clock.sender_time(12.02) == pytest.approx(1002.0)
    clock.reported(1002.0, 12.2)
    assert clock.sender_time(13.02) == pytest.approx(1003.0, abs=0.0011)
    clock.reported(5000.0, 14.0)  # it was set anew
    assert clock.sender_time(15.0) == pytest.approx(5001.0)
