"""Every parser that meets the network, or what people send over it, as a function of bytes that must come back: a crash is
any unannounced exception.

The same targets run under Hypothesis in each test run (test_targets.py), and under atheris, coverage-guided, with
`make fuzz` (__main__.py). Inputs that once crashed one are kept in cases/<target>/ and run first.
"""

from __future__ import annotations

import struct
import zlib
from binascii import crc32
from collections.abc import Callable, Iterator
from contextlib import suppress
from random import Random

import jwt
import msgpack
import msgspec
from pycrdt import Doc, Text

from classroom import images
from classroom.media import stun
from classroom.media.bandwidth import feedback
from classroom.media.ice import Credentials
from classroom.media.pyrelay import PyRelay, h264, red, rtcp, rtp, vp8
from classroom.media.sdp.grammar import OfferError
from classroom.media.sdp.negotiation import negotiate
from classroom.media.sdp.offer import parse_offer
from classroom.media.tcp_framing import FrameReader, FrameTooLong
from classroom.notes.document import NoteDocument
from classroom.notes.updates import ROOT, InvalidUpdate, read_state_vector, read_update
from classroom.wire import REGISTRY
from rooms.errors import Refused
from signaling import codec, tokens
from signaling.errors import ProtocolError
from tests.media.checks import check
from tests.media.contract import camera, check_stream, microphone
from tests.media.sdp.offers import ALL as OFFERS
from tests.media.synthetic import SyntheticPeer
from tests.media.synthetic_packets import EXTENSIONS, VP8, camera_ssrc, microphone_ssrc, video_payload
from tests.media.synthetic_packets import rtp as rtp_packet
from tests.media.world import World

LOCAL = Credentials("ours1234", "passwordpasswordpassword")
KEYS = tokens.KeyRing(current="k", keys={"k": b"0123456789abcdef0123456789abcdef"})
ELEMENTS = range(1, 15)


# --- connectivity checks ------------------------------------------------------------------------------------


def stun_datagram(data: bytes) -> None:
    """As it comes, and with length and FINGERPRINT set right: otherwise chance never gets past them."""
    for datagram in (data, _sealed(data)):
        with suppress(stun.StunError):
            request = stun.parse_request(datagram)
            stun.username(request)
            stun.success(request, ("127.0.0.1", 9), LOCAL.password)
            stun.role_conflict(request, LOCAL.password)
            stun.verify(request, LOCAL.password)


def _sealed(data: bytes) -> bytes:
    body = data[20 : 20 + (len(data) - 20) // 4 * 4] if len(data) > 20 else b""
    head = data[:2].ljust(2, b"\0") + struct.pack(">H", len(body) + 8) + b"\x21\x12\xa4\x42"
    message = head + data[8:20].ljust(12, b"\0") + body
    return message + struct.pack(">HHI", 0x8028, 4, crc32(message) ^ 0x5354554E)


def tcp_stream(data: bytes) -> None:
    """However the stream is cut, the same datagrams come out of it."""
    whole, pieces = FrameReader(2048), FrameReader(2048)
    try:
        expected = whole.feed(data)
    except FrameTooLong:
        return
    found = [frame for at in range(0, len(data), 7) for frame in pieces.feed(data[at : at + 7])]
    assert found == expected


# --- media --------------------------------------------------------------------------------------------------


def rtp_packet_in(data: bytes) -> None:
    found = rtp.parse(data)
    if found is None:
        return
    start, end, profile, extension_start, extension_end = found
    assert 12 <= start <= end <= len(data)
    for wanted in ELEMENTS:
        at, length = rtp.find_extension(data, profile, extension_start, extension_end, wanted)
        assert at + length <= extension_end or not length
        rtp.find_text(data, profile, extension_start, extension_end, wanted)
    payload = data[start:end]
    vp8_payload(payload)
    h264.parse(payload)
    red_payload(payload)


def vp8_payload(data: bytes) -> None:
    """Rewriting touches what was read, and nothing else: the same numbers come back when it is undone."""
    described = vp8.parse(data)
    if described is None:
        return
    packet = bytearray(b"header" + data)
    vp8.rewrite(packet, 6, described, 1, 2, 3)
    assert len(packet) == 6 + len(data)
    again = vp8.parse(bytes(packet[6:]))
    assert again is not None
    vp8.rewrite(packet, 6, again, -1, -2, -3)
    assert vp8.parse(bytes(packet[6:])) == described


def red_payload(data: bytes) -> None:
    found = red.unwrap(data)
    if found is not None:
        assert sum(len(block.payload) for block in found.redundant) + len(found.payload) < len(data)


def rtcp_compound(data: bytes) -> None:
    parts, _ = rtcp.parse(data)
    assert len(parts) <= rtcp.MAX_PARTS * rtcp.MAX_BLOCKS
    assert sum(len(part.sequences) for part in parts if isinstance(part, rtcp.Nack)) <= rtcp.MAX_NACKS
    for part in parts:
        if isinstance(part, rtcp.TransportFeedback):
            transport_feedback(part.fci)


def transport_feedback(data: bytes) -> None:
    with suppress(feedback.MalformedFeedback):
        feedback.parse(data)


def relay(data: bytes) -> None:
    """A peer that holds keys sends anything at all; what its neighbours get of each other stays whole.

    The input is cut into packets by lengths of two bytes; every other one goes in as RTCP.
    """
    world = World(lambda send: PyRelay(send, random=Random(1)))
    hostile, speaker, listener = (world.add(name) for name in ("hostile", "speaker", "listener"))
    for peer in (hostile, speaker):
        peer.publish("microphone")
        peer.publish("camera", "h", packets_per_frame=2)
    world.relay.set_routes(
        listener.id,
        [
            microphone("a0", "speaker"),
            camera("v0", "speaker"),
            microphone("a1", "hostile"),
            camera("v1", "hostile"),
        ],
        world.now,
    )
    world.relay.set_routes(hostile.id, [microphone("a0", "speaker"), camera("v0", "speaker")], world.now)
    world.run(0.1)
    for number, packet in enumerate(_cut(data)):
        _send_anything(hostile, packet, number % 2 == 1, world.now)
        if number % 8 == 7:
            world.run(0.02)
    heard = len(listener.slot("a0").order)
    world.run(0.3)
    assert len(listener.slot("a0").order) > heard
    check_stream(listener, "a0")
    check_stream(listener, "v0")


def _cut(data: bytes) -> Iterator[bytes]:
    at = 0
    while at + 2 <= len(data) and at < 1 << 16:
        size = 1 + int.from_bytes(data[at : at + 2], "big") % 1200
        yield data[at + 2 : at + 2 + size]
        at += 2 + size


def _send_anything(peer: SyntheticPeer, packet: bytes, as_rtcp: bool, now: float) -> None:
    """libsrtp itself refuses to protect what has no header: such a packet goes out as it is."""
    try:
        if as_rtcp:
            peer.send_rtcp(packet, now)
        else:
            peer.send(packet, now)
    except Exception:
        peer.up.send(packet, now)


# --- signaling ----------------------------------------------------------------------------------------------


def sdp_offer(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    sources = next(iter(OFFERS.values()))[1]
    with suppress(OfferError):
        negotiate(parse_offer(text), sources)


def frame(data: bytes) -> None:
    """A client's frame, and if it says something, what it says again: the same."""
    try:
        request = codec.unpack_request(data)
        message = REGISTRY.request(request.type, request.payload)
    except (ProtocolError, codec.InvalidRequest):
        return
    again = msgspec.convert(msgspec.to_builtins(message), type=type(message))
    assert again == message


def server_frame(data: bytes) -> None:
    with suppress(ProtocolError):
        codec.decode_server_frame(data, REGISTRY)


def token(data: bytes) -> None:
    """As it comes, and as claims that are signed with the right key: otherwise chance never gets past the signature."""
    with suppress(ProtocolError):
        tokens.verify(data.decode("utf-8", "replace"), KEYS, 1_000_000)
    try:
        claims = msgspec.json.decode(data, type=dict[str, object])
        signed = jwt.encode(claims, KEYS.keys["k"], tokens.ALGORITHM, headers={"kid": "k"})
    except (ValueError, TypeError, jwt.InvalidTokenError, OverflowError, RecursionError):
        return
    with suppress(ProtocolError):
        tokens.verify(signed, KEYS, 1_000_000)


# --- what people write and show ---------------------------------------------------------------------------


def image(data: bytes) -> None:
    """As it comes, and with a PNG's checksums set right. What is taken is clean: cleaning it again changes nothing."""
    for upload in (data, _summed(data)):
        try:
            picture = images.clean(upload)
        except images.BadImage:
            continue
        assert images.clean(picture.data) == picture


def _summed(data: bytes) -> bytes:
    """Every chunk of a PNG with the checksum that it should have; nothing of what follows the last whole one."""
    made, at = data[:8], 8
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        if end + 4 > len(data):
            break
        made += data[at:end] + struct.pack(">I", crc32(data[at + 4 : end]))
        at = end + 4
    return made


_WRITER, _WORDS = 7, "Bonjour à tous"


def note_update(data: bytes) -> None:
    """On an empty note and on one with words. What is let in leaves plain text, and one that everybody can follow."""
    with suppress(InvalidUpdate):
        read_state_vector(data)
    for known in ({}, {_WRITER: len(_WORDS)}):
        with suppress(InvalidUpdate):
            read_update(data, known)
    for kept in ((), (_NOTE,)):
        document = NoteDocument(kept)
        before = document.whole()
        try:
            document.apply(data)
        except Refused:
            assert document.whole() == before
            continue
        reader: Doc[Text] = Doc()
        reader.apply_update(document.whole())
        assert str(reader.get(ROOT, type=Text)) == document.text


# --- seeds --------------------------------------------------------------------------------------------------

_CHECK = bytes(check(LOCAL, "theirs", nominate=True))
_CAMERA = rtp_packet(
    VP8, 7, 90_000, camera_ssrc(0, "h"), video_payload(0, "h", 1, 0, True, 5, 60), marker=True,
    extensions=[(EXTENSIONS.mid, b"1"), (EXTENSIONS.rid, b"h"), (EXTENSIONS.transport_cc, b"\0\1")],
)  # fmt: skip
_VOICE = rtp_packet(
    111, 9, 960, microphone_ssrc(0), b"voice" * 9, extensions=[(EXTENSIONS.audio_level, b"\x14")]
)
_REPORT = struct.pack(">BBHIQIII", 0x80, 200, 6, 1, 2**40, 90_000, 1, 100)
_RECEIVER = struct.pack(">BBHIIIIIII", 0x81, 201, 7, 1, 2, 0x05000001, 70_000, 4, 5, 6)
_NACK = struct.pack(">BBHIIHHHH", 0x81, 205, 4, 1, 2, 7, 0xFFFF, 40, 1)
_PLI = struct.pack(">BBHII", 0x81, 206, 2, 1, 2)
_FIR = struct.pack(">BBHIIII", 0x84, 206, 4, 1, 0, 2, 0x01000000)
_REMB = struct.pack(">BBHII4sBBHI", 0x8F, 206, 5, 1, 0, b"REMB", 1, 0x0F, 0xFFFF, 2)
_FCI = struct.pack(">HHIHBBBB", 1, 4, 0x00001001, 0x2004, 4, 4, 4, 4)
_TRANSPORT = struct.pack(">BBHII", 0x8F, 205, 5, 1, 2) + _FCI
_COMPOUND = _REPORT + _RECEIVER + _NACK + _PLI + _FIR + _REMB + _TRANSPORT
_INVITATION = tokens.Invitation(jti="j", exp=2_000_000, room="r", role="participant", seat="s", name="Nadia")
_CLAIMS = msgspec.to_builtins(_INVITATION) | {"iss": tokens.ISSUER, "aud": tokens.AUDIENCE}


def _png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc32(kind + body))

    header = struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x10\x20\x30" * 3) * 2)
    body = chunk(b"IHDR", header) + chunk(b"tEXt", b"a\0b") + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _webp() -> bytes:
    lossy = b"\x80\0\0\x9d\x01\x2a" + struct.pack("<HH", 40, 30) + b"data"
    body = b"WEBPVP8 " + struct.pack("<I", len(lossy)) + lossy
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _jpeg() -> bytes:
    def segment(marker: int, body: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body

    frame = struct.pack(">BHHB", 8, 32, 48, 1) + b"\x01\x11\x00"
    tables = segment(0xDB, b"\0" + b"\x10" * 64) + segment(0xC4, b"\0\x01" + bytes(16))
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\xaa\xbb\xff\x00\xcc"
    return b"\xff\xd8" + segment(0xE1, b"Exif\0\0place") + tables + segment(0xC0, frame) + scan + b"\xff\xd9"


def _typed(client: int, words: str) -> tuple[bytes, bytes]:
    """A note as somebody wrote it, and how they changed it then."""
    doc: Doc[Text] = Doc(client_id=client)
    text: Text = doc.get(ROOT, type=Text)
    text += words
    first, known = doc.get_update(), doc.get_state()
    with doc.transaction():
        del text[3:7]
        text.insert(2, "é👍")
    return first, doc.get_update(known)


def _framed(*datagrams: bytes) -> bytes:
    return b"".join(len(datagram).to_bytes(2, "big") + datagram for datagram in datagrams)


def _cuttable(*packets: bytes) -> bytes:
    return b"".join((len(packet) - 1).to_bytes(2, "big") + packet for packet in packets)


_NOTE, _NOTE_CHANGED = _typed(_WRITER, _WORDS)
Target = Callable[[bytes], None]
TARGETS: dict[str, tuple[Target, tuple[bytes, ...]]] = {
    "stun": (stun_datagram, (_CHECK,)),
    "tcp": (tcp_stream, (_framed(_CHECK, _VOICE, b""),)),
    "rtp": (rtp_packet_in, (_CAMERA, _VOICE)),
    "vp8": (vp8_payload, (video_payload(0, "h", 1, 0, True, 5, 60), b"\x90\xe0\x80\x05\x01\x20\x9d\x01\x2a")),
    "red": (red_payload, (b"\xef\x0f\x00\x04\x6fabcdefgh",)),
    "rtcp": (rtcp_compound, (_COMPOUND, _REPORT, _TRANSPORT)),
    "feedback": (transport_feedback, (_FCI,)),
    "relay": (relay, (_cuttable(_CAMERA, _COMPOUND, _VOICE, _NACK, _CAMERA, _TRANSPORT),)),
    "sdp": (sdp_offer, tuple(text.encode() for text, _ in OFFERS.values())),
    "frame": (
        frame,
        (
            msgpack.packb([1, "hand.raise", {}]),
            msgpack.packb([2, "chat.post", {"channel": "room", "text": "Bonjour"}]),
            msgpack.packb([3, "hello", {"token": "t", "protocol": 1, "seat": "s" * 32}]),
        ),
    ),
    "server-frame": (
        server_frame,
        (msgpack.packb(["event", 1, 2, "hand.raised", {"participant_id": "a", "at_ms": 1}]),),
    ),
    "image": (image, (_png(), _webp(), _jpeg())),
    "note": (note_update, (_NOTE, _NOTE_CHANGED)),
    "token": (token, (msgspec.json.encode(_CLAIMS), tokens.sign(_INVITATION, KEYS).encode())),
}
"""Name → (target, seeds)."""
