"""One room in figures: how many are in it and have trouble, and how long they have waited. No names, nothing that was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from classroom.quality_figures import PersonFigures
from rooms.state import RoomState
from signaling.messages import Rating

RoomUse = Literal["empty", "together", "breakouts"]
"""Nobody is connected; everybody is in one room; groups are open."""
Rated = Rating | Literal["unknown"]
"""unknown: media have not come up."""


@dataclass(frozen=True, slots=True)
class RoomFigures:
    """Ages are seconds; 0: there is none."""

    room_id: str
    use: RoomUse
    connected: int
    missing: int
    """Seats that are kept for people whose connection is lost."""
    in_lobby: int
    lobby_oldest_s: float
    hands: int
    """Raised, and not answered: the person has neither the floor nor had their say."""
    hand_oldest_s: float
    help_calls: int
    """Nobody has said to be coming."""
    help_oldest_s: float
    cannot_hear: int
    cannot_be_heard: int
    sending: Counter[str]
    """People by rating of what they send (`Rated`) …"""
    receiving: Counter[str]
    """… and of what they get."""


def room_figures(state: RoomState, people: Iterable[PersonFigures], now_ms: int) -> RoomFigures:
    """`people`: how their media do, of `Runtime.quality`; `now_ms`: Unix time."""
    connected = sum(participant.connected for participant in state.participants)
    floor = None if state.floor is None else state.floor.participant_id
    hands = [
        hand.raised_at_ms
        for hand in state.hands
        if hand.spoken_at_ms is None and hand.participant_id != floor
    ]
    groups = () if state.breakouts is None else state.breakouts.groups
    calls = [*state.help, *(group.help for group in groups if group.help is not None)]
    unanswered = [call.called_at_ms for call in calls if call.coming is None]
    waiting = [one.since_at_ms for one in state.lobby if one.gone_at_ms is None]
    sending: Counter[str] = Counter()
    receiving: Counter[str] = Counter()
    cannot_hear = cannot_be_heard = 0
    for person in people:
        cannot_hear += person.known.hears is False
        cannot_be_heard += person.known.heard is False
        sending["unknown" if person.sending is None else person.sending.score.rating] += 1
        receiving["unknown" if person.receiving is None else person.receiving.score.rating] += 1
    return RoomFigures(
        room_id=state.room_id,
        use="empty" if not connected else "together" if state.breakouts is None else "breakouts",
        connected=connected,
        missing=len(state.participants) - connected,
        in_lobby=len(waiting),
        lobby_oldest_s=_oldest_s(waiting, now_ms),
        hands=len(hands),
        hand_oldest_s=_oldest_s(hands, now_ms),
        help_calls=len(unanswered),
        help_oldest_s=_oldest_s(unanswered, now_ms),
        cannot_hear=cannot_hear,
        cannot_be_heard=cannot_be_heard,
        sending=sending,
        receiving=receiving,
    )


def _oldest_s(since_ms: list[int], now_ms: int) -> float:
    return max(0, now_ms - min(since_ms)) / 1000 if since_ms else 0.0
