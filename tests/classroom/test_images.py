"""Images from people: what is taken, what is taken out of it, and what is refused."""

from __future__ import annotations

import struct
import zlib
from fractions import Fraction

import av
import pytest

from classroom import images
from classroom.images import MAX_SIDE, BadImage

SECRET = b"GPS 48.8566 2.3522"
SCRIPT = b"<script>alert(1)</script>"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int = 3,
    height: int = 2,
    *extra: bytes,
    depth: int = 8,
    colour: int = 2,
    interlace: int = 0,
    pixels: bytes | None = None,
) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    if pixels is None:
        pixels = (b"\0" + b"\x10\x20\x30" * width) * height
    body = chunk(b"IDAT", zlib.compress(pixels))
    return b"\x89PNG\r\n\x1a\n" + b"".join((chunk(b"IHDR", header), *extra, body, chunk(b"IEND", b"")))


def png_of(*chunks: bytes) -> bytes:
    """Three pixels by two, and then these chunks."""
    header = struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join((chunk(b"IHDR", header), *chunks, chunk(b"IEND", b"")))


def jpeg() -> bytes:
    """A real one, by FFmpeg's encoder."""
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 48, 32, "yuvj420p"
    encoder.time_base = Fraction(1, 1)
    frame = av.VideoFrame(48, 32, "yuvj420p")
    for plane in frame.planes:
        plane.update(bytes(range(64)) * (plane.buffer_size // 64))
    frame.pts = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))


JPEG = jpeg()
EXIF = b"\xff\xe1" + struct.pack(">H", 2 + 6 + len(SECRET)) + b"Exif\0\0" + SECRET
COMMENT = b"\xff\xfe" + struct.pack(">H", 2 + len(SCRIPT)) + SCRIPT


def riff(*chunks: tuple[bytes, bytes], kind: bytes = b"WEBP") -> bytes:
    body = kind + b"".join(k + struct.pack("<I", len(c)) + c + b"\0" * (len(c) % 2) for k, c in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


PROFILE = chunk(b"iCCP", b"x\0\0" + zlib.compress(SECRET * 9))
SOF = b"\xff\xc0\x00\x11\x08\x00\x20\x00\x30"
"""The frame header of `JPEG`: 8 bits, 32 high, 48 wide."""
LOSSY = (4 << 5).to_bytes(3, "little") + b"\x9d\x01\x2a" + struct.pack("<HH", 40, 30) + b"data"
LOSSLESS = b"\x2f" + (39 | 29 << 14).to_bytes(4, "little") + b"data"
EXTENDED = (b"VP8X", bytes((0x3C, 0, 0, 0, 39, 0, 0, 29, 0, 0)))
ALPHA = (b"ALPH", b"abc")
PLAIN = (b"VP8 ", LOSSY)


@pytest.mark.parametrize(
    ("name", "data", "media_type", "size"),
    [
        ("png", png(), "image/png", (3, 2)),
        ("png with text", png(3, 2, chunk(b"tEXt", SECRET), chunk(b"eXIf", SECRET)), "image/png", (3, 2)),
        ("png, zip behind it", png() + b"PK\x03\x04" + SCRIPT, "image/png", (3, 2)),
        ("png with a packed profile", png(3, 2, PROFILE), "image/png", (3, 2)),
        ("jpeg", JPEG, "image/jpeg", (48, 32)),
        ("jpeg with exif", JPEG[:2] + EXIF + COMMENT + JPEG[2:], "image/jpeg", (48, 32)),
        ("jpeg, page behind it", JPEG + SCRIPT, "image/jpeg", (48, 32)),
        ("webp", riff(PLAIN), "image/webp", (40, 30)),
        ("webp, lossless", riff((b"VP8L", LOSSLESS)), "image/webp", (40, 30)),
        ("webp with exif", riff(EXTENDED, PLAIN, (b"EXIF", SECRET), (b"XMP ", SCRIPT)), "image/webp", (40, 30)),
        ("webp with alpha", riff(EXTENDED, (b"ICCP", SECRET), ALPHA, PLAIN), "image/webp", (40, 30)),
        ("webp, script behind it", riff(PLAIN) + SCRIPT, "image/webp", (40, 30)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_an_image_is_kept_and_all_else_taken_out(
    name: str, data: bytes, media_type: str, size: tuple[int, int]
) -> None:
    clean = images.clean(data)
    assert (clean.media_type, (clean.width, clean.height)) == (media_type, size)
    assert SECRET not in clean.data
    assert SCRIPT not in clean.data
    assert images.clean(clean.data) == clean, "what is clean stays as it is"


def test_a_clean_photo_still_shows_its_picture() -> None:
    clean = images.clean(JPEG[:2] + EXIF + JPEG[2:])
    decoder = av.CodecContext.create("mjpeg", "r")
    (frame,) = decoder.decode(av.Packet(clean.data))  # type: ignore[attr-defined]
    assert (frame.width, frame.height) == (48, 32)


BOMB = zlib.compress(bytes(20_000_000), 9)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("nothing", b"", "image_type"),
        ("a page", b"<!doctype html>" + SCRIPT, "image_type"),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", "image_type"),
        ("svg with a declaration", b"<?xml version='1.0'?><svg/>", "image_type"),
        ("gif", b"GIF89a\1\0\1\0\0\0\0;", "image_type"),
        ("bmp", b"BM" + bytes(60), "image_type"),
        ("pdf", b"%PDF-1.7", "image_type"),
        ("zip", b"PK\x03\x04", "image_type"),
        ("a sound in a RIFF", riff((b"fmt ", bytes(16)), kind=b"WAVE"), "image_type"),
        ("png in name only", b"\x89PNG\r\n\x1a\n" + SCRIPT, "image_damaged"),
        ("png, cut", png()[:-20], "image_damaged"),
        ("png without an end", png()[:-12], "image_damaged"),
        ("png with a false sum", png().replace(b"IDAT", b"IDAU"), "image_damaged"),
        ("png, two headers", png(3, 2, chunk(b"IHDR", bytes(13))), "image_damaged"),
        ("png, no header", b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b"") + chunk(b"IEND", b""), "image_damaged"),
        ("png of no size", png(0, 2, pixels=b""), "image_damaged"),
        ("png of a colour that is none", png(colour=5), "image_damaged"),
        ("png, interlaced", png(interlace=1), "image_damaged"),
        ("png too wide", png(MAX_SIDE + 1, 1), "image_too_large"),
        ("png that says it is huge", png(2**31 - 1, 2**31 - 1, pixels=b""), "image_too_large"),
        ("png of too many pixels", png(4000, 4000, pixels=b""), "image_too_large"),
        ("png that inflates to more", png_of(chunk(b"IDAT", BOMB)), "image_damaged"),
        ("png with too few pixels", png(pixels=b"\0"), "image_damaged"),
        ("png whose pixels are none", png_of(chunk(b"IDAT", b"rubbish")), "image_damaged"),
        ("png with an endless palette", png(3, 2, chunk(b"PLTE", bytes(3000))), "image_damaged"),
        ("png with a length past its end", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR" + bytes(30), "image_damaged"),
        ("jpeg, cut in its head", JPEG[:30], "image_damaged"),
        ("jpeg, cut in its picture", JPEG[:-10], "image_damaged"),
        ("jpeg, its start alone", b"\xff\xd8\xff", "image_damaged"),
        ("jpeg without a picture", b"\xff\xd8\xff\xd9", "image_damaged"),
        ("jpeg, script in a segment", b"\xff\xd8\xff\xe0\x00\x01" + SCRIPT, "image_damaged"),
        ("jpeg of fill bytes", b"\xff\xd8" + b"\xff" * 1000, "image_damaged"),
        ("jpeg, lossless", JPEG.replace(b"\xff\xc0", b"\xff\xc3", 1), "image_type"),
        ("jpeg of no height", JPEG.replace(SOF, SOF[:6] + b"\0" + SOF[7:]), "image_damaged"),
        ("jpeg too wide", JPEG.replace(SOF, SOF[:7] + b"\xff\xff"), "image_too_large"),
        ("webp, cut", riff(PLAIN)[:-4], "image_damaged"),
        ("webp that moves", riff(EXTENDED, (b"ANIM", bytes(6)), (b"ANMF", bytes(30))), "image_type"),
        ("webp of nothing", riff(), "image_damaged"),
        ("webp, two pictures", riff(PLAIN, PLAIN), "image_damaged"),
        ("webp with a chunk of its own", riff(EXTENDED, PLAIN, (b"EVIL", SCRIPT)), "image_damaged"),
        ("webp, no key frame", riff((b"VP8 ", bytes((LOSSY[0] | 1,)) + LOSSY[1:])), "image_damaged"),
        ("webp too wide", riff((b"VP8L", b"\x2f" + (16383).to_bytes(4, "little") + b"x")), "image_too_large"),
        ("webp of many chunks", riff(*[(b"EXIF", b"")] * 500), "image_damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_image_or_would_harm_is_refused(name: str, data: bytes, code: str) -> None:
    with pytest.raises(BadImage) as refused:
        images.clean(data)
    assert refused.value.code == code


@pytest.mark.parametrize("whole", [png(9, 9), JPEG, riff(EXTENDED, ALPHA, PLAIN)])
def test_every_image_cut_anywhere_and_with_any_byte_changed_is_refused_or_clean(whole: bytes) -> None:
    for at in range(len(whole)):
        for data in (whole[:at], whole[:at] + bytes((whole[at] ^ 0xFF,)) + whole[at + 1 :]):
            try:
                clean = images.clean(data)
            except BadImage:
                continue
            assert len(clean.data) <= len(data)
