"""What is taken of an offer, and that it stays stable over re-offers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest

from classroom.media.model import PublicationKind, Slot
from classroom.media.sdp import OfferError, negotiate, parse_offer
from classroom.media.sdp.negotiation import MAX_SLOTS
from tests.media.sdp.offers import AIORTC, AIORTC_SOURCES, BROWSER_SOURCES, CHROMIUM, FIREFOX


def counting() -> Callable[[], int]:
    return itertools.count(1000).__next__


def more_slots(offer: str, count: int) -> str:
    """The offer with `count` more receiving video m-lines."""
    head, _, last = offer.partition("a=mid:7\r\n")
    body = "m=video 9" + head.rpartition("m=video 9")[2]
    tail = re.sub(r"a=extmap:.*\r\n", "", last.partition("m=application")[0])
    extra = "".join(f"{body}a=mid:n{index}\r\n{tail}" for index in range(count))
    mids = " ".join(f"n{index}" for index in range(count))
    bundled = offer.replace("a=group:BUNDLE 0 1 2 3 4 5 6 7 8", f"a=group:BUNDLE 0 1 2 3 4 5 6 7 8 {mids}")
    before, application, after = bundled.partition("m=application")
    return before + application + after + extra


def test_chromium() -> None:
    media = negotiate(parse_offer(CHROMIUM), BROWSER_SOURCES, new_ssrc=counting()).media
    assert [(s.mid, s.kind, s.rids) for s in media.sources] == [
        ("0", "microphone", ()),
        ("1", "camera", ("h", "m", "l")),
        ("2", "screen", ()),
        ("3", "screen_audio", ()),
    ]
    assert media.sources[2].ssrcs == (42248311, 696909688)
    assert media.sources[2].rtx_ssrcs == ((42248311, 696909688),)
    assert [(s.name, s.mid, s.media, s.ssrc, s.rtx_ssrc) for s in media.slots] == [
        ("a0", "4", "audio", 1000, 0),
        ("a1", "5", "audio", 1001, 0),
        ("v0", "6", "video", 1003, 1002),
        ("v1", "7", "video", 1005, 1004),
    ]
    extensions = media.extensions
    assert (extensions.mid, extensions.rid, extensions.repaired_rid) == (4, 10, 11)
    assert (extensions.transport_cc, extensions.abs_send_time, extensions.audio_level) == (3, 2, 1)
    assert (media.transport_cc, media.remb, media.downlink) == (True, False, "transport-cc")
    assert all(slot.measured for slot in media.slots)


def test_firefox_keeps_its_own_numbers() -> None:
    media = negotiate(parse_offer(FIREFOX), BROWSER_SOURCES).media
    assert [c.payload_type for c in media.sources[0].codecs] == [109]
    assert [(c.payload_type, c.name) for c in media.sources[1].codecs] == [(120, "vp8"), (124, "rtx")]
    assert (media.extensions.rid, media.extensions.transport_cc) == (8, 7)
    assert (media.transport_cc, media.downlink) == (True, "transport-cc")
    assert {slot.media for slot in media.slots if slot.measured} == {"video"}


def test_aiortc_has_remb_only() -> None:
    media = negotiate(parse_offer(AIORTC), AIORTC_SOURCES).media
    assert (media.transport_cc, media.remb, media.downlink) == (False, True, "goog-remb")
    assert [slot.measured for slot in media.slots] == [False, True]
    assert media.extensions.abs_send_time == 3
    assert [s.name for s in media.slots] == ["a0", "v0"]


def test_a_reoffer_with_more_m_lines_keeps_the_slots_it_had() -> None:
    first = negotiate(parse_offer(CHROMIUM), BROWSER_SOURCES).media
    offer = parse_offer(more_slots(CHROMIUM, 3))
    second = negotiate(offer, BROWSER_SOURCES, first.slots).media
    assert second.slots[: len(first.slots)] == first.slots
    assert [s.name for s in second.slots[len(first.slots) :]] == ["v2", "v3", "v4"]
    ssrcs = [ssrc for s in second.slots for ssrc in (s.ssrc, s.rtx_ssrc) if ssrc]
    assert len(set(ssrcs)) == len(ssrcs)


def test_a_stopped_slot_gives_its_name_to_the_next_one() -> None:
    first = negotiate(parse_offer(CHROMIUM), BROWSER_SOURCES).media
    recycled = CHROMIUM.replace("a=mid:6", "a=mid:new").replace(
        "BUNDLE 0 1 2 3 4 5 6", "BUNDLE 0 1 2 3 4 5 new"
    )
    second = negotiate(parse_offer(recycled), BROWSER_SOURCES, first.slots).media
    assert [(s.name, s.mid) for s in second.slots] == [("a0", "4"), ("a1", "5"), ("v0", "new"), ("v1", "7")]
    old = {ssrc for s in first.slots for ssrc in (s.ssrc, s.rtx_ssrc)}
    fresh = next(s for s in second.slots if s.name == "v0")
    assert fresh.ssrc not in old, "another m-line must not get the SSRC of the one before"


def test_slots_are_limited_and_the_rest_is_rejected() -> None:
    negotiated = negotiate(parse_offer(more_slots(CHROMIUM, MAX_SLOTS["video"])), BROWSER_SOURCES)
    assert sum(s.media == "video" for s in negotiated.media.slots) == MAX_SLOTS["video"]
    assert [line.role for line in negotiated.lines].count("rejected") == 1 + 2  # and the data channel


def test_ssrcs_do_not_collide_with_each_other_nor_with_the_peers_own() -> None:
    numbers = iter([801164319, 0, 7, 7, 8, 8, 9, 10, 11, 12])
    slots = negotiate(parse_offer(CHROMIUM), BROWSER_SOURCES, new_ssrc=lambda: next(numbers)).media.slots
    assert [(s.ssrc, s.rtx_ssrc) for s in slots] == [(7, 0), (8, 0), (10, 9), (12, 11)]


@pytest.mark.parametrize(
    ("sources", "detail"),
    [
        ({"0": "microphone", "3": "microphone"}, "once"),
        ({"77": "microphone"}, "no m-line"),
        ({"1": "microphone"}, "wrong type"),
        ({"4": "microphone"}, "does not send"),
        ({"8": "camera"}, "wrong type"),
    ],
)
def test_sources_that_do_not_fit_the_offer(sources: dict[str, PublicationKind], detail: str) -> None:
    with pytest.raises(OfferError, match=detail):
        negotiate(parse_offer(CHROMIUM), sources)


@pytest.mark.parametrize("change", [("VP8/90000", "VP9/90000"), ("opus/48000/2", "PCMU/8000")])
def test_a_source_without_our_codec_is_refused(change: tuple[str, str]) -> None:
    with pytest.raises(OfferError, match=r"without VP8 and H\.264, or"):
        negotiate(parse_offer(CHROMIUM.replace(*change)), BROWSER_SOURCES)


def test_encodings_of_other_names_are_refused() -> None:
    renamed = CHROMIUM.replace("a=rid:h", "a=rid:q").replace("send h;m;l", "send q;m;l")
    with pytest.raises(OfferError, match="h, m and l"):
        negotiate(parse_offer(renamed), BROWSER_SOURCES)


def test_a_slot_without_retransmission_still_works() -> None:
    offer = parse_offer(CHROMIUM.replace("a=rtpmap:97 rtx/90000\r\n", "").replace("a=fmtp:97 apt=96\r\n", ""))
    slots: tuple[Slot, ...] = negotiate(offer, BROWSER_SOURCES).media.slots
    assert all(s.rtx_ssrc == 0 and len(s.codecs) == 1 for s in slots)


def test_extensions_beyond_one_byte_headers_are_left_alone() -> None:
    offer = parse_offer(CHROMIUM.replace("a=extmap:3 ", "a=extmap:15 "))
    media = negotiate(offer, BROWSER_SOURCES).media
    assert media.extensions.transport_cc == 0
    assert (media.transport_cc, media.remb) == (False, True), "without transport-wide numbers: REMB"


RED = CHROMIUM.replace("SAVPF 111\r\n", "SAVPF 111 63\r\n").replace(
    "a=rtpmap:111 opus/48000/2\r\n",
    "a=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n",
)


def test_red_comes_first_where_it_is_offered() -> None:
    media = negotiate(parse_offer(RED), BROWSER_SOURCES).media
    assert [c.name for c in media.sources[0].codecs] == ["red", "opus"]
    assert [c.payload_type for c in media.slots[0].codecs] == [63, 111]
    assert media.slots[0].rtx_ssrc == 0


def test_red_around_something_else_is_not_taken() -> None:
    media = negotiate(parse_offer(RED.replace("a=fmtp:63 111/111", "a=fmtp:63 111/8")), BROWSER_SOURCES).media
    assert [c.name for c in media.sources[0].codecs] == ["opus"]


def with_h264(fmtp: str, *, without_vp8: bool = False) -> str:
    """Chromium's offer, with H.264 and its retransmission behind VP8 on every video m-line."""
    h264 = f"a=rtpmap:102 H264/90000\r\na=fmtp:102 {fmtp}\r\na=rtcp-fb:102 transport-cc\r\n"
    h264 += "a=rtpmap:103 rtx/90000\r\na=fmtp:103 apt=102\r\n"
    offer = CHROMIUM.replace("SAVPF 96 97\r\n", "SAVPF 96 97 102 103\r\n")
    offer = offer.replace("a=fmtp:97 apt=96\r\n", "a=fmtp:97 apt=96\r\n" + h264)
    return offer.replace("VP8/90000", "VP9/90000") if without_vp8 else offer


COMMON_H264 = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"


def test_vp8_is_sent_and_both_are_taken() -> None:
    media = negotiate(parse_offer(with_h264(COMMON_H264)), BROWSER_SOURCES).media
    assert [c.name for c in media.sources[1].codecs] == ["vp8", "rtx"]
    video = next(slot for slot in media.slots if slot.media == "video")
    assert [(c.name, c.apt) for c in video.codecs] == [
        ("vp8", None),
        ("rtx", 96),
        ("h264", None),
        ("rtx", 102),
    ]


def test_h264_is_sent_where_there_is_no_vp8() -> None:
    media = negotiate(parse_offer(with_h264(COMMON_H264, without_vp8=True)), BROWSER_SOURCES).media
    codec = media.sources[1].codecs[0]
    assert (codec.name, codec.fmtp) == ("h264", COMMON_H264)
    assert media.sources[1].rids == ("h", "m", "l")
    assert media.transport_cc


@pytest.mark.parametrize(
    ("fmtp", "taken"),
    [
        (COMMON_H264, True),
        ("profile-level-id=42E034; packetization-mode=1", True),
        ("profile-level-id=42c01f;packetization-mode=1", True),
        ("profile-level-id=42001f;packetization-mode=1", False),
        ("profile-level-id=640032;packetization-mode=1", False),
        ("profile-level-id=42e01f;packetization-mode=0", False),
        ("profile-level-id=42e01f", False),
        ("packetization-mode=1", False),
        ("profile-level-id=;packetization-mode=1;=;;", False),
    ],
)
def test_only_the_h264_that_all_have_is_taken(fmtp: str, taken: bool) -> None:
    media = negotiate(parse_offer(with_h264(fmtp)), BROWSER_SOURCES).media
    names = {codec.name for slot in media.slots for codec in slot.codecs}
    assert ("h264" in names) is taken
