"""Transport-wide feedback about what arrives (draft-holmer-rmcat-transport-wide-cc-extensions-01), as browsers send it."""

from __future__ import annotations

from struct import pack

from loadtest.sdp import TRANSPORT_CC

FEEDBACK_EVERY_S = 0.05
_TICK_NS = 250_000
_REFERENCE_TICKS = 256
_STATUSES_MAX = 700
"""In one packet: it stays below 1,200 bytes even if every arrival takes two bytes."""
_NOT_RECEIVED, _SMALL, _LARGE = 0, 1, 2
_HEAD = 4
_RTPFB, _TRANSPORT_FEEDBACK = 205, 15


def transport_number(datagram: bytes) -> int | None:
    """The transport-wide number of a protected RTP packet; header extensions are in clear (RFC 3711)."""
    if not datagram[0] & 0x10:
        return None
    at = 12 + 4 * (datagram[0] & 0x0F)
    if len(datagram) < at + 8 or datagram[at : at + 2] != b"\xbe\xde":
        return None
    if datagram[at + 4] != TRANSPORT_CC << 4 | 1:
        return None
    return datagram[at + 5] << 8 | datagram[at + 6]


class ArrivalRecorder:
    """Everything that arrives over one transport."""

    def __init__(self) -> None:
        self._arrived: dict[int, int] = {}
        """Unwrapped number: tick of arrival."""
        self._highest = -1
        self._next = 0
        """The first number that no feedback has spoken of."""
        self._count = 0

    def add(self, number: int, arrived_ns: int) -> None:
        if self._highest < 0:
            self._highest = self._next = number + 0x10000
        delta = (number - self._highest) & 0xFFFF
        unwrapped = self._highest + (delta if delta < 0x8000 else delta - 0x10000)
        self._highest = max(self._highest, unwrapped)
        if unwrapped >= self._next:
            self._arrived.setdefault(unwrapped, arrived_ns // _TICK_NS)

    def feedback(self, sender_ssrc: int, media_ssrc: int) -> bytes | None:
        """The next packet to send; None if nothing has arrived since the last one."""
        if not self._arrived:
            return None
        base = max(self._next, self._highest - 0x7000)
        numbers = [number for number in sorted(self._arrived) if base <= number < base + _STATUSES_MAX]
        if not numbers:
            # The next arrival lies far ahead: begin there.
            base = min(number for number in self._arrived if number >= base)
            numbers = [base]
        reference = self._arrived[numbers[0]] // _REFERENCE_TICKS
        last = reference * _REFERENCE_TICKS
        statuses: list[int] = []
        deltas = b""
        for number in numbers:
            delta = self._arrived[number] - last
            if not -0x8000 <= delta <= 0x7FFF:
                break
            last += delta
            statuses += [_NOT_RECEIVED] * (number - base - len(statuses))
            small = 0 <= delta <= 0xFF
            statuses.append(_SMALL if small else _LARGE)
            deltas += pack("!B", delta) if small else pack("!h", delta)
        self._next = base + len(statuses)
        self._arrived = {number: tick for number, tick in self._arrived.items() if number >= self._next}
        body = pack("!IIHHI", sender_ssrc, media_ssrc, base & 0xFFFF, len(statuses),
                    (reference & 0xFFFFFF) << 8 | self._count & 0xFF)  # fmt: skip
        self._count += 1
        body += _chunks(statuses) + deltas
        padding = -len(body) % 4
        first = 0x80 | (0x20 if padding else 0) | _TRANSPORT_FEEDBACK
        if padding:
            body += bytes(padding - 1) + bytes([padding])
        return pack("!BBH", first, _RTPFB, len(body) // _HEAD) + body


def _chunks(statuses: list[int]) -> bytes:
    """Status vectors of seven two-bit symbols (section 3.1.4): simple, if not the shortest."""
    made = b""
    for at in range(0, len(statuses), 7):
        word = 0xC000
        for index, status in enumerate(statuses[at : at + 7]):
            word |= status << (12 - 2 * index)
        made += pack("!H", word)
    return made
