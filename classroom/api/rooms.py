"""Rooms: made, listed, looked at."""

from __future__ import annotations

from typing import Final

from classroom.api import cursors, idempotency
from classroom.api.operations import Call, Operation
from classroom.api.problems import Problem
from classroom.api.service import Api
from classroom.api.types import (
    PageQuery,
    People,
    Person,
    Room,
    RoomDetails,
    RoomDraft,
    RoomPage,
    RoomRules,
    moment,
)
from classroom.invitations import clean_room_name, create_room, new_room_id
from classroom.journal.base import RoomExists, RoomListing


async def create(api: Api, call: Call) -> Room:
    draft: RoomDraft = call.body
    try:
        name = clean_room_name(draft.name)
    except ValueError as problem:
        raise Problem("invalid", f"{problem} - at `$.name`") from None
    room_id, at_ms = await idempotency.settle(api.records, call, "room", new_room_id)
    try:
        seats = draft.capacity or api.runtime.config.limits.room_capacity
        await create_room(api.journal, room_id, name, seats, at_ms)
    except RoomExists:
        return _room(await find(api, room_id))
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
    listing, seen = await find(api, room_id), await api.desk.look(room_id)
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


async def find(api: Api, room_id: str) -> RoomListing:
    """Raises Problem."""
    for listing in await api.journal.rooms():
        if listing.room_id == room_id:
            return listing
    raise Problem("room_not_found")


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
    ),
    Operation(
        "listRooms", "GET", "/rooms", "rooms:read", "Rooms, oldest first.", page, RoomPage, query=PageQuery
    ),
    Operation("getRoom", "GET", "/rooms/{room_id}", "rooms:read", "A room as it is now.", show, RoomDetails),
    Operation(
        "listPeople",
        "GET",
        "/rooms/{room_id}/participants",
        "rooms:read",
        "Everybody who holds a seat now.",
        people,
        People,
    ),
)
