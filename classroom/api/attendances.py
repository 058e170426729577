"""The attendance of a room, as JSON or CSV."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

from starlette.responses import Response

from classroom.api import attendance, lives
from classroom.api.attendance import Attendee
from classroom.api.operations import Call, Operation
from classroom.api.problems import Problem
from classroom.api.service import Api
from classroom.api.types import Attendance, AttendanceQuery, Presence, Span, moment

FOLD_CHUNK: Final = 2_000


async def show(api: Api, call: Call) -> Attendance | Response:
    query: AttendanceQuery = call.query
    room_id = call.path["room_id"]
    from_ms, until_ms = _ms(query.since), _ms(query.until)
    if from_ms is not None and until_ms is not None and until_ms <= from_ms:
        raise Problem("invalid", "`until` is after `since`")
    seen = await api.desk.look(room_id)
    events = await api.journal.events(room_id)
    record = attendance.Attendance(await lives.of(api.records, room_id))
    for index, recorded in enumerate(events, start=1):
        record.add(recorded)
        if index % FOLD_CHUNK == 0:
            await asyncio.sleep(0)
    here = frozenset(person.id for person in seen.participants if person.connected)
    people = attendance.clipped(record.settle(here, call.now_ms), from_ms, until_ms)
    if query.format == "csv":
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="attendance-{room_id}.csv"',
        }
        return Response(attendance.as_csv(people, call.now_ms), 200, headers, "text/csv")
    return Attendance(
        kept_since=moment(events[0].at_ms) if events else None,
        items=tuple(_shown(person, call.now_ms) for person in people),
    )


def _shown(person: Attendee, now_ms: int) -> Presence:
    return Presence(
        participant_id=person.participant_id,
        name=person.name,
        role=person.role,
        minutes=attendance.minutes(person.present_ms(now_ms)),
        stays=tuple(
            Span(since=moment(stay.from_ms), until=None if stay.until_ms is None else moment(stay.until_ms))
            for stay in person.stays
        ),
    )


def _ms(time: datetime | None) -> int | None:
    return None if time is None else int(time.timestamp() * 1000)


OPERATIONS: Final = (
    Operation(
        "getAttendance",
        "GET",
        "/rooms/{room_id}/attendance",
        "attendance:read",
        "Who was present when, as far back as the room's history is kept.",
        show,
        Attendance,
        query=AttendanceQuery,
        also={"text/csv": {"type": "string"}},
    ),
)
