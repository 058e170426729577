"""What a peer reports and asks for by RTCP, and how much of it is read.

A datagram of 1,400 bytes can ask for 2,048 packets or 170 key frames: the number of datagrams bounds no work. So what a peer
may say is counted in bytes, and what it may ask for in packets and key frames; what is more is counted and dropped, whoever
else is fine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classroom.media.pyrelay import rtcp
from classroom.media.pyrelay.clock import ntp_time
from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.pyrelay.repair import requested
from signaling.buckets import TokenBucket

if TYPE_CHECKING:
    from classroom.media.pyrelay.peer import Peer


class Reading:
    """How much more is read of one peer."""

    __slots__ = ("bytes", "keyframes", "nacks")

    def __init__(self, limits: RelayLimits) -> None:
        self.bytes = TokenBucket(limits.control_bytes_rate, limits.control_bytes_burst, 0.0)
        self.nacks = TokenBucket(limits.nacked_rate, limits.nacked_burst, 0.0)
        self.keyframes = TokenBucket(limits.keyframes_asked_rate, limits.keyframes_asked_burst, 0.0)


def heard(peer: Peer, packet: bytes, now: float) -> None:
    """An authentic RTCP compound."""
    if not peer.reading.bytes.take(now, len(packet)):
        peer.count("control_flood")
        return
    fci = rtcp.lone_feedback(packet)
    if fci is not None:  # the usual, ten times a second from everybody
        _path_reported(peer, fci, now)
        return
    parts, well_formed = rtcp.parse(packet)
    if not well_formed:
        peer.count("malformed_rtcp")
    for part in parts:
        if isinstance(part, rtcp.TransportFeedback):
            _path_reported(peer, part.fci, now)
        elif isinstance(part, rtcp.Estimate):
            _path_reported(peer, part.bitrate_bps, now)
        elif isinstance(part, rtcp.SenderReport):
            _sender_report(peer, part, now)
        elif isinstance(part, rtcp.ReportBlock):
            _report_block(peer, part, now)
        elif isinstance(part, rtcp.Nack):
            _nack(peer, part, now)
        else:
            _keyframe_request(peer, part, now)


def _path_reported(peer: Peer, report: bytes | int, now: float) -> None:
    """Transport-wide feedback, or the peer's own estimate."""
    downlink = peer.downlink
    refused = "feedback_unexpected" if downlink is None else downlink.reported(report, now)
    if refused is not None:
        peer.count(refused)


def _nack(peer: Peer, nack: rtcp.Nack, now: float) -> None:
    peer.asked.by_nacks += len(nack.sequences)
    slot = peer.slot_of(nack.media_ssrc)
    if slot is None or slot.publication is None:
        return
    if not peer.reading.nacks.take(now, len(nack.sequences)):
        peer.count("nack_flood")
        return
    for sequence in nack.sequences:
        if not requested(slot, sequence, now):
            peer.count("retransmit_budget")
            return


def _keyframe_request(peer: Peer, request: rtcp.KeyframeRequest, now: float) -> None:
    peer.asked.by_keyframes += 1
    slot = peer.slot_of(request.media_ssrc)
    if slot is None or slot.publication is None:
        return
    if not peer.reading.keyframes.take(now):
        peer.count("keyframe_flood")
        return
    slot.publication.keyframe_wanted(slot)
    slot.publication.owner.request_keyframes(now)


def _sender_report(peer: Peer, report: rtcp.SenderReport, now: float) -> None:
    bound = peer.bound.get(report.ssrc)
    stream = None if bound is None else bound[2]
    if stream is None:
        return
    ntp = report.ntp / 0x100000000
    stream.sr = (ntp, report.rtp_ts)
    stream.reception.sr_ntp_middle = report.ntp >> 16 & 0xFFFFFFFF
    stream.reception.sr_at = now
    peer.clock.reported(ntp, now)


def _report_block(peer: Peer, block: rtcp.ReportBlock, now: float) -> None:
    slot = peer.slot_of(block.ssrc)
    if slot is None:
        return
    slot.reported(block, now)
    if block.last_sr:
        # RFC 3550 section 6.4.1: arrival - LSR - DLSR, in 1/65536 s.
        elapsed = (ntp_time(now) >> 16) - block.last_sr - block.delay_since_last_sr & 0xFFFFFFFF
        if elapsed < 0x80000000:
            sample = elapsed / 65536
            known = peer.round_trip_s
            peer.round_trip_s = sample if known is None else known + (sample - known) / 8
