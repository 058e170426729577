"""The one offer that a synthetic participant makes, and what it needs from the answer (RFC 8829, RFC 8853)."""

from __future__ import annotations

from dataclasses import dataclass

EXTENSION_URIS = {
    1: "urn:ietf:params:rtp-hdrext:sdes:mid",
    2: "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    3: "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    4: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    5: "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
}
MID, RID, REPAIRED_RID, TRANSPORT_CC, AUDIO_LEVEL = EXTENSION_URIS
OPUS, RED, VP8, RTX = 111, 63, 96, 97
"""Payload types."""

MICROPHONE_MID = "0"
CAMERA_MID = "1"
SOURCES = {MICROPHONE_MID: "microphone", CAMERA_MID: "camera", "2": "screen", "3": "screen_audio"}
"""mid to kind, as `media.offer` names it.

Screen and its sound are offered, as browsers do, and never sent.
"""


class AnswerError(Exception):
    """The answer lacks something, or refuses what a classroom is made of."""


@dataclass(frozen=True, slots=True)
class SlotAnswer:
    name: str
    """a0, a1, … or v0, v1, … in the order of the offer's receive-only m-lines."""
    ssrc: int
    rtx_ssrc: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    ufrag: str
    pwd: str
    fingerprint: str
    """sha-256, upper case with colons."""
    passive: bool
    """The server waits for the client's DTLS hello (RFC 5763 section 5)."""
    candidates: tuple[tuple[str, int], ...]
    """Address and port of the UDP candidates."""
    slots: tuple[SlotAnswer, ...]
    extensions: frozenset[int]
    """Ids that the server accepted."""
    red: bool
    """The server wants the microphone's frames in RED (RFC 2198)."""


def make_offer(
    *,
    ufrag: str,
    pwd: str,
    fingerprint: str,
    rids: tuple[str, ...],
    audio_slots: int,
    video_slots: int,
) -> str:
    """A browser-like offer: four sources, then the slots, all bundled."""
    sections = [
        _audio(0, "sendonly"),
        [
            *_video(1, "sendonly"),
            *[f"a=rid:{rid} send" for rid in rids],
            f"a=simulcast:send {';'.join(rids)}",
        ],
        _video(2, "sendonly"),
        _audio(3, "sendonly"),
        *[_audio(4 + index, "recvonly") for index in range(audio_slots)],
        *[_video(4 + audio_slots + index, "recvonly") for index in range(video_slots)],
    ]
    lines = [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(str(mid) for mid in range(len(sections))),
        "a=extmap-allow-mixed",
        "a=msid-semantic: WMS *",
    ]
    for mid, (media, *attributes) in enumerate(sections):
        lines += [
            media,
            "c=IN IP4 0.0.0.0",
            f"a=ice-ufrag:{ufrag}",
            f"a=ice-pwd:{pwd}",
            "a=ice-options:trickle",
            f"a=fingerprint:sha-256 {fingerprint}",
            "a=setup:actpass",
            f"a=mid:{mid}",
            "a=rtcp-mux",
            "a=rtcp-rsize",
            *attributes,
        ]
    return "\r\n".join(lines) + "\r\n"


def _audio(mid: int, direction: str) -> list[str]:
    return [
        f"m=audio 9 UDP/TLS/RTP/SAVPF {RED} {OPUS}",
        *[_extmap(identifier) for identifier in (MID, TRANSPORT_CC, AUDIO_LEVEL)],
        f"a={direction}",
        *([f"a=msid:- {mid}"] if direction == "sendonly" else []),
        f"a=rtpmap:{OPUS} opus/48000/2",
        f"a=rtcp-fb:{OPUS} transport-cc",
        f"a=rtcp-fb:{OPUS} nack",
        f"a=fmtp:{OPUS} minptime=10;useinbandfec=1",
        f"a=rtpmap:{RED} red/48000/2",
        f"a=fmtp:{RED} {OPUS}/{OPUS}",
    ]


def _video(mid: int, direction: str) -> list[str]:
    return [
        f"m=video 9 UDP/TLS/RTP/SAVPF {VP8} {RTX}",
        *[_extmap(identifier) for identifier in (MID, RID, REPAIRED_RID, TRANSPORT_CC)],
        f"a={direction}",
        *([f"a=msid:- {mid}"] if direction == "sendonly" else []),
        f"a=rtpmap:{VP8} VP8/90000",
        f"a=rtcp-fb:{VP8} goog-remb",
        f"a=rtcp-fb:{VP8} transport-cc",
        f"a=rtcp-fb:{VP8} ccm fir",
        f"a=rtcp-fb:{VP8} nack",
        f"a=rtcp-fb:{VP8} nack pli",
        f"a=rtpmap:{RTX} rtx/90000",
        f"a=fmtp:{RTX} apt={VP8}",
    ]


def _extmap(identifier: int) -> str:
    return f"a=extmap:{identifier} {EXTENSION_URIS[identifier]}"


def parse_answer(sdp: str) -> Answer:
    """Raises AnswerError."""
    session, *sections = _split(sdp)
    first = sections[0] if sections else []
    transport = [*session, *first]
    return Answer(
        ufrag=_one(transport, "ice-ufrag"),
        pwd=_one(transport, "ice-pwd"),
        fingerprint=_fingerprint(transport),
        passive=_one(transport, "setup") == "passive",
        candidates=_candidates(transport),
        slots=tuple(_slots(sections)),
        extensions=frozenset(
            int(value.split()[0].split("/")[0])
            for section in sections
            for value in _all(section, "extmap")
            if value.split()[0].split("/")[0].isdigit()
        ),
        # As browsers do: the answer's first format is what is sent (RFC 3264 section 7).
        red=bool(first) and first[0].split()[3:4] == [str(RED)],
    )


def _split(sdp: str) -> list[list[str]]:
    """The session's lines, then each media section's."""
    parts: list[list[str]] = [[]]
    for line in sdp.splitlines():
        if line.startswith("m="):
            parts.append([])
        parts[-1].append(line)
    return parts


def _all(lines: list[str], attribute: str) -> list[str]:
    prefix = f"a={attribute}:"
    return [line[len(prefix) :].strip() for line in lines if line.startswith(prefix)]


def _one(lines: list[str], attribute: str) -> str:
    values = _all(lines, attribute)
    if not values:
        raise AnswerError(f"the answer has no a={attribute}")
    return values[0]


def _fingerprint(lines: list[str]) -> str:
    for value in _all(lines, "fingerprint"):
        algorithm, _, fingerprint = value.partition(" ")
        if algorithm.lower() == "sha-256":
            return fingerprint.strip().upper()
    raise AnswerError("the answer has no sha-256 fingerprint")


def _candidates(lines: list[str]) -> tuple[tuple[str, int], ...]:
    fields = [value.split() for value in _all(lines, "candidate")]
    # RFC 8839 section 5.1: foundation component transport priority address port typ type
    found = tuple((f[4], int(f[5])) for f in fields if len(f) >= 8 and f[2].lower() == "udp")
    if not found:
        raise AnswerError("the answer has no UDP candidate")
    return found


def _slots(sections: list[list[str]]) -> list[SlotAnswer]:
    counts = {"audio": 0, "video": 0}
    slots = []
    for section in sections[len(SOURCES) :]:
        media = section[0][2:].split()[0]
        if media not in counts or "a=sendonly" not in section:
            raise AnswerError(f"the answer does not send on {section[0]!r}")
        name = f"{media[0]}{counts[media]}"
        counts[media] += 1
        groups = [value.split() for value in _all(section, "ssrc-group") if value.startswith("FID ")]
        if groups and len(groups[0]) == 3:
            slots.append(SlotAnswer(name, int(groups[0][1]), int(groups[0][2])))
        else:
            slots.append(SlotAnswer(name, int(_one(section, "ssrc").split()[0]), None))
    return slots
