from __future__ import annotations

from classroom.media.pyrelay.cache import CachedPacket
from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.pyrelay.stream import Stream
from tests.media.synthetic_packets import video_payload

LIMITS = RelayLimits()


def stream(first: int = 65530) -> Stream:
    return Stream(1, "h", "vp8", 90_000, True, True, first, LIMITS)


def put(
    to: Stream,
    sequence: int,
    now: float = 1.0,
    *,
    keyframe: bool = False,
    padding: bool = False,
    repair: bool = False,
) -> CachedPacket | None:
    payload = b"" if padding else video_payload(0, "h", sequence, 0, keyframe, sequence, 50)
    return to.packet(sequence & 0xFFFF, sequence * 3000 & 0xFFFFFFFF, True, "vp8", payload, 100, now, repair)


def test_numbers_what_may_be_forwarded_without_gaps() -> None:
    to = stream()
    found = [put(to, n, padding=n % 3 == 0) for n in range(65530, 65550)]
    dense = [packet.dense for packet in found if packet is not None]
    assert dense == list(range(dense[0], dense[0] + len(dense)))
    assert len(dense) == 14


def test_late_packets_find_their_place_once() -> None:
    to = stream()
    first, third = put(to, 65530), put(to, 65532)
    second = put(to, 65531)
    assert first is not None
    assert second is not None
    assert third is not None
    assert (second.dense, third.dense) == (first.dense + 1, first.dense + 2)
    assert put(to, 65531) is None
    assert put(to, 65532, repair=True) is None
    assert to.dense == third.dense


def test_late_padding_is_passed_on_empty() -> None:
    to = stream()
    put(to, 65530)
    put(to, 65532)
    late = put(to, 65531, padding=True)
    assert late is not None
    assert late.payload == b""


def test_losses_and_repairs_are_counted() -> None:
    to = stream()
    to.keyframes.request()
    put(to, 65530, keyframe=True)
    assert not to.keyframes.wanted
    put(to, 65535)
    assert to.lost == 4
    assert put(to, 65532, repair=True) is not None
    assert (to.lost, to.repaired) == (3, 1)


def test_a_long_jump_leaves_no_gap_and_asks_for_nothing() -> None:
    to = stream()
    before = put(to, 65530)
    after = put(to, 65530 + 5000)
    assert before is not None
    assert after is not None
    assert after.dense == before.dense + 1
    assert len(to.nacks) == 0
    assert to.lost == 0


def test_what_comes_while_disabled_is_counted_and_never_comes_back() -> None:
    to = stream()
    put(to, 65530, keyframe=True)
    to.set_enabled(False)
    assert put(to, 65531) is None
    assert put(to, 65533) is None
    assert to.reception.packets == 3
    to.set_enabled(True)
    assert put(to, 65532, repair=True) is None
    assert to.cache.get(to.dense) is None
    assert to.keyframe_dense == -1
    assert put(to, 65534) is not None


def test_the_sender_clock_is_known_from_its_report() -> None:
    to = stream()
    assert to.sender_time(5) is None
    to.sr = (1000.0, 0xFFFFFFFF)
    assert to.sender_time(89_999) == 1001.0
    assert to.sender_time(0xFFFFFFFF - 90_000) == 999.0


def test_a_stream_flows_for_a_while_after_its_last_packet() -> None:
    to = stream()
    put(to, 65530, 10.0)
    assert to.flows(10.9)
    assert not to.flows(11.1)


def test_a_hole_that_nobody_asked_for_is_no_start() -> None:
    to = stream()
    first = put(to, 65530, keyframe=True)
    put(to, 65531)
    assert first is not None
    assert to.whole_from(first.dense)
    put(to, 65533)  # nobody wants the layer: the gap is not asked for
    assert not to.whole_from(first.dense)
    assert to.whole_from(to.dense)
    put(to, 65532)
    assert to.whole_from(first.dense)
    to.nacks.missing(65534 + 0x10000, 65535 + 0x10000, 1.0)
    put(to, 65535)
    assert to.whole_from(first.dense)
