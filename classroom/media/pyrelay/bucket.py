"""A token bucket: how much of something one peer may have us do."""

from __future__ import annotations


class TokenBucket:
    """Full at first; `per_s` tokens flow in, up to `burst`."""

    __slots__ = ("_at", "_burst", "_per_s", "_tokens")

    def __init__(self, per_s: float, burst: float) -> None:
        self._per_s, self._burst = per_s, burst
        self._tokens = burst
        self._at = 0.0

    def take(self, now: float, tokens: float = 1) -> bool:
        """False, and nothing is taken, if there are not so many. Time that goes back earns nothing."""
        left = self._tokens
        if now > self._at:
            left += (now - self._at) * self._per_s
            if left > self._burst:
                left = self._burst
        self._at = now
        if left < tokens:
            self._tokens = left
            return False
        self._tokens = left - tokens
        return True
