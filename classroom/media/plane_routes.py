"""What each peer of a room receives: the newest plan, cut down to what exists, told to the relay when it changes.

A plan may name people whose media is not (or no longer) negotiated and slots a peer does not have; such routes wait. The
relay forgets routes when a peer goes; they are told again when it is back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from classroom.media.downlinks import Downlinks
from classroom.media.model import (
    Layer,
    MediaType,
    PeerId,
    PeerMedia,
    Publication,
    RoomPlan,
    Route,
    SubscriberPlan,
)
from classroom.media.relay import Relay

NO_PLAN = SubscriberPlan()


class SlotState(NamedTuple):
    """What is in one of a peer's slots. `publication` None: empty. `layer` None: no simulcast, or nothing flows. `paused`: the
    peer's path has no room for the picture."""

    slot: str
    media: MediaType
    publication: Publication | None
    layer: Layer | None
    paused: bool = False


class RoomRoutes:
    """One room's routes. `members` are the negotiated peers, by participant id."""

    def __init__(self, room_id: str, relay: Relay, downlinks: Downlinks) -> None:
        self.members: dict[str, PeerMedia] = {}
        self._room_id = room_id
        self._relay = relay
        self._downlinks = downlinks
        self._plan: Mapping[str, SubscriberPlan] = {}
        self._pushed: dict[str, tuple[Route, ...]] = {}
        self._told: dict[str, tuple[tuple[Layer | None, bool], ...]] = {}
        self._rerouted: set[str] = set()

    @property
    def empty(self) -> bool:
        """Nobody is here, and no plan waits for anybody."""
        return not self.members and not self._plan

    def set_plan(self, plan: RoomPlan, now: float) -> None:
        before, self._plan = self._plan, dict(plan.subscribers)
        for member in self.members:
            if self._plan.get(member) != before.get(member):
                self._push(member, now)

    def add(self, participant_id: str, media: PeerMedia, now: float) -> None:
        """The relay has this peer now, or has new media for it."""
        self.members[participant_id] = media
        self._push_all(participant_id, now)

    def remove(self, participant_id: str, now: float) -> None:
        """The relay has forgotten this peer."""
        self.members.pop(participant_id, None)
        self._pushed.pop(participant_id, None)
        self._told.pop(participant_id, None)
        self._downlinks.remove(PeerId(self._room_id, participant_id))
        self._rerouted.discard(participant_id)
        self._push_all(participant_id, now)

    def take_rerouted(self, among: Iterable[str]) -> list[str]:
        """Who of these has other routes than when they were last returned."""
        rerouted = [participant_id for participant_id in among if participant_id in self._rerouted]
        self._rerouted.difference_update(rerouted)
        return rerouted

    def routes(self, participant_id: str) -> tuple[Route, ...]:
        """What the relay was told for this peer."""
        return self._pushed.get(participant_id, ())

    def slots(self, participant_id: str, now: float) -> tuple[SlotState, ...]:
        """What is in each of a peer's slots; empty if the peer is unknown."""
        media = self.members.get(participant_id)
        if media is None:
            return ()
        peer = PeerId(self._room_id, participant_id)
        publications = {route.slot: route.publication for route in self.routes(participant_id)}
        paused = self._downlinks.withheld(peer, now)
        return tuple(
            SlotState(
                slot.name,
                slot.media,
                publications.get(slot.name),
                self._relay.current_layer(peer, slot.name) if slot.name in publications else None,
                slot.name in paused,
            )
            for slot in media.slots
        )

    def changed_layers(self, now: float) -> list[str]:
        """The participants who have another layer or a pause in a slot, against the last call."""
        changed = []
        for participant_id, routes in self._pushed.items():
            peer = PeerId(self._room_id, participant_id)
            paused = self._downlinks.withheld(peer, now)
            layers = tuple(
                (self._relay.current_layer(peer, route.slot), route.slot in paused) for route in routes
            )
            if self._told.get(participant_id, ((None, False),) * len(layers)) != layers:
                self._told[participant_id] = layers
                changed.append(participant_id)
        return changed

    def _push_all(self, concerned: str, now: float) -> None:
        """After `concerned` came or went: its own routes, and those of everybody who is to receive from it."""
        for member in self.members:
            plan = self._plan.get(member, NO_PLAN)
            if member == concerned or any(
                route.publication.participant_id == concerned for route in plan.routes
            ):
                self._push(member, now)

    def _push(self, participant_id: str, now: float) -> None:
        slots = {slot.name for slot in self.members[participant_id].slots}
        peer, plan = PeerId(self._room_id, participant_id), self._plan.get(participant_id, NO_PLAN)
        routes = tuple(
            r for r in plan.routes if r.slot in slots and r.publication.participant_id in self.members
        )
        self._downlinks.set_plan(peer, self.members[participant_id], routes, plan, now)
        if routes != self._pushed.get(participant_id, ()):
            self._pushed[participant_id] = routes
            self._rerouted.add(participant_id)
            self._relay.set_routes(peer, routes, now)
