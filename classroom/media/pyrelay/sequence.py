"""Sequence numbers of a received stream: unwrapped, and closed up where packets are taken out for good.

Padding packets are not forwarded and long jumps are not passed on, yet what leaves must be continuous. Instead of keeping that
for each subscriber, a stream numbers its forwardable packets once: *extended* numbers count what the sender sent, *dense* ones
what may be forwarded. A subscriber's number is then a dense one plus a constant.
"""

from __future__ import annotations

from collections import deque

REMEMBERED_SKIPS = 256


class SequenceSpace:
    __slots__ = ("_skips", "highest", "skipped")

    def __init__(self, first: int) -> None:
        self.highest = first + 0x10000 - 1
        """The highest extended number seen; one turn ahead, so that earlier packets stay positive."""
        self.skipped = 0
        self._skips: deque[tuple[int, int]] = deque(maxlen=REMEMBERED_SKIPS)
        """(extended number from which on more was skipped, skipped before it), oldest first."""

    def unwrap(self, sequence: int) -> int:
        """The extended number nearest to the highest one (RFC 3711 section 3.3.1 estimates so too)."""
        delta = (sequence - self.highest) & 0xFFFF
        return self.highest + (delta if delta < 0x8000 else delta - 0x10000)

    def skip(self, first: int, count: int) -> None:
        """Takes `count` numbers from `first` (above the highest seen) out of the dense space."""
        skips = self._skips
        if skips and skips[-1][0] == first:
            # A run of padding takes one entry, not one each.
            skips[-1] = (first + count, skips[-1][1])
        else:
            skips.append((first + count, self.skipped))
        self.skipped += count

    def dense(self, extended: int) -> int:
        """The dense number; -1 if it was skipped or is too long ago to tell."""
        skips = self._skips
        if not skips or extended >= skips[-1][0]:
            return extended - self.skipped
        after = self.skipped
        for start, before in reversed(skips):
            if extended >= start:
                return extended - after
            if extended >= start - (after - before):
                return -1
            after = before
        return extended - after if len(skips) < REMEMBERED_SKIPS else -1
