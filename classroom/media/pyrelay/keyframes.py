"""When to ask a publisher for a key frame (PLI, RFC 4585 section 6.3.1)."""

from __future__ import annotations

from classroom.media.pyrelay.limits import RelayLimits


class KeyframeRequester:
    """For one received layer: at most one request per interval, repeated until the key frame comes."""

    __slots__ = ("_interval_s", "_sent_at", "_wanted")

    def __init__(self, limits: RelayLimits) -> None:
        self._interval_s = limits.keyframe_interval_s
        self._sent_at: float | None = None
        self._wanted = False

    @property
    def wanted(self) -> bool:
        return self._wanted

    def request(self) -> None:
        """Somebody needs a key frame."""
        self._wanted = True

    def arrived(self) -> None:
        """One came, or nobody needs one any more."""
        self._wanted = False

    def due(self, now: float) -> bool:
        """Whether to send a request now; one that is said to be due counts as sent."""
        if not self._wanted:
            return False
        if self._sent_at is not None and now - self._sent_at < self._interval_s:
            return False
        self._sent_at = now
        return True
