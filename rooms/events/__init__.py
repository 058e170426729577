"""What happened in a room: one struct per event, its tag is its name in the journal and on the wire.

`rooms.room.apply` folds events into the state, `rooms.views.view` says what of an event a viewer may see (the
same struct, perhaps with fields taken out, or `Hidden`), and a client folds what it is shown into its
snapshot.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rooms.events.activities import ActivityEvent
from rooms.events.activities import AgendaChanged as AgendaChanged
from rooms.events.activities import CheckinAnswered as CheckinAnswered
from rooms.events.activities import CheckinCleared as CheckinCleared
from rooms.events.activities import CheckinClosed as CheckinClosed
from rooms.events.activities import CheckinOpened as CheckinOpened
from rooms.events.activities import CheckinShown as CheckinShown
from rooms.events.activities import TimerChanged as TimerChanged
from rooms.events.administration import InvitationRevoked as InvitationRevoked
from rooms.events.administration import RoomChanged as RoomChanged
from rooms.events.base import EventBody as EventBody
from rooms.events.chat import ChatDeleted as ChatDeleted
from rooms.events.chat import ChatEdited as ChatEdited
from rooms.events.chat import ChatEvent
from rooms.events.chat import ChatExpired as ChatExpired
from rooms.events.chat import ChatImageAdded as ChatImageAdded
from rooms.events.chat import ChatPosted as ChatPosted
from rooms.events.glossary import TermRemoved as TermRemoved
from rooms.events.glossary import TermSet as TermSet
from rooms.events.grouping import ConstraintsChanged as ConstraintsChanged
from rooms.events.grouping import GroupingEvent
from rooms.events.grouping import GroupSetsChanged as GroupSetsChanged
from rooms.events.grouping import OffersChanged as OffersChanged
from rooms.events.moderation import KeptOutChanged as KeptOutChanged
from rooms.events.moderation import LayoutChanged as LayoutChanged
from rooms.events.moderation import LobbyChanged as LobbyChanged
from rooms.events.moderation import ModerationEvent
from rooms.events.moderation import RoleChanged as RoleChanged
from rooms.events.moderation import RulesChanged as RulesChanged
from rooms.events.turns import FloorEnded as FloorEnded
from rooms.events.turns import FloorGiven as FloorGiven
from rooms.events.turns import HandKept as HandKept
from rooms.events.turns import HandSpoken as HandSpoken
from rooms.events.turns import HelpCalled as HelpCalled
from rooms.events.turns import HelpEnded as HelpEnded
from rooms.events.turns import HelpPromised as HelpPromised
from rooms.events.turns import TurnEvent
from rooms.model import Breakouts, Help, MediaFlags, Participant, Presence


class RoomCreated(EventBody, frozen=True, tag="room.created"):
    """Always the first event (seq 1)."""

    room_id: str
    name: str
    capacity: int
    """How many seats at most, those kept for people who dropped included."""


class ParticipantJoined(EventBody, frozen=True, tag="participant.joined"):
    """A seat was taken (or taken up again by a new session: then it replaces the record with this id)."""

    participant: Participant


class PresenceChanged(EventBody, frozen=True, tag="participant.presence"):
    participant_id: str
    presence: Presence
    connected: bool
    at_ms: int


class ParticipantLeft(EventBody, frozen=True, tag="participant.left"):
    """The seat is gone: with it the hand, the spotlight, the place in a breakout, the voice broadcast."""

    participant_id: str
    reason: Literal["left", "removed", "expired", "revoked", "ended"]


class MediaChanged(EventBody, frozen=True, tag="media.changed"):
    participant_id: str
    media: MediaFlags
    by: str
    """Who did it: the person, or the trainer who muted."""


class UnmuteAsked(EventBody, frozen=True, tag="microphone.asked"):
    """Seen by the person asked and by staff; changes nothing by itself."""

    participant_id: str
    by: str


class HandRaised(EventBody, frozen=True, tag="hand.raised"):
    participant_id: str
    at_ms: int


class HandsLowered(EventBody, frozen=True, tag="hand.lowered"):
    participant_ids: tuple[str, ...]
    by: str


class SpotlightChanged(EventBody, frozen=True, tag="spotlight.changed"):
    participant_id: str | None
    by: str


class BreakoutsOpened(EventBody, frozen=True, tag="breakouts.opened"):
    """Everybody named in a group is in it from now on; everybody else is in the main room."""

    breakouts: Breakouts
    by: str


class BreakoutsChanged(EventBody, frozen=True, tag="breakouts.changed"):
    """New instruction or end of the running round."""

    instruction: str
    ends_at_ms: int | None
    by: str


class BreakoutsClosed(EventBody, frozen=True, tag="breakouts.closed"):
    """Everybody is back in the main room. `by` None: the time was over."""

    by: str | None


class ParticipantMoved(EventBody, frozen=True, tag="breakouts.moved"):
    """Somebody changed place. A member who moves leaves the old group's `members`; a visitor enters none."""

    participant_id: str
    group: str | None
    visiting: bool
    by: str
    help: Help | None = None
    """The open call of the group entered. Shown only to the one who moves; staff know every call already."""


class VoiceBroadcastChanged(EventBody, frozen=True, tag="breakouts.voice"):
    participant_id: str | None


class Hidden(EventBody, frozen=True, tag="hidden"):
    """Stands for an event that the viewer may not see: only its `seq` is told. Never journaled.

    `evicted`: a message that the viewer may not read still pushes old ones out of the bounded history;
    these are their ids, seen or not, so that what the viewer keeps stays the same as a fresh snapshot.
    """

    evicted: tuple[int, ...] = ()


SeenEvent = (
    RoomCreated | RoomChanged | ParticipantJoined | PresenceChanged | ParticipantLeft | MediaChanged | UnmuteAsked
    | HandRaised | HandsLowered | ChatEvent | SpotlightChanged | BreakoutsOpened | BreakoutsChanged
    | BreakoutsClosed | ParticipantMoved | VoiceBroadcastChanged | TurnEvent | ActivityEvent
    | TermSet | TermRemoved
    | ModerationEvent | GroupingEvent
)  # fmt: skip
"""Every event that somebody may see."""

AnyEvent = SeenEvent | InvitationRevoked
"""Every event that is journaled."""

ViewedEvent = SeenEvent | Hidden
"""Every event that a viewer may be shown."""


class Cause(msgspec.Struct, frozen=True, array_like=True):
    """Which request made an event, for whoever journals it; the room itself never looks at it. `ref` 0: the hello that
    opened the session."""

    participant_id: str
    session_id: str
    ref: int


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An event in its place: `seq` counts 1, 2, 3, … in each room without gaps."""

    seq: int
    at_ms: int
    event: AnyEvent
    cause: Cause | None = None
    """On the last event of a request."""
