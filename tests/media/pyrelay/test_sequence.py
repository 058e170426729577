from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from classroom.media.pyrelay.sequence import REMEMBERED_SKIPS, SequenceSpace


def test_numbers_unwrap_around_the_highest() -> None:
    space = SequenceSpace(65534)
    first = space.unwrap(65534)
    assert first == space.highest + 1
    space.highest = first
    assert space.unwrap(65535) == first + 1
    assert space.unwrap(1) == first + 3
    assert space.unwrap(65530) == first - 4
    space.highest = first + 3
    assert space.unwrap(65535) == first + 1


@given(st.lists(st.sampled_from("ps"), min_size=1, max_size=200), st.integers(0, 65535))
def test_what_is_not_skipped_is_continuous(kinds: list[str], first: int) -> None:
    space = SequenceSpace(first)
    extended = space.highest
    expected: dict[int, int] = {}
    dense = None
    for kind in kinds:
        extended += 1
        space.highest = extended
        if kind == "s":
            space.skip(extended, 1)
            expected[extended] = -1
        else:
            number = space.dense(extended)
            assert dense is None or number == dense + 1
            dense = expected[extended] = number
    # Asked again later (late packets), the answers are the same.
    for number, then in expected.items():
        assert space.dense(number) == then


def test_skips_of_long_ago_are_not_guessed() -> None:
    space = SequenceSpace(0)
    first = space.highest + 1
    for n in range(REMEMBERED_SKIPS + 10):
        space.skip(first + 2 * n, 1)
    assert space.dense(first + 1) == -1
    assert space.dense(first + 2 * (REMEMBERED_SKIPS + 9) + 1) >= 0


def test_a_long_jump_is_closed_up() -> None:
    space = SequenceSpace(100)
    space.highest = space.unwrap(100)
    before = space.dense(space.highest)
    space.skip(space.highest + 1, 5000)
    assert space.dense(space.highest + 5001) == before + 1
    assert space.dense(space.highest + 17) == -1
    assert space.dense(space.highest) == before
