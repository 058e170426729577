from __future__ import annotations

import pytest

from classroom.media.pyrelay.cache import CachedPacket, PacketCache


def packet(dense: int) -> CachedPacket:
    return CachedPacket(dense, 0, False, "opus", b"x", None)


def test_keeps_the_last_ones_and_says_which() -> None:
    cache = PacketCache(4)
    for dense in range(10):
        cache.put(packet(dense))
    assert [cache.get(dense) is not None for dense in range(4, 12)] == [
        False,
        False,
        True,
        True,
        True,
        True,
        False,
        False,
    ]
    cache.clear()
    assert cache.get(9) is None


@pytest.mark.parametrize("size", [0, 3, -4, 100])
def test_its_size_is_a_power_of_two(size: int) -> None:
    with pytest.raises(ValueError):
        PacketCache(size)
