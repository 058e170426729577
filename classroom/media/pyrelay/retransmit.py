"""Answering a subscriber's NACKs: which of the packets asked for are sent again. Protects from storms."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from classroom.media.pyrelay.limits import RelayLimits

if TYPE_CHECKING:
    from classroom.media.pyrelay.slot import SlotState

REMEMBERED = 1024
BURST_S = 0.512
PATIENCE = 0.9
"""Of a round trip, which is an average."""
REPEATED_ABOVE_S = 0.06
"""Over a shorter round trip a repair that gets lost, too, is asked for again in time."""
REPEAT_AFTER_S = 0.03
"""A run of losses that took a repair is over by then, mostly."""
MOST_REPEATS_WAITING = 256


def copies(loss: float, round_trip_s: float | None) -> int:
    """How often a repair is sent, so that hardly any (a thousandth of the packets) is needed a second time: over a long way
    that takes longer than browsers wait, and the picture stands still. It costs so many times the loss, which is little."""
    if round_trip_s is None or round_trip_s < REPEATED_ABOVE_S or loss < 0.01:
        return 1
    return 2 if loss < 0.07 else 3


class RetransmitBudget:
    """A token bucket, one for each subscriber: after an outage a client asks for thousands of packets."""

    __slots__ = ("_at", "_limits", "_tokens")

    def __init__(self, limits: RelayLimits) -> None:
        self._limits = limits
        self._tokens = float(limits.retransmit_burst)
        self._at = 0.0

    def take(self, now: float, per_s: float | None = None, reserve: float = 0.0) -> bool:
        """`per_s`: how many the path carries if that is less than the limit; half a second's may go at once. `reserve`: the
        share of the bucket that is left to what matters more."""
        limits = self._limits
        per_s = limits.retransmit_rate if per_s is None else min(per_s, limits.retransmit_rate)
        earned = max(0.0, now - self._at) * per_s
        most = min(limits.retransmit_burst, per_s * BURST_S)
        self._tokens = min(most, self._tokens + earned)
        self._at = now
        if self._tokens < 1.0 + reserve * most:
            return False
        self._tokens -= 1.0
        return True


class NackResponder:
    """Remembers, for one sent stream, what was sent again and when, by its sequence number."""

    __slots__ = ("_limits", "_sent")

    def __init__(self, limits: RelayLimits) -> None:
        self._limits = limits
        self._sent: dict[int, tuple[float, int]] = {}

    def first(self, sequence: int, now: float) -> bool:
        """Whether the packet was not asked for before (numbers come round again after 65,536 packets)."""
        last, times = self._sent.get(sequence, (0.0, 0))
        return times == 0 or now - last > 10.0

    def allows(self, sequence: int, now: float, round_trip_s: float | None) -> bool:
        """Whether a request is to be answered: not a repeat that crossed our answer, and not one too many.

        Browsers ask again after a round trip, when the answer should have come: what comes sooner says nothing new.
        """
        last, times = self._sent.get(sequence, (0.0, 0))
        if times == 0:
            return True
        patience = self._limits.retransmit_ignore_s
        if round_trip_s is not None:
            patience = min(patience, PATIENCE * round_trip_s)
        if now - last < patience:
            return False
        if times < self._limits.retransmit_tries:
            return True
        # A number comes round again after 65,536 packets: old entries must not speak for the new packet.
        if now - last > 10.0:
            del self._sent[sequence]
            return True
        return False

    def sent(self, sequence: int, now: float) -> None:
        times = self._sent.pop(sequence, (0.0, 0))[1]
        self._sent[sequence] = (now, times + 1)
        if len(self._sent) > REMEMBERED:
            del self._sent[next(iter(self._sent))]


class Repeats:
    """Repairs of one subscriber that are to be sent once more, a little later, unasked."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: deque[tuple[float, SlotState, int]] = deque(maxlen=MOST_REPEATS_WAITING)

    def add(self, slot: SlotState, sequence: int, times: int, now: float) -> None:
        """Kept in the order of their times, as far as that matters: a tick later is as good."""
        for n in range(1, times + 1):
            self._waiting.append((now + n * REPEAT_AFTER_S, slot, sequence))

    def due(self, now: float) -> list[tuple[SlotState, int]]:
        """Slots, and the sequence numbers that go again."""
        waiting = self._waiting
        if not waiting:
            return []
        found = [(slot, sequence) for at, slot, sequence in waiting if at <= now]
        if found:
            left = [entry for entry in waiting if entry[0] > now]
            waiting.clear()
            waiting.extend(left)
        return found
