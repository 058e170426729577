"""Reads a participant's counters into a result."""

from __future__ import annotations

from loadtest.figures import (
    Counters,
    Kind,
    Packets,
    ParticipantResult,
    Switch,
    add_counters,
    add_packets,
)
from loadtest.participant import Participant
from loadtest.peer import MediaPeer
from loadtest.room import Room


def collect(room: Room) -> list[ParticipantResult]:
    """To be called once sending has stopped and what was under way has arrived."""
    return [_result(room, participant) for participant in room.participants]


def _result(room: Room, participant: Participant) -> ParticipantResult:
    measured = participant.measured
    others = [other for other in room.participants if other is not participant and other.connected]
    return ParticipantResult(
        number=participant.number,
        name=participant.name,
        room=room.index,
        role=participant.role,
        joined=participant.connected and not any("joining failed" in error for error in measured.errors),
        hears=participant.receives != "nothing" and any(other.number in room.spoke for other in others),
        sees=participant.receives == "video" and any(other.camera_on for other in others),
        losses=measured.losses,
        tries=measured.tries,
        join_ms=measured.join_ms,
        first_audio_ms=measured.first_audio_ms,
        first_video_ms=measured.first_video_ms,
        packets={"audio": _packets(participant, "audio"), "video": _packets(participant, "video")},
        latency={"audio": measured.latency_ms["audio"], "video": measured.latency_ms["video"]},
        switches=tuple(Switch(move.kind, move.audio_ms, move.video_ms) for move in measured.moves),
        counters=add_counters([_counters(participant, peer) for peer in participant.peers]),
        errors=tuple(measured.errors),
    )


def _packets(participant: Participant, kind: Kind) -> Packets:
    return add_packets(_packets_of(peer, kind) for peer in participant.peers)


def _packets_of(peer: MediaPeer, kind: Kind) -> Packets:
    slots = [slot for slot in peer.slots.values() if slot.media == kind]
    if peer.microphone is None or peer.camera is None:
        sent = 0
    elif kind == "audio":
        sent = peer.microphone.stream.packets
    else:
        sent = sum(layer.stream.packets for layer in peer.camera.layers)
    left_out = sum(slot.left_out for slot in slots)
    return Packets(
        sent=sent,
        expected=sum(slot.expected for slot in slots) + left_out,
        received=sum(slot.received for slot in slots),
        repaired=sum(slot.repaired for slot in slots),
        left_out=left_out,
        duplicates=sum(slot.duplicates for slot in slots),
    )


def _counters(participant: Participant, peer: MediaPeer) -> Counters:
    layers = peer.camera.layers if peer.camera is not None else ()
    return Counters(
        nacks_sent=peer.counts.nacks_sent,
        plis_sent=peer.counts.plis_sent,
        retransmitted=sum(layer.retransmitted for layer in layers),
        keyframes_asked=sum(layer.keyframes_asked for layer in layers),
        uplink_sent=peer.packets_sent,
        uplink_lost=peer.uplink_lost,
        misrouted=participant.leaks.leaks if peer is participant.peer else 0,
        undecryptable=peer.transport.undecryptable + sum(s.undecryptable for s in peer.slots.values()),
        unknown_ssrc=peer.unknown_ssrc,
        unsent=peer.transport.unsent,
    )
