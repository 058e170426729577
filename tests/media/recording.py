"""A relay that forwards nothing and remembers what it was told, for tests of what stands around the relay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from classroom.media.model import Layer, PeerId, PeerMedia, PublicationKind, Route, Step
from classroom.media.relay import Address, DownlinkState, Flow, PeerStats, Send, SrtpKeys


class RecordingRelay:
    def __init__(self, send: Send) -> None:
        self.send = send
        self.calls: list[str] = []
        """add, keys, address, remove, enabled, routes, layers: with the participant, in order."""
        self.media: dict[PeerId, PeerMedia] = {}
        self.keys: dict[PeerId, SrtpKeys] = {}
        self.addresses: dict[PeerId, Address | None] = {}
        self.enabled: dict[PeerId, frozenset[PublicationKind]] = {}
        self.routes: dict[PeerId, tuple[Route, ...]] = {}
        self.claimed: dict[bytes, tuple[PeerId, ...]] = {}
        """Who claims a datagram's SSRC, by the whole datagram."""
        self.received: list[tuple[PeerId, bytes]] = []
        self.layers: dict[tuple[PeerId, str], Layer] = {}
        self.allowed: dict[PeerId, dict[str, Step | None]] = {}
        self.wanted_bps: dict[PeerId, float] = {}
        self.downlinks: dict[PeerId, DownlinkState] = {}
        self.flowing: dict[PeerId, Sequence[Flow]] = {}
        self.peer_stats: dict[PeerId, PeerStats] = {}
        self.loud: tuple[tuple[str, float], ...] = ()
        self.ticks = 0

    def claimants(self, datagram: bytes) -> Sequence[PeerId]:
        return self.claimed.get(datagram, ())

    def add_peer(self, peer: PeerId, media: PeerMedia, now: float) -> None:
        self.calls.append(f"add {peer.participant_id}")
        self.media[peer] = media

    def set_keys(self, peer: PeerId, keys: SrtpKeys, now: float) -> None:
        self.calls.append(f"keys {peer.participant_id}")
        self.keys[peer] = keys

    def set_address(self, peer: PeerId, address: Address | None) -> None:
        self.calls.append(f"address {peer.participant_id}")
        self.addresses[peer] = address

    def remove_peer(self, peer: PeerId) -> None:
        self.calls.append(f"remove {peer.participant_id}")
        for known in (self.media, self.keys, self.addresses, self.enabled, self.routes):
            known.pop(peer, None)

    def set_enabled(self, peer: PeerId, kinds: frozenset[PublicationKind]) -> None:
        self.calls.append(f"enabled {peer.participant_id}")
        self.enabled[peer] = kinds

    def set_routes(self, peer: PeerId, routes: Sequence[Route], now: float) -> None:
        self.calls.append(f"routes {peer.participant_id}")
        self.routes[peer] = tuple(routes)

    def set_layers(
        self, peer: PeerId, steps: Mapping[str, Step | None], wanted_bps: float, now: float
    ) -> None:
        self.calls.append(f"layers {peer.participant_id}")
        self.allowed[peer] = dict(steps)
        self.wanted_bps[peer] = wanted_bps

    def downlink(self, peer: PeerId) -> DownlinkState | None:
        return self.downlinks.get(peer)

    def pressed(self) -> Sequence[PeerId]:
        return ()

    def bitrates(self, peer: PeerId, now: float) -> Sequence[Flow]:
        return self.flowing.get(peer, ())

    def receive(self, peer: PeerId, datagram: bytes, now: float) -> None:
        self.received.append((peer, datagram))

    def tick(self, now: float, behind: bool = False) -> None:
        self.ticks += 1

    def speakers(self, room_id: str, now: float) -> tuple[tuple[str, float], ...]:
        return self.loud

    def current_layer(self, peer: PeerId, slot: str) -> Layer | None:
        return self.layers.get((peer, slot))

    def stats(self, peer: PeerId) -> PeerStats | None:
        return self.peer_stats.get(peer)
