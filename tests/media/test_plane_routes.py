"""A room's plan reaches the relay as differences, cut down to the peers and slots that exist."""

from __future__ import annotations

import pytest

from classroom.media.downlinks import Downlinks
from classroom.media.model import (
    Extensions,
    PeerId,
    PeerMedia,
    Publication,
    RoomPlan,
    Route,
    Slot,
    SubscriberPlan,
)
from classroom.media.plane_routes import RoomRoutes
from tests.media.recording import RecordingRelay

MEDIA = PeerMedia((), (Slot("a0", "1", "audio", 1, 0, ()), Slot("v0", "2", "video", 2, 3, ())), Extensions())


def hears(slot: str, who: str) -> Route:
    return Route(slot, Publication(who, "microphone"))


def plan(**subscribers: tuple[Route, ...]) -> RoomPlan:
    return RoomPlan({who: SubscriberPlan(routes) for who, routes in subscribers.items()})


@pytest.fixture
def relay() -> RecordingRelay:
    return RecordingRelay(lambda datagram, address: None)


@pytest.fixture
def room(relay: RecordingRelay) -> RoomRoutes:
    return RoomRoutes("room", relay, Downlinks(relay))


def test_a_plan_waits_for_its_people(relay: RecordingRelay, room: RoomRoutes) -> None:
    room.set_plan(plan(ada=(hears("a0", "bob"),)), 0.0)
    room.add("ada", MEDIA, 0.0)
    assert relay.calls == [], "bob has no media yet"
    room.add("bob", MEDIA, 0.0)
    assert relay.routes == {PeerId("room", "ada"): (hears("a0", "bob"),)}


def test_only_differences_are_told(relay: RecordingRelay, room: RoomRoutes) -> None:
    for who in ("ada", "bob", "cy"):
        room.add(who, MEDIA, 0.0)
    room.set_plan(plan(ada=(hears("a0", "bob"),), bob=(hears("a0", "ada"),)), 0.0)
    assert sorted(relay.calls) == ["routes ada", "routes bob"]
    relay.calls.clear()
    room.set_plan(plan(ada=(hears("a0", "cy"),), bob=(hears("a0", "ada"),)), 0.0)
    assert relay.calls == ["routes ada"]
    relay.calls.clear()
    room.set_plan(plan(bob=(hears("a0", "ada"),)), 0.0)
    assert relay.routes[PeerId("room", "ada")] == (), "who is not in the plan receives nothing"


def test_slots_that_a_peer_lacks_are_left_out_until_it_has_them(
    relay: RecordingRelay, room: RoomRoutes
) -> None:
    room.add("bob", MEDIA, 0.0)
    room.add("ada", MEDIA, 0.0)
    room.set_plan(plan(ada=(hears("a0", "bob"), hears("a1", "bob"))), 0.0)
    assert room.routes("ada") == (hears("a0", "bob"),)
    more = PeerMedia((), (*MEDIA.slots, Slot("a1", "9", "audio", 9, 0, ())), Extensions())
    room.add("ada", more, 0.0)
    assert room.routes("ada") == (hears("a0", "bob"), hears("a1", "bob"))


def test_somebody_who_comes_back_is_routed_again(relay: RecordingRelay, room: RoomRoutes) -> None:
    room.add("ada", MEDIA, 0.0)
    room.add("bob", MEDIA, 0.0)
    room.set_plan(plan(ada=(hears("a0", "bob"),), bob=(hears("a0", "ada"),)), 0.0)
    room.remove("bob", 0.0)
    assert room.routes("ada") == ()
    relay.calls.clear()
    room.add("bob", MEDIA, 0.0)
    assert sorted(relay.calls) == ["routes ada", "routes bob"]


def test_a_room_is_empty_without_people_and_plan(room: RoomRoutes) -> None:
    assert room.empty
    room.set_plan(plan(ada=()), 0.0)
    assert not room.empty
    room.add("ada", MEDIA, 0.0)
    room.set_plan(plan(), 0.0)
    assert not room.empty
    room.remove("ada", 0.0)
    assert room.empty


def test_layers_are_reported_when_they_change(relay: RecordingRelay, room: RoomRoutes) -> None:
    ada = PeerId("room", "ada")
    room.add("ada", MEDIA, 0.0)
    room.add("bob", MEDIA, 0.0)
    room.set_plan(plan(ada=(Route("v0", Publication("bob", "camera"), "h"),)), 0.0)
    assert room.changed_layers(0.0) == []
    relay.layers[ada, "v0"] = "m"
    assert room.changed_layers(0.0) == ["ada"]
    assert room.changed_layers(0.0) == []
    assert {state.slot: state.layer for state in room.slots("ada", 0.0) if state.publication} == {"v0": "m"}
