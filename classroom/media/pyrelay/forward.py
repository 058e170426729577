"""The hot loop: one received packet to every slot it flows into. No allocation beyond the datagram that is sent."""

from __future__ import annotations

from classroom.media.pyrelay.cache import CachedPacket
from classroom.media.pyrelay.codecs import AS_IS
from classroom.media.pyrelay.redundancy import protected
from classroom.media.pyrelay.rtp import FIXED, FIXED_SIZE
from classroom.media.pyrelay.srtp import BUFFER, C_BUFFER, C_LENGTH, MAX_PACKET_BYTES, OUTPUT, protect
from classroom.media.pyrelay.stream import Stream
from classroom.media.pyrelay.vp8 import rewrite
from classroom.media.relay import Send


def forward(stream: Stream, packet: CachedPacket, send: Send) -> None:
    """Everything that is the same for all is read once; each slot then costs its header, a copy, SRTP and the send."""
    dense, rtp_ts, marker, _, original, descriptor = packet
    late = dense != stream.dense
    audio = not stream.video
    mark = 0x80 if marker else 0
    buffer, output, c_buffer, c_length = BUFFER, OUTPUT, C_BUFFER, C_LENGTH
    pack_into, protect_ = FIXED.pack_into, protect
    # The usual descriptor (15-bit picture id, then TL0PICIDX; no KEYIDX) is patched here, others by `vp8.rewrite`.
    picture_id_at = tl0picidx_at = 0
    if descriptor is not None and descriptor.picture_id_wide and descriptor.keyidx_at < 0:
        picture_id, picture_id_at = descriptor.picture_id, FIXED_SIZE + descriptor.picture_id_at
        if descriptor.tl0picidx_at >= 0:
            tl0picidx, tl0picidx_at = descriptor.tl0picidx, FIXED_SIZE + descriptor.tl0picidx_at
        else:
            tl0picidx = 0
        descriptor = None
    else:
        picture_id = tl0picidx = 0
    for change, entries in stream.tables.items():
        payload = original if change == AS_IS else protected(stream.cache, packet, change >> 8, change & 0x7F)
        size = len(payload)
        end = FIXED_SIZE + size
        if end > MAX_PACKET_BYTES:
            continue
        for start, to_seq, to_ts, to_pid, to_tl0, to_key, ssrc, number, context, address, slot, _ in entries:
            if late and dense < start:
                continue
            pack_into(
                buffer, 0, 0x80, number | mark, dense + to_seq & 0xFFFF, rtp_ts + to_ts & 0xFFFFFFFF, ssrc
            )
            buffer[FIXED_SIZE:end] = payload
            if picture_id_at:
                value = picture_id + to_pid
                buffer[picture_id_at] = 0x80 | value >> 8 & 0x7F
                buffer[picture_id_at + 1] = value & 0xFF
                if tl0picidx_at:
                    buffer[tl0picidx_at] = tl0picidx + to_tl0 & 0xFF
            elif descriptor is not None:
                rewrite(buffer, FIXED_SIZE, descriptor, to_pid, to_tl0, to_key)
            c_length[0] = end
            if protect_(context, c_buffer, c_length):
                slot.peer.count("protect")
                continue
            datagram = output[0 : c_length[0]]
            send(datagram, address)
            if audio:
                slot.remember(dense + to_seq & 0xFFFF, datagram)
            slot.packets += 1
            slot.octets += size
