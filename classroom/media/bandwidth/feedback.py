"""Transport-wide feedback as it comes from a receiver (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1)."""

from __future__ import annotations

from typing import NamedTuple

TICK_S = 0.000_25
REFERENCE_S = 0.064
REFERENCE_WRAP = 1 << 24
MAX_PACKETS = 4096
"""More in one feedback is absurd (a 100 ms interval at 40,000 packets/s) and is refused."""


class MalformedFeedback(ValueError):
    """The packet contradicts itself or the draft; it is to be counted and dropped."""


class Arrivals(NamedTuple):
    """`deltas[i]` belongs to transport sequence number `base + i` (mod 2^16): seconds on the receiver's clock since
    `reference_ticks` × 64 ms, or None if the packet had not arrived."""

    number: int
    """The receiver's count of its feedbacks (mod 256)."""
    base: int
    reference_ticks: int
    arrivals: tuple[float | None, ...]


def parse(fci: bytes) -> Arrivals:
    """Reads the feedback control information, the part after both SSRCs. Raises MalformedFeedback, nothing else."""
    if len(fci) < 8:
        raise MalformedFeedback("shorter than its header")
    base = int.from_bytes(fci[0:2], "big")
    status_count = int.from_bytes(fci[2:4], "big")
    reference = int.from_bytes(fci[4:7], "big")
    if not 0 < status_count <= MAX_PACKETS:
        raise MalformedFeedback(f"{status_count} packets")
    symbols, position = _symbols(fci, status_count)
    arrivals: list[float | None] = []
    clock = 0.0
    for symbol in symbols:
        if symbol == 0:
            arrivals.append(None)
            continue
        size = symbol  # 1: one unsigned byte, 2: two signed bytes
        if position + size > len(fci):
            raise MalformedFeedback("deltas are missing")
        clock += int.from_bytes(fci[position : position + size], "big", signed=size == 2) * TICK_S
        position += size
        arrivals.append(clock)
    return Arrivals(fci[7], base, reference, tuple(arrivals))


def _symbols(fci: bytes, status_count: int) -> tuple[list[int], int]:
    symbols: list[int] = []
    position = 8
    while len(symbols) < status_count:
        if position + 2 > len(fci):
            raise MalformedFeedback("chunks are missing")
        chunk = int.from_bytes(fci[position : position + 2], "big")
        position += 2
        if not chunk & 0x8000:  # run length
            symbols += [chunk >> 13 & 3] * min(chunk & 0x1FFF, status_count - len(symbols))
            if not chunk & 0x1FFF:
                raise MalformedFeedback("a run of nothing")
        elif chunk & 0x4000:  # seven two-bit symbols
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:  # fourteen one-bit symbols
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    del symbols[status_count:]
    if 3 in symbols:
        raise MalformedFeedback("reserved status symbol")
    return symbols, position


class ReceiverClock:
    """Unwraps the 24-bit reference time into seconds that only grow."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._unwrapped = 0

    def seconds(self, reference_ticks: int) -> float:
        if self._last is not None:
            step = (reference_ticks - self._last) % REFERENCE_WRAP
            self._unwrapped += step if step < REFERENCE_WRAP // 2 else step - REFERENCE_WRAP
        self._last = reference_ticks
        return self._unwrapped * REFERENCE_S
