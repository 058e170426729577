"""Answering a subscriber's NACKs: which of the packets asked for are sent again. Protects from storms."""

from __future__ import annotations

from classroom.media.pyrelay.limits import RelayLimits

REMEMBERED = 1024
BURST_S = 0.512


class RetransmitBudget:
    """A token bucket, one for each subscriber: after an outage a client asks for thousands of packets."""

    __slots__ = ("_at", "_limits", "_tokens")

    def __init__(self, limits: RelayLimits) -> None:
        self._limits = limits
        self._tokens = float(limits.retransmit_burst)
        self._at = 0.0

    def take(self, now: float, per_s: float | None = None) -> bool:
        """`per_s`: how many the path carries if that is less than the limit; half a second's may go at once."""
        limits = self._limits
        per_s = limits.retransmit_rate if per_s is None else min(per_s, limits.retransmit_rate)
        earned = max(0.0, now - self._at) * per_s
        self._tokens = min(limits.retransmit_burst, per_s * BURST_S, self._tokens + earned)
        self._at = now
        if self._tokens < 1.0:
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

        An answer under way takes a round trip; until two have passed, a repeat says nothing new.
        """
        last, times = self._sent.get(sequence, (0.0, 0))
        if times == 0:
            return True
        patience = self._limits.retransmit_ignore_s
        if round_trip_s is not None:
            patience = min(patience, 2 * round_trip_s)
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
