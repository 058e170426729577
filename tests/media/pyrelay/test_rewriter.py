from __future__ import annotations

import pytest

from classroom.media.pyrelay.rewriter import REMEMBERED_MAPPINGS, Position, Rewriter


def video() -> Rewriter[str]:
    return Rewriter(90_000, False, 1000, 5000)


def test_the_first_source_begins_where_the_slot_does() -> None:
    mapping = video().begin("a", Position(50, 777, 1.0, 30, 200, 5))
    assert 50 + mapping.sequence == 0x10000 + 1000
    assert 777 + mapping.rtp_ts == 5000
    assert 30 + mapping.picture_id == 1
    assert 200 + mapping.tl0picidx == 1
    assert 5 + mapping.keyidx == 1


@pytest.mark.parametrize(
    ("audio", "gap_s", "ticks", "expected"),
    [
        (False, 0.5, None, 45_000),
        (False, 0.5, 2970, 2970),
        (False, 0.0, None, 1),
        (False, -3.0, None, 1),
        (False, 0.5, -7, 1),
        (True, 0.02, None, 960),
        (True, 0.099, None, 960),
        (True, 0.0, None, 960),
        (True, 2.0, None, 96_000),
    ],
)
def test_a_switch_continues_numbers_and_time(
    audio: bool, gap_s: float, ticks: int | None, expected: int
) -> None:
    rewriter: Rewriter[str] = Rewriter(48_000 if audio else 90_000, audio, 1000, 5000)
    first = rewriter.begin("a", Position(50, 777, 1.0, 30, 200, 5))
    rewriter.end(first, Position(59, 777 + 3000, 2.0, 39, 209, 5))
    second = rewriter.begin("b", Position(7, 0xFFFFFF00, 2.0 + gap_s, 32000, 9, 31), ticks)
    assert 7 + second.sequence == 59 + first.sequence + 1
    assert (0xFFFFFF00 + second.rtp_ts) & 0xFFFFFFFF == (5000 + 3000 + expected) & 0xFFFFFFFF
    assert (32000 + second.picture_id) & 0x7FFF == (39 + first.picture_id + 1) & 0x7FFF
    assert (9 + second.tl0picidx) & 0xFF == (209 + first.tl0picidx + 1) & 0xFF


def test_fields_that_a_source_lacks_wait_for_the_next_one() -> None:
    rewriter = video()
    first = rewriter.begin("a", Position(0, 0, 1.0, 10, 20))
    rewriter.end(first, Position(5, 0, 1.0, 15, 25))
    plain = rewriter.begin("b", Position(0, 0, 1.1))
    assert (plain.picture_id, plain.tl0picidx, plain.keyidx) == (0, 0, 0)
    rewriter.end(plain, Position(3, 0, 1.2))
    third = rewriter.begin("a", Position(0, 0, 1.3, 10, 20))
    assert 10 + third.picture_id == 15 + first.picture_id + 1


def test_sent_numbers_are_found_again_until_forgotten() -> None:
    rewriter = video()
    first = rewriter.begin("a", Position(50, 0, 1.0))
    rewriter.end(first, Position(59, 0, 1.0))
    second = rewriter.begin("b", Position(7, 0, 1.1))
    highest = 20 + second.sequence
    assert rewriter.find(1000, highest) == (first, 50)
    assert rewriter.find(1009, highest) == (first, 59)
    assert rewriter.find(1010, highest) == (second, 7)
    assert rewriter.find(highest & 0xFFFF, highest) == (second, 20)
    assert rewriter.find(999, highest) is None
    assert rewriter.find(highest + 1 & 0xFFFF, highest) is None
    rewriter.forget()
    assert rewriter.find(1010, highest) is None


def test_only_the_last_mappings_are_kept() -> None:
    rewriter = video()
    for n in range(REMEMBERED_MAPPINGS + 1):
        mapping = rewriter.begin(str(n), Position(0, 0, float(n)))
        rewriter.end(mapping, Position(9, 0, float(n)))
    highest = rewriter.next_sequence - 1
    assert rewriter.find(1000, highest) is None
    found = rewriter.find(1010, highest)
    assert found is not None
    assert found[0].source == "1"


@pytest.mark.parametrize(
    ("thinned", "upper", "first", "picture"),
    [
        # To the base layer at its frame: 40 packets and 12 frames of upper layers lie before it.
        (True, False, Position(100, 9000, 2.0, 60, 230, -1, 40, 48), 60 + 1 - 30),
        # Back to all at an upper frame: it follows the base frame whose TL0PICIDX it has.
        (False, True, Position(100, 9000, 2.0, 60, 230, -1, 40, 48), 48 + 1 - 18 + 1),
        # And at a key frame, which is one of the base layer itself.
        (False, False, Position(100, 9000, 2.0, 60, 230, -1, 40, 48), 48 + 1 - 18),
    ],
)
def test_thinning_goes_on_where_the_slot_is(
    thinned: bool, upper: bool, first: Position, picture: int
) -> None:
    rewriter = video()
    before = rewriter.begin("a", Position(50, 777, 1.0, 30, 200, -1, 10, 18), thinned=not thinned)
    after = rewriter.thin(before, first, thinned, upper)
    assert first.number(thinned) + after.sequence == first.number(not thinned) + before.sequence
    assert first.picture(thinned) + after.picture_id == picture
    assert (after.rtp_ts, after.tl0picidx) == (before.rtp_ts, before.tl0picidx)
    highest = after.first + 5
    assert rewriter.find(after.first & 0xFFFF, highest) == (after, first.number(thinned))
    assert rewriter.find(after.first - 1 & 0xFFFF, highest) == (before, first.number(not thinned) - 1)
