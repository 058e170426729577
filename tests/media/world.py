"""A relay with synthetic browsers around it, in simulated time."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from classroom.media.model import PeerId, PeerMedia, PublicationKind
from classroom.media.relay import Address, Relay, Send
from tests.media.netem import PERFECT
from tests.media.synthetic import SyntheticPeer
from tests.media.synthetic_packets import media
from tests.network.impairment import Impairment

STEP = 0.005
SOCKET_S = 0.5
TICK = 0.02
RelayFactory = Callable[[Send], Relay]


class World:
    """A relay, peers around it, and simulated time."""

    def __init__(self, factory: RelayFactory, seed: int = 1, conditions: Impairment = PERFECT) -> None:
        self.random = Random(seed)
        self.conditions = conditions
        self.now = 1000.0
        self.peers: dict[str, SyntheticPeer] = {}
        self._by_address: dict[Address, SyntheticPeer] = {}
        self.sent: list[tuple[float, Address]] = []
        self.relay = factory(self._send)
        self.behind = False
        """The process has not read everything that came."""
        self.frozen = False
        """The process has no time at all; its socket holds half a second."""
        self._unread: list[tuple[float, PeerId, bytes]] = []
        self._tick_at = 0.0

    def _send(self, datagram: bytes, address: Address) -> None:
        assert type(datagram) is bytes
        self.sent.append((self.now, address))
        peer = self._by_address.get(address)
        if peer is not None:
            peer.down.send(datagram, self.now)

    def add(
        self, name: str, peer_media: PeerMedia | None = None, *, connect: bool = True,
        enable: tuple[PublicationKind, ...] = ("microphone", "camera"), conditions: Impairment | None = None,
    ) -> SyntheticPeer:  # fmt: skip
        index = len(self.peers)
        peer = SyntheticPeer(self, name, index, peer_media or media(index), conditions or self.conditions)
        self.peers[name] = peer
        self._by_address[peer.address] = peer
        self.relay.add_peer(peer.id, peer.media, self.now)
        self.relay.set_enabled(peer.id, frozenset(enable))
        if connect:
            self.connect(peer)
        return peer

    def connect(self, peer: SyntheticPeer) -> None:
        self.relay.set_address(peer.id, peer.address)
        self.relay.set_keys(peer.id, peer.keys, self.now)

    def move(self, peer: SyntheticPeer, address: Address) -> None:
        """The peer's datagrams come from elsewhere now."""
        self._by_address[address] = peer
        peer.address = address
        self.relay.set_address(peer.id, address)

    def remove(self, name: str) -> None:
        """The participant is gone; what it has under way still flies."""
        peer = self.peers[name]
        self.relay.remove_peer(peer.id)
        peer.outgoing.clear()

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.now += STEP
            for peer in self.peers.values():
                peer.run(self.now)
                self._unread += [(at, peer.id, datagram) for at, datagram in peer.up.arrivals(self.now)]
            if self.frozen:
                self._unread = [entry for entry in self._unread if entry[0] > self.now - SOCKET_S]
                continue
            unread, self._unread = self._unread, []
            for _, peer_id, datagram in unread:
                self.relay.receive(peer_id, datagram, self.now)
            if self.now >= self._tick_at:
                self._tick_at = self.now + TICK
                self.relay.tick(self.now, self.behind)
