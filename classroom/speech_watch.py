"""Who has spoken: tells the room when somebody with a raised hand had their say, and staff since when each person was not
heard from.

Nothing of it is measured but that and the minute, nothing is kept on the disk, and nobody but staff is told. Whoever writes
in the chat is heard from like whoever speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from classroom import logs
from classroom.host import retrieve
from classroom.hosts import RoomFailed, RoomHost
from classroom.journal.base import JournalFull, JournalUnavailable
from classroom.turns_heard import TurnsHeard
from rooms import events
from rooms.commands import NoteSpoken
from rooms.state import is_staff
from signaling.messages import LastHeard, Push

log = logs.get("speech")

COARSE_MS: Final = 60_000
"""Staff are told minutes, not moments."""


@dataclass(slots=True)
class _Room:
    since_ms: int
    """When this process began to listen."""
    turns: TurnsHeard = field(default_factory=TurnsHeard)
    heard_at_ms: dict[str, int] = field(default_factory=dict)


class SpeechWatch:
    """One per process. `push` tells one person something, unless they were told the same last; `now_ms`: Unix time."""

    def __init__(self, push: Callable[[RoomHost, str, Push], object], now_ms: Callable[[], int]) -> None:
        self._push = push
        self._now_ms = now_ms
        self._rooms: dict[str, _Room] = {}

    def speakers_changed(self, host: RoomHost, speaking: Iterable[str], now: float) -> None:
        """Now these speak; of them count those who want to be heard. `now`: monotonic seconds."""
        open_ = {p.id for p in host.state.participants if p.media.microphone}
        self._room(host).turns.speakers(open_.intersection(speaking), now)

    def room_changed(self, host: RoomHost, happened: Iterable[events.AnyEvent], now: float) -> None:
        room = self._room(host)
        for event in happened:
            if isinstance(event, events.HandRaised):
                room.turns.restart(event.participant_id, now)
            elif isinstance(event, events.ChatPosted):
                room.heard_at_ms[event.message.sender_id] = self._minute()
            elif isinstance(event, events.ParticipantLeft):
                room.turns.forget(event.participant_id)
                room.heard_at_ms.pop(event.participant_id, None)

    def tick(self, host: RoomHost, now: float) -> None:
        """Once a second."""
        room = self._room(host)
        raised = {hand.participant_id for hand in host.state.hands if hand.spoken_at_ms is None}
        for who in room.turns.ended(now):
            room.heard_at_ms[who] = self._minute()
            if who in raised:
                self._note(host, who)
        for someone in host.state.participants:
            if is_staff(someone):
                self.tell(host, someone.id)

    def tell(self, host: RoomHost, who: str) -> None:
        """What staff may know, to one of them; to others nothing."""
        if is_staff(host.state.seat(who)):
            room = self._room(host)
            self._push(
                host, who, LastHeard(listening_since_ms=room.since_ms, heard_at_ms=dict(room.heard_at_ms))
            )

    def forget_room(self, room_id: str) -> None:
        self._rooms.pop(room_id, None)

    def _room(self, host: RoomHost) -> _Room:
        return self._rooms.setdefault(host.room_id, _Room(since_ms=self._minute()))

    def _minute(self) -> int:
        return self._now_ms() // COARSE_MS * COARSE_MS

    def _note(self, host: RoomHost, who: str) -> None:
        """A question that is not asked, because the disk is busy or the room fails, is no loss."""
        try:
            host.submit(NoteSpoken(participant_id=who)).add_done_callback(retrieve)
        except (JournalFull, JournalUnavailable, RoomFailed) as problem:
            log.info("not noted who has spoken", room=host.room_id, problem=str(problem))
