"""The offer and the answer."""

from __future__ import annotations

import aiortc.sdp
import pytest

from loadtest.sdp import SOURCES, AnswerError, SlotAnswer, make_offer, parse_answer

FINGERPRINT = ":".join(["AB"] * 32)
TRANSPORT = (
    f"a=ice-ufrag:uf\r\na=ice-pwd:pw\r\na=fingerprint:sha-256 {FINGERPRINT.lower()}\r\na=setup:passive\r\n"
)
CANDIDATES = (
    "a=candidate:1 1 udp 2130706431 192.0.2.1 40000 typ host\r\n"
    "a=candidate:2 1 tcp 1 192.0.2.1 40000 typ host tcptype passive\r\n"
    "a=candidate:3 1 UDP 2130706175 2001:db8::1 40000 typ host\r\n"
)
SESSION = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n"


def section(kind: str, mid: int, *lines: str) -> str:
    return f"m={kind} 9 UDP/TLS/RTP/SAVPF 96\r\n{TRANSPORT}a=mid:{mid}\r\n" + "".join(
        f"{x}\r\n" for x in lines
    )


SOURCE_SECTIONS = (
    section("audio", 0, "a=extmap:1/sendrecv urn:a", *CANDIDATES.splitlines())
    + section("video", 1, "a=extmap:2 urn:b")
    + section("video", 2)
    + section("audio", 3)
)


def test_aiortc_reads_the_offer() -> None:
    offer = make_offer(
        ufrag="abcd",
        pwd="p" * 22,
        fingerprint=FINGERPRINT,
        rids=("h", "m", "l"),
        audio_slots=2,
        video_slots=3,
    )
    parsed = aiortc.sdp.SessionDescription.parse(offer)
    assert [(media.kind, media.direction) for media in parsed.media] == [
        *[("audio", "sendonly"), ("video", "sendonly"), ("video", "sendonly"), ("audio", "sendonly")],
        *[("audio", "recvonly")] * 2,
        *[("video", "recvonly")] * 3,
    ]
    assert [media.rtp.muxId for media in parsed.media] == [str(mid) for mid in range(9)]
    assert set(SOURCES) <= {media.rtp.muxId for media in parsed.media}
    assert "a=simulcast:send h;m;l\r\n" in offer


def test_the_answer_tells_the_way_and_the_slots() -> None:
    answer = parse_answer(
        SESSION
        + SOURCE_SECTIONS
        + section("audio", 4, "a=sendonly", "a=ssrc:11 cname:x")
        + section(
            "video", 5, "a=sendonly", "a=ssrc-group:FID 21 22", "a=ssrc:21 cname:x", "a=ssrc:22 cname:x"
        )
        + section("video", 6, "a=sendonly", "a=ssrc:31 cname:x")
    )
    assert (answer.ufrag, answer.pwd, answer.fingerprint) == ("uf", "pw", FINGERPRINT)
    assert answer.candidates == (("192.0.2.1", 40000), ("2001:db8::1", 40000))
    assert answer.slots == (SlotAnswer("a0", 11, None), SlotAnswer("v0", 21, 22), SlotAnswer("v1", 31, None))
    assert answer.extensions == {1, 2}


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ("", "ice-ufrag"),
        (SESSION + SOURCE_SECTIONS.replace("fingerprint:sha-256", "fingerprint:md5"), "sha-256"),
        (SESSION + SOURCE_SECTIONS.replace(" udp ", " tcp ").replace(" UDP ", " tcp "), "UDP candidate"),
        (SESSION + SOURCE_SECTIONS + section("audio", 4, "a=inactive"), "does not send"),
        (SESSION + SOURCE_SECTIONS + section("audio", 4, "a=sendonly"), "ssrc"),
    ],
)
def test_an_answer_that_lacks_something_is_refused(answer: str, missing: str) -> None:
    with pytest.raises(AnswerError, match=missing):
        parse_answer(answer)
