"""The hot loop: one received packet to every slot it flows into. No allocation beyond the datagram that is sent."""

from __future__ import annotations

from classroom.media.bandwidth.departures import OVERHEAD_BYTES, RING_MASK, departure
from classroom.media.pyrelay.cache import CachedPacket
from classroom.media.pyrelay.codecs import AS_IS, BASE_LAYER
from classroom.media.pyrelay.downlink import ABS_SEND_TIME_PER_S
from classroom.media.pyrelay.redundancy import protected
from classroom.media.pyrelay.rtp import FIXED, MEASURED, MEASURED_SIZE, NUMBERED, ONE_WORD
from classroom.media.pyrelay.srtp import (
    BUFFER,
    C_BUFFER,
    C_LENGTH,
    C_PLAIN,
    MAX_PACKET_BYTES,
    OUTPUT,
    PLAIN_AT,
    protect,
)
from classroom.media.pyrelay.stream import Stream
from classroom.media.pyrelay.vp8 import rewrite
from classroom.media.relay import Send


def forward(stream: Stream, packet: CachedPacket, send: Send, now: float) -> None:
    """Everything that is the same for all is read once; each slot then costs its header, a copy, SRTP and the send."""
    dense, rtp_ts, original, descriptor = packet.dense, packet.rtp_ts, packet.payload, packet.descriptor
    late = dense != stream.dense
    audio = not stream.video
    mark = 0x80 if packet.marker else 0
    buffer, output, c_buffer, c_plain, c_length = BUFFER, OUTPUT, C_BUFFER, C_PLAIN, C_LENGTH
    pack_plain, pack_numbered, pack_measured = FIXED.pack_into, NUMBERED.pack_into, MEASURED.pack_into
    protect_, ring_mask = protect, RING_MASK
    # The usual descriptor (15-bit picture id, then TL0PICIDX; no KEYIDX) is patched here, others by `vp8.rewrite`.
    picture_id_at = tl0picidx_at = 0
    if descriptor is not None and descriptor.picture_id_wide and descriptor.keyidx_at < 0:
        picture_id, picture_id_at = descriptor.picture_id, MEASURED_SIZE + descriptor.picture_id_at
        if descriptor.tl0picidx_at >= 0:
            tl0picidx, tl0picidx_at = descriptor.tl0picidx, MEASURED_SIZE + descriptor.tl0picidx_at
        else:
            tl0picidx = 0
        descriptor = None
    else:
        picture_id = tl0picidx = 0
    for change, entries in stream.tables.items():
        number, picture, shift = dense, picture_id, 0
        if change == AS_IS:
            payload = original
        elif change == BASE_LAYER:
            if packet.left_out:
                continue
            number = dense - packet.above
            payload, shift = stream.base.thinned(packet)
            picture += shift
        else:
            payload = protected(stream.cache, packet, change >> 8, change & 0x7F)
        size = len(payload)
        end = MEASURED_SIZE + size
        if end > MAX_PACKET_BYTES:
            continue
        left = departure(end + OVERHEAD_BYTES, now)
        for (
            start, to_seq, to_ts, to_pid, to_tl0, to_key, ssrc, payload_type, context, address, slot, _, word,
            constant, departures,
        ) in entries:  # fmt: skip
            if late and dense < start:
                continue
            buffer[MEASURED_SIZE:end] = payload
            if picture_id_at:
                value = picture + to_pid
                buffer[picture_id_at] = 0x80 | value >> 8 & 0x7F
                buffer[picture_id_at + 1] = value & 0xFF
                if tl0picidx_at:
                    buffer[tl0picidx_at] = tl0picidx + to_tl0 & 0xFF
            elif descriptor is not None:
                rewrite(buffer, MEASURED_SIZE, descriptor, to_pid + shift, to_tl0, to_key)
            sequence, timestamp = number + to_seq & 0xFFFF, rtp_ts + to_ts & 0xFFFFFFFF
            if word:
                if departures is not None:
                    transport = departures.next
                    departures.next = transport + 1
                    departures.ring[transport & ring_mask] = left
                    pack_numbered(
                        buffer,
                        0,
                        0x90,
                        payload_type | mark,
                        sequence,
                        timestamp,
                        constant,
                        transport & 0xFFFF,
                    )
                else:
                    word |= int(now * ABS_SEND_TIME_PER_S) & 0xFFFFFF
                    pack_measured(
                        buffer, 0, 0x90, payload_type | mark, sequence, timestamp, ssrc, ONE_WORD, word
                    )
                c_length[0] = end
                if protect_(context, c_buffer, c_length):
                    slot.peer.count("protect")
                    continue
                datagram = output[0 : c_length[0]]
            else:
                pack_plain(buffer, PLAIN_AT, 0x80, payload_type | mark, sequence, timestamp, ssrc)
                c_length[0] = end - PLAIN_AT
                if protect_(context, c_plain, c_length):
                    slot.peer.count("protect")
                    continue
                datagram = output[PLAIN_AT : PLAIN_AT + c_length[0]]
            send(datagram, address)
            if audio:
                slot.remember(sequence, datagram)
            slot.packets += 1
            slot.octets += size
