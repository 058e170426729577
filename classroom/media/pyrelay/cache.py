"""Forwardable packets of one layer, payloads kept once for all subscribers."""

from __future__ import annotations

from typing import NamedTuple

from classroom.media.pyrelay.vp8 import Descriptor


class CachedPacket(NamedTuple):
    dense: int
    rtp_ts: int
    marker: bool
    codec: str
    payload: bytes
    descriptor: Descriptor | None


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
        self._ring[packet[0] & self._mask] = packet

    def get(self, dense: int) -> CachedPacket | None:
        packet = self._ring[dense & self._mask]
        return packet if packet is not None and packet[0] == dense else None

    def clear(self) -> None:
        self._ring = [None] * (self._mask + 1)
