"""Inputs near valid ones: seeds cut, spliced, repeated and damaged, as Hypothesis draws it."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

MAX_BYTES = 4096
EDGES = (b"\x00", b"\x7f", b"\x80", b"\xff", b"\xff\xff", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00")
"""Lengths, counts and signs go wrong at these values."""


@st.composite
def near(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds after up to eight changes, or anything."""
    data = draw(st.sampled_from(list(seeds)) | st.binary(max_size=200))
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["flip", "edge", "insert", "cut", "repeat", "splice", "end"])):
            case "flip" if data[at:]:
                data = data[:at] + bytes([data[at] ^ 1 << draw(st.integers(0, 7))]) + data[at + 1 :]
            case "edge":
                value = draw(st.sampled_from(EDGES))
                data = data[:at] + value + data[at + len(value) :]
            case "insert":
                data = data[:at] + draw(st.binary(min_size=1, max_size=16)) + data[at:]
            case "cut":
                data = data[:at] + data[at + draw(st.integers(1, 64)) :]
            case "repeat":
                data = data[:at] + data[at : at + 32] * draw(st.integers(1, 8)) + data[at:]
            case "splice":
                data = data[:at] + draw(st.sampled_from(list(seeds)))[at:]
            case _:
                data = data[:at]
    return data[:MAX_BYTES]
