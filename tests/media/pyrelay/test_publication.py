from __future__ import annotations

import pytest

from classroom.media.model import Layer
from classroom.media.pyrelay.publication import choose_layer


@pytest.mark.parametrize(
    ("flowing", "ceiling", "chosen"),
    [
        ("lmh", "h", "h"),
        ("lmh", "m", "m"),
        ("lmh", "l", "l"),
        ("lm", "h", "m"),
        ("lh", "m", "l"),
        ("mh", "l", "m"),
        ("h", "l", "h"),
        ("", "h", None),
    ],
)
def test_the_highest_below_the_ceiling_else_the_lowest_above(
    flowing: list[Layer], ceiling: Layer, chosen: Layer | None
) -> None:
    assert choose_layer(flowing, ceiling) == chosen
