"""Whatever a path has been through: once it is clean, all is as it was before. No state that is left behind blocks anything."""

from __future__ import annotations

from random import Random

import pytest

from tests.media.room import Room
from tests.media.world import RelayFactory
from tests.network.cells import LOSSES, RATES, ROUND_TRIPS_MS
from tests.network.impairment import Impairment

EASY = Impairment(delay_s=0.01)
SOUND_WITHIN_S = 0.5
PICTURE_WITHIN_S, SHARP_WITHIN_S = 5.0, 10.0


def anything(random: Random) -> tuple[Impairment, Impairment]:
    """What comes to the subscriber suffers, or its feedback, or both."""
    loss, burst = random.choice(list(LOSSES.values()))
    delay_s = random.choice(ROUND_TRIPS_MS) / 2000
    poor = Impairment(loss=loss, burst=burst, delay_s=delay_s, rate_bps=random.choice(list(RATES.values())))
    way = random.choice(("down", "down", "up", "both"))
    good = Impairment(delay_s=delay_s)
    return good if way == "up" else poor, good if way == "down" else poor


@pytest.mark.parametrize("seed", range(4))
def test_after_any_history_sound_and_pictures_come_as_before(factory: RelayFactory, seed: int) -> None:
    random = Random(seed)
    room = Room(factory, ("trainer",), seed)
    peer = room.subscribe("s", EASY)
    room.run(2)
    history = []
    for _ in range(random.randint(1, 3)):
        peer.down.impairment, peer.up.impairment = anything(random)
        history.append((peer.down.impairment, peer.up.impairment))
        room.run(random.choice((2, 4, 6)))
    peer.down.impairment = peer.up.impairment = EASY
    clean_at = room.world.now
    room.run(PICTURE_WITHIN_S)
    assert room.longest_silence("s", "a0", clean_at + SOUND_WITHIN_S) < 0.1, history
    assert room.layers("s") != [None], history
    room.run(SHARP_WITHIN_S - PICTURE_WITHIN_S)
    assert room.layers("s") == ["h"], history


@pytest.mark.parametrize("seed", [2, 3])
def test_a_longer_round_trip_on_a_narrower_path_is_not_taken_for_a_queue_for_long(
    factory: RelayFactory, seed: int
) -> None:
    """Both at once look like a queue that never drains, though nearly nothing is sent any more."""
    room = Room(factory, ("trainer",), seed)
    peer = room.subscribe("s", EASY, layer="m")
    room.run(3)
    room.change_path("s", delay_s=0.15, rate_bps=400_000.0, loss=0.05)
    peer.up.impairment = Impairment(delay_s=0.15)
    room.run(3)
    assert room.layers("s") != [None]
    room.run(4)
    since = room.world.now
    room.run(5)
    assert room.layers("s") != [None]
    assert room.rate_bps("s", 5) > 150_000
    assert room.longest_silence("s", "v0", since) < 1.0
