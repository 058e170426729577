"""The media plane as the rest of the classroom sees it: offers in, answers out, plans in, and who speaks.

It ties together one UDP endpoint, an ICE-lite agent and a DTLS session for each peer, and a relay. Everything
runs on the loop that called `start`, and no method blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from classroom.media.config import MediaConfig
from classroom.media.model import Layer, MediaType, PeerId, Publication, PublicationKind, RoomPlan
from classroom.media.relay import PeerStats, Relay, Send

DisconnectReason = Literal["consent_lost", "closed", "dtls_failed", "connect_timeout"]
"""consent_lost: the path went silent; the peer is kept, and comes back by itself or by an ICE restart. The
others are final: the peer is forgotten, and only a new offer brings it back. closed: the client closed its
connection."""


class SlotState(NamedTuple):
    """What is in one of a peer's slots. `publication` None: empty. `layer` None: no simulcast, or nothing
    flows yet."""

    slot: str
    media: MediaType
    publication: Publication | None
    layer: Layer | None


@dataclass(frozen=True, slots=True)
class PlaneStats:
    """Counters since the start."""

    peers: int
    connected: int
    received_datagrams: int
    sent_datagrams: int
    unsent_datagrams: int
    """Refused by the kernel (full buffer, no route): lost, as on any network."""
    dropped: Mapping[str, int]
    """Datagrams thrown away before the relay, by reason."""


class MediaObserver(Protocol):
    """Told of what happens, from the loop, synchronously; must not block and may call the plane back."""

    def peer_connected(self, peer: PeerId) -> None:
        """Media flows: keys are there and the path is alive. Also when it comes back after `consent_lost`."""

    def peer_disconnected(self, peer: PeerId, reason: DisconnectReason) -> None:
        """Media flows no more. Not called for peers that were removed by `MediaPlane.remove`."""

    def speakers_changed(self, room_id: str, speakers: tuple[tuple[str, float], ...]) -> None:
        """Who speaks, loudest first (participant id, loudness 0..1); called when the ids or their order
        change."""

    def layers_changed(self, peer: PeerId) -> None:
        """Another layer flows in one of the peer's slots; see `MediaPlane.current_slots`."""


class MediaPlane:
    """One per process. `relay_factory` makes the relay and is given the function that sends a datagram."""

    def __init__(
        self, config: MediaConfig, relay_factory: Callable[[Send], Relay], observer: MediaObserver
    ) -> None:
        raise NotImplementedError

    @property
    def port(self) -> int:
        """The UDP port in use, after `start`."""
        raise NotImplementedError

    async def start(self) -> None:
        """Binds the socket. Raises OSError when the address or port cannot be had."""
        raise NotImplementedError

    async def close(self) -> None:
        """Says goodbye to every peer (DTLS close_notify) and closes the socket."""
        raise NotImplementedError

    def answer(self, peer: PeerId, offer_sdp: str, sources: Mapping[str, PublicationKind]) -> str:
        """Negotiates a peer: its first offer, a re-offer, an ICE restart, or a new connection replacing the
        old.

        `sources`: mid to kind for the m-lines the client sends on. Raises `sdp.OfferError`, which leaves the
        peer as it was.
        """
        raise NotImplementedError

    def remove(self, peer: PeerId) -> None:
        """The participant left: ends the connection and forgets the peer's flags and routes. Unknown:
        ignored."""
        raise NotImplementedError

    def set_plan(self, room_id: str, plan: RoomPlan) -> None:
        """What everybody in the room receives from now on, whole; may name peers that are not negotiated yet.
        Only differences reach the relay."""
        raise NotImplementedError

    def set_enabled(self, peer: PeerId, kinds: frozenset[PublicationKind]) -> None:
        """Which of the participant's publications may be forwarded. May be called before the first offer;
        starts empty."""
        raise NotImplementedError

    def connected(self, peer: PeerId) -> bool:
        """Whether media can flow to and from the peer now."""
        raise NotImplementedError

    def slot_count(self, peer: PeerId, media: MediaType) -> int:
        """How many slots the peer negotiated; 0 if it is unknown."""
        raise NotImplementedError

    def current_slots(self, peer: PeerId) -> tuple[SlotState, ...]:
        """Every slot of the peer, a0, a1, … then v0, v1, …; empty if it is unknown."""
        raise NotImplementedError

    def speakers(self, room_id: str) -> tuple[tuple[str, float], ...]:
        """Who speaks in the room now: (participant id, loudness 0..1), loudest first."""
        raise NotImplementedError

    def peer_stats(self, peer: PeerId) -> PeerStats | None:
        """The relay's counters of a peer; None if unknown."""
        raise NotImplementedError

    def stats(self) -> PlaneStats:
        """Counters of the whole plane."""
        raise NotImplementedError
