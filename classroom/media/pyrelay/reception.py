"""What the receiver of a stream counts and reports about it (RFC 3550 sections 6.4.1 and A.3, A.8)."""

from __future__ import annotations

RATE_WINDOW_S = 1.0


class Reception:
    __slots__ = (
        "_expected_before",
        "_first",
        "_rate_bytes",
        "_rate_since",
        "_received_before",
        "_transit",
        "began_at",
        "bitrate_bps",
        "bytes",
        "clock_rate",
        "highest",
        "jitter",
        "packets",
        "sr_at",
        "sr_ntp_middle",
        "upper_bytes",
        "upper_share",
    )

    def __init__(self, first: int, clock_rate: int) -> None:
        self.clock_rate = clock_rate
        self._first = first
        self.highest = first
        self.packets = 0
        self.bytes = 0
        self.jitter = 0.0
        """In units of the stream's clock."""
        self.began_at: float | None = None
        """When its first packet came (monotonic seconds)."""
        self._transit: float | None = None
        self._expected_before = 0
        self._received_before = 0
        self.sr_ntp_middle = 0
        """Middle 32 bits of the last sender report's NTP time, and when it came; 0: none yet."""
        self.sr_at = 0.0
        self.bitrate_bps = 0
        self._rate_since: float | None = None
        self._rate_bytes = 0
        self.upper_bytes = 0
        """In upper temporal layers, or repeating earlier frames of sound (RED), in the present window; to be added to by
        whoever reads payloads."""
        self.upper_share = 0.0
        """Of the bit rate, in the window before."""

    @property
    def first(self) -> int:
        """The lowest extended number that has come."""
        return self._first

    @property
    def expected(self) -> int:
        return self.highest - self._first + 1

    def received(self, extended: int, rtp_ts: int, size: int, now: float) -> None:
        """A packet of the stream itself (not a retransmission) came."""
        self.packets += 1
        self.count_bytes(size, now)
        if extended > self.highest:
            self.highest = extended
        elif extended < self._first:
            self._first = extended
        # Differences are taken modulo 2^32, as the timestamp wraps.
        transit = (now * self.clock_rate - rtp_ts) % 0x100000000
        if self._transit is not None:
            difference = abs(transit - self._transit)
            if difference > 0x80000000:
                difference = 0x100000000 - difference
            self.jitter += (difference - self.jitter) / 16
        else:
            self.began_at = now
        self._transit = transit

    def count_bytes(self, size: int, now: float) -> None:
        self.bytes += size
        if self._rate_since is None:
            self._rate_since = now
        self._rate_bytes += size
        elapsed = now - self._rate_since
        if elapsed >= RATE_WINDOW_S:
            self.bitrate_bps = int(self._rate_bytes * 8 / elapsed)
            self.upper_share = min(1.0, self.upper_bytes / self._rate_bytes) if self._rate_bytes else 0.0
            self.upper_bytes = 0
            self._rate_bytes = 0
            self._rate_since = now

    def current_bitrate_bps(self, now: float) -> int:
        """0 once nothing has come for two windows."""
        if self._rate_since is None or now - self._rate_since > 2 * RATE_WINDOW_S:
            return 0
        return self.bitrate_bps

    def restarted(self, extended: int) -> None:
        """The sender jumped: what lies between was never sent."""
        self._first += extended - self.highest - 1
        self.highest = extended - 1

    def fraction_lost(self) -> int:
        """In 1/256 since the last call; to be called once per report."""
        expected = self.expected - self._expected_before
        received = self.packets - self._received_before
        self._expected_before = self.expected
        self._received_before = self.packets
        lost = expected - received
        return 0 if expected <= 0 or lost <= 0 else min(255, (lost << 8) // expected)

    @property
    def cumulative_lost(self) -> int:
        """As a report carries it: 24 bits, signed."""
        return max(-0x800000, min(0x7FFFFF, self.expected - self.packets))

    def delay_since_sr(self, now: float) -> int:
        """In 1/65536 seconds; 0 without a sender report."""
        return int((now - self.sr_at) * 65536) & 0xFFFFFFFF if self.sr_ntp_middle else 0
