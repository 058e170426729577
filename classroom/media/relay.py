"""The packet path's interface: what forwards media, and nothing else.

A relay takes protected datagrams in, and puts protected datagrams out. It knows peers, keys, addresses and routes; it does
not know rooms, roles, SDP, ICE or DTLS. It is synchronous, is called from one thread, reads no clock (`now` is monotonic
seconds, given with each call) and owns no socket (`send` is given at construction). Every implementation passes
tests/media/test_relay_contract.py over a seeded lossy link; `classroom.media.pyrelay` is the pure-Python one.

Nothing a peer sends may raise out of `receive`: bad packets are counted and dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from classroom.media.model import Layer, MediaType, PeerId, PeerMedia, PublicationKind, Route, Step

StreamAddress = tuple[str, int, Literal["tcp"]]
"""The far end of a TCP connection: never taken for that of a UDP path."""
Address = tuple[str, int] | StreamAddress
"""Host and port first. A relay that sends by itself leaves stream addresses to `Send`."""
Send = Callable[[bytes, Address], object]
"""Sends one datagram, never blocks; what the kernel refuses is lost, as on any network."""


@dataclass(frozen=True, slots=True)
class SrtpKeys:
    """Master key followed by master salt for each direction (RFC 5764 section 4.2), and pylibsrtp's profile number."""

    profile: int
    receive: bytes = field(repr=False)
    send: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StreamStats:
    """Counters of one received layer or stream, from the peer's first packet on."""

    kind: PublicationKind
    layer: Layer | None
    packets: int
    bytes: int
    lost: int
    """Never arrived, not even repaired."""
    repaired: int
    """Arrived by retransmission."""
    bitrate_bps: int
    """Over about the last second."""
    jitter_ms: float = 0.0
    """Interarrival jitter (RFC 3550 section 6.4.1)."""
    codec: str = ""
    """Of its newest packet: opus, red, vp8, …"""
    wanted: bool = True
    """Somebody receives it. What nobody receives is not repaired either."""
    began_at: float | None = None
    """When its first packet came (monotonic seconds)."""


@dataclass(frozen=True, slots=True)
class SlotStats:
    """Counters of one slot, from its first packet on: what was sent, and what the subscriber's last receiver report says of
    it. Slots into which nothing was ever sent are left out."""

    slot: str
    media: MediaType
    flowing: bool
    """Something is mapped to it now."""
    codec: str
    """Of what flows; empty: nothing does."""
    layer: Layer | None
    """That flows; None: no simulcast, or nothing does."""
    packets: int
    retransmitted: int
    reported_highest: int
    """Extended highest sequence number received; 0: no report yet."""
    reported_lost: int
    """Cumulative, negative with duplicates. What was repaired by RTX counts as lost, and so does what never reached the relay:
    numbers that a publisher's path lost are missing in the slot, too."""
    reported_packets: int
    """`packets` when that report came: with `reported_highest` it tells those missing numbers."""
    jitter_ms: float
    began_at: float | None = None
    """When the first packet was sent in it (monotonic seconds)."""


@dataclass(frozen=True, slots=True)
class PeerStats:
    received: tuple[StreamStats, ...]
    sent_packets: int
    sent_bytes: int
    retransmitted_packets: int
    keyframe_requests: int
    """Sent to this peer as a publisher."""
    dropped: Mapping[str, int]
    """Datagrams and packets thrown away, by reason."""
    fraction_lost: float
    """What the peer reports of our packets in its last receiver reports (0..1)."""
    round_trip_ms: float | None
    sent: tuple[SlotStats, ...] = ()
    nacks_sent: int = 0
    """Packets that the peer was asked to send again."""
    nacks_received: int = 0
    """Packets that the peer asked us to send again."""
    keyframes_wanted: int = 0
    """Key frames that the peer asked for, of what it receives."""
    estimate_bps: float | None = None
    """What the path to the peer carries, as far as it is known."""


class DownlinkState(NamedTuple):
    """What is known of the path to a subscriber, from its feedback."""

    target_bps: float
    """What may be sent, packets' overhead included."""
    draining: bool = False
    """A queue stands on the path: what is too much is to stop at once, not at the next key frame."""
    round_trip_s: float | None = None
    loss: float = 0.0
    """Of late (0..1), before repair."""
    self_estimated: bool = False
    """By the subscriber itself (REMB): such an estimate grows only with what is sent."""
    arriving_bps: float | None = None
    """What comes there now; on a path with a queue, all that it carries. None: not known."""
    silent: bool = False
    """The target is low only because nothing has been heard of the path for a while."""
    repeats: int = 0
    """How many earlier frames each packet of sound carries, for what gets lost."""


class Flow(NamedTuple):
    """What arrives of a publication, of one layer."""

    kind: PublicationKind
    layer: Layer | None
    bitrate_bps: int
    """Over about the last second; 0: too young to tell."""
    upper_share: float = 0.0
    """Of these bits, those above the base temporal layer (0..1), or those of earlier frames (sound in RED), which are not
    forwarded. 0: it has no other, or is too young to tell."""


class Relay(Protocol):
    def add_peer(self, peer: PeerId, media: PeerMedia, now: float) -> None:
        """A peer was negotiated; on a re-offer it is called again with the new media and keeps everything that still fits."""

    def set_keys(self, peer: PeerId, keys: SrtpKeys, now: float) -> None:
        """DTLS is up: from now on packets flow. Keyframes are asked for everything routed to this peer."""

    def set_address(self, peer: PeerId, address: Address | None) -> None:
        """Where the peer's datagrams go (the authenticated path; changes when the peer moves). None: the path is dead,
        nothing may be sent until there is another (RFC 7675 section 5.1); keys and streams are kept."""

    def remove_peer(self, peer: PeerId) -> None:
        """Forgets the peer, its streams, and the routes from and to it. Unknown peers are ignored."""

    def set_enabled(self, peer: PeerId, kinds: frozenset[PublicationKind]) -> None:
        """Which of the peer's publications may be forwarded at all; packets of others are dropped. Starts empty."""

    def set_routes(self, peer: PeerId, routes: Sequence[Route], now: float) -> None:
        """What `peer` receives from now on, whole. Sources are in the same room. Unchanged routes go on undisturbed."""

    def set_layers(
        self, peer: PeerId, steps: Mapping[str, Step | None], wanted_bps: float, now: float
    ) -> None:
        """What the path to `peer` allows, whole: for a slot the highest layer, below the route's; None: nothing. Slots not
        named are limited by their routes only. A lower layer starts at its key frame, and the old one flows until then; unless
        the path is `draining`, then the old one stops at once. Of a thinned one only the base temporal layer is forwarded, from
        its next frame on, and the others again from one that refers to the base layer only; what was left out has no number
        and no picture id, and streams that have none to leave out flow whole. Of sounds, None means silence, and nothing else
        means anything. `wanted_bps`: what it would all take without
        limits, up to which the relay may probe the path."""

    def downlink(self, peer: PeerId) -> DownlinkState | None:
        """None: unknown peer, no feedback negotiated, or (REMB) none has come yet. Whoever asks knows it: see `pressed`."""

    def pressed(self) -> Sequence[PeerId]:
        """The peers whose path gives way: it carries a tenth less than when `downlink` was last asked for it, or drains now."""

    def bitrates(self, peer: PeerId, now: float) -> Sequence[Flow]:
        """What flows from this publisher now; empty: unknown."""

    def receive(self, peer: PeerId, datagram: bytes, now: float) -> None:
        """An SRTP or SRTCP datagram from the peer's authenticated path."""

    def claimants(self, datagram: bytes) -> Sequence[PeerId]:
        """The peers that send, or announced to send, with the SSRC in this SRTP or SRTCP datagram. It proves nothing."""

    def tick(self, now: float, behind: bool = False) -> None:
        """Timed work: NACKs, keyframe retries, feedback, reports. To be called every 10 to 25 ms. `behind`: more has come than
        the process has read. Then nothing is asked for again: it would be more still."""

    def speakers(self, room_id: str, now: float) -> tuple[tuple[str, float], ...]:
        """(participant id, loudness 0..1) of the enabled microphones that carry speech now, loudest first."""

    def current_layer(self, peer: PeerId, slot: str) -> Layer | None:
        """The layer that flows into the slot; None: no simulcast, or nothing flows."""

    def stats(self, peer: PeerId) -> PeerStats | None:
        """Counters of a peer; None if unknown."""
