"""Taking turns: the floor, hands after speaking, calls for help."""

from __future__ import annotations

from rooms.events.base import EventBody
from rooms.model import Floor


class HandSpoken(EventBody, frozen=True, tag="hand.spoken"):
    """Somebody with a raised hand has had their say."""

    participant_id: str
    at_ms: int


class HandKept(EventBody, frozen=True, tag="hand.kept"):
    """They still need it, and keep their rank."""

    participant_id: str


class FloorGiven(EventBody, frozen=True, tag="floor.given"):
    floor: Floor


class FloorEnded(EventBody, frozen=True, tag="floor.ended"):
    by: str


class HelpCalled(EventBody, frozen=True, tag="help.called"):
    """Seen by staff and by the group; a person's own call (`group` None) by staff and that person."""

    group: str | None
    participant_id: str
    at_ms: int
    stuck: bool = False
    """It comes from an answer to a check-in."""


class HelpPromised(EventBody, frozen=True, tag="help.promised"):
    """A trainer is coming. Seen as the call. `group` None: to the person's own call."""

    group: str | None
    participant_id: str
    by: str


class HelpEnded(EventBody, frozen=True, tag="help.ended"):
    """Seen as the call. `group` None: `participant_id`'s own call."""

    group: str | None
    by: str
    participant_id: str | None = None


TurnEvent = HandSpoken | HandKept | FloorGiven | FloorEnded | HelpCalled | HelpPromised | HelpEnded
