from __future__ import annotations

import struct

import pytest

from tests.network.translation import Ports


def udp(source: int, destination: int) -> bytes:
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 32, 0, 0, 64, 17, 0, bytes(4), bytes(4))
    return header + struct.pack("!HHHH", source, destination, 12, 0xABCD) + b"data"


def ports(packet: bytes | None) -> tuple[int, int]:
    assert packet is not None
    source, destination, _, checksum = struct.unpack_from("!HHHH", packet, 20)
    assert checksum in (0, 0xABCD)
    return source, destination


def test_a_reply_finds_its_way_back() -> None:
    translator = Ports(1)
    source, destination = ports(translator.outward(udp(40_000, 8080)))
    assert (source, destination) != (40_000, 8080)
    assert destination == 8080
    assert ports(translator.inward(udp(8080, source))) == (8080, 40_000)


def test_another_generation_has_other_ports_and_the_old_ones_reach_nobody() -> None:
    first, second = Ports(1), Ports(2)
    outside = ports(first.outward(udp(40_000, 8080)))[0]
    assert outside != ports(second.outward(udp(40_000, 8080)))[0]
    assert ports(second.inward(udp(8080, outside)))[1] != 40_000
    assert second.inward(udp(8080, 40_000)) is None


@pytest.mark.parametrize("packet", [b"", b"\x60" + bytes(60), bytes([0x45]) + bytes(8) + b"\x06" + bytes(40)])
def test_what_is_not_udp_passes(packet: bytes) -> None:
    assert Ports(1).outward(packet) == packet
    assert Ports(1).inward(packet) == packet
    assert Ports(0).outward(udp(40_000, 8080)) == udp(40_000, 8080)
