"""What an address translator (NAT, RFC 3022) does to a client's UDP ports. Sans-I/O, on whole IPv4 packets."""

from __future__ import annotations

UDP = 17
"""The protocol number in an IPv4 header."""
FIRST_EPHEMERAL, LEAST_DISTANCE = 32768, 31000
"""Linux takes UDP ports from 32768 to 60999 by itself; translated ones lie below."""


class Ports:
    """Translates the client's UDP ports by a constant distance; everything else passes as it is. Each generation has its own
    outside ports; in generation 0 nothing is translated."""

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self._distance = LEAST_DISTANCE + 7 * generation if generation else 0

    def outward(self, packet: bytes) -> bytes:
        """What the client sends, from another port."""
        return _move(packet, 0, -self._distance) if self._distance and _is_udp(packet) else packet

    def inward(self, packet: bytes) -> bytes | None:
        """What comes for it; None if it is for the port of before."""
        if not self._distance or not _is_udp(packet):
            return packet
        at = 4 * (packet[0] & 0x0F) + 2
        port = int.from_bytes(packet[at : at + 2], "big")
        return None if port >= FIRST_EPHEMERAL else _move(packet, 2, self._distance)


def _move(packet: bytes, field: int, distance: int) -> bytes:
    udp = 4 * (packet[0] & 0x0F)
    at = udp + field
    port = (int.from_bytes(packet[at : at + 2], "big") + distance) % 0x10000
    moved = bytearray(packet)
    moved[at : at + 2] = port.to_bytes(2, "big")
    moved[udp + 6 : udp + 8] = b"\0\0"  # no checksum (RFC 768)
    return bytes(moved)


def _is_udp(packet: bytes) -> bool:
    return len(packet) >= 28 and packet[0] >> 4 == 4 and packet[9] == UDP
