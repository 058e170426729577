"""What is taken of an offer: which m-lines are sources, which are slots, and with what codecs, feedback and
extensions.

Payload types and extension ids stay the peer's own (RFC 3264 section 6.1 wants them mirrored); the relay maps
between peers. One video codec (VP8, with retransmission) and one audio codec (Opus) for all, because the
relay never decodes. Who has no VP8 sends H.264, which reaches the slots that take it too.
"""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from classroom.media.model import (
    LAYERS,
    Codec,
    DownlinkFeedback,
    Extensions,
    Layer,
    MediaType,
    PeerMedia,
    PublicationKind,
    Slot,
    Source,
    media_type,
)
from classroom.media.sdp.grammar import unsupported
from classroom.media.sdp.offer import Offer, OfferedMedia

MAX_SOURCES = 8
MAX_SLOTS: Mapping[MediaType, int] = {"audio": 8, "video": 40}
"""Receiving m-lines beyond these are rejected (port 0), one by one."""

EXTENSION_URIS: Mapping[str, str] = {
    "mid": "urn:ietf:params:rtp-hdrext:sdes:mid",
    "rid": "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "repaired_rid": "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    "transport_cc": "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "abs_send_time": "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "audio_level": "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
}
"""By the field of `model.Extensions` that holds the id."""
SLOT_EXTENSIONS: Mapping[DownlinkFeedback, frozenset[str]] = {
    "transport-cc": frozenset({"transport_cc"}),
    "goog-remb": frozenset({"abs_send_time"}),
    "": frozenset(),
}
"""Extensions that the relay writes on what it forwards: the one that the peer measures its path by. A slot's SSRC says which
m-line a packet belongs to."""
MAX_ONE_BYTE_ID = 14
"""RFC 8285 section 4.2: the ids that one-byte headers can carry, which is what all clients send."""

WRAPPERS = ("rtx", "red")
"""Payload types that carry another's payload."""
MEDIA_FEEDBACK = ("nack", "nack pli", "ccm fir")
"""Taken wherever it is offered. Browsers offer none for audio by themselves: our client asks for `nack`, and Chromium obeys."""
MICROPHONE_PARAMETERS = {"useinbandfec": "1", "usedtx": "1"}
"""What an encoder of speech is asked for (RFC 7587 section 6.1): repair data when it hears of losses, little in pauses."""

Role = Literal["source", "slot", "inactive", "rejected"]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """How one m-line is answered."""

    offered: OfferedMedia
    role: Role
    codecs: tuple[Codec, ...] = ()
    feedback: tuple[str, ...] = ()
    """For the media codec itself: repair streams and RED have none."""
    extensions: tuple[tuple[int, str], ...] = ()
    rids: tuple[Layer, ...] = ()
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class Negotiated:
    media: PeerMedia
    lines: tuple[AnswerLine, ...]


def random_ssrc() -> int:
    return secrets.randbelow(2**32 - 1) + 1


def negotiate(
    offer: Offer,
    sources: Mapping[str, PublicationKind],
    previous: tuple[Slot, ...] = (),
    new_ssrc: Callable[[], int] = random_ssrc,
) -> Negotiated:
    """Decides every m-line of `offer`. `sources`: mid to kind. `previous`: the slots of the answer before,
    which keep their names and SSRCs wherever their mid is still a slot. Raises `OfferError` (unsupported)."""
    _check_sources(offer, sources)
    extensions = _extension_ids(offer)
    feedback = _congestion_feedback(
        [line for line in offer.media if line.kind == "video" and line.mid in sources], extensions
    )
    downlink = _congestion_feedback(
        [line for line in offer.media if line.kind == "video" and line.mid not in sources], extensions
    )
    taken = {ssrc for line in offer.media for ssrc in line.ssrcs}
    slots = _SlotTable(offer, sources, previous, taken, new_ssrc)
    lines: list[AnswerLine] = []
    found: list[Source] = []
    for line in offer.media:
        kind = sources.get(line.mid)
        codecs = _codecs(line, one=kind is not None) if line.usable else ()
        if not codecs:
            if kind is not None:
                raise unsupported(
                    f"the {kind} is offered without VP8 and H.264, or without Opus, or outside the bundle"
                )
            lines.append(AnswerLine(line, "rejected"))
        elif kind is not None and line.direction != "inactive":
            rids = _layers(line)
            if kind == "microphone":
                codecs = _sparing(codecs)
            accepted = _accepted_feedback(line, codecs, (*MEDIA_FEEDBACK, feedback))
            found.append(Source(line.mid, kind, codecs, rids, line.ssrcs, line.fid_pairs, "nack" in accepted))
            wanted = _source_extensions(line.media, bool(rids), feedback)
            ids = _offered_ids(line, extensions, wanted)
            lines.append(AnswerLine(line, "source", codecs, accepted, ids, rids))
        elif kind is None and line.direction in ("recvonly", "sendrecv"):
            accepted = _accepted_feedback(line, codecs, (*MEDIA_FEEDBACK, downlink))
            ids = _offered_ids(line, extensions, SLOT_EXTENSIONS[downlink])
            # Firefox counts video only: what a line does not measure goes without the extension.
            measured = downlink in accepted and bool(ids)
            slot = slots.take(line, codecs, "nack" in accepted, measured)
            if slot is None:
                lines.append(AnswerLine(line, "rejected"))
                continue
            if not measured:
                ids, accepted = (), tuple(each for each in accepted if each != downlink)
            lines.append(AnswerLine(line, "slot", codecs, accepted, ids, slot=slot))
        else:
            lines.append(AnswerLine(line, "inactive", codecs))
    media = PeerMedia(
        sources=tuple(found),
        slots=slots.ordered(),
        extensions=extensions,
        remb=feedback == "goog-remb",
        transport_cc=feedback == "transport-cc",
        downlink=downlink,
    )
    return Negotiated(media, tuple(lines))


def _check_sources(offer: Offer, sources: Mapping[str, PublicationKind]) -> None:
    if len(sources) > MAX_SOURCES or len(set(sources.values())) != len(sources):
        raise unsupported("each kind of publication can be named once")
    by_mid = {line.mid: line for line in offer.media}
    for mid, kind in sources.items():
        line = by_mid.get(mid)
        if line is None:
            raise unsupported(f"the offer has no m-line for the {kind}")
        if line.kind != media_type(kind):
            raise unsupported(f"the {kind} is on an m-line of the wrong type")
        if line.usable and line.direction == "recvonly":
            raise unsupported(f"the {kind} is on an m-line that does not send")


def _codecs(line: OfferedMedia, *, one: bool) -> tuple[Codec, ...]:
    """What is taken of the codecs; empty: nothing we can serve. `one`: a single video codec, for what is sent to us.

    Audio: Opus, and in front of it RED around Opus (RFC 2198) where it is offered: first in the answer, Chromium sends it.
    Video: VP8, then H.264 as all have it who have it (Constrained Baseline, packetization mode 1: RFC 7742 section 6.2), each
    with its retransmission.
    """
    if line.kind == "audio":
        opus = next(
            (c for c in line.codecs if (c.name, c.clock_rate, c.channels) == ("opus", 48000, 2)), None
        )
        if opus is None:
            return ()
        around = re.compile(rf"{opus.payload_type}(/{opus.payload_type})+")
        red = (
            c for c in line.codecs if c.name == "red" and c.clock_rate == 48000 and around.fullmatch(c.fmtp)
        )
        return (*itertools.islice(red, 1), opus)
    vp8 = (c for c in line.codecs if c.name == "vp8" and c.clock_rate == 90000)
    h264 = (c for c in line.codecs if c.name == "h264" and c.clock_rate == 90000 and _is_common_h264(c.fmtp))
    pictures = [*itertools.islice(vp8, 1), *itertools.islice(h264, 1)]
    taken: list[Codec] = []
    for codec in pictures[:1] if one else pictures:
        repairs = (c for c in line.codecs if c.name == "rtx" and c.apt == codec.payload_type)
        taken += [codec, *itertools.islice(repairs, 1)]
    return tuple(taken)


def _is_common_h264(fmtp: str) -> bool:
    """RFC 6184 section 8.1: profile_idc 66 with constraint_set1 (Constrained Baseline), any level, packetization mode 1."""
    given = dict(pair.strip().partition("=")[::2] for pair in fmtp.lower().split(";"))
    profile = re.fullmatch(r"42([0-9a-f]{2})[0-9a-f]{2}", given.get("profile-level-id", ""))
    return given.get("packetization-mode") == "1" and profile is not None and bool(int(profile[1], 16) & 0x40)


def _sparing(codecs: tuple[Codec, ...]) -> tuple[Codec, ...]:
    """The same with Opus's parameters as a microphone should be sent."""
    return tuple(
        replace(codec, fmtp=_with_parameters(codec.fmtp)) if codec.name == "opus" else codec
        for codec in codecs
    )


def _with_parameters(fmtp: str) -> str:
    parameters = dict(part.strip().partition("=")[::2] for part in fmtp.split(";") if part.strip())
    parameters.update(MICROPHONE_PARAMETERS)
    return ";".join(f"{key}={value}" if value else key for key, value in parameters.items())


def _layers(line: OfferedMedia) -> tuple[Layer, ...]:
    layers: list[Layer] = []
    for rid in line.rids:
        layer = next((known for known in LAYERS if known == rid), None)
        if layer is None:
            raise unsupported("simulcast encodings are to be named h, m and l")
        layers.append(layer)
    return tuple(layers)


def _extension_ids(offer: Offer) -> Extensions:
    """One id for each extension: m-lines of a bundle must agree (RFC 8843 section 7.1.3); those that do not
    lose it."""
    ids: dict[str, int] = {}
    for line in offer.media:
        for number, uri in line.extensions:
            if 0 < number <= MAX_ONE_BYTE_ID and number not in ids.values():
                ids.setdefault(uri, number)
    return Extensions(**{name: ids.get(uri, 0) for name, uri in EXTENSION_URIS.items()})


def _offered_ids(
    line: OfferedMedia, extensions: Extensions, wanted: frozenset[str]
) -> tuple[tuple[int, str], ...]:
    offered = set(line.extensions)
    pairs = ((getattr(extensions, name), uri) for name, uri in EXTENSION_URIS.items() if name in wanted)
    return tuple(pair for pair in pairs if pair in offered)


def _source_extensions(media: MediaType, simulcast: bool, feedback: str) -> frozenset[str]:
    wanted = {"mid"}
    if media == "audio":
        wanted.add("audio_level")
    if simulcast:
        wanted |= {"rid", "repaired_rid"}
    if feedback == "transport-cc":
        wanted.add("transport_cc")
    elif feedback == "goog-remb":
        wanted.add("abs_send_time")
    return frozenset(wanted)


def _congestion_feedback(lines: Iterable[OfferedMedia], extensions: Extensions) -> DownlinkFeedback:
    """How a sender learns what the path carries, by what these m-lines offer: transport-wide feedback, or REMB."""
    offered: set[str] = set()
    for line in lines:
        if line.usable:
            for codec in _codecs(line, one=True)[:1]:
                offered |= (line.feedback or {}).get(codec.payload_type, frozenset())
    if "transport-cc" in offered and extensions.transport_cc:
        return "transport-cc"
    return "goog-remb" if "goog-remb" in offered and extensions.abs_send_time else ""


def _accepted_feedback(
    line: OfferedMedia, codecs: tuple[Codec, ...], wanted: tuple[str, ...]
) -> tuple[str, ...]:
    media = next(codec for codec in codecs if codec.name not in WRAPPERS)
    offered = (line.feedback or {}).get(media.payload_type, frozenset())
    return tuple(feedback for feedback in wanted if feedback in offered)


class _SlotTable:
    """Gives every receiving m-line its slot: the one it had, or the lowest free name with fresh SSRCs."""

    def __init__(
        self,
        offer: Offer,
        sources: Mapping[str, PublicationKind],
        previous: tuple[Slot, ...],
        taken: set[int],
        new_ssrc: Callable[[], int],
    ) -> None:
        receiving = {line.mid for line in offer.media if line.usable and line.mid not in sources}
        self._kept = {slot.mid: slot for slot in previous if slot.mid in receiving}
        self._taken = taken | {ssrc for slot in previous for ssrc in (slot.ssrc, slot.rtx_ssrc)}
        self._new_ssrc = new_ssrc
        self._slots: list[Slot] = []

    def take(self, line: OfferedMedia, codecs: tuple[Codec, ...], nack: bool, measured: bool) -> Slot | None:
        """The line's slot; None: the peer has as many as it may have."""
        repaired = any(codec.name == "rtx" for codec in codecs)
        kept = self._kept.get(line.mid)
        if kept is not None and kept.media == line.media and bool(kept.rtx_ssrc) == repaired:
            slot = Slot(kept.name, line.mid, line.media, kept.ssrc, kept.rtx_ssrc, codecs, nack, measured)
        else:
            name = self._free_name(line.media)
            if name is None:
                return None
            repair = self._fresh() if repaired else 0
            slot = Slot(name, line.mid, line.media, self._fresh(), repair, codecs, nack, measured)
        self._slots.append(slot)
        return slot

    def ordered(self) -> tuple[Slot, ...]:
        """a0, a1, … then v0, v1, …"""
        return tuple(sorted(self._slots, key=lambda slot: (slot.media, int(slot.name[1:]))))

    def _free_name(self, media: MediaType) -> str | None:
        used = {slot.name for slot in (*self._slots, *self._kept.values())}
        names = (f"{media[0]}{index}" for index in range(MAX_SLOTS[media]))
        return next((name for name in names if name not in used), None)

    def _fresh(self) -> int:
        ssrc = self._new_ssrc()
        while ssrc in self._taken or ssrc == 0:
            ssrc = self._new_ssrc()
        self._taken.add(ssrc)
        return ssrc
