"""Invitations: given out, listed, taken back."""

from __future__ import annotations

import hashlib
from typing import Final, cast

from classroom import invitations
from classroom.api import cursors, given, idempotency, types
from classroom.api.errands import Revoke
from classroom.api.given import GivenInvitation
from classroom.api.operations import Call, Empty, Operation
from classroom.api.problems import Problem
from classroom.api.service import Api
from classroom.api.types import InvitationDraft, InvitationPage, NewInvitation, PageQuery, moment
from rooms.model import Role
from signaling.tokens import Invitation

LONGEST_S: Final = 366 * invitations.DAY_S


async def create(api: Api, call: Call) -> NewInvitation:
    draft: InvitationDraft = call.body
    listing = await api.journal.listing(call.path["room_id"])
    what = f"invitation {listing.room_id}"
    invitation_id, at_ms = await idempotency.settle(api.records, call, what, invitations.new_invitation_id)
    invitation = _drafted(draft, listing.room_id, listing.name, invitation_id, at_ms // 1000)
    kept = GivenInvitation(invitation=invitation, created_at_ms=at_ms)
    try:
        kept = await given.remember(api.records, kept)
    except given.TooManyInvitations:
        raise Problem("too_many_invitations", f"{given.ROOM_MAX} at most") from None
    link = invitations.link(api.runtime.config.public_url, kept.invitation, api.runtime.keys)
    shown = _shown(kept)
    return NewInvitation(**{name: getattr(shown, name) for name in shown.__struct_fields__}, link=link)


async def page(api: Api, call: Call) -> InvitationPage:
    query: PageQuery = call.query
    room_id = call.path["room_id"]
    await api.journal.listing(room_id)
    found = await given.page(api.records, room_id, cursors.decode(query.cursor), query.limit + 1)
    items = found[: query.limit]
    more = len(found) > query.limit
    return InvitationPage(
        items=tuple(_shown(one) for one in items),
        next_cursor=cursors.encode(items[-1].invitation.jti) if more else None,
    )


async def show(api: Api, call: Call) -> types.Invitation:
    return _shown(await _kept(api, call))


async def revoke(api: Api, call: Call) -> Empty:
    """First the room, which refuses it from then on; then the list."""
    kept = await _kept(api, call)
    await api.desk.give(call.path["room_id"], Revoke(kept.invitation.jti, kept.invitation.exp))
    if kept.revoked_at_ms is None:
        await given.mark_revoked(api.records, kept, call.now_ms)
    return Empty()


async def _kept(api: Api, call: Call) -> GivenInvitation:
    """Raises Problem, RoomNotFound."""
    room_id = call.path["room_id"]
    kept = await given.find(api.records, room_id, call.path["invitation_id"])
    if kept is None:
        await api.journal.listing(room_id)
        raise Problem("invitation_not_found")
    return kept


def _drafted(
    draft: InvitationDraft, room_id: str, room_name: str, invitation_id: str, now_s: int
) -> Invitation:
    if draft.group == (draft.name is not None):
        raise Problem("invalid", "say either `name` or `group`")
    until_s = None if draft.until is None else int(draft.until.timestamp())
    if until_s is not None and not now_s < until_s <= now_s + LONGEST_S:
        raise Problem("invalid", "in the next 366 days - at `$.until`")
    if draft.name is None:
        if draft.participant_id is not None:
            raise Problem("invalid", "each browser of a group gets a seat of its own - at `$.participant_id`")
        return invitations.group(
            room_id,
            room_name,
            draft.role,
            now_s=now_s,
            days=draft.days,
            until_s=until_s,
            jti=invitation_id,
        )
    # Repeated, the request is to lead to the same seat.
    seat = draft.participant_id or f"p-{hashlib.sha256(invitation_id.encode()).hexdigest()[:16]}"
    try:
        return invitations.personal(
            room_id,
            room_name,
            draft.role,
            draft.name,
            now_s=now_s,
            days=draft.days,
            until_s=until_s,
            seat=seat,
            jti=invitation_id,
        )
    except ValueError as problem:
        raise Problem("invalid", f"{problem} - at `$.name`") from None


def _shown(kept: GivenInvitation) -> types.Invitation:
    invitation = kept.invitation
    return types.Invitation(
        id=invitation.jti,
        room_id=invitation.room,
        role=cast(Role, invitation.role),
        group=invitation.group,
        name=invitation.name,
        participant_id=invitation.seat,
        created_at=moment(kept.created_at_ms),
        expires_at=moment(invitation.exp * 1000),
        revoked_at=None if kept.revoked_at_ms is None else moment(kept.revoked_at_ms),
    )


OPERATIONS: Final = (
    Operation(
        "createInvitation",
        "POST",
        "/rooms/{room_id}/invitations",
        "invitations:write",
        "Make a link into a room, for one person or for many.",
        create,
        NewInvitation,
        InvitationDraft,
        status=201,
        refusals=("idempotency_conflict", "too_many_invitations"),
        idempotent_by_key=True,
        makes="invitation_id",
    ),
    Operation(
        "listInvitations",
        "GET",
        "/rooms/{room_id}/invitations",
        "invitations:read",
        "The invitations of a room, without their links.",
        page,
        InvitationPage,
        query=PageQuery,
    ),
    Operation(
        "getInvitation",
        "GET",
        "/rooms/{room_id}/invitations/{invitation_id}",
        "invitations:read",
        "An invitation, without its link.",
        show,
        types.Invitation,
        refusals=("invitation_not_found",),
    ),
    Operation(
        "revokeInvitation",
        "DELETE",
        "/rooms/{room_id}/invitations/{invitation_id}",
        "invitations:write",
        "Take an invitation back: it lets nobody in any more, and whoever is in the room by it goes.",
        revoke,
        refusals=("invitation_not_found", "too_many_revoked"),
    ),
)
