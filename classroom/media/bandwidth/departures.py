"""What left for one subscriber, by transport-wide sequence number: a ring that the packet path writes and the estimator reads.

The packet path writes it for every packet it sends, without a call and without an object of its own:

    number = departures.next
    departures.next = number + 1
    departures.ring[number & RING_MASK] = departure     # one number for all subscribers that a packet goes to

A list, not an array: it takes the number as it is, where an array converts it, at three times the price. All whom a
packet goes to share the object.
"""

from __future__ import annotations

from collections.abc import Sequence

RING_SIZE = 4096
"""Packets remembered while their feedback is awaited (about 2 s at a room's full rate); a power of two."""
RING_MASK = RING_SIZE - 1
OVERHEAD_BYTES = 8 + 20 + 16
"""UDP, IPv4 and SRTP's tag: what an RTP packet costs the path beyond itself."""
SIZE_BITS = 24
SIZE_MASK = (1 << SIZE_BITS) - 1
"""The sizes of all packets in the ring add up to less: so the lower bits of a sum of departures are the sum of their sizes."""
TICK_S = 50e-6
_TICKS_PER_S = 20_000
_TICK_MASK = (1 << 64 - SIZE_BITS) - 1
"""1.7 years of the monotonic clock; then one feedback is misunderstood."""
NO_PROBE = -1


def departure(size_bytes: int, now: float) -> int:
    """When a packet left, in ticks, and below that how many bytes on the path. 0 would be none at all."""
    return (int(now * _TICKS_PER_S) & _TICK_MASK) << SIZE_BITS | size_bytes


def left_at(departure: int) -> float:
    """Seconds."""
    return (departure >> SIZE_BITS) * TICK_S


def total_bytes(departures: Sequence[int]) -> int:
    return sum(departures) & SIZE_MASK


class Departures:
    """`next` is the number of the next packet, not wrapped. `ring` holds 0 where there was nothing, or what has been
    acknowledged."""

    __slots__ = ("next", "probes", "ring")

    def __init__(self) -> None:
        self.next = 0
        self.ring = [0] * RING_SIZE
        self.probes: dict[int, int] = {}
        """Which packets belong to which probe; kept by who reads the feedback."""

    def add(self, size_bytes: int, now: float, probe: int = NO_PROBE) -> int:
        """A packet leaves; returns its number, not wrapped."""
        number = self.next
        self.next = number + 1
        self.ring[number & RING_MASK] = departure(size_bytes, now)
        if probe != NO_PROBE:
            self.probes[number] = probe
        return number

    @property
    def oldest(self) -> int:
        """The first number that is still remembered."""
        return max(0, self.next - RING_SIZE)

    def unwrap(self, sequence: int) -> int:
        """The newest packet that was sent with this 16-bit number; negative if there was none."""
        newest = self.next - 1
        return newest - (newest - sequence & 0xFFFF)

    def packets(self, first: int, count: int) -> list[int]:
        """Packets `first` to `first + count - 1`, as far as they are in the ring; they are not forgotten."""
        at = first & RING_MASK
        packets = self.ring[at : at + count]
        if len(packets) < count:
            packets += self.ring[: count - len(packets)]
        return packets

    def forget(self, first: int, count: int) -> None:
        """They are acknowledged."""
        at = first & RING_MASK
        wrapped = max(0, at + count - RING_SIZE)
        self.ring[at : at + count - wrapped] = [0] * (count - wrapped)
        if wrapped:
            self.ring[:wrapped] = [0] * wrapped
