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


def run(seed: int) -> Witness:
    """A hundred random steps; a failure notes the step, and the seed replays it."""
    rng = Random(seed)
    witness = Witness()
    for step in full_house():
        witness.step(step)
    for number in range(100):
        step = random_step(rng, witness.state)
        try:
            witness.step(step)
        except Exception as error:
            error.add_note(f"seed {seed}, step {number}: {step}")
            raise
    return witness


@given(seed=st.integers(0, 2**64 - 1))
def test_old_snapshot_plus_events_is_new_snapshot_for_every_viewer(seed: int) -> None:
    witness = run(seed)
    replayed = witness.first
    for recorded in witness.log:
        replayed = room.apply(replayed, recorded)
    assert replayed == witness.state
    assert msgspec.convert(msgspec.to_builtins(witness.state), RoomState) == witness.state


def test_random_sequences_reach_every_event() -> None:
    """Else the test above would show little."""
    reached: set[type[EventBody]] = set()
    for seed in range(80):
        reached |= {type(recorded.event) for recorded in run(seed).log}
    assert reached == set(get_args(AnyEvent))
