"""What a browser offers, as typed data: read from Chromium's, Firefox's and aiortc's SDP (RFC 8829, RFC
8843).

Reading checks form and limits, and the demands every offer must meet (one BUNDLE group, rtcp-mux, ICE and
DTLS parameters). What is taken of it is decided in `negotiation`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from classroom.media.model import Codec, MediaType
from classroom.media.sdp.grammar import (
    TOKEN,
    Attributes,
    Description,
    Section,
    malformed,
    parse_description,
    unsupported,
)

MAX_SSRCS_PER_SECTION = 16
MAX_EXTENSIONS_PER_SECTION = 64
MAX_RIDS_PER_SECTION = 8
MAX_FINGERPRINTS = 8

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
DIRECTIONS: tuple[Direction, ...] = ("sendrecv", "sendonly", "recvonly", "inactive")
Setup = Literal["actpass", "active", "passive"]
"""Who begins DTLS: either, the offerer, the answerer (RFC 5763 section 5)."""
SETUPS: tuple[Setup, ...] = ("actpass", "active", "passive")
FIREFOX = "\no=mozilla"
RTP_PROTOCOL = "UDP/TLS/RTP/SAVPF"

_UFRAG = re.compile(r"[A-Za-z0-9+/]{4,256}")
_PASSWORD = re.compile(r"[A-Za-z0-9+/]{22,256}")
_FINGERPRINT = re.compile(r"[0-9A-F]{2}(?::[0-9A-F]{2}){19,63}")
_RTPMAP = re.compile(r"(\d{1,3}) ([A-Za-z0-9._-]{1,32})/(\d{1,6})(?:/(\d{1,2}))?")
_EXTMAP = re.compile(r"(\d{1,4})(?:/[a-z]{1,16})? ([^ ]{1,256})(?: .*)?")
_SSRC = re.compile(r"(\d{1,10})(?: .*)?")
FINGERPRINT_BYTES: Mapping[str, int] = {"sha-256": 32, "sha-384": 48, "sha-512": 64}
"""The hash functions a fingerprint may use (RFC 8122 without the broken ones)."""


@dataclass(frozen=True, slots=True)
class OfferedMedia:
    """One m-line of an offer. `usable`: RTP over DTLS, in the bundle, not stopped."""

    kind: str
    protocol: str
    formats: tuple[str, ...]
    mid: str
    usable: bool
    direction: Direction = "inactive"
    codecs: tuple[Codec, ...] = ()
    feedback: Mapping[int, frozenset[str]] | None = None
    """rtcp-fb by payload type, with `*` lines spread over all."""
    extensions: tuple[tuple[int, str], ...] = ()
    """(id, URI)."""
    rids: tuple[str, ...] = ()
    """The encodings it wants to send, in its order (RFC 8851, RFC 8853)."""
    ssrcs: tuple[int, ...] = ()
    fid_pairs: tuple[tuple[int, int], ...] = ()

    @property
    def media(self) -> MediaType:
        return cast(MediaType, self.kind)


@dataclass(frozen=True, slots=True)
class Offer:
    session_id: str
    ufrag: str
    password: str
    fingerprints: tuple[tuple[str, str], ...]
    """(hash function, upper-case hex with colons): every supported one; the peer's certificate must match
    all."""
    setup: Setup
    extmap_allow_mixed: bool
    media: tuple[OfferedMedia, ...]


def parse_offer(text: str) -> Offer:
    """Reads an offer. Raises `OfferError`, and nothing else, whatever the text."""
    description = parse_description(text)
    bundle = _bundle(description)
    media = tuple(_parse_section(section, bundle) for section in description.sections)
    mids = [line.mid for line in media if line.mid]
    if len(set(mids)) != len(mids):
        raise malformed("a mid is used twice")
    # The transport of the whole bundle is described by its first m-line (RFC 8843 section 7.2.1); only the
    # others may leave its attributes out. Firefox gives the fingerprint at session level.
    tagged = next(
        (section for section, line in zip(description.sections, media, strict=True) if line.mid == bundle[0]),
        None,
    )
    if tagged is None or not any(line.usable for line in media):
        raise unsupported("no audio or video m-line of the BUNDLE group can be used")
    ufrag, password = _ice_credentials(tagged, description)
    setup = _either("setup", tagged, description)
    if setup not in SETUPS:
        raise unsupported("a=setup must be actpass, active or passive")
    return Offer(
        session_id=description.session_id,
        ufrag=ufrag,
        password=password,
        fingerprints=_fingerprints(tagged, description),
        # Firefox was seen to work as the DTLS client, and not yet as the server: it is left to begin.
        setup="active" if FIREFOX in text and setup == "actpass" else setup,
        extmap_allow_mixed=description.attributes.has("extmap-allow-mixed"),
        media=media,
    )


def _either(name: str, section: Section, description: Description) -> str | None:
    """A media-level attribute, or else the session's."""
    value = section.attributes.first(name)
    return description.attributes.first(name) if value is None else value


def _bundle(description: Description) -> tuple[str, ...]:
    for value in description.attributes.all("group"):
        semantics, *mids = value.split(" ")
        if semantics == "BUNDLE" and mids:
            return tuple(mids)
    raise unsupported("there is no BUNDLE group")


def _ice_credentials(section: Section, description: Description) -> tuple[str, str]:
    ufrag = _either("ice-ufrag", section, description)
    password = _either("ice-pwd", section, description)
    if ufrag is None or password is None:
        raise unsupported("there are no ICE credentials")
    if not _UFRAG.fullmatch(ufrag) or not _PASSWORD.fullmatch(password):
        raise malformed("the ICE credentials are not of the form RFC 8839 gives them")
    return ufrag, password


def _fingerprints(section: Section, description: Description) -> tuple[tuple[str, str], ...]:
    values = section.attributes.all("fingerprint") or description.attributes.all("fingerprint")
    found = []
    for value in values[:MAX_FINGERPRINTS]:
        algorithm, _, digest = value.partition(" ")
        algorithm, digest = algorithm.lower(), digest.upper()
        if not _FINGERPRINT.fullmatch(digest):
            raise malformed("a fingerprint cannot be read")
        if algorithm in FINGERPRINT_BYTES:
            if len(digest) != 3 * FINGERPRINT_BYTES[algorithm] - 1:
                raise malformed("a fingerprint has the wrong length")
            found.append((algorithm, digest))
    if not found:
        raise unsupported("there is no fingerprint by sha-256, sha-384 or sha-512")
    return tuple(sorted(set(found)))


def _parse_section(section: Section, bundle: tuple[str, ...]) -> OfferedMedia:
    attributes = section.attributes
    mid = attributes.first("mid") or ""
    if mid and not TOKEN.fullmatch(mid):
        raise malformed("a mid is not a token")
    stopped = section.port == 0 and not attributes.has("bundle-only")
    usable = (
        section.kind in ("audio", "video")
        and section.protocol == RTP_PROTOCOL
        and mid in bundle
        and not stopped
        and attributes.has("rtcp-mux")
    )
    if not usable:
        return OfferedMedia(section.kind, section.protocol, section.formats, mid, usable=False)
    codecs = _codecs(section)
    ssrcs, pairs = _ssrcs(attributes)
    return OfferedMedia(
        kind=section.kind,
        protocol=section.protocol,
        formats=section.formats,
        mid=mid,
        usable=True,
        direction=next((d for d in DIRECTIONS if attributes.has(d)), "sendrecv"),
        codecs=codecs,
        feedback=_feedback(attributes, codecs),
        extensions=_extensions(attributes),
        rids=_rids(attributes),
        ssrcs=ssrcs,
        fid_pairs=pairs,
    )


def _codecs(section: Section) -> tuple[Codec, ...]:
    """The codecs in the order of the m-line, which is the order of preference."""
    parameters: dict[str, str] = {}
    for value in section.attributes.all("fmtp"):
        payload_type, _, fmtp = value.partition(" ")
        parameters[payload_type] = fmtp
    maps: dict[str, re.Match[str]] = {}
    for value in section.attributes.all("rtpmap"):
        match = _RTPMAP.fullmatch(value)
        if match is None:
            raise malformed("an rtpmap cannot be read")
        maps[match[1]] = match
    codecs = []
    for name in section.formats:
        mapped = maps.get(name)
        if mapped is None:
            continue  # a static payload type such as 0 for PCMU: nothing we use
        if int(mapped[1]) > 127:
            raise malformed("a payload type is above 127")
        fmtp = parameters.get(name, "")
        codecs.append(
            Codec(
                payload_type=int(mapped[1]),
                name=mapped[2].lower(),
                clock_rate=int(mapped[3]),
                channels=int(mapped[4] or 1),
                fmtp=fmtp,
                apt=_apt(fmtp) if mapped[2].lower() == "rtx" else None,
            )
        )
    return tuple(codecs)


def _apt(fmtp: str) -> int | None:
    match = re.search(r"(?:^|;)\s*apt=(\d{1,3})(?:;|$)", fmtp)
    return int(match[1]) if match else None


def _feedback(attributes: Attributes, codecs: tuple[Codec, ...]) -> dict[int, frozenset[str]]:
    by_format: dict[str, set[str]] = {}
    for value in attributes.all("rtcp-fb"):
        name, _, feedback = value.partition(" ")
        by_format.setdefault(name, set()).add(feedback.strip())
    everywhere = by_format.get("*", set())
    return {
        codec.payload_type: frozenset(by_format.get(str(codec.payload_type), set()) | everywhere)
        for codec in codecs
    }


def _extensions(attributes: Attributes) -> tuple[tuple[int, str], ...]:
    found = []
    for value in attributes.all("extmap"):
        match = _EXTMAP.fullmatch(value)
        if match is None:
            raise malformed("an extmap cannot be read")
        found.append((int(match[1]), match[2]))
    if len(found) > MAX_EXTENSIONS_PER_SECTION:
        raise malformed("an m-line has too many header extensions")
    return tuple(found)


def _rids(attributes: Attributes) -> tuple[str, ...]:
    """The send encodings: those of a=simulcast in its order, or a lone a=rid. Of alternatives the first is
    taken."""
    declared = {value.split(" ")[0] for value in attributes.all("rid") if value.split(" ")[1:2] == ["send"]}
    if any(not TOKEN.fullmatch(rid) for rid in declared) or len(declared) > MAX_RIDS_PER_SECTION:
        raise malformed("the rids of an m-line cannot be read")
    simulcast = (attributes.first("simulcast") or "").split(" ")
    if "send" in simulcast[:-1]:
        streams = simulcast[simulcast.index("send") + 1].split(";")
        rids = [stream.split(",")[0].removeprefix("~") for stream in streams]
        if any(rid not in declared for rid in rids) or len(set(rids)) != len(rids):
            raise malformed("a=simulcast and a=rid do not agree")
        return tuple(rids)
    return tuple(declared) if len(declared) == 1 else ()


def _ssrcs(attributes: Attributes) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    """(media SSRCs each followed by its repair SSRC if any, FID pairs) as announced (RFC 5576)."""
    announced: dict[int, None] = {}
    for value in attributes.all("ssrc"):
        match = _SSRC.fullmatch(value)
        if match is None:
            raise malformed("an a=ssrc line cannot be read")
        announced[_in_range(match[1])] = None
        if len(announced) > MAX_SSRCS_PER_SECTION:
            raise malformed("an m-line has too many SSRCs")
    pairs: dict[int, int] = {}
    for value in attributes.all("ssrc-group"):
        semantics, *members = value.split(" ")
        if semantics == "FID" and len(members) == 2 and all(re.fullmatch(r"\d{1,10}", m) for m in members):
            media, repair = (_in_range(member) for member in members)
            if media in announced and repair in announced:
                pairs[media] = repair
    repairs = set(pairs.values())
    ordered: list[int] = []
    for ssrc in announced:
        if ssrc not in repairs:
            ordered += [ssrc, pairs[ssrc]] if ssrc in pairs else [ssrc]
    return tuple(ordered), tuple(pairs.items())


def _in_range(number: str) -> int:
    ssrc = int(number)
    if not 0 < ssrc < 2**32:
        raise malformed("an SSRC is not a 32-bit number")
    return ssrc
