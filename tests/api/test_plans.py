"""Groups that a program prepares, and a room's rules that it sets."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from rooms.events import GroupSetsChanged, RulesChanged
from tests.api.test_rooms import made, refused
from tests.support.client import Client
from tests.support.server import ClassroomServer

PLAN = {
    "name": "Day 2",
    "groups": [{"name": "Blue", "members": ["ana", "bob"]}, {"name": "Red", "members": []}],
}


def test_groups_are_kept_replaced_and_forgotten(api: httpx.Client) -> None:
    address = f"/rooms/{made(api)}/breakout-plans"
    assert api.put(address, json=PLAN).status_code == 204
    assert api.put(address, json={**PLAN, "mode": "pairs"}).status_code == 204
    (plan,) = api.get(address).json()["items"]
    assert (plan["name"], plan["mode"], plan["groups"]) == ("Day 2", "pairs", PLAN["groups"])
    assert api.delete(address, params={"name": "Day 2"}).status_code == 204
    assert refused(api.delete(address, params={"name": "Day 2"})) == "plan_not_found"
    assert api.get(address).json()["items"] == []


def test_thirty_plans_are_enough(api: httpx.Client) -> None:
    address = f"/rooms/{made(api)}/breakout-plans"
    for number in range(30):
        assert api.put(address, json={**PLAN, "name": str(number)}).status_code == 204
    assert refused(api.put(address, json={**PLAN, "name": "one more"})) == "too_many_plans"
    assert api.put(address, json={**PLAN, "name": "3"}).status_code == 204


@pytest.mark.parametrize(
    "change", [{"name": "\u200b"}, {"name": ""}, {"name": "x" * 61}, {"groups": []}, {"mode": "chaos"}]
)
def test_bad_plans_are_refused(api: httpx.Client, change: dict[str, object]) -> None:
    answer = api.put(f"/rooms/{made(api)}/breakout-plans", json={**PLAN, **change})
    assert refused(answer) == "invalid"


async def test_trainers_find_the_groups_and_the_rules(server: ClassroomServer, api: httpx.Client) -> None:
    room = await asyncio.to_thread(made, api)
    trainer = await Client.join(server.ws_url, server.invite(room, "trainer", "Tara"))
    await asyncio.to_thread(api.put, f"/rooms/{room}/breakout-plans", json=PLAN)
    assert [one.name for one in (await trainer.event(GroupSetsChanged)).sets] == ["Day 2"]
    rules = {"rules": {"locked": True}}
    changed = await asyncio.to_thread(api.patch, f"/rooms/{room}", json=rules)
    assert changed.json()["rules"]["locked"] is True
    assert (await trainer.event(RulesChanged)).rules.locked is True
    await trainer.close()
