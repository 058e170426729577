"""Timed work for one peer: what is asked of it and reported to it, gathered into few compounds."""

from __future__ import annotations

import math

from classroom.media.pyrelay import rtcp
from classroom.media.pyrelay.clock import ntp_time
from classroom.media.pyrelay.peer import Peer
from classroom.media.pyrelay.probes import send_probe
from classroom.media.pyrelay.redundancy import affordable, distance
from classroom.media.pyrelay.repair import repeat
from classroom.media.pyrelay.slot import SlotState
from classroom.media.relay import PeerStats, SlotStats, StreamStats

MAX_COMPOUND_BYTES = 1200
PHASES = 50
"""A second has so many ticks."""


def next_due(now: float, interval_s: float, phase: float) -> float:
    """The next time that lies `phase` of an interval after a multiple of it: what is repeated so is spread over all ticks, and
    stays so, whenever it was first done."""
    return (math.floor(now / interval_s - phase) + 1 + phase) * interval_s


def tick(peer: Peer, now: float, behind: bool = False, gave_up: bool = False) -> None:
    """To be called every 10 to 25 ms. RTCP is reduced-size (RFC 5506), which every answer negotiates. `behind`: no NACKs.
    `gave_up`: pictures that miss something begin anew instead."""
    if not peer.ready:
        return
    parts: list[bytes] = []
    limits = peer.limits
    if now >= peer.report_at:
        peer.report_at = next_due(now, limits.report_interval_s, peer.phase)
        parts += _receiver_reports(peer, now)
    for slot in peer.slots.values():
        if slot.mapping is not None and now >= slot.report_at:
            slot.report_at = next_due(now, limits.report_interval_s, slot.media.ssrc % PHASES / PHASES)
            parts.append(_sender_report(slot, now))
    _protect_audio(peer, now)
    for slot, sequence in peer.repeats.due(now):
        repeat(slot, sequence, now)
    for _, _, stream in peer.bound.values():
        if stream is not None and len(stream.nacks):
            if gave_up and stream.video:
                stream.nacks.clear()
                if stream.tables:
                    stream.keyframes.request()
                continue
            # What is not asked for now loses a try all the same: later, all of it at once would be more than ever.
            missing = stream.nacks.due(now, peer.round_trip_s)
            if missing and not behind:
                peer.asked.of_nacks += len(missing)
                parts.append(rtcp.nack(peer.local_ssrc, stream.ssrc, [number & 0xFFFF for number in missing]))
    if peer.media.transport_cc and now >= peer.feedback_at:
        peer.feedback_at = next_due(now, limits.feedback_interval_s, peer.phase)
        media_ssrc = next((ssrc for ssrc, bound in peer.bound.items() if bound[2] is not None), None)
        if media_ssrc is not None:
            parts += peer.arrivals.feedback(peer.local_ssrc, media_ssrc, now)
    compound = b""
    for part in parts:
        if compound and len(compound) + len(part) > MAX_COMPOUND_BYTES:
            peer.send_control(compound)
            compound = b""
        compound += part
    if compound:
        peer.send_control(compound)
    peer.request_keyframes(now)
    probe = None if peer.downlink is None else peer.downlink.poll(now)
    if probe is not None:
        send_probe(peer, probe, now)


def _protect_audio(peer: Peer, now: float) -> None:
    """Redundancy towards a peer follows what gets lost on its path, of whatever stream."""
    audio = [slot for slot in peer.slots.values() if not slot.video]
    peer.loss.count(sum(slot.packets for slot in audio if slot.media.nack), now)
    wanted = distance(peer.loss.fraction(now))
    if wanted and peer.downlink is not None and peer.downlink.estimator is not None:
        voices = sum(slot.stream is not None and slot.stream.flows(now) for slot in audio)
        estimator = peer.downlink.estimator
        room_bps = peer.queue.room_bps(estimator.queueing_bps, estimator.target_bps, now)
        wanted = min(wanted, affordable(room_bps, voices))
    peer.repeated_frames = wanted
    for slot in audio:
        slot.protect(wanted)


def _receiver_reports(peer: Peer, now: float) -> list[bytes]:
    blocks: list[bytes] = []
    ssrcs: list[int] = []
    for ssrc, (_, _, stream) in peer.bound.items():
        if stream is not None:
            reception = stream.reception
            ssrcs.append(ssrc)
            blocks.append(
                rtcp.report_block(
                    ssrc,
                    reception.fraction_lost(),
                    reception.cumulative_lost,
                    reception.highest,
                    int(reception.jitter),
                    reception.sr_ntp_middle,
                    reception.delay_since_sr(now),
                )
            )
    parts = [
        rtcp.receiver_report(peer.local_ssrc, blocks[at : at + rtcp.MAX_BLOCKS])
        for at in range(0, len(blocks), rtcp.MAX_BLOCKS)
    ]
    if ssrcs and peer.media.remb and not peer.media.transport_cc:
        parts.append(rtcp.receiver_estimate(peer.local_ssrc, peer.limits.remb_bps, ssrcs[: rtcp.MAX_BLOCKS]))
    return parts


def _sender_report(slot: SlotState, now: float) -> bytes:
    """The slot's timestamp that belongs to now, from the publisher's own report: audio and video of one person keep
    together whatever was rewritten. Without one, from the newest packet's arrival."""
    stream, mapping, publication = slot.stream, slot.mapping, slot.publication
    assert stream is not None
    assert mapping is not None
    assert publication is not None
    sender_now = publication.owner.clock.sender_time(now)
    if stream.sr is not None and sender_now is not None:
        ntp, reference = stream.sr
        rtp_ts = reference + round((sender_now - ntp) * stream.clock_rate)
    else:
        rtp_ts = stream.rtp_ts + round((now - stream.rtp_ts_at) * stream.clock_rate)
    return rtcp.sender_report(
        slot.media.ssrc, ntp_time(now), rtp_ts + mapping.rtp_ts, slot.packets, slot.octets
    )


def statistics(peer: Peer, now: float) -> PeerStats:
    received = tuple(
        StreamStats(
            kind=publication.key.kind,
            layer=layer,
            packets=stream.reception.packets,
            bytes=stream.reception.bytes,
            lost=stream.lost,
            repaired=stream.repaired,
            bitrate_bps=stream.reception.current_bitrate_bps(now),
            jitter_ms=stream.reception.jitter * 1000 / stream.clock_rate,
            codec=stream.codec,
            wanted=bool(stream.tables or stream.waiting),
            began_at=stream.reception.began_at,
        )
        for publication, layer, stream in peer.bound.values()
        if stream is not None
    )
    sent = tuple(
        SlotStats(
            slot=slot.media.name,
            media=slot.media.media,
            flowing=slot.mapping is not None,
            codec=slot.codec,
            layer=None if slot.stream is None else slot.stream.layer,
            packets=slot.packets,
            retransmitted=slot.retransmitted,
            reported_highest=slot.reported_highest,
            reported_lost=slot.reported_lost,
            reported_packets=slot.reported_packets,
            jitter_ms=slot.reported_jitter_ms,
            began_at=slot.began_at,
        )
        for slot in peer.slots.values()
        if slot.packets
    )
    flowing = [slot for slot in peer.slots.values() if slot.mapping is not None]
    return PeerStats(
        received=received,
        sent_packets=sum(slot.packets for slot in peer.slots.values()),
        sent_bytes=sum(slot.octets for slot in peer.slots.values()),
        retransmitted_packets=sum(slot.retransmitted for slot in peer.slots.values()),
        keyframe_requests=peer.asked.of_keyframes,
        dropped=dict(peer.dropped),
        fraction_lost=sum(slot.fraction_lost for slot in flowing) / len(flowing) if flowing else 0.0,
        round_trip_ms=None if peer.round_trip_s is None else peer.round_trip_s * 1000,
        sent=sent,
        nacks_sent=peer.asked.of_nacks,
        nacks_received=peer.asked.by_nacks,
        keyframes_wanted=peer.asked.by_keyframes,
        estimate_bps=None if peer.downlink is None else peer.downlink.estimate_bps,
    )
