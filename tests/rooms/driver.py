"""Drives one room in tests: gives commands, keeps the clock, the log and the states."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rooms import room
from rooms.commands import BreakoutPlan, Command, GroupSpec, Join, OpenBreakouts, Tick
from rooms.context import Events
from rooms.errors import Refused
from rooms.events import Recorded
from rooms.model import Participant, Role
from rooms.state import Limits, RoomState
from rooms.views import Views, views


class Driver:
    """A room with a clock that only moves when told. Names of people are their ids in capitals."""

    def __init__(self, *, capacity: int = 50, limits: Limits | None = None) -> None:
        self.state = RoomState(limits=limits or Limits())
        self.now_ms = 1_000_000
        self.log: list[tuple[Recorded, Views]] = []
        self._take((room.create("room", "Room", capacity),))

    def do(self, command: Command, actor: str | None = None, *, chance: int = 1) -> Events:
        """The events that the command made; they are applied. Raises Refused."""
        events = room.decide(self.state, command, actor, self.now_ms, chance)
        self._take(events)
        return events

    def _take(self, events: Events) -> None:
        for recorded in room.record(self.state, events, self.now_ms):
            self.state = room.apply(self.state, recorded)
            self.log.append((recorded, views(self.state, recorded)))

    def refuses(self, command: Command, actor: str | None) -> str:
        """The code that the command is refused with; the room stays as it is."""
        before = self.state
        with pytest.raises(Refused) as caught:
            self.do(command, actor)
        assert self.state is before
        return caught.value.code

    def join(self, *ids: str, role: Role = "participant") -> None:
        for participant_id in ids:
            self.do(Join(participant_id=participant_id, name=participant_id.upper(), role=role))

    def wait(self, ms: int) -> Events:
        """Time passes, and the server ticks."""
        self.now_ms += ms
        return self.do(Tick())

    def open(self, *groups: Sequence[str], by: str = "trainer", duration_s: int | None = None) -> None:
        """Opens a round with these groups, named "A", "B", …"""
        specs = tuple(
            GroupSpec(name=name, members=tuple(members))
            for name, members in zip("ABCDEFGHIJ", groups, strict=False)
        )
        plan = BreakoutPlan(mode="manual", groups=specs)
        self.do(OpenBreakouts(plan=plan, duration_s=duration_s), by)

    def seat(self, participant_id: str) -> Participant:
        seat = self.state.seat(participant_id)
        assert seat is not None
        return seat

    @property
    def members(self) -> list[tuple[str, ...]]:
        """Of each running group."""
        assert self.state.breakouts is not None
        return [group.members for group in self.state.breakouts.groups]


def classroom(*participants: str) -> Driver:
    """A trainer named "trainer", a co-trainer named "helper", and participants."""
    driver = Driver()
    driver.join("trainer", role="trainer")
    driver.join("helper", role="co_trainer")
    driver.join(*participants)
    return driver
