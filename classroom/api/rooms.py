"""Rooms: made, listed, looked at, changed; and the people in them."""

from __future__ import annotations

from typing import Final

import msgspec

from classroom.api import cursors, idempotency
from classroom.api.errands import Erase, Give
from classroom.api.operations import Call, Empty, Operation
from classroom.api.problems import Problem
from classroom.api.service import Api
from classroom.api.types import (
    PageQuery,
    People,
    Person,
    Removed,
    RemovedPeople,
    Room,
    RoomChange,
    RoomDetails,
    RoomDraft,
    RoomPage,
    RoomRules,
    moment,
)
from classroom.invitations import clean_room_name, create_room, new_room_id
from classroom.journal.base import RoomExists, RoomListing
from rooms.commands import ChangeRoom, EndMeeting, ReadmitParticipant, RemoveParticipant, SetRules


async def create(api: Api, call: Call) -> Room:
    draft: RoomDraft = call.body
    name = _name(draft.name)
    room_id, at_ms = await idempotency.settle(api.records, call, "room", new_room_id)
    try:
        seats = draft.capacity or api.runtime.config.limits.room_capacity
        await create_room(api.journal, room_id, name, seats, at_ms)
    except RoomExists:
        return _room(await api.journal.listing(room_id))
    return Room(id=room_id, name=name, created_at=moment(at_ms), last_used_at=moment(at_ms))


async def page(api: Api, call: Call) -> RoomPage:
    query: PageQuery = call.query
    after = cursors.decode(query.cursor)
    found = [one for one in await api.journal.rooms() if _position(one) > after]
    more = len(found) > query.limit
    items = found[: query.limit]
    return RoomPage(
        items=tuple(_room(one) for one in items),
        next_cursor=cursors.encode(_position(items[-1])) if more else None,
    )


async def show(api: Api, call: Call) -> RoomDetails:
    return await details(api, call.path["room_id"])


async def details(api: Api, room_id: str) -> RoomDetails:
    listing, seen = await api.journal.listing(room_id), await api.desk.look(room_id)
    rules = seen.rules
    return RoomDetails(
        id=listing.room_id,
        name=seen.name,
        created_at=moment(listing.created_at_ms),
        last_used_at=moment(listing.last_at_ms),
        capacity=seen.capacity,
        rules=RoomRules(
            unmute=rules.unmute,
            screen=rules.screen,
            chat=rules.chat,
            locked=rules.locked,
            lobby=rules.lobby,
        ),
        people=sum(person.connected for person in seen.participants),
        waiting=seen.waiting,
    )


async def change(api: Api, call: Call) -> RoomDetails:
    wanted: RoomChange = call.body
    room_id, rules = call.path["room_id"], wanted.rules
    command = ChangeRoom(
        name=None if wanted.name is None else _name(wanted.name),
        capacity=wanted.capacity,
        rules=None if rules is None else SetRules(**msgspec.structs.asdict(rules)),
    )
    await api.desk.give(room_id, Give(command))
    return await details(api, room_id)


async def end(api: Api, call: Call) -> Empty:
    await api.desk.give(call.path["room_id"], Give(EndMeeting()))
    return Empty()


async def erase(api: Api, call: Call) -> Empty:
    await api.desk.give(call.path["room_id"], Erase())
    return Empty()


async def people(api: Api, call: Call) -> People:
    seen = await api.desk.look(call.path["room_id"])
    return People(
        items=tuple(
            Person(
                participant_id=one.id,
                name=one.name,
                role=one.role,
                presence=one.presence,
                connected=one.connected,
                joined_at=moment(one.joined_at_ms),
                breakout=None if one.breakout is None else seen.groups.get(one.breakout),
            )
            for one in seen.participants
        )
    )


async def remove(api: Api, call: Call) -> Empty:
    command = RemoveParticipant(participant_id=call.path["participant_id"])
    await api.desk.give(call.path["room_id"], Give(command))
    return Empty()


async def removed(api: Api, call: Call) -> RemovedPeople:
    seen = await api.desk.look(call.path["room_id"])
    return RemovedPeople(
        items=tuple(
            Removed(participant_id=one.participant_id, name=one.name, removed_at=moment(one.at_ms))
            for one in seen.kept_out
        )
    )


async def readmit(api: Api, call: Call) -> Empty:
    command = ReadmitParticipant(participant_id=call.path["participant_id"])
    await api.desk.give(call.path["room_id"], Give(command))
    return Empty()


def _name(text: str) -> str:
    """Raises Problem."""
    try:
        return clean_room_name(text)
    except ValueError as problem:
        raise Problem("invalid", f"{problem} - at `$.name`") from None


def _position(listing: RoomListing) -> str:
    return f"{listing.created_at_ms:015d} {listing.room_id}"


def _room(listing: RoomListing) -> Room:
    return Room(
        id=listing.room_id,
        name=listing.name,
        created_at=moment(listing.created_at_ms),
        last_used_at=moment(listing.last_at_ms),
    )


OPERATIONS: Final = (
    Operation(
        "createRoom",
        "POST",
        "/rooms",
        "rooms:write",
        "Make a room.",
        create,
        reply=Room,
        body=RoomDraft,
        status=201,
        refusals=("idempotency_conflict",),
        idempotent_by_key=True,
        makes="room_id",
    ),
    Operation(
        "listRooms", "GET", "/rooms", "rooms:read", "Rooms, oldest first.", page, RoomPage, query=PageQuery
    ),
    Operation("getRoom", "GET", "/rooms/{room_id}", "rooms:read", "A room as it is now.", show, RoomDetails),
    Operation(
        "changeRoom",
        "PATCH",
        "/rooms/{room_id}",
        "rooms:write",
        "Change a room's name, how many seats it has, and its rules.",
        change,
        RoomDetails,
        RoomChange,
    ),
    Operation(
        "eraseRoom",
        "DELETE",
        "/rooms/{room_id}",
        "rooms:write",
        "Take a room and all that is kept of it away, beyond recovery; whoever is in it goes.",
        erase,
    ),
    Operation(
        "endMeeting",
        "POST",
        "/rooms/{room_id}/end",
        "rooms:write",
        "Send everybody out. The room stays, and may be entered again.",
        end,
    ),
    Operation(
        "listPeople",
        "GET",
        "/rooms/{room_id}/participants",
        "rooms:read",
        "Everybody who holds a seat now.",
        people,
        People,
    ),
    Operation(
        "removePerson",
        "DELETE",
        "/rooms/{room_id}/participants/{participant_id}",
        "rooms:write",
        "Send somebody out, and keep them out until they are let back.",
        remove,
        refusals=("participant_not_found",),
    ),
    Operation(
        "listRemoved",
        "GET",
        "/rooms/{room_id}/removed",
        "rooms:read",
        "Everybody who was removed, here or by trainers, and is kept out.",
        removed,
        RemovedPeople,
    ),
    Operation(
        "letBack",
        "DELETE",
        "/rooms/{room_id}/removed/{participant_id}",
        "rooms:write",
        "Keep somebody out no longer.",
        readmit,
        refusals=("participant_not_found",),
    ),
)
