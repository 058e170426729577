"""Every bound of the packet path, named. Times are in seconds unless the name says otherwise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RelayLimits:
    ssrcs_per_peer: int = 32
    """Distinct SSRCs (RTP or RTCP) a peer may send with; more are dropped before any work is done for them."""
    ssrc_idle_s: float = 30.0
    """A full table gives up SSRCs that have been silent for this long."""
    max_datagram_bytes: int = 1500
    cache_packets: int = 512
    """Kept per received layer, for retransmission; a power of two."""
    max_sequence_gap: int = 1000
    """A longer jump is taken for a restart of the sender: closed up, not asked for."""

    nack_first_s: float = 0.02
    nack_backoff: float = 1.25
    nack_interval_s: float = 0.04
    """From the first request to the second; grows by `nack_backoff` up to `nack_max_s`."""
    nack_max_s: float = 0.4
    nack_tries: int = 5
    nack_outstanding: int = 256
    """Missing packets followed per layer; more: the oldest are given up."""

    frozen_s: float = 0.3
    """After a turn that came so late, and for as long, lost pictures are not asked for: key frames are."""

    audio_nack_first_s: float = 0.0
    """Frames come 20 ms apart: a gap is hardly ever reordering, and RED has filled what it could."""
    audio_nack_interval_s: float = 0.03
    audio_nack_tries: int = 8
    audio_nack_round_trip_s: float = 0.25
    """Nobody is asked for audio over a longer round trip: it would come too late to be waited for."""
    audio_packets: int = 64
    """Kept as they were sent, per slot: lost audio is repaired by the very same packets."""

    retransmit_ignore_s: float = 0.1
    """A repeated request is ignored within min(this, nearly a round trip)."""
    retransmit_tries: int = 10
    """As often as browsers ask: a packet that never comes costs a picture that stands still for seconds, then a key frame."""
    retransmit_burst: int = 256
    """Packets per subscriber; refilled at `retransmit_rate`."""
    retransmit_rate: float = 500.0
    """Packets per second and subscriber."""

    control_bytes_rate: float = 100_000.0
    """Bytes of RTCP read per second and peer. A browser that misses packets in sixteen pictures at once sends a fifth of it."""
    control_bytes_burst: float = 200_000.0
    nacked_rate: float = 4000.0
    """Packets per second that one subscriber may ask for; each is looked up, even if none is sent."""
    nacked_burst: float = 10_000.0
    """After an outage of seconds a browser asked for 7,300 at once."""
    keyframes_asked_rate: float = 50.0
    """Key frames per second that one subscriber may ask for, of all that it receives."""
    keyframes_asked_burst: float = 100.0

    downlink_feedback_rate: float = 50.0
    """Feedbacks per second and subscriber about its own path (libwebrtc sends up to 20); more are dropped unread."""
    downlink_feedback_burst: float = 50.0
    probe_packets: int = 64
    """The most in one probe."""

    keyframe_interval_s: float = 0.5
    """Between two keyframe requests for one layer."""
    layer_sync_s: float = 1.5
    """So long a frame that refers to the base layer only is awaited, before upper temporal layers come back with a key frame.
    Chromium marks one in every four."""
    layer_silence_s: float = 1.0
    """A layer without packets for this long does not flow."""
    layer_review_s: float = 0.2
    instant_start_packets: int = 40
    """A newcomer starts from the cache if the last keyframe is no further back than this."""

    feedback_interval_s: float = 0.1
    """Transport-wide feedback; 50 to 100 ms."""
    feedback_packets: int = 1000
    """Arrivals remembered between two feedbacks."""
    report_interval_s: float = 1.0
    """Sender and receiver reports, REMB."""
    remb_bps: int = 6_000_000
    """What peers without transport-wide feedback are told they may send."""
