"""What is measured in simulated time, where a millisecond is one on any machine: switches and neighbours; and the estimator's
own cost, in real time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

from benchmarks import estimator
from classroom.media.model import Layer
from classroom.media.pyrelay import PyRelay
from classroom.media.relay import Send
from tests.media.contract import camera
from tests.media.netem import PERFECT
from tests.media.room import Room
from tests.media.world import World

SPEAKER, LAYER, NEIGHBOURS, COST = (
    "another speaker",
    "another layer",
    "one bad downlink",
    "the estimator's own cost",
)
NAMES = (SPEAKER, LAYER, NEIGHBOURS, COST)
ONE_WAY_S = 0.03
SWITCHES = 20
BAD_BPS = 200_000.0


def run(wanted: set[str]) -> Iterator[dict[str, Any]]:
    if SPEAKER in wanted:
        yield {"cell": SPEAKER, **_switches([("a", "h"), ("c", "h")])}
    if LAYER in wanted:
        yield {"cell": LAYER, **_switches([("a", "l"), ("a", "h")])}
    if NEIGHBOURS in wanted:
        yield {"cell": NEIGHBOURS, "people": 15, "changed": _changed()}
    if COST in wanted:
        share = estimator.measure()[-1]
        yield {"cell": COST, "share": round(share.value / 100, 4)}


def _relay(send: Send) -> PyRelay:
    return PyRelay(send, random=Random(1))


def _switches(between: list[tuple[str, Layer]]) -> dict[str, float]:
    """One slot shows the one and the other in turns, at odd times: how soon, and the longest time without a new frame."""
    world = World(_relay, 1, replace(PERFECT, delay_s=ONE_WAY_S))
    for name in ("a", "b", "c"):
        world.add(name)
        if name != "b":
            world.peers[name].publish_simulcast()
    receiver = world.peers["b"]
    took: list[float] = []
    switched: list[float] = []
    for number in range(SWITCHES + 1):
        publisher, layer = between[number % 2]
        switched.append(world.now)
        world.relay.set_routes(receiver.id, (camera("v0", publisher, layer),), world.now)
        world.run(2 + number * 0.013)
        index = world.peers[publisher].index
        first_at = next(
            packet.at
            for packet, frame in receiver.frames("v0")
            if packet.at > switched[-1] and (frame.publisher, frame.layer) == (index, layer)
        )
        took.append(first_at - switched[-1])
    times = [
        packet.at for packet, frame in receiver.frames("v0") if frame.index == 0 and packet.at > switched[1]
    ]
    gap = max(later - earlier for earlier, later in pairwise(times))
    return {
        "slowest_ms": round(1000 * max(took[1:])),
        "longest_gap_ms": round(1000 * gap),
        "switches": SWITCHES,
    }


def _changed() -> int:
    """How many packets of fifteen people are others, or come at another time, because of a sixteenth's path."""

    def heard(bad_bps: float) -> list[tuple[int, int, float]]:
        room = Room(_relay, ("trainer", "b"))
        for number in range(15):
            room.subscribe(f"s{number}")
        room.subscribe("bad")
        room.run(1)
        room.change_path("bad", rate_bps=bad_bps)
        room.run(2)
        return [
            (packet.sequence, packet.rtp_ts, packet.at)
            for number in range(15)
            for received in room.world.peers[f"s{number}"].received.values()
            for packet in received.order
        ]

    well, badly = heard(4_000_000.0), heard(BAD_BPS)
    return abs(len(well) - len(badly)) + sum(one != other for one, other in zip(well, badly, strict=False))
