"""Whoever has no time for a while, server or browser, is not taken for a path that carries less."""

from __future__ import annotations

from random import Random

import pytest

from tests.media.room import Room
from tests.media.world import RelayFactory

ALL = ["h", "h", "h"]


def keyframes_asked(room: Room) -> int:
    return sum(
        outgoing.keyframes_asked
        for name in room.publishers
        for outgoing in room.world.peers[name].outgoing.values()
    )


@pytest.mark.parametrize("seconds", [1.0, 3.0, 9.0])
def test_pictures_are_back_two_seconds_after_the_server_was_frozen(
    factory: RelayFactory, seconds: float
) -> None:
    room = Room(factory)
    for name in ("s", "t"):
        room.subscribe(name)
    room.run(4)
    room.freeze(seconds)
    back_at = room.world.now
    room.run(2)
    for name in ("s", "t"):
        assert room.layers(name) == ALL
        assert room.longest_silence(name, "a0", back_at) < 0.2
        assert room.queue_s[name] < 0.3
    room.run(10)
    assert room.switches == {"s": 0, "t": 0}


def test_a_server_that_is_late_again_and_again_pauses_nobody(factory: RelayFactory) -> None:
    room, random = Room(factory), Random(5)
    room.subscribe("s")
    room.run(4)
    asked, switches = keyframes_asked(room), 0
    for _ in range(40):
        room.freeze(random.uniform(0.05, 0.45))
        switches += room.switches["s"]
        room.run(random.uniform(0.2, 1.5))
        switches += room.switches["s"]
    assert switches <= 2
    assert keyframes_asked(room) - asked <= 10


@pytest.mark.parametrize("longest_s", [0.2, 0.45])
def test_a_browser_that_is_late_again_and_again_keeps_its_pictures(
    factory: RelayFactory, longest_s: float
) -> None:
    room, random = Room(factory), Random(6)
    peer = room.subscribe("s")
    room.run(4)
    asked, switches = keyframes_asked(room), 0
    for _ in range(40):
        peer.busy_until = room.world.now + random.uniform(0.05, longest_s)
        room.run(random.uniform(0.3, 1.5))
        switches += room.switches["s"]
    assert switches <= 4
    assert keyframes_asked(room) - asked <= 10


def test_a_browser_that_was_away_for_long_has_its_pictures_back_at_once(factory: RelayFactory) -> None:
    room = Room(factory)
    peer = room.subscribe("s")
    room.run(4)
    for _ in range(3):
        peer.busy_until = room.world.now + 1.5
        room.run(1.5)
        room.run(2)
        assert room.layers("s") == ALL
