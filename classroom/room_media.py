"""What the switchboard keeps of a room and of each screen in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from classroom.media import planner
from classroom.media.demand import Demand
from classroom.media.model import Publication, PublicationKind, RoomPlan
from classroom.media.plane_routes import SlotState
from signaling.messages import PauseReason, Published, Push


@dataclass(slots=True)
class Screen:
    """One person's end: what they told of their screen, and what they were last told."""

    tiles: dict[Publication, int] | None = None
    only: bool = False
    audio_slots: int = 0
    video_slots: int = 0
    pushed: dict[str, Push] = field(default_factory=dict)


@dataclass(slots=True)
class RoomMedia:
    plan: RoomPlan = field(default_factory=RoomPlan)
    speech: planner.Speech = field(default_factory=planner.Speech)
    screens: dict[str, Screen] = field(default_factory=dict)
    enabled: dict[str, frozenset[PublicationKind]] = field(default_factory=dict)
    unplanned: dict[str, None] = field(default_factory=dict)
    """Who wait for a new plan; in order."""
    planning: bool = False
    """The next of them have their turn soon."""
    untold: dict[str, None] = field(default_factory=dict)
    """Whose slots changed, and who have not been told yet; in order."""
    demand: Demand = field(default_factory=Demand)


def published(state: SlotState) -> Published | None:
    if state.publication is None:
        return None
    who, kind = state.publication
    paused: PauseReason | None = "network" if state.paused else None
    return Published(participant_id=who, kind=kind, layer=state.layer, paused=paused)
