"""Company for whoever is left alone in a group.

    with others --(the others drop, step out, leave)--> alone --30 s--> offered another group
         ^------------(somebody comes, or they go)--------'--------------------'

Who is alone since when is read from the state after every event; time enters with `Tick`. An offer stands
as long as the person is alone and there is somebody in the group it names; the person accepts it, or staff
move them.
"""

from __future__ import annotations

from msgspec.structs import replace

from rooms.breakouts import going
from rooms.commands import AcceptOffer
from rooms.constraints import apart_of, clash
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import OffersChanged
from rooms.model import CompanyOffer, Group
from rooms.state import RoomState, is_staff

ALONE_MS = 30_000
"""So long somebody is alone before they are offered company."""


def accept(command: AcceptOffer, context: Context) -> Events:
    """Raises `Refused("offer_over")` when the partner is back, or the other group empty by now."""
    state, actor = context.state, context.actor
    offer = next((one for one in state.offers if one.participant_id == actor.id), None)
    if offer is None or not _stands(state, offer):
        raise Refused("offer_over")
    return going(context, actor, offer.group)


# --- who is alone
# --------------------------------------------------------------------------------------------


def _present(state: RoomState, group_id: str) -> list[str]:
    """Who is here in this group, staff on a visit too."""
    return [p.id for p in state.people_in(group_id) if p.connected and p.presence == "joined"]


def remember_alone(state: RoomState, at_ms: int) -> RoomState:
    """After an event of this time."""
    alone: dict[str, tuple[str, int]] = {}
    for group in state.breakouts.groups if state.breakouts is not None else ():
        present = _present(state, group.id)
        if len(present) == 1 and not is_staff(state.seat(present[0])):
            before = state.alone.get(group.id)
            alone[group.id] = before if before and before[0] == present[0] else (present[0], at_ms)
    return state if alone == state.alone else replace(state, alone=alone)


# --- time
# ----------------------------------------------------------------------------------------------------


def expire(state: RoomState, now_ms: int) -> Events:
    """The offers as they should be now."""
    ends_at_ms = None if state.breakouts is None else state.breakouts.ends_at_ms
    if ends_at_ms is not None and now_ms >= ends_at_ms:
        return ()  # the round ends with this very tick
    wanted = [offer for offer in state.offers if _stands(state, offer)]
    offered = {offer.participant_id for offer in wanted}
    for group_id, (who, since_ms) in state.alone.items():
        if who not in offered and now_ms >= since_ms + ALONE_MS:
            neighbour = _neighbour(state, group_id, who)
            if neighbour is not None:
                wanted.append(CompanyOffer(participant_id=who, group=neighbour.id, at_ms=now_ms))
    return () if tuple(wanted) == state.offers else (OffersChanged(offers=tuple(wanted)),)


def next_offer_ms(state: RoomState) -> int | None:
    """When `expire` has something to do; 0: at once."""
    standing = {offer.participant_id for offer in state.offers if _stands(state, offer)}
    if len(standing) < len(state.offers):
        return 0
    return min(
        (
            since_ms + ALONE_MS
            for group_id, (who, since_ms) in state.alone.items()
            if who not in standing and _neighbour(state, group_id, who) is not None
        ),
        default=None,
    )


# --- where to
# ------------------------------------------------------------------------------------------------


def _stands(state: RoomState, offer: CompanyOffer) -> bool:
    alone = any(who == offer.participant_id for who, _ in state.alone.values())
    return alone and any(who != offer.participant_id for who in _members(state, offer.group))


def _members(state: RoomState, group_id: str) -> list[str]:
    """Who works in this group now."""
    return [who for who in _present(state, group_id) if not is_staff(state.seat(who))]


def _neighbour(state: RoomState, group_id: str, who: str) -> Group | None:
    """Another lonely one first, then the smallest group, then the next; none with somebody to be kept apart."""
    assert state.breakouts is not None
    groups = state.breakouts.groups
    here = next((index for index, group in enumerate(groups) if group.id == group_id), 0)
    apart = apart_of(state.constraints)
    best: tuple[int, int, Group] | None = None
    for index, group in enumerate(groups):
        members = _members(state, group.id)
        if group.id == group_id or not members or clash((*members, who), apart):
            continue
        rank = (len(members), (index - here) % len(groups), group)
        if best is None or rank[:2] < best[:2]:
            best = rank
    return None if best is None else best[2]
