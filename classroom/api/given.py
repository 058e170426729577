"""The invitations that were given out, as they are remembered: what each is good for, never its link.

A link is made anew from what is kept of it, and comes out the same: so a repeated request is answered with it.
"""

from __future__ import annotations

from typing import Final

import msgspec

from classroom.records.base import PAGE, Records
from signaling.tokens import Invitation

KIND: Final = "invitation"
ROOM_MAX: Final = 1_000
"""Invitations of one room that are remembered."""
REMEMBERED_S: Final = 30 * 86_400
"""How long after its end."""


class GivenInvitation(msgspec.Struct, frozen=True, kw_only=True):
    invitation: Invitation
    created_at_ms: int
    revoked_at_ms: int | None = None


class TooManyInvitations(Exception):
    """`ROOM_MAX` are remembered of this room."""


async def remember(records: Records, given: GivenInvitation) -> GivenInvitation:
    """The one of this id that is there, else this one, which is then. Raises TooManyInvitations."""
    room_id = given.invitation.room
    known = await find(records, room_id, given.invitation.jti)
    if known is not None:
        return known
    count, after = 0, f"{room_id}/"
    while page := await records.page(KIND, f"{room_id}/", after):
        count, after = count + len(page), page[-1][0]
        if count >= ROOM_MAX:
            raise TooManyInvitations
        if len(page) < PAGE:
            break
    there = await records.add(KIND, _key(given.invitation), msgspec.json.encode(given))
    return given if there is None else _decoded(there)


async def find(records: Records, room_id: str, invitation_id: str) -> GivenInvitation | None:
    value = await records.get(KIND, f"{room_id}/{invitation_id}")
    return None if value is None else _decoded(value)


async def page(records: Records, room_id: str, after: str, limit: int) -> list[GivenInvitation]:
    """Those of a room, by id. `after`: an id."""
    found = await records.page(KIND, f"{room_id}/", f"{room_id}/{after}", limit)
    return [_decoded(value) for _, value in found]


async def mark_revoked(records: Records, given: GivenInvitation, now_ms: int) -> None:
    revoked = msgspec.structs.replace(given, revoked_at_ms=now_ms)
    await records.put(KIND, _key(given.invitation), msgspec.json.encode(revoked))


async def forget_room(records: Records, room_id: str) -> None:
    """Of a room that was erased."""
    while found := await records.page(KIND, f"{room_id}/"):
        for key, _ in found:
            await records.remove(KIND, key)


async def forget_old(records: Records, now_s: float) -> None:
    """Those that have been over for `REMEMBERED_S`."""
    after = ""
    while found := await records.page(KIND, after=after):
        for key, value in found:
            if _decoded(value).invitation.exp < now_s - REMEMBERED_S:
                await records.remove(KIND, key)
        after = found[-1][0]


def _key(invitation: Invitation) -> str:
    return f"{invitation.room}/{invitation.jti}"


def _decoded(value: bytes) -> GivenInvitation:
    return msgspec.json.decode(value, type=GivenInvitation)
