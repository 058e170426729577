"""Reading offers: what three implementations write, and what hostile ones might."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classroom.media.sdp import OfferError, negotiate, parse_offer
from signaling.errors import ErrorCode
from tests.media.sdp.offers import AIORTC, ALL, CHROMIUM, FIREFOX


def test_chromium() -> None:
    offer = parse_offer(CHROMIUM)
    assert (offer.ufrag, offer.password) == ("vH+f", "k8fPbF1NmrH4b/8aB/vVQaZQ")
    assert [algorithm for algorithm, _ in offer.fingerprints] == ["sha-256"]
    assert offer.extmap_allow_mixed
    assert [line.mid for line in offer.media] == list("012345678")
    camera = offer.media[1]
    assert camera.rids == ("h", "m", "l")
    assert camera.ssrcs == ()
    assert camera.direction == "sendonly"
    assert [(c.payload_type, c.name, c.apt) for c in camera.codecs] == [(96, "vp8", None), (97, "rtx", 96)]
    assert camera.feedback is not None
    assert "transport-cc" in camera.feedback[96]
    screen = offer.media[2]
    assert screen.ssrcs == (42248311, 696909688)
    assert screen.fid_pairs == ((42248311, 696909688),)
    assert not offer.media[8].usable, "a data channel is not media"


def test_firefox() -> None:
    offer = parse_offer(FIREFOX)
    assert all(line.usable for line in offer.media), "port 0 with bundle-only is not a stopped m-line"
    assert offer.fingerprints[0][1].startswith("7A:3E"), "the fingerprint is the session's"
    microphone, camera = offer.media[:2]
    assert [c.name for c in microphone.codecs][:2] == ["opus", "g722"]
    assert (8, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id") in camera.extensions
    assert {c.payload_type: c.apt for c in camera.codecs if c.name == "rtx"} == {124: 120, 125: 121, 127: 126}


def test_aiortc() -> None:
    offer = parse_offer(AIORTC)
    assert [algorithm for algorithm, _ in offer.fingerprints] == ["sha-256", "sha-384", "sha-512"]
    assert not offer.extmap_allow_mixed
    assert offer.media[1].ssrcs == (405671526, 395674860)


def test_bare_line_feeds_are_read_too() -> None:
    assert parse_offer(CHROMIUM.replace("\r\n", "\n")) == parse_offer(CHROMIUM)


@pytest.mark.parametrize(
    ("change", "code", "detail"),
    [
        (("v=0", "v=1"), "offer_malformed", "v=0"),
        (("o=- 5762743443303336670 2 IN IP4 127.0.0.1", "o=-"), "offer_malformed", "o-line"),
        (("s=-", "s"), "offer_malformed", "x=value"),
        (("m=audio 9 ", "m=audio 99999 "), "offer_malformed", "out of range"),
        (("m=audio 9 ", "m=audio nine "), "offer_malformed", "m-line"),
        (("a=mid:1", "a=mid:0"), "offer_malformed", "twice"),
        (("a=mid:1", "a=mid:\x01"), "offer_malformed", "control"),
        (("a=mid:1", "a=mid:a b"), "offer_malformed", "token"),
        (("a=group:BUNDLE", "a=group:LS"), "offer_unsupported", "BUNDLE"),
        (("a=rtcp-mux", "a=rtcp-not-mux"), "offer_unsupported", "BUNDLE group"),
        (("UDP/TLS/RTP/SAVPF", "RTP/AVP"), "offer_unsupported", "BUNDLE group"),
        (("a=ice-ufrag:vH+f", "a=ice-ufrag:v"), "offer_malformed", "ICE"),
        (("a=ice-pwd:", "a=ice-pw:"), "offer_unsupported", "ICE"),
        (("a=setup:actpass", "a=setup:holdconn"), "offer_unsupported", "setup"),
        (("fingerprint:sha-256 12:2E", "fingerprint:sha-256 ZZ:2E"), "offer_malformed", "fingerprint"),
        (("fingerprint:sha-256 12:2E:", "fingerprint:sha-256 "), "offer_malformed", "length"),
        (("fingerprint:sha-256", "fingerprint:md5"), "offer_unsupported", "fingerprint"),
        (("a=rtpmap:96 VP8/90000", "a=rtpmap:96 VP8"), "offer_malformed", "rtpmap"),
        (("a=extmap:2 ", "a=extmap:two "), "offer_malformed", "extmap"),
        (("a=ssrc:42248311 cname", "a=ssrc:99999999999 cname"), "offer_malformed", "SSRC|ssrc"),
        (("a=ssrc:42248311 cname", "a=ssrc:4294967296 cname"), "offer_malformed", "32-bit"),
        (("a=rid:m send", "a=rid:x send"), "offer_malformed", "simulcast"),
        (("a=simulcast:send h;m;l", "a=simulcast:send h;h;l"), "offer_malformed", "simulcast"),
    ],
)
def test_what_is_wrong_is_said(change: tuple[str, str], code: str, detail: str) -> None:
    with pytest.raises(OfferError, match=detail) as caught:
        parse_offer(CHROMIUM.replace(*change))
    assert caught.value.code == ErrorCode(code)


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("", "v=0"),
        ("v=0\r\n" + "a=x\r\n" * 7000, "too many lines"),
        ("v=0\r\na=" + "x" * 5000, "too long"),
        ("v=0\r\n" + "x" * 61_000, "description is too long"),
        ("v=0\r\no=- 1 1 IN IP4 0\r\n" + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n" * 65, "too many m-lines"),
        ("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF" + " 0" * 97, "out of range"),
    ],
)
def test_limits(text: str, detail: str) -> None:
    with pytest.raises(OfferError, match=detail):
        parse_offer(text)


def test_ssrcs_of_an_m_line_are_limited() -> None:
    many = "".join(f"a=ssrc:{number} cname:x\r\n" for number in range(1, 18))
    with pytest.raises(OfferError, match="too many SSRCs"):
        parse_offer(CHROMIUM.replace("a=ssrc:801164319 cname:Xx/Zz7QXVvhFhek5\r\n", many))


@settings(max_examples=300)
@given(data=st.data())
def test_a_hostile_offer_raises_offer_error_or_is_answered(data: st.DataObject) -> None:
    """Lines dropped, repeated, moved and damaged: nothing but OfferError ever comes out."""
    text, sources = ALL[data.draw(st.sampled_from(sorted(ALL)))]
    lines = text.split("\r\n")
    for _ in range(data.draw(st.integers(1, 6))):
        index = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["drop", "repeat", "move", "damage", "replace"])):
            case "drop":
                del lines[index]
            case "repeat":
                lines.insert(index, lines[index])
            case "move":
                lines.insert(data.draw(st.integers(0, len(lines) - 1)), lines.pop(index))
            case "damage":
                at = data.draw(st.integers(0, len(lines[index])))
                noise = data.draw(st.text(alphabet="0123456789abc:;/= ,-\x00\u0661é*", max_size=4))
                lines[index] = lines[index][:at] + noise + lines[index][at + 1 :]
            case "replace":
                lines[index] = data.draw(st.text(max_size=40))
    refused = None
    try:
        negotiate(parse_offer("\r\n".join(lines)), sources)
    except OfferError as error:
        refused = error.code
    assert refused in (None, ErrorCode.OFFER_MALFORMED, ErrorCode.OFFER_UNSUPPORTED)
