"""Sending a probe: packets of a repair stream that nobody needs, to see whether the path carries them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from classroom.media.bandwidth.departures import OVERHEAD_BYTES
from classroom.media.bandwidth.probing import Probe
from classroom.media.pyrelay.cache import CachedPacket
from classroom.media.pyrelay.rtp import MEASURED_SIZE
from classroom.media.pyrelay.slot import SlotState

if TYPE_CHECKING:
    from classroom.media.pyrelay.peer import Peer

MAX_PADDING = 224
"""As libwebrtc; the count is one byte (RFC 3550 section 5.1)."""
LEAST_REAL_BYTES = 400
"""Smaller packets are made of padding alone: a probe of a slow path must not be five full packets long."""


def send_probe(peer: Peer, probe: Probe, now: float) -> None:
    """Sends packets of a picture again if there are any (libwebrtc does the same), else padding. At most
    `limits.probe_packets`; nothing where no measured video slot has a repair stream."""
    slots = [slot for slot in peer.slots.values() if slot.media.rtx_ssrc and slot.media.measured]
    if not slots:
        return
    slot = next((slot for slot in slots if slot.stream is not None), slots[0])
    old = _newest_first(slot)
    left = probe.size_bytes
    for sent in range(peer.limits.probe_packets):
        if left <= 0 and sent >= probe.packets:
            return
        share = left / max(1, probe.packets - sent)
        packet = next(old, None) if share >= LEAST_REAL_BYTES else None
        if packet is not None and slot.mapping is not None:
            done = slot.send(packet, slot.mapping, now, repair=True, probe=probe.cluster)
            size = MEASURED_SIZE + 2 + len(packet.payload)
        else:
            padding = min(MAX_PADDING, max(1, int(share) - MEASURED_SIZE - OVERHEAD_BYTES))
            done = slot.pad(padding, now, probe.cluster)
            size = MEASURED_SIZE + padding
        if not done:
            return
        left -= size + OVERHEAD_BYTES


def _newest_first(slot: SlotState) -> Iterator[CachedPacket]:
    """What was sent of the slot's present stream, as far as it is kept."""
    stream, mapping = slot.stream, slot.mapping
    if stream is None or mapping is None:
        return
    for dense in range(stream.dense, max(mapping.start, stream.dense - stream.cache.size + 1) - 1, -1):
        packet = stream.cache.get(dense)
        if packet is not None:
            yield packet
