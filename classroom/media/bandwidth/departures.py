"""What left for one subscriber, by transport-wide sequence number: a ring that the packet path writes and the estimator reads.

The packet path writes it for every packet it sends, without a call and without an object of its own:

    number = departures.next
    departures.next = number + 1
    departures.ring[number & RING_MASK] = departure     # one tuple for all subscribers that a packet goes to
"""

from __future__ import annotations

RING_SIZE = 4096
"""Packets remembered while their feedback is awaited (about 2 s at a room's full rate); a power of two."""
RING_MASK = RING_SIZE - 1
OVERHEAD_BYTES = 8 + 20 + 16
"""UDP, IPv4 and SRTP's tag: what an RTP packet costs the path beyond itself."""

Departure = tuple[float, int, int]
"""When it left (monotonic seconds), its bytes on the path, and the probe it belongs to (NO_PROBE: none)."""
NO_PROBE = -1


class Departures:
    """`next` is the number of the next packet, not wrapped. `ring` holds None where there was nothing, or what has been
    acknowledged."""

    __slots__ = ("next", "ring")

    def __init__(self) -> None:
        self.next = 0
        self.ring: list[Departure | None] = [None] * RING_SIZE

    def add(self, size_bytes: int, now: float, probe: int = NO_PROBE) -> int:
        """A packet leaves; returns its number, not wrapped."""
        number = self.next
        self.next = number + 1
        self.ring[number & RING_MASK] = (now, size_bytes, probe)
        return number

    @property
    def oldest(self) -> int:
        """The first number that is still remembered."""
        return max(0, self.next - RING_SIZE)

    def unwrap(self, sequence: int) -> int:
        """The newest packet that was sent with this 16-bit number; negative if there was none."""
        newest = self.next - 1
        return newest - (newest - sequence & 0xFFFF)
