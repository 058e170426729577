"""What holds whatever people do: random actions by random people, everything checked after every event.

`HYPOTHESIS_PROFILE=soak pytest tests/rooms/test_sequences.py --timeout 0` tries 100,000 sequences.
"""

from __future__ import annotations

from random import Random
from typing import get_args

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from rooms import commands as c
from rooms import room
from rooms.events import AnyEvent, EventBody
from rooms.state import RoomState
from tests.rooms.actions import COMMANDS, full_house, random_step
from tests.rooms.witness import Witness


def test_every_command_is_tried() -> None:
    assert set(COMMANDS) == {*get_args(c.WireCommand), *get_args(c.ServerCommand)}


def run(seed: int, length: int) -> Witness:
    rng = Random(seed)
    witness = Witness()
    for step in full_house():
        witness.step(step)
    for _ in range(length):
        witness.step(random_step(rng, witness.state))
    return witness


@given(seed=st.integers(0, 2**64 - 1), length=st.integers(1, 150))
def test_old_snapshot_plus_events_is_new_snapshot_for_every_viewer(seed: int, length: int) -> None:
    witness = run(seed, length)
    replayed = witness.first
    for recorded in witness.log:
        replayed = room.apply(replayed, recorded)
    assert replayed == witness.state
    assert msgspec.convert(msgspec.to_builtins(witness.state), RoomState) == witness.state


def test_random_sequences_reach_every_event() -> None:
    """Else the test above would show little."""
    reached: set[type[EventBody]] = set()
    for seed in range(40):
        reached |= {type(recorded.event) for recorded in run(seed, 100).log}
    assert reached == set(get_args(AnyEvent))
