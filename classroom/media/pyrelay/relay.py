"""The relay: implements classroom.media.relay.Relay."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from random import Random, SystemRandom

from classroom.media.model import (
    Layer,
    PeerId,
    PeerMedia,
    PublicationKind,
    Route,
    Step,
    media_type,
)
from classroom.media.pyrelay import reports
from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.pyrelay.peer import Peer
from classroom.media.pyrelay.publication import PublicationState
from classroom.media.pyrelay.slot import SlotState
from classroom.media.pyrelay.srtp import ssrc_of
from classroom.media.relay import Address, DownlinkState, Flow, PeerStats, Send, SrtpKeys

DEFAULT_LIMITS = RelayLimits()
GOLDEN_RATIO = 0.618033988749895
"""Its multiples, modulo 1, are spread evenly however many they are."""


class PyRelay:
    """Forwards media in this process. `send` gives one protected datagram to the socket; contract: `Relay`.

    `random` draws the first sequence numbers and timestamps (RFC 3550 section 5.1 wants them unpredictable).
    """

    def __init__(
        self, send: Send, limits: RelayLimits = DEFAULT_LIMITS, random: Random | None = None
    ) -> None:
        self._send = send
        self._limits = limits
        self._random = SystemRandom() if random is None else random
        self._rooms: dict[str, dict[str, Peer]] = {}
        self._peers: dict[PeerId, Peer] = {}
        self._now = 0.0
        self._review_at = 0.0
        self._ticked_at = float("inf")
        self._gave_up_until = float("-inf")
        self._phases = itertools.count()

    def add_peer(self, peer: PeerId, media: PeerMedia, now: float) -> None:
        self._now = now
        state = self._peers.get(peer)
        if state is not None:
            state.negotiated(media)
            self._aim_all(state, now)
            return
        state = Peer(peer, media, self._limits, self._send, self._random)
        state.phase = next(self._phases) * GOLDEN_RATIO % 1
        self._peers[peer] = state
        room = self._rooms.setdefault(peer.room_id, {})
        room[peer.participant_id] = state
        for other in room.values():
            for slot in other.slots.values():
                if slot.publication is None and slot.route is not None:
                    self._subscribe(other, slot, slot.route)

    def set_keys(self, peer: PeerId, keys: SrtpKeys, now: float) -> None:
        self._now = now
        state = self._peers.get(peer)
        if state is not None:
            state.set_keys(keys)
            self._aim_all(state, now)

    def set_address(self, peer: PeerId, address: Address | None) -> None:
        state = self._peers.get(peer)
        if state is not None and state.address != address:
            was_ready = state.ready
            state.set_address(address)
            if state.ready and not was_ready:
                self._aim_all(state, self._now)

    def remove_peer(self, peer: PeerId) -> None:
        state = self._peers.pop(peer, None)
        if state is None:
            return
        state.close()
        room = self._rooms[peer.room_id]
        del room[peer.participant_id]
        for other in room.values():
            for slot in other.slots.values():
                if slot.route is not None and slot.route.publication.participant_id == peer.participant_id:
                    slot.route = None
        if not room:
            del self._rooms[peer.room_id]

    def set_enabled(self, peer: PeerId, kinds: frozenset[PublicationKind]) -> None:
        state = self._peers.get(peer)
        if state is not None:
            state.set_enabled(kinds, self._now)
            state.request_keyframes(self._now)

    def set_routes(self, peer: PeerId, routes: Sequence[Route], now: float) -> None:
        self._now = now
        state = self._peers.get(peer)
        if state is None:
            return
        wanted = {route.slot: route for route in routes}
        changed = []
        for name, slot in state.slots.items():
            route = wanted.pop(name, None)
            if route is not None and media_type(route.publication.kind) != slot.media.media:
                state.count("route")
                route = None
            old = slot.route
            if route == old:
                continue
            slot.route = route
            changed.append(slot)
            if route is None or old is None or route.publication != old.publication:
                if slot.publication is not None:
                    slot.publication.unsubscribe(slot)
                if route is not None:
                    self._subscribe(state, slot, route)
        for _ in wanted:
            state.count("route")
        self._aim(changed, now)

    def set_layers(
        self, peer: PeerId, steps: Mapping[str, Step | None], wanted_bps: float, now: float
    ) -> None:
        self._now = now
        state = self._peers.get(peer)
        if state is None:
            return
        if state.downlink is not None:
            state.downlink.wanted_bps = wanted_bps
        changed = []
        for name, slot in state.slots.items():
            step, paused = steps.get(name), name in steps and steps[name] is None
            allowed, thinned = (None, False) if step is None else step
            if not slot.video:
                allowed, thinned = None, False
            if (slot.allowed, slot.thinned, slot.paused) != (allowed, thinned, paused):
                slot.allowed, slot.thinned, slot.paused = allowed, thinned, paused
                changed.append(slot)
        self._aim(changed, now)

    def downlink(self, peer: PeerId) -> DownlinkState | None:
        state = self._peers.get(peer)
        if state is None or state.downlink is None:
            return None
        return state.downlink.state(state.loss, state.round_trip_s, state.repeated_frames, self._now)

    def pressed(self) -> Sequence[PeerId]:
        return [
            peer.id for peer in self._peers.values() if peer.downlink is not None and peer.downlink.pressed
        ]

    def bitrates(self, peer: PeerId, now: float) -> Sequence[Flow]:
        state = self._peers.get(peer)
        if state is None:
            return ()
        return [
            Flow(
                publication.key.kind,
                layer,
                stream.reception.current_bitrate_bps(now),
                stream.reception.upper_share,
            )
            for publication, layer, stream in state.bound.values()
            if stream is not None and publication.enabled and stream.flows(now)
        ]

    def _subscribe(self, subscriber: Peer, slot: SlotState, route: Route) -> None:
        publication = route.publication
        publisher = self._peers.get(PeerId(subscriber.id.room_id, publication.participant_id))
        if publisher is not None:
            publisher.publication(publication.kind).subscribe(slot)

    def _aim_all(self, subscriber: Peer, now: float) -> None:
        self._aim(subscriber.slots.values(), now)

    def _aim(self, slots: Iterable[SlotState], now: float) -> None:
        """Brings each slot what its route says, and asks for the key frames that this takes."""
        publishers: dict[PeerId, Peer] = {}
        for slot in slots:
            publication = slot.publication
            if publication is not None:
                publication.aim(slot, now)
                publishers[publication.owner.id] = publication.owner
        for publisher in publishers.values():
            publisher.request_keyframes(now)

    def receive(self, peer: PeerId, datagram: bytes, now: float) -> None:
        self._now = now
        state = self._peers.get(peer)
        if state is not None:
            state.receive(datagram, now)

    def claimants(self, datagram: bytes) -> Sequence[PeerId]:
        ssrc = ssrc_of(datagram)
        return [
            peer.id
            for peer in self._peers.values()
            if ssrc is not None and (ssrc in peer.known or peer.ingress.announces(ssrc))
        ]

    def tick(self, now: float, behind: bool = False) -> None:
        self._now = now
        if now - self._ticked_at > self._limits.frozen_s:
            # Seconds of old pictures, asked for and sent all at once, would only stand before what is new.
            self._gave_up_until = now + self._limits.frozen_s
        self._ticked_at = now
        if now >= self._review_at:
            self._review_at = now + self._limits.layer_review_s
            for publication in self._publications():
                if len(publication.streams) > 1:
                    publication.review(now)
        for peer in self._peers.values():
            reports.tick(peer, now, behind, now < self._gave_up_until)

    def _publications(self) -> list[PublicationState]:
        return [publication for peer in self._peers.values() for publication in peer.publications.values()]

    def speakers(self, room_id: str, now: float) -> tuple[tuple[str, float], ...]:
        heard: list[tuple[str, float]] = []
        for participant_id, peer in self._rooms.get(room_id, {}).items():
            publication = peer.publications.get("microphone")
            if publication is not None and publication.enabled:
                loudness = publication.meter.loudness(now)
                if loudness > 0:
                    heard.append((participant_id, loudness))
        heard.sort(key=lambda entry: (-entry[1], entry[0]))
        return tuple(heard)

    def current_layer(self, peer: PeerId, slot: str) -> Layer | None:
        state = self._peers.get(peer)
        found = None if state is None else state.slots.get(slot)
        return None if found is None or found.stream is None else found.stream.layer

    def stats(self, peer: PeerId) -> PeerStats | None:
        state = self._peers.get(peer)
        return None if state is None else reports.statistics(state, self._now)
