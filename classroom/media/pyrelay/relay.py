"""The relay: implements classroom.media.relay.Relay."""

from __future__ import annotations

from collections.abc import Sequence

from classroom.media.model import Layer, PeerId, PeerMedia, PublicationKind, Route
from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.relay import Address, PeerStats, Send, SrtpKeys

DEFAULT_LIMITS = RelayLimits()


class PyRelay:
    """Forwards media in this process. `send` gives one protected datagram to the socket; contract: `Relay`."""

    def __init__(self, send: Send, limits: RelayLimits = DEFAULT_LIMITS) -> None:
        self._send = send
        self._limits = limits

    def add_peer(self, peer: PeerId, media: PeerMedia, now: float) -> None: ...

    def set_keys(self, peer: PeerId, keys: SrtpKeys, now: float) -> None: ...

    def set_address(self, peer: PeerId, address: Address) -> None: ...

    def remove_peer(self, peer: PeerId) -> None: ...

    def set_enabled(self, peer: PeerId, kinds: frozenset[PublicationKind]) -> None: ...

    def set_routes(self, peer: PeerId, routes: Sequence[Route], now: float) -> None: ...

    def receive(self, peer: PeerId, datagram: bytes, now: float) -> None: ...

    def tick(self, now: float) -> None: ...

    def speakers(self, room_id: str, now: float) -> tuple[tuple[str, float], ...]:
        return ()

    def current_layer(self, peer: PeerId, slot: str) -> Layer | None:
        return None

    def stats(self, peer: PeerId) -> PeerStats | None:
        return None
