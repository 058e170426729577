"""Clocks: the relay's own as NTP time, and a sender's, as its reports tell it (RFC 3550 sections 4 and 6.4.1)."""

from __future__ import annotations

NTP_OFFSET_S = 1 << 31
"""The relay's NTP time is its monotonic clock plus this: RFC 3550 section 4 allows any clock of our own."""
CLOCK_DRIFT_S = 0.001
"""By how much a sender's clock may seem to lag further with each of its reports."""


def ntp_time(now: float) -> int:
    """64 bits, 32 of them fractional."""
    return int((now + NTP_OFFSET_S) * 0x100000000) & 0xFFFFFFFFFFFFFFFF


class PeerClock:
    """Maps a sender's clock to ours, the same way for its audio and its video, so that they stay together."""

    __slots__ = ("_offset_s",)

    def __init__(self) -> None:
        self._offset_s: float | None = None

    def reported(self, ntp: float, now: float) -> None:
        """A sender report with NTP seconds `ntp` came; the quickest ones tell the offset best."""
        offset = now - ntp
        if self._offset_s is None or abs(offset - self._offset_s) > 1.0 or offset < self._offset_s:
            self._offset_s = offset
        else:
            self._offset_s += min(offset - self._offset_s, CLOCK_DRIFT_S)

    def sender_time(self, now: float) -> float | None:
        """The sender's time when ours is `now`."""
        return None if self._offset_s is None else now - self._offset_s
