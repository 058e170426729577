"""Who does what in a run: a scenario worked out person by person, from its seed. Pure.

Each room is drawn from a generator of its own, so that a room is the same whichever process plays it, and however many
others there are.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from loadtest.scenario import Network, Scenario

Receives = Literal["video", "audio", "nothing"]
FaultKind = Literal["cut", "leave", "stall"]


@dataclass(frozen=True, slots=True)
class PersonPlan:
    number: int
    """Unique in the run."""
    name: str
    trainer: bool
    receives: Receives
    camera: bool
    microphone: bool
    """On from the start."""
    voice: bool
    """Speaks whenever not in a group, all the time."""
    network: Network | None
    joins_at_s: float
    """Since the run's beginning."""
    address: str | None
    """Of its own, in 127.0.0.0/8; None: whatever the system gives."""


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault as it hits one person."""

    at_s: float
    kind: FaultKind
    number: int
    lasts_s: float


@dataclass(frozen=True, slots=True)
class RoomPlan:
    index: int
    people: tuple[PersonPlan, ...]
    strikes: tuple[Strike, ...]
    """In order of time."""


def plan_room(scenario: Scenario, index: int) -> RoomPlan:
    draw = random.Random(f"{scenario.seed}/room/{index}")
    first = index * scenario.people
    receives = _shared_out(draw, scenario)
    networks = _networks(draw, scenario)
    cameras = _chosen(draw, range(scenario.people), scenario.receiving.cameras)
    people = tuple(
        _person(scenario, index, seat, receives[seat], networks[seat], seat in cameras)
        for seat in range(scenario.people)
    )
    strikes = [
        Strike(fault.at_s, fault.kind, first + seat, fault.lasts_s + draw.uniform(0, fault.spread_s))
        for fault in scenario.faults
        for seat in sorted(_chosen(draw, range(scenario.people), fault.share))
    ]
    return RoomPlan(index, people, tuple(sorted(strikes, key=lambda strike: (strike.at_s, strike.number))))


def _person(
    scenario: Scenario, room: int, seat: int, receives: Receives, network: Network | None, camera: bool
) -> PersonPlan:
    number = room * scenario.people + seat
    speaking = scenario.speaking
    voice = {
        "trainer": seat == 0,
        "voices": seat < speaking.voices,
        "turns": False,
        "nobody": False,
    }[speaking.pattern]
    spread = (seat + room / scenario.rooms) / scenario.people
    return PersonPlan(
        number=number,
        name=f"{'Trainer' if seat == 0 else 'Participant'} {number + 1}",
        trainer=seat == 0,
        receives=receives,
        camera=camera and receives == "video",
        microphone=receives != "nothing" and (voice or speaking.open_microphones),
        voice=voice,
        network=network,
        joins_at_s=scenario.join.ramp_s * spread,
        address=_own_address(number) if scenario.join.addresses == "own" else None,
    )


def _own_address(number: int) -> str:
    """127.16.0.1 and up: as many as there may be people."""
    return f"127.{16 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"


def _shared_out(draw: random.Random, scenario: Scenario) -> list[Receives]:
    """What each seat receives; the trainer is the last to do without."""
    audio = round(scenario.receiving.audio_only * scenario.people)
    nothing = round(scenario.receiving.signaling_only * scenario.people)
    made: list[Receives] = ["video"] * scenario.people
    seats = [*draw.sample(range(1, scenario.people), scenario.people - 1), 0]
    for place, seat in enumerate(seats):
        if place < nothing:
            made[seat] = "nothing"
        elif place < nothing + audio:
            made[seat] = "audio"
    return made


def _networks(draw: random.Random, scenario: Scenario) -> list[Network | None]:
    made: list[Network | None] = [None] * scenario.people
    seats = draw.sample(range(scenario.people), scenario.people)
    for network in scenario.networks:
        count = round(network.share * scenario.people)
        for seat in seats[:count]:
            made[seat] = network
        seats = seats[count:]
    return made


def _chosen(draw: random.Random, seats: range, share: float) -> frozenset[int]:
    return frozenset(draw.sample(seats, round(share * len(seats))))
