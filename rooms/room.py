"""The room: commands become events, events become the next state.

    bodies = decide(state, command, actor, now_ms, chance)      # or raises Refused; the room is unchanged
    for recorded in record(state, bodies, now_ms):              # numbered; journal them, then
        state = apply(state, recorded)
        for shown, viewers in rooms.views.views(state, recorded): ...

Sans-I/O: the time and chance are arguments. A state machine of one room is driven by one caller at a time.
"""

from __future__ import annotations

from collections.abc import Sequence

from rooms.commands import Command, GroupSpec, PreviewBreakouts
from rooms.events import AnyEvent, Recorded, RoomCreated
from rooms.state import RoomState


def create(room_id: str, name: str, capacity: int) -> RoomCreated:
    """The first event of a room: record and apply it on `RoomState(limits=…)`."""
    return RoomCreated(room_id=room_id, name=name, capacity=capacity)


def decide(
    state: RoomState, command: Command, actor: str | None, now_ms: int, chance: int
) -> tuple[AnyEvent, ...]:
    """What `command` makes happen; empty if it changes nothing (it is then acknowledged all the same).

    `actor`: whose command it is; for Disconnect and Reconnect whose connection it was; None for Join and
    Tick, which the server gives itself. `chance`: any integer (64 random bits), the only source of chance.
    Raises `Refused`.
    """
    raise NotImplementedError


def record(state: RoomState, bodies: Sequence[AnyEvent], now_ms: int) -> tuple[Recorded, ...]:
    """Numbers what was decided on `state`."""
    return tuple(
        Recorded(seq=seq, at_ms=now_ms, event=body) for seq, body in enumerate(bodies, start=state.seq + 1)
    )


def apply(state: RoomState, recorded: Recorded) -> RoomState:
    """The state after the event. Cannot fail."""
    raise NotImplementedError


def preview(
    state: RoomState, command: PreviewBreakouts, actor: str, now_ms: int, chance: int
) -> tuple[GroupSpec, ...]:
    """The groups that opening `command.plan` now with the same `chance` would make. Raises `Refused` as
    opening would."""
    raise NotImplementedError


def next_deadline_ms(state: RoomState) -> int | None:
    """When to decide `Tick` next: the earliest end of a kept seat or of the breakouts; None: nothing is
    due."""
    raise NotImplementedError
