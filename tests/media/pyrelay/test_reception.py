from __future__ import annotations

import pytest

from classroom.media.pyrelay.reception import Reception


def test_loss_is_told_per_report_and_in_all() -> None:
    reception = Reception(100, 90_000)
    for extended in range(100, 200):
        if extended % 4:
            reception.received(extended, 0, 1000, 1.0)
    assert reception.expected == 100
    assert reception.cumulative_lost == 25 - 0
    assert reception.fraction_lost() == 25 * 256 // 100
    for extended in range(200, 300):
        reception.received(extended, 0, 1000, 2.0)
    assert reception.fraction_lost() == 0
    assert reception.cumulative_lost == 25


def test_earlier_packets_and_duplicates_are_no_negative_share() -> None:
    reception = Reception(100, 90_000)
    for extended in (100, 99, 98, 100, 100):
        reception.received(extended, 0, 10, 1.0)
    assert reception.expected == 3
    assert reception.cumulative_lost == -2
    assert reception.fraction_lost() == 0


def test_a_restart_is_no_loss() -> None:
    reception = Reception(100, 90_000)
    reception.received(100, 0, 10, 1.0)
    reception.restarted(5000)
    reception.received(5000, 0, 10, 1.0)
    assert reception.expected == 2
    assert reception.cumulative_lost == 0


def test_jitter_is_nothing_for_a_steady_stream_and_grows_with_unsteadiness() -> None:
    steady, shaky = Reception(0, 90_000), Reception(0, 90_000)
    for n in range(200):
        rtp_ts = 0xFFFFFFFF - 1500 + n * 3000 & 0xFFFFFFFF
        steady.received(n, rtp_ts, 10, n / 30)
        shaky.received(n, rtp_ts, 10, n / 30 + (0.01 if n % 2 else 0))
    assert steady.jitter < 2
    assert shaky.jitter == pytest.approx(900, rel=0.05)


def test_bitrate_is_the_last_second_and_ends_with_the_stream() -> None:
    reception = Reception(0, 90_000)
    for n in range(300):
        reception.received(n, 0, 1250, n / 100)
    assert reception.current_bitrate_bps(3.0) == pytest.approx(1_000_000, rel=0.03)
    assert reception.current_bitrate_bps(6.0) == 0


def test_the_delay_since_a_sender_report() -> None:
    reception = Reception(0, 90_000)
    assert reception.delay_since_sr(5.0) == 0
    reception.sr_ntp_middle, reception.sr_at = 7, 4.0
    assert reception.delay_since_sr(5.5) == 1.5 * 65536
