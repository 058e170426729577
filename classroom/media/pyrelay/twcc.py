"""Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01): when each packet arrived."""

from __future__ import annotations

from collections.abc import Sequence

from classroom.media.pyrelay.rtcp import FEEDBACK, HEADER, RTPFB, TRANSPORT_CC_FORMAT

TICKS_PER_SECOND = 4000
"""Arrival times count in 250 µs."""
TICKS_PER_REFERENCE = 256
"""The reference time counts in 64 ms."""
MAX_STATUSES = 400
"""In one packet, so that it stays far below any MTU."""
REMEMBERED_S = 0.5
"""A packet that comes late within this time is reported together with those around it, as libwebrtc does."""

LOST, SMALL, LARGE = 0, 1, 2


class ArrivalLog:
    """Collects arrivals of one peer's packets and makes feedback of them."""

    __slots__ = ("_arrivals", "_count", "_highest", "_limit", "_start")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._arrivals: dict[int, int] = {}
        """Extended transport sequence number: tick of arrival."""
        self._highest = -1
        self._start = 0
        """The first number of the next feedback."""
        self._count = 0

    def arrived(self, sequence: int, now: float) -> None:
        if self._highest < 0:
            extended = self._highest = self._start = sequence + 0x10000
        else:
            delta = (sequence - self._highest) & 0xFFFF
            extended = self._highest + (delta if delta < 0x8000 else delta - 0x10000)
            if extended > self._highest:
                self._highest = extended
            elif extended in self._arrivals:
                return
            if extended < self._start:
                self._start = extended
        if len(self._arrivals) < self._limit:
            self._arrivals[extended] = int(now * TICKS_PER_SECOND)

    def feedback(self, sender_ssrc: int, media_ssrc: int, now: float) -> list[bytes]:
        """The packets to send now; empty if nothing has come since the last ones."""
        numbers = sorted(number for number in self._arrivals if number >= self._start)
        packets: list[bytes] = []
        while numbers:
            # A long gap says nothing that the sender's own timeout does not: begin after it.
            base = self._start if numbers[0] - self._start < MAX_STATUSES else numbers[0]
            statuses, deltas, taken = self._statuses(base, numbers)
            reference = self._arrivals[numbers[0]] // TICKS_PER_REFERENCE
            packets.append(self._packet(sender_ssrc, media_ssrc, base, reference, statuses, deltas))
            self._start = numbers[taken - 1] + 1
            numbers = numbers[taken:]
        forgotten = int((now - REMEMBERED_S) * TICKS_PER_SECOND)
        for number in [number for number, tick in self._arrivals.items() if tick < forgotten]:
            del self._arrivals[number]
        return packets

    def _statuses(self, base: int, numbers: Sequence[int]) -> tuple[list[int], bytes, int]:
        """Statuses from `base` on, the receive deltas, and how many of `numbers` they cover (at least one)."""
        statuses: list[int] = []
        deltas = bytearray()
        last = self._arrivals[numbers[0]] // TICKS_PER_REFERENCE * TICKS_PER_REFERENCE
        taken = 0
        for number in numbers:
            if number - base >= MAX_STATUSES:
                break
            delta = self._arrivals[number] - last
            if not -0x8000 <= delta <= 0x7FFF:
                break
            last += delta
            statuses.extend([LOST] * (number - base - len(statuses)))
            if 0 <= delta <= 0xFF:
                statuses.append(SMALL)
                deltas.append(delta)
            else:
                statuses.append(LARGE)
                deltas += delta.to_bytes(2, "big", signed=True)
            taken += 1
        return statuses, bytes(deltas), taken

    def _packet(
        self, sender: int, media: int, base: int, reference: int, statuses: list[int], deltas: bytes
    ) -> bytes:
        body = (
            FEEDBACK.pack(sender, media)
            + (base & 0xFFFF).to_bytes(2, "big")
            + len(statuses).to_bytes(2, "big")
            + (reference & 0xFFFFFF).to_bytes(3, "big")
            + (self._count & 0xFF).to_bytes(1, "big")
            + chunks(statuses)
            + deltas
        )
        self._count += 1
        padding = -len(body) % 4
        first = 0x80 | TRANSPORT_CC_FORMAT
        if padding:
            first |= 0x20
            body += bytes(padding - 1) + bytes([padding])
        return HEADER.pack(first, RTPFB, len(body) // 4) + body


def chunks(statuses: Sequence[int]) -> bytes:
    """Section 3.1.2 to 3.1.4: runs where statuses repeat, else vectors of 14 one-bit or 7 two-bit symbols."""
    out = bytearray()
    at = 0
    total = len(statuses)
    while at < total:
        run = 1
        while at + run < total and run < 0x1FFF and statuses[at + run] == statuses[at]:
            run += 1
        if run >= 7 or at + run == total:
            out += (statuses[at] << 13 | run).to_bytes(2, "big")
            at += run
            continue
        symbols = statuses[at : at + 14]
        if LARGE in symbols:
            symbols = symbols[:7]
            word = 0xC000
            for index, symbol in enumerate(symbols):
                word |= symbol << (12 - 2 * index)
        else:
            word = 0x8000
            for index, symbol in enumerate(symbols):
                word |= symbol << (13 - index)
        out += word.to_bytes(2, "big")
        at += len(symbols)
    return bytes(out)
