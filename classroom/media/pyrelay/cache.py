"""Forwardable packets of one layer, payloads kept once for all subscribers."""

from __future__ import annotations

import msgspec

from classroom.media.pyrelay.vp8 import Descriptor


class CachedPacket(msgspec.Struct, frozen=True, gc=False):
    """Nothing that a packet holds can be part of a cycle, so the garbage collector need not know of it. With a few hundred
    packets per layer, and everybody's layers, most of what it would look at would be packets: pauses of 20 ms and more."""

    dense: int
    rtp_ts: int
    marker: bool
    codec: str
    payload: bytes
    descriptor: Descriptor | None
    above: int = 0
    """Packets of upper temporal layers before it; see `temporal`."""
    left_out: bool = False
    """It is one, and has no number in the base layer."""


class PacketCache:
    """A ring: the last `size` (a power of two) dense numbers."""

    __slots__ = ("_mask", "_ring")

    def __init__(self, size: int) -> None:
        if size <= 0 or size & (size - 1):
            raise ValueError("cache size must be a power of two")
        self._ring: list[CachedPacket | None] = [None] * size
        self._mask = size - 1

    @property
    def size(self) -> int:
        return self._mask + 1

    def put(self, packet: CachedPacket) -> None:
        self._ring[packet.dense & self._mask] = packet

    def get(self, dense: int) -> CachedPacket | None:
        packet = self._ring[dense & self._mask]
        return packet if packet is not None and packet.dense == dense else None

    def clear(self) -> None:
        self._ring = [None] * (self._mask + 1)
