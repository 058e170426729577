"""How a synthetic browser measures its own path and tells: transport-wide feedback, or REMB. Shares no code with the relay."""

from __future__ import annotations

import struct

from classroom.media.model import PeerMedia

EVERY_S = 0.1
TICKS_PER_S = 4000


class Measurement:
    """Of one peer, by the extension that its media negotiated. `active`: whether it reports."""

    def __init__(self, media: PeerMedia) -> None:
        self._transport_cc = media.downlink == "transport-cc"
        self._id = media.extensions.transport_cc if self._transport_cc else media.extensions.abs_send_time
        self._ssrc = media.slots[0].ssrc
        self._arrivals: dict[int, float] = {}
        self._next = 0
        self._highest = -1
        self._due = 0.0
        self._count = 0
        self.active = True
        self.estimate_bps = 0
        """What REMB says; 0: nothing."""
        self.numbers: list[int] = []
        """Every transport-wide number in the order of arrival, unwrapped."""
        self.padding_packets = 0
        self.bytes: list[tuple[float, int]] = []

    def arrived(self, packet: bytes, now: float) -> bytes:
        """Notes a packet with the extension; returns its payload, empty for padding."""
        profile, words = struct.unpack_from(">HH", packet, 12)
        assert (profile, words) == (0xBEDE, 1)
        assert packet[16] == self._id << 4 | (1 if self._transport_cc else 2)
        self.bytes.append((now, len(packet)))
        if self._transport_cc:
            sequence = packet[17] << 8 | packet[18]
            delta = (sequence - self._highest) & 0xFFFF
            number = self._highest + (delta if delta < 0x8000 else delta - 0x10000)
            self._highest = max(self._highest, number)
            self._arrivals.setdefault(number, now)
            self.numbers.append(number)
        if packet[0] & 0x20:
            self.padding_packets += 1
            assert packet[-1] == len(packet) - 20, "padding and nothing else"
            return b""
        return packet[20:]

    def due(self, now: float) -> list[bytes]:
        """The reports to send now."""
        if not self.active or now < self._due:
            return []
        self._due = now + EVERY_S
        if self._transport_cc:
            return self._feedback() if self._arrivals else []
        return [remb(self.estimate_bps, self._ssrc)] if self.estimate_bps else []

    def _feedback(self) -> list[bytes]:
        came = {number: at for number, at in self._arrivals.items() if number >= self._next}
        self._arrivals.clear()
        if not came:
            return []
        base, end = min(min(came), self._next), max(came) + 1
        reference = int(min(came.values()) * TICKS_PER_S) // 256
        last = reference * 256
        symbols, deltas = [], b""
        for number in range(base, end):
            if number in came:
                tick = int(came[number] * TICKS_PER_S)
                symbols.append(2)
                deltas += struct.pack(">h", tick - last)
                last = tick
            else:
                symbols.append(0)
        self._next = end
        self._count += 1
        return [feedback(base, reference, self._count, symbols, deltas, self._ssrc)]


def feedback(
    base: int, reference: int, count: int, symbols: list[int], deltas: bytes, media_ssrc: int
) -> bytes:
    """draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1, with vectors of two-bit symbols only."""
    chunks = b""
    for at in range(0, len(symbols), 7):
        word = 0xC000
        for index, symbol in enumerate(symbols[at : at + 7]):
            word |= symbol << (12 - 2 * index)
        chunks += struct.pack(">H", word)
    body = (
        struct.pack(">IIHH", 1, media_ssrc, base & 0xFFFF, len(symbols))
        + (reference & 0xFFFFFF).to_bytes(3, "big")
        + bytes([count & 0xFF])
        + chunks
        + deltas
    )
    body += bytes(-len(body) % 4)
    return struct.pack(">BBH", 0x8F, 205, len(body) // 4) + body


def remb(bitrate_bps: int, media_ssrc: int) -> bytes:
    """draft-alvestrand-rmcat-remb-03 section 2.2."""
    exponent = max(0, bitrate_bps.bit_length() - 18)
    value = 1 << 24 | exponent << 18 | bitrate_bps >> exponent
    return struct.pack(">BBHII4sII", 0x8F, 206, 5, 1, 0, b"REMB", value, media_ssrc)
