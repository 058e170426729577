"""Feeds the health records: looks at every room every other second, and listens to what rooms say of their people.

A room is looked at in one turn of the loop; all that is read has been measured already by `quality_watch`, so that a look costs
some ten microseconds a person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final, Protocol

from classroom import logs
from classroom.hosts import RoomHost
from classroom.media.ice import Path
from classroom.media.model import PeerId
from classroom.ops.person import Seen, Way
from classroom.ops.room import Calls, RoomRecord
from classroom.quality_figures import DirectionFigures, PersonFigures
from rooms.events import ParticipantJoined, ParticipantLeft, PresenceChanged, Recorded
from rooms.model import Participant
from rooms.state import RoomState
from signaling.messages import MediaWay

log = logs.get("ops")

LOOK_EVERY_S: Final = 2.0


class Figures(Protocol):
    """What is known of everybody's media in a room; `QualityWatch.figures` is one."""

    def __call__(self, room_id: str) -> tuple[PersonFigures, ...]: ...


class OpsWatch:
    """One per process."""

    def __init__(
        self,
        hosts: Iterable[RoomHost],
        figures: Figures,
        path_of: Callable[[PeerId], Path | None],
        now_ms: Callable[[], int],
    ) -> None:
        """`hosts`: the rooms in memory, each time it is iterated. `path_of`: where a peer's media come from."""
        self._hosts = hosts
        self._figures = figures
        self._path_of = path_of
        self._now_ms = now_ms
        self._rooms: dict[str, RoomRecord] = {}

    def __iter__(self) -> Iterator[RoomRecord]:
        return iter(tuple(self._rooms.values()))

    def room(self, room_id: str) -> RoomRecord | None:
        return self._rooms.get(room_id)

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for host in self._hosts:
                try:
                    self.look(host)
                except Exception as bug:
                    log.error("look failed", room=host.room_id, exc_info=bug)
                await asyncio.sleep(0)
            self._forget()

    def look(self, host: RoomHost) -> None:
        state = host.state
        self._record(host).name = state.name
        figures = {one.known.participant_id: one for one in self._figures(host.room_id)}
        seen = {
            someone.id: self._seen(host, someone, figures.get(someone.id)) for someone in state.participants
        }
        self._record(host).look(seen, Calls(_hands(state), _helps(state)), self._now_ms())

    def room_changed(self, host: RoomHost, events: Iterable[Recorded]) -> None:
        """Events became visible; `host.state` is after them."""
        for recorded in events:
            event = recorded.event
            if isinstance(event, ParticipantJoined):
                seen = self._seen(host, event.participant, None)
                self._record(host).happened(event.participant.id, seen, recorded.at_ms, "joined")
            elif isinstance(event, PresenceChanged):
                self._presence_changed(host, event, recorded.at_ms)
            elif isinstance(event, ParticipantLeft):
                record = self._record(host).people.get(event.participant_id)
                if record is not None:
                    record.happened(recorded.at_ms, event.reason)

    def _presence_changed(self, host: RoomHost, event: PresenceChanged, at_ms: int) -> None:
        room, who = self._record(host), event.participant_id
        record, seat = room.people.get(who), host.state.seat(who)
        if record is None and seat is not None:
            room.happened(who, self._seen(host, seat, None), at_ms, "here_already")
        if record is None:
            return
        record.presence_changed(event.connected, event.presence == "away", at_ms)

    def _record(self, host: RoomHost) -> RoomRecord:
        record = self._rooms.get(host.room_id)
        if record is None:
            record = self._rooms[host.room_id] = RoomRecord(host.room_id, host.state.name)
        return record

    def _forget(self) -> None:
        """Of a room that is gone from memory nothing is kept."""
        loaded = {host.room_id for host in self._hosts}
        for room_id in self._rooms.keys() - loaded:
            del self._rooms[room_id]

    def _seen(self, host: RoomHost, someone: Participant, figures: PersonFigures | None) -> Seen:
        session = host.sessions.get(someone.id)
        path = self._path_of(PeerId(host.room_id, someone.id))
        seen = Seen(
            name=someone.name,
            role=someone.role,
            connected=someone.connected,
            away=someone.presence == "away",
            presence_at_ms=someone.presence_at_ms,
            address=None if path is None else path.address,
            way=media_way(path, None if figures is None else figures.way),
            client="" if session is None else session.client,
        )
        return seen if figures is None else _measured(seen, figures)


def _measured(seen: Seen, figures: PersonFigures) -> Seen:
    known, both = figures.known, (figures.sending, figures.receiving)
    times = [way.window.round_trip_ms for way in both if way and way.window.round_trip_ms is not None]
    return replace(
        seen,
        path=known.path,
        hears=known.hears,
        heard=known.heard,
        sending=_way(figures.sending),
        receiving=_way(figures.receiving),
        round_trip_ms=times[0] if times else None,
        first_word_ms=figures.first_word_ms,
    )


def _way(figures: DirectionFigures | None) -> Way | None:
    if figures is None:
        return None
    score, losses = figures.score, figures.window.losses
    loss = max((one.share for one in losses), default=0.0)
    return Way(score.rating, round(score.mos, 2), round(loss, 4), score.reasons)


def media_way(path: Path | None, told: MediaWay | None) -> MediaWay | None:
    """How media travel: whether a TURN server carries them only the client knows; the rest the path shows."""
    if path is None:
        return None
    if told is not None and told.startswith("turn"):
        return told
    return "tcp" if len(path.address) == 3 else "udp"


def _hands(state: RoomState) -> dict[str, int]:
    """Whose hands nobody answered: neither had they their say nor were they given the floor."""
    floor = None if state.floor is None else state.floor.participant_id
    return {
        hand.participant_id: hand.raised_at_ms
        for hand in state.hands
        if hand.spoken_at_ms is None and hand.participant_id != floor
    }


def _helps(state: RoomState) -> dict[str, int]:
    """Whose calls nobody promised to come to: their own, and their groups'."""
    groups = state.breakouts.groups if state.breakouts is not None else ()
    calls = (*state.help, *(group.help for group in groups if group.help is not None))
    return {call.participant_id: call.called_at_ms for call in calls if call.coming is None}
