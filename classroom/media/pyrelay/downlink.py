"""What one subscriber's path carries: marks what is sent to it, reads what comes back, says what may be sent."""

from __future__ import annotations

from classroom.media.bandwidth.departures import NO_PROBE, OVERHEAD_BYTES, Departures
from classroom.media.bandwidth.estimator import CEILING_BPS, FLOOR_BPS, BandwidthEstimator
from classroom.media.bandwidth.feedback import MalformedFeedback, parse
from classroom.media.bandwidth.probing import Probe
from classroom.media.model import PeerMedia
from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.pyrelay.redundancy import LossView
from classroom.media.relay import DownlinkState
from signaling.buckets import TokenBucket

ABS_SEND_TIME_PER_S = 1 << 18
"""abs-send-time: 24 bits of seconds, 18 of them behind the point."""
FALLS_BELOW = 0.9
FROZEN_S = 2.0
"""Whoever was away for so long, in sleep or for want of a processor, begins to measure anew."""
REPAIR_SHARE = 0.5
"""Of what the path carries, at most this much repairs what was sent before."""
REPAIR_PACKET_BITS = 9600
LEAST_REPAIRS_PER_S = 10.0
NARROW_BPS = 500_000.0
NARROW_START_S = 0.2
"""On a path that carries less, what a picture begins with must not stand before sound for longer."""


def _word(media: PeerMedia) -> int:
    """The id and length (RFC 8285 section 4.2), then 24 bits of zero: a transport-wide number and padding, or abs-send-time."""
    if media.downlink == "transport-cc":
        return (media.extensions.transport_cc << 4 | 1) << 24
    return (media.extensions.abs_send_time << 4 | 2) << 24


class Downlink:
    """One connection to one peer. Its packets carry a 32-bit element of a header extension: `word`, the same in all, and their
    own 24 bits."""

    __slots__ = (
        "_limits",
        "_polled_at",
        "_reading",
        "_remb_bps",
        "_told_bps",
        "_told_draining",
        "departures",
        "estimator",
        "wanted_bps",
        "word",
    )

    def __init__(self, media: PeerMedia, limits: RelayLimits) -> None:
        self._limits = limits
        self.departures: Departures | None = None
        """None: the peer estimates by itself (REMB)."""
        self.estimator: BandwidthEstimator | None = None
        if media.downlink == "transport-cc":
            self.departures = Departures()
            self.estimator = BandwidthEstimator(self.departures)
        self.word = _word(media)
        self.wanted_bps = 0.0
        self._remb_bps: float | None = None
        self._told_bps = 0.0
        self._told_draining = False
        self._reading = TokenBucket(limits.downlink_feedback_rate, limits.downlink_feedback_burst, 0.0)
        self._polled_at = float("inf")

    def element(self, packet_bytes: int, now: float, probe: int = NO_PROBE) -> int:
        """The extension's element for a packet of `packet_bytes` (before SRTP) that leaves now. The hot loop does the same in
        place (`forward`)."""
        if self.departures is None:
            return self.word | int(now * ABS_SEND_TIME_PER_S) & 0xFFFFFF
        return self.word | (self.departures.add(packet_bytes + OVERHEAD_BYTES, now, probe) & 0xFFFF) << 8

    @classmethod
    def of(cls, media: PeerMedia, limits: RelayLimits) -> Downlink | None:
        """None: the peer tells nothing of its path."""
        return cls(media, limits) if media.downlink else None

    def fits(self, media: PeerMedia) -> bool:
        """Whether another negotiation of the same connection lets it go on."""
        return (self.departures is not None) == (media.downlink == "transport-cc") and self.word == _word(
            media
        )

    def reported(self, report: bytes | int, now: float) -> str | None:
        """The peer reported on its path: transport-wide feedback, still packed, or an estimate of its own, in bits per second.
        Returns why that was dropped, if it was."""
        if isinstance(report, int):
            return self._estimate(report, now)
        estimator = self.estimator
        if estimator is None:
            return "feedback_unexpected"
        if not self._reading.take(now):
            return "feedback_flood"
        try:
            arrivals = parse(report)
        except MalformedFeedback:
            return "feedback_malformed"
        stale = estimator.stale
        estimator.feedback(arrivals, now)
        if estimator.stale == stale:
            return None
        return "feedback_stale" if estimator.stale - stale > len(arrivals.arrivals) // 2 else None

    def _estimate(self, bitrate_bps: int, now: float) -> str | None:
        if self.estimator is not None:
            return None  # libwebrtc may send both; ours is the better informed
        if not self._reading.take(now):
            return "feedback_flood"
        self._remb_bps = min(max(float(bitrate_bps), FLOOR_BPS), CEILING_BPS)
        return None

    def poll(self, now: float) -> Probe | None:
        """The probe to send now, if one is due."""
        if now - self._polled_at > FROZEN_S:
            self.restart()
        self._polled_at = now
        return None if self.estimator is None else self.estimator.poll(self.wanted_bps, now)

    def restart(self) -> None:
        """The peer is at another address, or nothing was sent for a while: what was measured of the queue says nothing now. The
        rate that was carried is tried all the same; mostly it was only a NAT."""
        if self.estimator is not None and self.departures is not None:
            self.estimator = BandwidthEstimator(self.departures, self.estimator.carried_bps)
        self._remb_bps = None

    @property
    def repairs_per_s(self) -> float:
        """How many packets may be sent again."""
        most = self._limits.retransmit_rate
        if self.estimator is None:
            return most
        return min(
            most, max(LEAST_REPAIRS_PER_S, REPAIR_SHARE * self.estimator.target_bps / REPAIR_PACKET_BITS)
        )

    @property
    def start_bytes(self) -> float:
        """How much of a picture may be sent at once."""
        if self.estimator is None or self.estimator.target_bps > NARROW_BPS:
            return float("inf")
        return self.estimator.target_bps * NARROW_START_S / 8

    @property
    def estimate_bps(self) -> float | None:
        """What may be sent now; None: nothing is known of the path yet."""
        return self._remb_bps if self.estimator is None else self.estimator.target_bps

    @property
    def draining(self) -> bool:
        return self.estimator is not None and self.estimator.draining

    @property
    def pressed(self) -> bool:
        """Whether less may be sent than `state` last told, by much."""
        estimator = self.estimator
        if estimator is None:
            return self._remb_bps is not None and self._remb_bps < FALLS_BELOW * self._told_bps
        return estimator.target_bps < FALLS_BELOW * self._told_bps or (
            estimator.draining and not self._told_draining
        )

    def state(
        self, loss: LossView, round_trip_s: float | None, repeats: int, now: float
    ) -> DownlinkState | None:
        """`loss`, `round_trip_s`: by receiver reports, for peers whose feedback does not tell. `repeats`: as in the answer."""
        estimator = self.estimator
        self._told_draining = self.draining
        if estimator is not None:
            self._told_bps = estimator.target_bps
            return DownlinkState(
                estimator.target_bps,
                estimator.draining,
                estimator.round_trip_s,
                estimator.loss,
                arriving_bps=estimator.arriving_bps,
                silent=estimator.silent,
                repeats=repeats,
            )
        if self._remb_bps is None:
            return None
        self._told_bps = self._remb_bps
        return DownlinkState(
            self._remb_bps, False, round_trip_s, loss.fraction(now), self_estimated=True, repeats=repeats
        )
