"""Writes the answer, in the one form that Chromium, Firefox and aiortc were all seen to take
(docs/decisions.md).

ICE-lite, everything on one transport. Every accepted m-line repeats all of the transport: its attributes given
on the first only crashed a Firefox tab, and aiortc takes the candidates of the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

from classroom.media.sdp.negotiation import WRAPPERS, AnswerLine, Negotiated
from classroom.media.sdp.offer import Offer

CNAME = "classroom"
HOST_PREFERENCE = 126
TCP_PREFERENCE = 90
"""Type preferences: TCP is for those who have nothing else."""
PASSIVE = 4
"""The direction preference of a passive TCP candidate: the client connects."""


@dataclass(frozen=True, slots=True)
class LocalTransport:
    """Our end of a peer's transport, as the answer tells it."""

    session_id: int
    ufrag: str
    password: str
    fingerprint: str
    """SHA-256, upper-case hex with colons."""
    setup: Literal["active", "passive"]
    addresses: tuple[str, ...]
    """Host candidates, best first."""
    port: int
    tcp_port: int = 0
    """0: no TCP candidates."""


def write_answer(offer: Offer, negotiated: Negotiated, transport: LocalTransport, version: int) -> str:
    """The answer to `offer`. `version` grows by one with each answer to the same peer (RFC 3264 section
    8)."""
    accepted = [line for line in negotiated.lines if line.role != "rejected"]
    lines = [
        "v=0",
        f"o=- {transport.session_id} {version} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(line.offered.mid for line in accepted),
        "a=ice-lite",
    ]
    if offer.extmap_allow_mixed:
        lines.append("a=extmap-allow-mixed")
    lines.append("a=msid-semantic: WMS *")
    candidates = _candidates(transport)
    for line in negotiated.lines:
        if line.role == "rejected":
            lines += _rejected(line)
        else:
            lines += _accepted(line, transport, candidates)
    return "\r\n".join(lines) + "\r\n"


def _rejected(line: AnswerLine) -> list[str]:
    """Port 0 says no (RFC 3264 section 6), and the mid keeps the m-lines of both sides in step."""
    offered = line.offered
    lines = [
        f"m={offered.kind} 0 {offered.protocol} {' '.join(offered.formats)}",
        "c=IN IP4 0.0.0.0",
        "a=inactive",
    ]
    if offered.mid:
        lines.append(f"a=mid:{offered.mid}")
    return lines


def _accepted(line: AnswerLine, transport: LocalTransport, candidates: list[str]) -> list[str]:
    payload_types = " ".join(str(codec.payload_type) for codec in line.codecs)
    lines = [
        f"m={line.offered.kind} 9 {line.offered.protocol} {payload_types}",
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
    ]
    lines += candidates
    lines += [
        f"a=ice-ufrag:{transport.ufrag}",
        f"a=ice-pwd:{transport.password}",
        f"a=fingerprint:sha-256 {transport.fingerprint}",
        f"a=setup:{transport.setup}",
        f"a=mid:{line.offered.mid}",
    ]
    lines += [f"a=extmap:{number} {uri}" for number, uri in line.extensions]
    lines.append({"source": "a=recvonly", "slot": "a=sendonly"}.get(line.role, "a=inactive"))
    if line.slot is not None:
        lines.append(f"a=msid:{line.slot.name} {line.slot.name}")
    lines += ["a=rtcp-mux", "a=rtcp-rsize"]
    for codec in line.codecs:
        channels = f"/{codec.channels}" if codec.channels > 1 else ""
        name = {"vp8": "VP8", "h264": "H264"}.get(codec.name, codec.name)
        lines.append(f"a=rtpmap:{codec.payload_type} {name}/{codec.clock_rate}{channels}")
        if codec.name not in WRAPPERS:
            lines += [f"a=rtcp-fb:{codec.payload_type} {feedback}" for feedback in line.feedback]
        if codec.apt is not None:
            lines.append(f"a=fmtp:{codec.payload_type} apt={codec.apt}")
        elif codec.name in ("opus", "red", "h264") and codec.fmtp:
            lines.append(f"a=fmtp:{codec.payload_type} {codec.fmtp}")
    lines += [f"a=rid:{rid} recv" for rid in line.rids]
    if line.rids:
        lines.append("a=simulcast:recv " + ";".join(line.rids))
    return lines + _ssrcs(line)


def _ssrcs(line: AnswerLine) -> list[str]:
    slot = line.slot
    if slot is None:
        return []
    if not slot.rtx_ssrc:
        return [f"a=ssrc:{slot.ssrc} cname:{CNAME}"]
    # Without the FID group the browser cannot tell the repair stream, and asks again and again.
    return [
        f"a=ssrc-group:FID {slot.ssrc} {slot.rtx_ssrc}",
        f"a=ssrc:{slot.ssrc} cname:{CNAME}",
        f"a=ssrc:{slot.rtx_ssrc} cname:{CNAME}",
    ]


def _candidates(transport: LocalTransport) -> list[str]:
    """Host candidates of component 1, UDP before TCP (RFC 8445 section 5.1.2, RFC 6544 section 4.2)."""
    addresses = [ip_address(address) for address in transport.addresses]
    lines = []
    for index, address in enumerate(addresses):
        priority = (HOST_PREFERENCE << 24) + ((65535 - index) << 8) + 255
        lines.append(f"a=candidate:{index + 1} 1 udp {priority} {address} {transport.port} typ host")
    for index, address in enumerate(addresses if transport.tcp_port else ()):
        priority = (TCP_PREFERENCE << 24) + (((PASSIVE << 13) + 8191 - index) << 8) + 255
        lines.append(
            f"a=candidate:{len(addresses) + index + 1} 1 tcp {priority} {address} {transport.tcp_port} "
            "typ host tcptype passive"
        )
    return [*lines, "a=end-of-candidates"]
