"""Rooms: made, listed, looked at."""

from __future__ import annotations

from typing import Final

from classroom.api import cursors, idempotency
from classroom.api.errands import Erase, Give
from classroom.api.operations import Call, Empty, Operation
from classroom.api.problems import Problem
from classroom.api.service import Api
from classroom.api.types import (
    PageQuery,
    People,
    Person,
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
from rooms.commands import EndMeeting, SetRules


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
    room_id, wanted = call.path["room_id"], call.body.rules
    command = SetRules(
        unmute=wanted.unmute,
        screen=wanted.screen,
        chat=wanted.chat,
        locked=wanted.locked,
        lobby=wanted.lobby,
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
        "changeRoom",
        "PATCH",
        "/rooms/{room_id}",
        "rooms:write",
        "Change some of a room's rules.",
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
)
