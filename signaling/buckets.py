"""Token bucket: so many per second on average, so many at once."""

from __future__ import annotations


class TokenBucket:
    """Starts full. `now` is monotonic seconds."""

    def __init__(self, rate_per_s: float, burst: float, now: float) -> None:
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._tokens = burst
        self._filled_at = now

    def take(self, now: float, tokens: float = 1.0) -> bool:
        """Takes so many tokens; False, and none taken, if there are fewer."""
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._filled_at) * self._rate_per_s)
        self._filled_at = now
        if self._tokens < tokens:
            return False
        self._tokens -= tokens
        return True
