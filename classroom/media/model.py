"""What the parts of the media plane say to one another. No I/O, no protocol logic.

A *peer* is one participant's media connection. A *source* is what a peer sends (a publication: microphone, camera, …). A
*slot* is one of the m-lines on which a peer receives; routes say which publication is in which slot. See docs/architecture.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

PublicationKind = Literal["microphone", "camera", "screen", "screen_audio"]
MediaType = Literal["audio", "video"]
Layer = Literal["h", "m", "l"]
LAYERS: tuple[Layer, ...] = ("l", "m", "h")
"""Simulcast layers, lowest first: their index is their height."""


class Step(NamedTuple):
    """What a subscriber may get of a picture."""

    layer: Layer
    thinned: bool = False
    """Only the base temporal layer of it: half the pictures per second, as our clients encode them (L1T2)."""


DownlinkFeedback = Literal["transport-cc", "goog-remb", ""]
"""What a peer reports about what it receives: transport-wide arrival times, its own estimate (REMB), or neither."""


def media_type(kind: PublicationKind) -> MediaType:
    return "audio" if kind in ("microphone", "screen_audio") else "video"


class PeerId(NamedTuple):
    """Names a peer in a process: one participant of one room."""

    room_id: str
    participant_id: str


class Publication(NamedTuple):
    """Names a publication inside a room."""

    participant_id: str
    kind: PublicationKind


@dataclass(frozen=True, slots=True)
class Codec:
    """One payload type as one peer numbers it. `name` is lower case: opus, red, vp8, h264, rtx."""

    payload_type: int
    name: str
    clock_rate: int
    channels: int = 1
    fmtp: str = ""
    apt: int | None = None
    """For rtx: the payload type it repairs (RFC 4588 section 8.6)."""


@dataclass(frozen=True, slots=True)
class Extensions:
    """RTP header extension ids as one peer numbers them (RFC 8285); 0: not negotiated."""

    mid: int = 0
    rid: int = 0
    repaired_rid: int = 0
    transport_cc: int = 0
    abs_send_time: int = 0
    audio_level: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """An m-line on which the peer sends."""

    mid: str
    kind: PublicationKind
    codecs: tuple[Codec, ...]
    rids: tuple[Layer, ...] = ()
    """Simulcast layers offered; empty: one plain stream."""
    ssrcs: tuple[int, ...] = ()
    """SSRCs the SDP announces (none with RID); media first, each followed by its repair SSRC if it has one (FID)."""
    rtx_ssrcs: tuple[tuple[int, int], ...] = ()
    """(media SSRC, repair SSRC) pairs of ssrc-group:FID lines."""
    nack: bool = False
    """The peer sends again what is asked for (rtcp-fb nack); without RTX, as audio: the same packet."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An m-line on which the peer receives: `name` is a0, a1, … or v0, v1, …"""

    name: str
    mid: str
    media: MediaType
    ssrc: int
    rtx_ssrc: int
    """0: no retransmission stream (audio)."""
    codecs: tuple[Codec, ...]
    nack: bool = False
    """The peer asks again for what it misses (rtcp-fb nack)."""
    measured: bool = False
    """Its packets carry the header extension of the peer's `downlink` feedback."""


@dataclass(frozen=True, slots=True)
class PeerMedia:
    """What was negotiated with a peer, all its m-lines bundled on one transport."""

    sources: tuple[Source, ...]
    slots: tuple[Slot, ...]
    extensions: Extensions
    remb: bool = False
    """The peer takes goog-remb feedback."""
    transport_cc: bool = False
    """The peer takes transport-wide feedback (and numbers its packets for it)."""
    downlink: DownlinkFeedback = ""
    """How the peer tells what its own path carries."""


class Route(NamedTuple):
    """What one slot carries. `layer` is the highest layer wanted: the relay forwards it or the nearest one that flows."""

    slot: str
    publication: Publication
    layer: Layer = "h"


@dataclass(frozen=True, slots=True)
class SubscriberPlan:
    """What one peer receives. Slots not named are empty."""

    routes: tuple[Route, ...] = ()
    order: tuple[str, ...] = ()
    """The video slots, most important first: who keeps a picture when the path is narrow."""
    essential: frozenset[str] = frozenset()
    """Video slots that are to be legible before any other is shown."""

    @property
    def pictures(self) -> tuple[Route, ...]:
        """The routes into video slots."""
        return tuple(route for route in self.routes if route.slot[0] == "v")


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """What everybody in a room receives, by participant id."""

    subscribers: dict[str, SubscriberPlan] = field(default_factory=dict)


class PublicationKey(NamedTuple):
    """Names a publication in a process."""

    peer: PeerId
    kind: PublicationKind
