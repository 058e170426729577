"""Transport-wide feedback as it comes from a receiver (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from struct import Struct
from typing import NamedTuple, overload

HEAD = Struct(">HHI")
"""Base number, how many packets, then three bytes of reference time and one that counts."""
TICK_S = 0.000_25
REFERENCE_S = 0.064
REFERENCE_WRAP = 1 << 24
ALL_SMALL_VECTOR = 0xD555.to_bytes(2, "big")
"""Seven two-bit symbols: small deltas all."""
MAX_PACKETS = 4096
"""More in one feedback is absurd (a 100 ms interval at 40,000 packets/s) and is refused."""


class MalformedFeedback(ValueError):
    """The packet contradicts itself or the draft; it is to be counted and dropped."""


class SmallDeltas(Sequence[int]):
    """Arrivals, each less than 64 ms after the one before: packets that came all, still as they were reported."""

    __slots__ = ("_deltas",)

    def __init__(self, deltas: bytes) -> None:
        self._deltas = deltas

    @property
    def last(self) -> int:
        return sum(self._deltas)

    def __len__(self) -> int:
        return len(self._deltas)

    def __iter__(self) -> Iterator[int]:
        return accumulate(self._deltas)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        return list(self)[index]


class Arrivals(NamedTuple):
    """`arrivals[i]` belongs to transport sequence number `base + i` (mod 2^16): ticks of 250 µs on the receiver's clock since
    `reference_ticks` × 64 ms, or None if the packet had not arrived."""

    number: int
    """The receiver's count of its feedbacks (mod 256)."""
    base: int
    reference_ticks: int
    arrivals: Sequence[int | None]


def parse(fci: bytes) -> Arrivals:
    """Reads the feedback control information, the part after both SSRCs. Raises MalformedFeedback, nothing else."""
    if len(fci) < 8:
        raise MalformedFeedback("shorter than its header")
    base, status_count, reference = HEAD.unpack_from(fci)
    reference >>= 8
    if not 0 < status_count <= MAX_PACKETS:
        raise MalformedFeedback(f"{status_count} packets")
    vectors, run, as_vectors = _all_came(status_count)
    position = as_vectors if fci.startswith(vectors, 8) else 10 if fci.startswith(run, 8) else 0
    if position:  # the usual: everything came, within 64 ms of the one before
        end = position + status_count
        if end > len(fci):
            raise MalformedFeedback("deltas are missing")
        return Arrivals(fci[7], base, reference, SmallDeltas(fci[position:end]))
    symbols, position = _symbols(fci, status_count)
    arrivals: list[int | None] = []
    ticks = 0
    try:
        for symbol in symbols:
            if symbol == 1:  # one unsigned byte
                ticks += fci[position]
                position += 1
                arrivals.append(ticks)
            elif symbol:  # two signed bytes
                delta = fci[position] << 8 | fci[position + 1]
                ticks += delta if delta < 0x8000 else delta - 0x10000
                position += 2
                arrivals.append(ticks)
            else:
                arrivals.append(None)
    except IndexError:
        raise MalformedFeedback("deltas are missing") from None
    return Arrivals(fci[7], base, reference, arrivals)


@lru_cache(maxsize=1024)
def _all_came(status_count: int) -> tuple[bytes, bytes, int]:
    """The chunks that say that all deltas take one byte: as vectors, and as a run; and where deltas begin behind vectors."""
    chunks, left = divmod(status_count, 7)
    vectors = ALL_SMALL_VECTOR * chunks
    if left:
        # The last vector's unused symbols may be anything; senders fill them with zero.
        vectors += (0xC000 | 0x1555 << 2 * (7 - left) & 0x3FFF).to_bytes(2, "big")
    return vectors, (1 << 13 | status_count & 0x1FFF).to_bytes(2, "big"), 8 + len(vectors)


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
            symbols += _two_bits(chunk)
        else:  # fourteen one-bit symbols
            symbols += _one_bit(chunk)
    del symbols[status_count:]
    if 3 in symbols:
        raise MalformedFeedback("reserved status symbol")
    return symbols, position


@lru_cache(maxsize=1024)
def _one_bit(chunk: int) -> tuple[int, ...]:
    return tuple(chunk >> shift & 1 for shift in range(13, -1, -1))


@lru_cache(maxsize=1024)
def _two_bits(chunk: int) -> tuple[int, ...]:
    return tuple(chunk >> shift & 3 for shift in range(12, -1, -2))


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
