"""Metrics of rooms: of all together, and of each of the first so many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final, get_args

from prometheus_client.core import Metric

from classroom.metrics.counts import LOADS
from classroom.metrics.families import counter, counters, gauge, gauges
from classroom.metrics.room_figures import RoomFigures, RoomUse
from classroom.metrics.snapshot import Snapshot

ROOM_SERIES: Final = 100
"""Rooms with series of their own, in the order in which they were loaded: who has some keeps them. All others are one."""
OTHER: Final = "other"
"""What the rooms beyond `ROOM_SERIES` are together: their sums, and the oldest of their ages."""
COUNTED: Final[tuple[tuple[str, str, Callable[[RoomFigures], float]], ...]] = (
    ("lobby_people", "People who wait in the room's lobby.", lambda room: room.in_lobby),
    ("hands", "Raised hands that nobody has answered.", lambda room: room.hands),
    ("help_calls", "Calls for help that nobody has answered.", lambda room: room.help_calls),
    ("cannot_hear", "People who cannot hear what is said to them.", lambda room: room.cannot_hear),
    (
        "cannot_be_heard",
        "People whose microphone is on and who cannot be heard.",
        lambda room: room.cannot_be_heard,
    ),
)
AGES: Final[tuple[tuple[str, str, Callable[[RoomFigures], float]], ...]] = (
    ("lobby_oldest_seconds", "How long somebody has waited in the lobby.", lambda room: room.lobby_oldest_s),
    (
        "hand_oldest_seconds",
        "How long a hand has been up without an answer.",
        lambda room: room.hand_oldest_s,
    ),
    ("help_oldest_seconds", "How long a call for help has had no answer.", lambda room: room.help_oldest_s),
)


def collect(snapshot: Snapshot) -> Iterator[Metric]:
    runtime, counts = snapshot.runtime, snapshot.runtime.counts
    uses = Counter(room.use for room in snapshot.rooms)
    yield gauges(
        "rooms",
        "Rooms in memory by what is going on in them.",
        ["use"],
        [([use], uses[use]) for use in get_args(RoomUse)],
    )
    yield gauge("rooms_loaded", "Rooms in memory.", len(runtime.hosts))
    yield gauge("rooms_limit", "Rooms that may be in memory.", runtime.config.limits.rooms_loaded)
    yield counters(
        "room_loads",
        "Rooms read from the journal. taken_over: from a process that ended without a goodbye.",
        ["how"],
        [([how], counts.room_loads[how]) for how in LOADS],
    )
    yield counter("room_failures", "Rooms that met a bug and were read again.", counts.room_failures)
    yield from _each(snapshot.rooms)


def _each(rooms: list[RoomFigures]) -> Iterator[Metric]:
    named, others = rooms[:ROOM_SERIES], rooms[ROOM_SERIES:]
    people = [
        ([room, state], value)
        for room, state, value in (
            *((room.room_id, "connected", room.connected) for room in named),
            *((room.room_id, "missing", room.missing) for room in named),
            *(((OTHER, "connected", sum(room.connected for room in others)),) if others else ()),
            *(((OTHER, "missing", sum(room.missing for room in others)),) if others else ()),
        )
    ]
    yield gauges(
        "room_people",
        "People in the room. missing: their connection is lost, their seat is kept.",
        ["room", "state"],
        people,
    )
    for together, subjects in ((_total, COUNTED), (_oldest, AGES)):
        for name, meaning, of in subjects:
            values: list[tuple[list[str], float]] = [([room.room_id], of(room)) for room in named]
            if others:
                values.append(([OTHER], together([of(room) for room in others])))
            yield gauges(f"room_{name}", meaning, ["room"], values)


def _total(values: list[float]) -> float:
    return sum(values)


def _oldest(values: list[float]) -> float:
    return max(values)
