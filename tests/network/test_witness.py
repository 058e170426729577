from __future__ import annotations

import pytest

from loadtest.packetize import RTP_HEADER, red_payload, vp8_descriptor
from loadtest.sdp import OPUS, RED
from loadtest.stamp import pack_stamp
from tests.network.witness import (
    ADAPTIVE_START_S,
    CATCH_UP,
    FRAME_S,
    Ear,
    Eye,
    concealed_s,
    decoded,
    freezes,
    playout,
)

SECOND = 1_000_000_000


def frame(number: int, sent_ns: int) -> bytes:
    return b"opus" + pack_stamp(1, 0, 0, number, sent_ns)


def listen(arrivals: dict[int, float]) -> dict[str, float]:
    """Frames sent every 20 ms that took so many seconds; the others never came."""
    ear = Ear()
    for number, delay in arrivals.items():
        sent = number * SECOND // 50
        ear.packet(OPUS, frame(number, sent), sent + round(delay * SECOND))
    return ear.report()


def test_hears_what_is_lost_and_what_is_late() -> None:
    everything = dict.fromkeys(range(56), 0.02)
    assert listen(everything) == pytest.approx(
        {"frames": 50, "lost": 0, "late": 0, "concealed": 0, "longest_gap_s": 0.02, "delay_ms": 20}
    )
    lost = {number: delay for number, delay in everything.items() if number not in (10, 11)}
    assert listen(lost)["lost"] == pytest.approx(0.04)
    assert listen(lost)["longest_gap_s"] == pytest.approx(0.06)
    late = everything | {20: 0.5}
    assert (listen(late)["lost"], listen(late)["late"]) == pytest.approx((0, 0.02))


def test_an_old_frame_repaired_late_makes_nothing_look_lost() -> None:
    def heard(since: int) -> dict[str, float]:
        ear = Ear(since_ns=since * SECOND // 50)
        for number in (70, *range(100, 156)):
            sent = number * SECOND // 50
            ear.packet(OPUS, frame(number, sent), 100 * SECOND // 50 + sent)
        return ear.report()

    assert heard(since=100)["lost"] == 0
    assert heard(since=0)["lost"] > 0.3, "as it would without"


def test_hears_frames_inside_red() -> None:
    ear = Ear()
    for number in range(0, 56, 2):
        sent = number * SECOND // 50
        payload = red_payload(frame(number, sent), 960, frame(number + 1, sent), OPUS)
        ear.packet(RED, payload, sent + SECOND // 50)
    assert ear.report()["lost"] == 0


def test_nothing_heard_is_all_lost() -> None:
    assert Ear().report()["lost"] == 1


def look(lost: set[int], late: dict[int, float], keyframes: tuple[int, ...] = (0,)) -> Eye:
    """Frames of two packets, 25 a second, for four seconds."""
    eye = Eye()
    for number in range(100):
        for part in range(2):
            packet = 2 * number + part
            if packet in lost:
                continue
            header = RTP_HEADER.pack(0x80, 96 | (0x80 if part else 0), packet, number * 3600, 5)
            data = bytes([0 if number in keyframes else 1])
            payload = vp8_descriptor(part == 0, number, number) + data
            arrived = number / 25 + late.get(packet, 0.0)
            eye.packet(header, payload, round((100 + arrived) * SECOND))
    return eye


def test_a_good_path_shows_every_frame() -> None:
    report = look(set(), {}).report(100.5, 103.5, 0.02)
    assert report["fps"] == pytest.approx(25, abs=0.5)
    assert report["freezes"] == 0


def test_what_is_never_repaired_freezes_until_a_key_frame() -> None:
    report = look({60}, {}, keyframes=(0, 60)).report(100.5, 103.5, 0.02)
    assert report["freezes"] == 1
    assert report["freeze_ratio"] == pytest.approx(1.2 / 3, abs=0.05)


def test_what_is_repaired_in_time_is_not_seen() -> None:
    assert look(set(), {60: 0.15}).report(100.5, 103.5, 0.02)["freezes"] == 0
    assert look(set(), {60: 0.9}).report(100.5, 103.5, 0.02)["freezes"] == 1


def test_a_decoder_waits_for_what_is_missing() -> None:
    frames = decoded(look(set(), {60: 0.5}).packets.values())
    assert len(frames) == 100
    ready = [at for at, _ in frames]
    assert ready == sorted(ready)
    assert ready[31] == pytest.approx(101.7)


def test_nothing_is_shown_before_a_key_frame() -> None:
    assert decoded(look({0}, {}).packets.values()) == []
    assert playout([], 0.1) == []


def test_freezes_by_the_rule_of_the_w3c() -> None:
    even = [n * 0.04 for n in range(50)]
    assert freezes(even) == []
    assert freezes([*even, even[-1] + 0.18]) == []
    assert freezes([*even, even[-1] + 0.2]) == pytest.approx([0.2])


def test_an_adaptive_buffer_makes_up_the_wait_once_and_then_plays_on() -> None:
    quick, late = 0.05, 0.35
    assert concealed_s([quick] * 100) == 0
    assert concealed_s([quick] * 10 + [late] * 30) == pytest.approx(late - quick - ADAPTIVE_START_S)
    waiting = [quick] * 10 + [late] * 5 + [quick] * 20 + [late] * 5
    assert concealed_s(waiting) == pytest.approx(late - quick - ADAPTIVE_START_S + 20 * CATCH_UP * FRAME_S)
    assert concealed_s([quick, None, None, quick]) == pytest.approx(2 * FRAME_S)
    assert concealed_s([None] * 3) == pytest.approx(3 * FRAME_S)
