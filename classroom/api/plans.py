"""Groups prepared beforehand: a trainer opens them in the room under their name."""

from __future__ import annotations

from typing import Final

from classroom.api.errands import Give
from classroom.api.operations import Call, Empty, Operation
from classroom.api.problems import Problem
from classroom.api.service import Api
from classroom.api.types import Plan, PlanDraft, PlannedGroup, PlanQuery, Plans, moment
from rooms.commands import ForgetGroups, GroupSpec, SaveGroups
from signaling.names import clean_name


async def page(api: Api, call: Call) -> Plans:
    seen = await api.desk.look(call.path["room_id"])
    return Plans(
        items=tuple(
            Plan(
                name=one.name,
                mode=one.mode,
                groups=tuple(PlannedGroup(name=group.name, members=group.members) for group in one.groups),
                saved_at=moment(one.saved_at_ms),
            )
            for one in seen.group_sets
        )
    )


async def save(api: Api, call: Call) -> Empty:
    draft: PlanDraft = call.body
    if not all(clean_name(name) for name in (draft.name, *(group.name for group in draft.groups))):
        raise Problem("invalid", "a name has something visible in it")
    groups = tuple(GroupSpec(name=group.name, members=group.members) for group in draft.groups)
    await api.desk.give(
        call.path["room_id"], Give(SaveGroups(name=draft.name, mode=draft.mode, groups=groups))
    )
    return Empty()


async def forget(api: Api, call: Call) -> Empty:
    query: PlanQuery = call.query
    await api.desk.give(call.path["room_id"], Give(ForgetGroups(name=query.name)))
    return Empty()


OPERATIONS: Final = (
    Operation(
        "listBreakoutPlans",
        "GET",
        "/rooms/{room_id}/breakout-plans",
        "rooms:read",
        "The groups that are kept for another day, prepared here or by trainers.",
        page,
        Plans,
    ),
    Operation(
        "saveBreakoutPlan",
        "PUT",
        "/rooms/{room_id}/breakout-plans",
        "rooms:write",
        "Keep groups under a name; those of this name are replaced.",
        save,
        body=PlanDraft,
        refusals=("too_many_plans",),
    ),
    Operation(
        "forgetBreakoutPlan",
        "DELETE",
        "/rooms/{room_id}/breakout-plans",
        "rooms:write",
        "Forget the groups of this name.",
        forget,
        query=PlanQuery,
        refusals=("plan_not_found",),
    ),
)
