from __future__ import annotations

import pytest

from classroom.media.pyrelay.cache import CachedPacket, PacketCache
from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.pyrelay.red import Block, unwrap
from classroom.media.pyrelay.redundancy import (
    FREE_BPS,
    HOLD_S,
    LossView,
    QueueView,
    affordable,
    distance,
    protected,
    recover,
)
from classroom.media.pyrelay.stream import Stream


def speech(*numbers: int, ticks: int = 960) -> Stream:
    """A stream of which packets of these numbers have come."""
    stream = Stream(1, None, "opus", 48_000, False, True, numbers[0], RelayLimits())
    for number in numbers:
        stream.packet(number, number * ticks, False, "opus", b"%d" % number, 60, 1.0, False)
    return stream


def blocks(*offsets: int) -> tuple[Block, ...]:
    return tuple(Block(offset, 111, b"frame") for offset in offsets)


@pytest.mark.parametrize(
    ("came", "sequence", "offsets", "found"),
    [
        ((1, 2, 3), 4, (960,), []),  # nothing is missing
        ((1, 2), 4, (960,), [3]),
        ((1, 2), 5, (960,), [4]),  # 3 is gone
        ((1, 2), 5, (1920, 960), [3, 4]),
        ((1, 2, 4), 5, (1920, 960), [3]),
        ((1, 2), 4, (1920,), []),  # not the frame before: whatever this is, it is not packet 3
        ((1, 2), 4, (19200,), []),  # from before a pause
        ((1, 2, 5), 4, (960,), [3]),  # a late packet brings its own redundancy
        ((1, 2), 1, (960,), []),  # nothing before the first
        ((1,), 3, (960,), []),  # how long a frame is, is not known yet
    ],
)
def test_recover(came: tuple[int, ...], sequence: int, offsets: tuple[int, ...], found: list[int]) -> None:
    got = list(recover(speech(*came), sequence, sequence * 960, blocks(*offsets)))
    assert [number for number, _, _ in got] == found
    assert all(rtp_ts == number * 960 for number, rtp_ts, _ in got)


def test_recover_follows_the_numbers_around() -> None:
    stream = speech(65533, 65534)
    assert [n for n, _, _ in recover(stream, 0, 65536 * 960 & 0xFFFFFFFF, blocks(960))] == [65535]


def test_an_empty_block_brings_nothing_back() -> None:
    assert list(recover(speech(1, 2), 4, 4 * 960, (Block(960, 111, b""),))) == []


@pytest.mark.parametrize(
    ("came", "frames", "offsets"),
    [
        ({8: 960, 9: 960}, [b"8", b"9", b"10"], [1920, 960]),
        ({9: 960}, [b"9", b"10"], [960]),
        ({8: 960}, [b"8", b"10"], [1920]),
        ({}, [b"10"], []),
        ({8: 9600, 9: 960}, [b"9", b"10"], [960]),  # before a pause: played long ago
    ],
)
def test_protected(came: dict[int, int], frames: list[bytes], offsets: list[int]) -> None:
    cache = PacketCache(16)
    for dense, spacing in came.items():
        cache.put(
            CachedPacket(
                dense, (10 - (10 - dense)) * 960 - (spacing - 960), False, "opus", b"%d" % dense, None
            )
        )
    found = unwrap(protected(cache, CachedPacket(10, 9600, False, "opus", b"10", None), 2, 109))
    assert found is not None
    assert [block.payload for block in found.redundant] + [found.payload] == frames
    assert [block.offset for block in found.redundant] == offsets


@pytest.mark.parametrize(
    ("loss", "frames"), [(0, 0), (0.01, 0), (0.02, 1), (0.07, 1), (0.1, 2), (0.19, 2), (0.3, 3), (1, 3)]
)
def test_distance(loss: float, frames: int) -> None:
    assert distance(loss) == frames


@pytest.mark.parametrize(
    ("bps", "voices", "frames"),
    [
        (40_000, 1, 0),
        (100_000, 1, 0),
        (150_000, 1, 1),
        (300_000, 1, 3),
        (300_000, 4, 0),
        (1e6, 4, 3),
        (0, 0, 0),
    ],
)
def test_redundancy_stays_within_what_the_path_carries(bps: float, voices: int, frames: int) -> None:
    assert affordable(bps, voices) == frames


@pytest.mark.parametrize(
    ("queueing", "target", "voices", "frames"),
    [
        (None, 40_000, 1, 3),  # much lost at random: the estimate sinks, the path does not
        (None, 1_000_000, 4, 3),
        (None, 40_000, 4, 1),
        (60_000, 60_000, 1, 1),  # a full queue
        (60_000, 60_000, 2, 0),
        (400_000, 300_000, 1, 3),
    ],
)
def test_a_full_queue_leaves_little_room(
    queueing: float | None, target: float, voices: int, frames: int
) -> None:
    view = QueueView()
    room_bps = 0.0
    for tick in range(100):
        room_bps = view.room_bps(queueing, target, tick * 0.02)
    assert affordable(room_bps, voices) == frames


def test_a_short_delay_is_no_queue() -> None:
    view = QueueView()
    for tick in range(200):
        sign = 60_000.0 if tick % 4 == 0 else None
        assert view.room_bps(sign, 60_000, tick * 0.02) == FREE_BPS


def test_loss_is_believed_quickly_and_forgotten_slowly() -> None:
    view = LossView()
    assert view.fraction(0) == 0
    for second in range(2):
        view.reported(0.3, 50, second)
    assert view.fraction(2) > 0.2
    for second in range(2, 4):
        view.reported(0.0, 50, second)
    assert view.fraction(4) > 0.1
    for second in range(4, 20):
        view.reported(0.0, 50, second)
    assert view.fraction(20) < 0.02


def test_what_is_old_is_not_believed() -> None:
    view = LossView()
    view.reported(0.3, 50, 10)
    assert view.fraction(10 + HOLD_S) > 0
    assert view.fraction(10 + HOLD_S + 0.1) == 0


def test_few_packets_tell_little() -> None:
    view = LossView()
    view.reported(1.0, 1, 1.0)
    view.reported(1.0, -5, 1.0)
    assert view.fraction(1.0) < 0.02


def test_requests_tell_of_losses_before_reports_do() -> None:
    view = LossView()
    for second in range(6):
        view.count(50 * second, float(second))
        view.asked(10)
    view.count(300, 6.0)
    assert view.fraction(6.0) == pytest.approx(0.2, abs=0.02)
