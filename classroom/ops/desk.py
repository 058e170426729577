"""Answers what the ops page asks about this node: from the health records, and for one person from the relay's counters."""

from __future__ import annotations

import asyncio
from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING, Final

from classroom.media.model import PeerId, media_type
from classroom.ops.actions import OpsRefused
from classroom.ops.browsers import coarse_browser
from classroom.ops.meter import Meter
from classroom.ops.person import ILLS, PersonRecord, Way
from classroom.ops.room import RoomRecord
from classroom.ops.trouble import STATUSES
from classroom.ops.views import (
    Counts,
    NodeOverview,
    NodeView,
    PersonRow,
    PersonView,
    PictureView,
    RoomRow,
    RoomView,
    WayView,
)
from classroom.ops.watch import OpsWatch

if TYPE_CHECKING:
    from classroom.runtime import Runtime

WORST: Final = 200
"""Rooms that one answer has at most."""
COUNTED_AT_ONCE: Final = 100
"""Rooms counted in one turn of the loop …"""
ROWS_AT_ONCE: Final = 10
"""… and rooms told in one: a millisecond at most."""
TREND_MINUTES: Final = 60
"""Of a room in the list."""
HISTORY_MINUTES: Final = 240
ALONE: Final = "local"
"""The id of a node that has no cluster."""


class Desk:
    """One per process."""

    def __init__(self, runtime: Runtime, watch: OpsWatch) -> None:
        self._runtime = runtime
        self._watch = watch
        self._meter = Meter()

    @property
    def node_id(self) -> str:
        return ALONE if self._runtime.cluster is None else self._runtime.cluster.node_id

    async def overview(self, worst: int, query: str) -> NodeOverview:
        """The `worst` rooms whose name or id has `query` in it, and how many there are in all. In steps: with thousands of
        rooms, too, the loop forwards in between what has come."""
        counts = Counts()
        found: list[RoomRecord] = []
        wanted = query.casefold()
        records = iter(self._watch)
        while some := tuple(islice(records, COUNTED_AT_ONCE)):
            for record in some:
                counts.rooms += 1
                counts.people += record.here
                counts.missing += record.missing
                status = record.verdict.status
                setattr(counts, status, getattr(counts, status) + 1)
                if wanted in record.name.casefold() or wanted in record.room_id:
                    found.append(record)
            await asyncio.sleep(0)
        rows: list[RoomRow] = []
        shown = iter(nsmallest(min(worst, WORST), found, key=_order))
        while few := tuple(islice(shown, ROWS_AT_ONCE)):
            rows += [self._row(record) for record in few]
            await asyncio.sleep(0)
        return NodeOverview(node=self.node(), counts=counts, found=len(found), rooms=tuple(rows))

    def node(self) -> NodeView:
        runtime, reading = self._runtime, self._meter.read()
        cluster = runtime.cluster
        return NodeView(
            node_id=self.node_id,
            url=runtime.config.public_url if cluster is None else cluster.url,
            answers=True,
            draining=runtime.stopping or runtime.draining,
            rooms=len(runtime.hosts),
            sessions=len(runtime.sessions),
            loop_lag_ms=round(runtime.loop_watch.figures.worst_ms, 1),
            cpu=reading.cpu,
            memory_bytes=reading.memory_bytes,
            uptime_s=reading.uptime_s,
            redis=None if cluster is None else cluster.ownership.reaches_redis,
        )

    def room(self, room_id: str) -> RoomView:
        """Raises OpsRefused."""
        record = self._room(room_id)
        seated = sorted(record.seated, key=_person_order)
        gone = [person for person in record.people.values() if person.gone_at_ms is not None]
        gone.sort(key=lambda person: -(person.gone_at_ms or 0))
        return RoomView(
            room=self._row(record),
            people=tuple(_person(record, person) for person in (*seated, *gone)),
            people_trend=record.people_ring.last(HISTORY_MINUTES),
            trouble_trend=record.trouble_ring.last(HISTORY_MINUTES),
            lost_trend=record.lost_ring.last(HISTORY_MINUTES),
        )

    def person(self, room_id: str, participant_id: str) -> PersonView:
        """Raises OpsRefused."""
        record = self._room(room_id)
        person = record.people.get(participant_id)
        if person is None:
            raise OpsRefused("person_not_found")
        peer = PeerId(room_id, participant_id)
        return PersonView(
            room_id=room_id,
            room_name=record.name,
            node_id=self.node_id,
            person=_person(record, person),
            client=person.seen.client,
            browser=coarse_browser(person.seen.client),
            receives=self._receives(record, peer),
            sends=self._sends(person, peer),
            readings={name: series.all() for name, series in person.readings.items()},
            timeline=person.timeline.all(),
        )

    def _room(self, room_id: str) -> RoomRecord:
        record = self._watch.room(room_id)
        if record is None:
            raise OpsRefused("room_not_found")
        return record

    def _row(self, record: RoomRecord) -> RoomRow:
        verdict, calls = record.verdict, record.calls
        return RoomRow(
            room_id=record.room_id,
            name=record.name,
            node_id=self.node_id,
            status=verdict.status,
            score=verdict.score,
            complaints=verdict.complaints,
            people=record.here,
            missing=record.missing,
            hand_since_ms=min(calls.hands.values(), default=None),
            help_since_ms=min(calls.helps.values(), default=None),
            first_word_ms=record.first_word_ms,
            lost_minutes=round(record.lost_ms / 60_000, 1),
            trend=record.trouble_ring.last(TREND_MINUTES),
        )

    def _receives(self, record: RoomRecord, peer: PeerId) -> tuple[PictureView, ...]:
        found = []
        for slot in self._runtime.plane.current_slots(peer):
            if slot.publication is not None and slot.media == "video":
                who, kind = slot.publication
                name = record.people[who].seen.name if who in record.people else who
                found.append(PictureView(kind=kind, of=name, layer=slot.layer, paused=slot.paused))
        return tuple(found)

    def _sends(self, person: PersonRecord, peer: PeerId) -> tuple[PictureView, ...]:
        stats = self._runtime.plane.peer_stats(peer)
        return tuple(
            PictureView(
                kind=stream.kind, of=person.seen.name, layer=stream.layer, bitrate_bps=stream.bitrate_bps
            )
            for stream in (() if stats is None else stats.received)
            if media_type(stream.kind) == "video" and stream.bitrate_bps
        )


def _order(record: RoomRecord) -> tuple[int, float, str]:
    """The most troubled first; what is equal by name, so that rows keep their places."""
    return STATUSES.index(record.verdict.status), -record.verdict.score, record.name


def _person_order(person: PersonRecord) -> tuple[int, int, str]:
    worst = min((ILLS.index(ill) for ill in person.since), default=len(ILLS))
    return worst, not person.staff, person.seen.name


def _person(record: RoomRecord, person: PersonRecord) -> PersonRow:
    seen, calls = person.seen, record.calls
    return PersonRow(
        participant_id=person.id,
        name=seen.name,
        role=seen.role,
        connected=seen.connected and person.gone_at_ms is None,
        away=seen.away,
        since=dict(person.since),
        path=seen.path,
        way=seen.way,
        sending=_way(seen.sending),
        receiving=_way(seen.receiving),
        round_trip_ms=None if seen.round_trip_ms is None else round(seen.round_trip_ms, 1),
        first_word_ms=seen.first_word_ms,
        lost_minutes=round(person.lost_ms / 60_000, 1),
        hand_since_ms=calls.hands.get(person.id),
        help_since_ms=calls.helps.get(person.id),
        gone_at_ms=person.gone_at_ms,
    )


def _way(way: Way | None) -> WayView | None:
    if way is None:
        return None
    return WayView(rating=way.rating, mos=round(way.mos, 1), loss=way.loss, reasons=way.reasons)
