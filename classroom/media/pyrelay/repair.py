"""Sending again what a subscriber misses: pictures over RTX (RFC 4588), sound as it was sent.

Audio has no RTX in browsers. A packet is repaired by sending the very same datagram again (RFC 3711 section 3.3.2 lets
receivers take one of them): built anew it might differ, and SRTP must never encrypt two packets of one number.
"""

from __future__ import annotations

from classroom.media.pyrelay.retransmit import copies
from classroom.media.pyrelay.slot import SlotState

REPEATS_LEAVE = 0.25
"""Of the budget for repairs, so much to those that are asked for."""


def requested(slot: SlotState, sequence: int, now: float) -> bool:
    """The subscriber misses a packet. False once its budget is spent."""
    if not slot.video:
        return _requested_audio(slot, sequence, now)
    peer = slot.peer
    if slot.paused or peer.overloaded:
        return True  # It will begin again with a key frame; and repairs would only lengthen a queue.
    found = slot.sent(sequence)
    if found is None or not slot.responder.allows(sequence, now, peer.round_trip_s):
        return True
    if not peer.video_budget.take(now, peer.repairs_per_s):
        return False
    if slot.send(*found, now, repair=True):
        slot.retransmitted += 1
        slot.responder.sent(sequence, now)
        more = copies(peer.loss.fraction(now), peer.round_trip_s) - 1
        if more and slot.media.rtx_ssrc:
            peer.repeats.add(slot, sequence, more, now)
    return True


def repeat(slot: SlotState, sequence: int, now: float) -> None:
    """Sends a repair once more (over RTX, where each is a packet of its own), if there is room to spare."""
    peer = slot.peer
    found = slot.sent(sequence)
    if (
        found is not None
        and not slot.paused
        and not peer.overloaded
        and peer.video_budget.take(now, peer.repairs_per_s, REPEATS_LEAVE)
        and slot.send(*found, now, repair=True)
    ):
        slot.retransmitted += 1


def _requested_audio(slot: SlotState, sequence: int, now: float) -> bool:
    peer = slot.peer
    datagram = slot.remembered(sequence)
    if datagram is None or peer.address is None or peer.overloaded:
        return True
    if slot.responder.first(sequence, now):
        peer.loss.asked(1)
    if not slot.responder.allows(sequence, now, peer.round_trip_s):
        return True
    if not peer.audio_budget.take(now):
        return False
    peer.send(datagram, peer.address)
    slot.retransmitted += 1
    slot.responder.sent(sequence, now)
    return True
