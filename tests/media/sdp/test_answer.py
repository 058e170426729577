"""The answer's text: what browsers were seen to need, line by line, and that aiortc's own parser reads it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from aiortc.sdp import SessionDescription

from classroom.media.sdp import LocalTransport, negotiate, parse_offer, write_answer
from tests.media.sdp.offers import ALL, CHROMIUM, FIREFOX, section

TRANSPORT = LocalTransport(
    session_id=42,
    ufrag="ufrag+/1",
    password="passwordpasswordpassword",
    setup="active",
    fingerprint=":".join(["AB"] * 32),
    addresses=("192.0.2.7", "127.0.0.1"),
    port=7881,
    tcp_port=7882,
)


def answer(name: str, offer: str | None = None) -> str:
    text, sources = ALL[name]
    parsed = parse_offer(offer or text)
    return write_answer(parsed, negotiate(parsed, sources), TRANSPORT, 1)


@pytest.mark.parametrize("name", sorted(ALL))
def test_m_lines_mirror_the_offer(name: str) -> None:
    offered = re.findall(r"m=(\w+) \d+ (\S+)", ALL[name][0])
    assert re.findall(r"m=(\w+) \d+ (\S+)", answer(name)) == offered


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_accepted_m_line_has_the_whole_transport(name: str) -> None:
    text = answer(name)
    for part in text.split("\r\nm=")[1:]:
        if part.split(" ")[1] == "0":
            continue
        for line in (
            "a=ice-ufrag:ufrag+/1",
            "a=ice-pwd:passwordpasswordpassword",
            f"a=fingerprint:sha-256 {TRANSPORT.fingerprint}",
            "a=setup:active",
            "a=rtcp-mux",
            "a=rtcp-rsize",
            "a=candidate:1 1 udp 2130706431 192.0.2.7 7881 typ host",
            "a=candidate:2 1 udp 2130706175 127.0.0.1 7881 typ host",
            "a=candidate:3 1 tcp 1520435199 192.0.2.7 7882 typ host tcptype passive",
            "a=candidate:4 1 tcp 1520434943 127.0.0.1 7882 typ host tcptype passive",
            "a=end-of-candidates",
        ):
            assert line in part.split("\r\n")


@pytest.mark.parametrize("name", sorted(ALL))
def test_without_a_tcp_port_there_are_no_tcp_candidates(name: str) -> None:
    text, sources = ALL[name]
    parsed = parse_offer(text)
    negotiated = negotiate(parsed, sources)
    lines = write_answer(parsed, negotiated, TRANSPORT, 1).splitlines()
    without = write_answer(parsed, negotiated, replace(TRANSPORT, tcp_port=0), 1).splitlines()
    assert without == [line for line in lines if " 1 tcp " not in line]


def test_session_level() -> None:
    head = answer("chromium").split("m=audio")[0].split("\r\n")
    assert head[:2] == ["v=0", "o=- 42 1 IN IP4 127.0.0.1"]
    assert {"a=ice-lite", "a=extmap-allow-mixed", "a=msid-semantic: WMS *"} <= set(head)
    assert "a=group:BUNDLE 0 1 2 3 4 5 6 7" in head, "what is rejected leaves the group"
    assert "a=extmap-allow-mixed" not in answer("aiortc"), "only where it was offered (RFC 8285 section 6)"


def test_simulcast_camera() -> None:
    lines = section(answer("chromium"), "1")
    assert lines[0] == "m=video 9 UDP/TLS/RTP/SAVPF 96 97"
    assert "a=recvonly" in lines
    assert [line for line in lines if "rid:" in line] == ["a=rid:h recv", "a=rid:m recv", "a=rid:l recv"]
    assert "a=simulcast:recv h;m;l" in lines
    assert [line.split(" ")[0] for line in lines if line.startswith("a=extmap")] == [
        "a=extmap:4",
        "a=extmap:10",
        "a=extmap:11",
        "a=extmap:3",
    ]
    assert [line for line in lines if line.startswith("a=rtcp-fb")] == [
        "a=rtcp-fb:96 nack",
        "a=rtcp-fb:96 nack pli",
        "a=rtcp-fb:96 ccm fir",
        "a=rtcp-fb:96 transport-cc",
    ]
    assert "a=fmtp:97 apt=96" in lines


def test_microphone() -> None:
    lines = section(answer("chromium"), "0")
    assert lines[0] == "m=audio 9 UDP/TLS/RTP/SAVPF 111"
    assert "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level" in lines
    assert "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1" in lines
    assert "a=rtcp-fb:111 transport-cc" in lines


def test_red_is_preferred_and_its_blocks_are_named() -> None:
    offer = CHROMIUM.replace("SAVPF 111\r\n", "SAVPF 111 63\r\n").replace(
        "a=rtpmap:111 opus", "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\na=rtpmap:111 opus"
    )
    lines = section(answer("chromium", offer), "0")
    assert lines[0] == "m=audio 9 UDP/TLS/RTP/SAVPF 63 111"
    assert {"a=rtpmap:63 red/48000/2", "a=fmtp:63 111/111", "a=rtcp-fb:111 transport-cc"} <= set(lines)


def test_slots() -> None:
    text = answer("chromium")
    audio, video = section(text, "4"), section(text, "6")
    assert {"a=sendonly", "a=msid:a0 a0"} <= set(audio)
    assert {"a=sendonly", "a=msid:v0 v0"} <= set(video)
    group = next(line for line in video if line.startswith("a=ssrc-group:FID "))
    media, repair = group.split(" ")[1:]
    assert {f"a=ssrc:{media} cname:classroom", f"a=ssrc:{repair} cname:classroom"} <= set(video)
    numbered = "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
    for lines, payload_type in (audio, 111), (video, 96):
        assert [line for line in lines if line.startswith("a=extmap")] == [numbered], "what the relay writes"
        assert f"a=rtcp-fb:{payload_type} transport-cc" in lines
    assert not [line for line in video if "goog-remb" in line]


def test_slots_carry_what_the_peer_measures_its_path_by() -> None:
    firefox = answer("firefox")
    mids = [line.removeprefix("a=mid:") for line in firefox.split("\r\n") if line.startswith("a=mid:")]
    slots = [lines for mid in mids if "a=sendonly" in (lines := section(firefox, mid))]
    for lines in slots:
        video = lines[0].startswith("m=video")
        assert video == any(line.startswith("a=extmap:7 ") for line in lines), "Firefox counts video only"
        assert video == ("a=rtcp-fb:120 transport-cc" in lines)
    video = next(
        lines
        for mid in ("2", "3")
        if "a=sendonly" in (lines := section(answer("aiortc"), mid)) and "video" in lines[0]
    )
    assert "a=rtcp-fb:97 goog-remb" in video
    assert "a=extmap:3 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time" in video


def test_a_data_channel_is_rejected_with_port_0() -> None:
    lines = section(answer("chromium"), "8")
    assert lines[0] == "m=application 0 UDP/DTLS/SCTP webrtc-datachannel"
    assert not [line for line in lines if line.startswith("a=ice-")]


def test_firefox_is_answered_in_its_own_numbers() -> None:
    text = answer("firefox")
    assert section(text, "0")[0] == "m=audio 9 UDP/TLS/RTP/SAVPF 109"
    assert section(text, "1")[0] == "m=video 9 UDP/TLS/RTP/SAVPF 120 124"
    assert "a=bundle-only" not in text
    assert FIREFOX.count("m=") == text.count("\r\nm=")


def test_an_inactive_m_line_stays_inactive() -> None:
    before, _, after = CHROMIUM.partition("a=mid:2\r\n")
    offer = before + "a=mid:2\r\n" + after.replace("a=sendonly", "a=inactive", 1)
    assert "a=inactive" in section(answer("chromium", offer), "2")
    assert section(answer("chromium", offer), "2")[0].startswith("m=video 9 ")


@pytest.mark.parametrize("name", sorted(ALL))
def test_another_implementation_reads_it(name: str) -> None:
    description = SessionDescription.parse(answer(name))
    served = [media for media in description.media if media.port]
    assert all(
        media.ice.iceLite and media.dtls is not None and media.dtls.role == "client" for media in served
    )
    assert all(media.ice_candidates[0].ip == "192.0.2.7" for media in served)
