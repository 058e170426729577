"""The media plane as the rest of the classroom sees it: offers in, answers out, plans in, and who speaks.

It ties together one UDP endpoint, an ICE-lite agent and a DTLS session for each peer, and a relay. Everything
runs on the loop that called `start`, and no method blocks.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from time import monotonic

from classroom.media import sdp, stun
from classroom.media.config import MediaConfig, candidate_addresses
from classroom.media.connection import Connection
from classroom.media.downlinks import Downlinks
from classroom.media.dtls import Certificate
from classroom.media.endpoint import Endpoint
from classroom.media.handshake import EndReason
from classroom.media.ice import Check, Path
from classroom.media.model import MediaType, PeerId, PublicationKind, RoomPlan
from classroom.media.moves import Moves
from classroom.media.observer import MediaObserver
from classroom.media.plane_figures import MediaTotals, PlaneStats, PlaneTimes, plane_stats
from classroom.media.plane_routes import RoomRoutes, SlotState
from classroom.media.relay import Address, PeerStats, Relay, Send, SrtpKeys, StreamAddress
from classroom.media.tcp_endpoint import TcpEndpoint
from signaling.errors import ErrorCode

log = logging.getLogger(__name__)

TICK_S = 0.02
LATE_S = 0.05
"""A tick that is so much later than the one before: the process had no time, and there is more to read than it knows."""
SPEAKERS_EVERY_S = 0.05
LAYERS_EVERY_S = 0.2
EXPIRY_EVERY_S = 1.0
FORWARD_SAMPLE = 64
"""Of so many packets that come, the time of one is taken."""


class MediaPlane:
    """One per process. `relay_factory` makes the relay and is given the function that sends a datagram."""

    def __init__(
        self, config: MediaConfig, relay_factory: Callable[[Send], Relay], observer: MediaObserver
    ) -> None:
        self._config = config
        self._observer = observer
        self._endpoint = Endpoint(self._on_stun, self._on_dtls, self._on_media, self._on_stranger)
        self._tcp = TcpEndpoint(self._endpoint, self._on_stream_lost)
        self._relay = relay_factory(self._endpoint.send)
        self._downlinks = Downlinks(self._relay)
        self._certificate = Certificate()
        self._addresses = candidate_addresses(config)
        self._port = self._tcp_port = 0
        self._connections: dict[PeerId, Connection] = {}
        self._by_ufrag: dict[str, Connection] = {}
        self._moves = Moves()
        self._rooms: dict[str, RoomRoutes] = {}
        self._enabled: dict[PeerId, frozenset[PublicationKind]] = {}
        self._beginners: set[PeerId] = set()
        """Who must begin DTLS: our own attempt failed for that, see `Connection.begins_in_vain`. Kept until `remove`."""
        self._speaking: dict[str, tuple[tuple[str, float], ...]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._ticked_at = 0.0
        self._due = {"speakers": 0.0, "layers": 0.0, "expiry": 0.0}
        self._until_sample = FORWARD_SAMPLE
        self.times = PlaneTimes()
        self.totals = MediaTotals()
        """Of all peers, also of those that have gone; `totals.seen` brings it what the others have done."""

    @property
    def port(self) -> int:
        """The UDP port in use; 0 before `start` and after `close`."""
        return self._port

    @property
    def tcp_port(self) -> int:
        """The TCP port in use; 0 if there is none."""
        return self._tcp_port

    async def start(self) -> None:
        """Binds the sockets. Raises OSError when the address or port cannot be had (`TcpPortError` for TCP's)."""
        port = self._endpoint.open(self._config.host, self._config.port)
        if self._config.tcp_port is not None:
            try:
                self._tcp_port = self._tcp.open(self._config.host, self._config.tcp_port)
            except OSError:
                self._endpoint.close()
                raise
        self._port = port
        self._tick()

    async def close(self) -> None:
        """Says goodbye to every peer (DTLS close_notify) and closes the socket."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._port = self._tcp_port = 0
        for connection in list(self._connections.values()):
            self._forget(connection)
            connection.close()
        self._tcp.close()
        self._endpoint.close()

    def answer(self, peer: PeerId, offer_sdp: str, sources: Mapping[str, PublicationKind]) -> str:
        """Negotiates a peer: its first offer, a re-offer, an ICE restart, or a new connection replacing the old.

        `sources`: mid to kind for the m-lines the client sends on. Raises `sdp.OfferError`, which leaves the peer as it was:
        codes offer_malformed and offer_unsupported, or media_unavailable when there is no room or the plane is not running.
        """
        if not self._port:
            raise sdp.OfferError(ErrorCode.MEDIA_UNAVAILABLE, "the media server is not running")
        offer = sdp.parse_offer(offer_sdp)
        now = monotonic()
        old = self._connections.get(peer)
        if old is not None and old.continues(offer):
            connection = old
        elif old is None and len(self._connections) >= self._config.max_peers:
            raise sdp.OfferError(ErrorCode.MEDIA_UNAVAILABLE, "the media server is full")
        else:
            passive = peer in self._beginners
            connection = Connection(peer, offer, self, self._certificate, now, passive=passive)
        ufrags = connection.ice.ufrags
        answer = connection.negotiate(offer, sources, self._addresses, self._port, self._tcp_port)
        self._drop_ufrags(connection, ufrags - connection.ice.ufrags)
        if old is not None and connection is not old:
            self._forget(old)
            old.close()
        self._connections[peer] = connection
        for ufrag in connection.ice.ufrags:
            self._by_ufrag[ufrag] = connection
        self._relay.add_peer(peer, connection.media, now)
        if connection is not old:
            self._relay.set_enabled(peer, self._enabled.get(peer, frozenset()))
        self._room(peer.room_id).add(peer.participant_id, connection.media, now)
        return answer

    def remove(self, peer: PeerId) -> None:
        """The participant left: ends the connection and forgets the peer's flags. Unknown: ignored."""
        self._enabled.pop(peer, None)
        self._beginners.discard(peer)
        connection = self._connections.get(peer)
        if connection is not None:
            self._forget(connection)
            connection.close()

    def set_plan(self, room_id: str, plan: RoomPlan) -> None:
        """What everybody in the room receives from now on, whole; may name peers that are not negotiated yet. Only
        differences reach the relay. An empty plan for a room without peers forgets the room and its flags."""
        self._room(room_id).set_plan(plan, monotonic())
        self._forget_room_if_empty(room_id)
        if room_id not in self._rooms:
            self._enabled = {peer: kinds for peer, kinds in self._enabled.items() if peer.room_id != room_id}

    def take_rerouted(self, room_id: str, among: Iterable[str]) -> list[str]:
        """Who of these participants has other routes than when they were last returned: `current_slots` is news to them."""
        room = self._rooms.get(room_id)
        return room.take_rerouted(among) if room is not None else []

    def set_enabled(self, peer: PeerId, kinds: frozenset[PublicationKind]) -> None:
        """Which of the participant's publications may be forwarded. May be called before the first offer; starts empty."""
        self._enabled[peer] = kinds
        if peer in self._connections:
            self._relay.set_enabled(peer, kinds)

    def connected(self, peer: PeerId) -> bool:
        """Whether media can flow to and from the peer now."""
        connection = self._connections.get(peer)
        return connection is not None and connection.connected

    def path(self, peer: PeerId) -> Path | None:
        """Where the peer is, and when the newest datagram came from there; None: it has no path."""
        connection = self._connections.get(peer)
        return None if connection is None else connection.ice.selected

    def heard_at(self, peer: PeerId) -> float | None:
        """When the newest datagram came on the peer's path (monotonic seconds); None: it has no path."""
        path = self.path(peer)
        return None if path is None else path.heard_at

    def slot_count(self, peer: PeerId, media: MediaType) -> int:
        """How many slots the peer negotiated; 0 if it is unknown."""
        connection = self._connections.get(peer)
        return sum(slot.media == media for slot in connection.media.slots) if connection else 0

    def current_slots(self, peer: PeerId) -> tuple[SlotState, ...]:
        """Every slot of the peer, a0, a1, … then v0, v1, …; empty if it is unknown."""
        room = self._rooms.get(peer.room_id)
        return () if room is None else room.slots(peer.participant_id, monotonic())

    def speakers(self, room_id: str) -> tuple[tuple[str, float], ...]:
        """Who speaks in the room now: (participant id, loudness 0..1), loudest first."""
        return self._relay.speakers(room_id, monotonic())

    def peer_stats(self, peer: PeerId) -> PeerStats | None:
        """The relay's counters of a peer; None if unknown."""
        return self._relay.stats(peer)

    @property
    def peers(self) -> tuple[PeerId, ...]:
        """All that are negotiated."""
        return tuple(self._connections)

    def stats(self) -> PlaneStats:
        """Counters of the whole plane."""
        return plane_stats(self._connections.values(), self._endpoint, self._tcp)

    # --- datagrams, from the endpoint

    def _on_media(self, peer: PeerId, datagram: bytes, now: float) -> None:
        self._relay.receive(peer, datagram, now)
        self._until_sample -= 1
        if not self._until_sample:
            self._until_sample = FORWARD_SAMPLE
            self.times.forward_s.observe(monotonic() - now)

    def _on_dtls(self, peer: PeerId, record: bytes) -> bool:
        connection = self._connections.get(peer)
        return connection is not None and connection.receive_dtls(record, self._config.handshake_timeout_s)

    def _on_stun(self, datagram: bytes, source: Address, now: float) -> None:
        try:
            if datagram[:2] == stun.SUCCESS:
                agent = self._moves.answered(datagram, source, now)
                connection = self._connections.get(agent.peer)
                if connection is not None and connection.ice is agent:
                    self._checked(connection, agent.answered(source, now), source)
                return
            request = stun.parse_request(datagram)
            connection = self._by_ufrag.get(stun.username(request)[0])
            if connection is None:
                raise stun.StunError("stun_unknown_user")
            ufrags = connection.ice.ufrags
            check = connection.check(request, source, now)
        except stun.StunError as error:
            self._endpoint.dropped[error.reason] += 1
            return
        self._drop_ufrags(connection, ufrags - connection.ice.ufrags)
        self._checked(connection, check, source)

    def _checked(self, connection: Connection, check: Check, source: Address) -> None:
        self._drop_paths(connection, check.forgotten)
        if check.path is not None:
            self._endpoint.paths[source] = check.path
        if check.reply is not None:
            self._endpoint.send(check.reply, source)
        if check.selected:
            connection.path_lost_at = None
            self._relay.set_address(connection.peer, source)
            connection.path_found(self._config.handshake_timeout_s)
            self._announce(connection)

    def _on_stranger(self, datagram: bytes, source: Address, now: float) -> None:
        """Media from an address that is nobody's: perhaps somebody moved, and is asked so at once."""
        if not self._moves.worth_a_look(source, now):
            return
        for peer in self._relay.claimants(datagram):
            connection = self._connections.get(peer)
            if connection is not None:
                request = self._moves.ask(connection.ice, source, len(datagram), now)
                if request is not None:
                    self._endpoint.send(request, source)
                    return

    def _on_stream_lost(self, address: StreamAddress) -> None:
        path = self._endpoint.paths.pop(address, None)
        connection = self._connections.get(path.peer) if path is not None else None
        if connection is not None and connection.ice.forget(address):
            self._path_lost(connection)

    # --- ConnectionOwner

    def send(self, datagram: bytes, address: Address) -> None:
        self._endpoint.send(datagram, address)

    def keys_ready(self, connection: Connection, keys: SrtpKeys) -> None:
        self._relay.set_keys(connection.peer, keys, monotonic())
        self._announce(connection)

    def dtls_ended(self, connection: Connection, reason: EndReason) -> None:
        if self._connections.get(connection.peer) is connection:
            if connection.begins_in_vain:
                self._beginners.add(connection.peer)
            self._forget(connection)
            self._guard(self._observer.peer_disconnected, connection.peer, reason)

    # --- timers

    def _tick(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(TICK_S, self._tick)
        now = monotonic()
        behind = self._endpoint.behind or now - self._ticked_at > TICK_S + LATE_S
        self._ticked_at = now
        self._guard(self._relay.tick, now, behind)
        self._guard(self._downlinks.tick, now)
        if self._is_due("speakers", now, SPEAKERS_EVERY_S):
            self._guard(self._watch_speakers, now)
        if self._is_due("layers", now, LAYERS_EVERY_S):
            self._guard(self._watch_layers, now)
        if self._is_due("expiry", now, EXPIRY_EVERY_S):
            self._guard(self._expire, now)
            self._tcp.expire(now)

    def _is_due(self, what: str, now: float, every_s: float) -> bool:
        if now < self._due[what]:
            return False
        self._due[what] = max(self._due[what] + every_s, now)
        return True

    def _watch_speakers(self, now: float) -> None:
        for room_id in list(self._rooms):
            speakers = self._relay.speakers(room_id, now)
            before = self._speaking.get(room_id, ())
            self._downlinks.speaking(room_id, speakers, now)
            if [who for who, _ in speakers] != [who for who, _ in before]:
                self._guard(self._observer.speakers_changed, room_id, speakers)
            self._speaking[room_id] = speakers

    def _watch_layers(self, now: float) -> None:
        for room_id, room in list(self._rooms.items()):
            for participant_id in room.changed_layers(now):
                self._guard(self._observer.layers_changed, PeerId(room_id, participant_id))

    def _expire(self, now: float) -> None:
        for connection in list(self._connections.values()):
            if self._connections.get(connection.peer) is not connection:
                continue  # removed by an observer that was told of another one
            had_path = connection.ice.selected is not None
            self._drop_paths(connection, connection.ice.expire(now, self._config.consent_timeout_s))
            if had_path and connection.ice.selected is None:
                self._path_lost(connection)
            elif (overdue := connection.overdue(now, self._config)) is not None:
                self._forget(connection)
                connection.close()
                self._guard(self._observer.peer_disconnected, connection.peer, overdue)

    # --- bookkeeping

    def _path_lost(self, connection: Connection) -> None:
        """Nothing may be sent to the peer until another check has come."""
        self._relay.set_address(connection.peer, None)
        connection.path_lost_at = monotonic()
        if connection.announced:
            connection.announced = False
            self._guard(self._observer.peer_disconnected, connection.peer, "consent_lost")

    def _announce(self, connection: Connection) -> None:
        if connection.connected and not connection.announced:
            connection.announced = True
            if not connection.was_connected:
                connection.was_connected = True
                self.times.connect_s.observe(monotonic() - connection.created_at)
            self._guard(self._observer.peer_connected, connection.peer)

    def _forget(self, connection: Connection) -> None:
        """Takes the connection out of every table; the peer's plan and flags stay for its next one."""
        peer = connection.peer
        del self._connections[peer]
        self._drop_ufrags(connection, connection.ice.ufrags)
        self._drop_paths(connection, connection.ice.addresses)
        self.totals.left(peer, self._relay.stats(peer))
        self._relay.remove_peer(peer)
        self._room(peer.room_id).remove(peer.participant_id, monotonic())
        self._forget_room_if_empty(peer.room_id)

    def _drop_ufrags(self, connection: Connection, ufrags: frozenset[str]) -> None:
        for ufrag in ufrags:
            if self._by_ufrag.get(ufrag) is connection:
                del self._by_ufrag[ufrag]

    def _drop_paths(self, connection: Connection, addresses: tuple[Address, ...]) -> None:
        """Closes the door to these addresses, unless another peer has proved to be behind them since."""
        for address in addresses:
            path = self._endpoint.paths.get(address)
            if path is not None and path.peer == connection.peer:
                self._endpoint.forget(address)

    def _room(self, room_id: str) -> RoomRoutes:
        if room_id not in self._rooms:
            self._rooms[room_id] = RoomRoutes(room_id, self._relay, self._downlinks)
        return self._rooms[room_id]

    def _forget_room_if_empty(self, room_id: str) -> None:
        if self._rooms[room_id].empty:
            del self._rooms[room_id]
            self._downlinks.forget_room(room_id)
            self._speaking.pop(room_id, None)

    def _guard(self, call: Callable[..., object], *arguments: object) -> None:
        """A bug behind one call is logged and ends nothing else."""
        try:
            call(*arguments)
        except Exception:
            log.exception("media plane: %s failed", getattr(call, "__qualname__", call))
