"""Invitations by way of the API: given out, used, taken back; on one server and on three nodes."""

from __future__ import annotations

import asyncio
import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from classroom.api import api_keys, given, lives
from classroom.keys import load_or_create
from classroom.records.sqlite import SqliteRecords
from rooms import commands as c
from rooms.events import BreakoutsOpened
from tests.api.test_rooms import asked, made, refused
from tests.support.client import Client, Refusal
from tests.support.cluster import running_cluster
from tests.support.server import ClassroomServer, running


def invited(api: httpx.Client, room: str, **draft: Any) -> dict[str, Any]:
    answer = api.post(f"/rooms/{room}/invitations", json=draft)
    assert answer.status_code == 201, answer.text
    invitation: dict[str, Any] = answer.json()
    return invitation


async def no_entry(ws_url: str, link: str, **more: Any) -> str:
    """The code with which a link is refused."""
    with pytest.raises(Refusal) as refusal:
        await Client.join(ws_url, link, **more)
    return refusal.value.code


async def test_a_link_for_one_and_a_link_for_many_let_people_in(
    server: ClassroomServer, api: httpx.Client
) -> None:
    room = await asyncio.to_thread(made, api)
    one = await asyncio.to_thread(invited, api, room, name="Ana", role="trainer")
    many = await asyncio.to_thread(invited, api, room, group=True)
    ana = await Client.join(server.ws_url, one["link"])
    assert ana.me == one["participant_id"]
    bob = await Client.join(server.ws_url, many["link"], name="Bob", seat="b" * 16)
    listed = (await asked(api, f"/rooms/{room}/invitations"))["items"]
    assert {item["id"] for item in listed} == {one["id"], many["id"]}
    assert all("link" not in item for item in listed)
    await ana.close()
    await bob.close()


def test_a_repeated_request_gives_the_same_link(api: httpx.Client) -> None:
    room = made(api)
    key = {"Idempotency-Key": secrets.token_hex(8)}
    answers = [
        api.post(f"/rooms/{room}/invitations", json={"name": "Ana"}, headers=key).json() for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert len(api.get(f"/rooms/{room}/invitations").json()["items"]) == 1


@pytest.mark.parametrize(
    "draft",
    [
        {},
        {"name": "Ana", "group": True},
        {"group": True, "participant_id": "x"},
        {"name": "\u202e"},
        {"name": "Ana", "role": "king"},
        {"name": "Ana", "days": 367},
        {"name": "Ana", "participant_id": "a b"},
        {"name": "Ana", "until": "2026-12-18T17:00:00"},
        {"name": "Ana", "until": (datetime.now(UTC) - timedelta(days=1)).isoformat()},
        {"name": "Ana", "until": "9999-12-31T23:59:59Z"},
    ],
)
def test_bad_drafts_are_refused(api: httpx.Client, draft: dict[str, Any]) -> None:
    assert refused(api.post(f"/rooms/{made(api)}/invitations", json=draft)) == "invalid"


def test_unknown_ones_are_said_to_be(api: httpx.Client) -> None:
    assert refused(api.post("/rooms/nowhere/invitations", json={"group": True})) == "room_not_found"
    assert refused(api.delete("/rooms/nowhere/invitations/i")) == "room_not_found"
    assert refused(api.delete(f"/rooms/{made(api)}/invitations/i")) == "invitation_not_found"


async def test_a_link_that_was_taken_back_lets_nobody_in_and_sends_away_who_is(
    server: ClassroomServer, api: httpx.Client
) -> None:
    room = await asyncio.to_thread(made, api)
    many = await asyncio.to_thread(invited, api, room, group=True)
    other = await asyncio.to_thread(invited, api, room, name="Zoé")
    ana = await Client.join(server.ws_url, many["link"], name="Ana", seat="a" * 16)
    zoe = await Client.join(server.ws_url, other["link"])
    address = f"/rooms/{room}/invitations/{many['id']}"
    assert (await asyncio.to_thread(api.delete, address)).status_code == 204
    closed = await ana.closed()
    assert (closed.code, closed.error) == (4412, "token_revoked")
    for more in ({"seat": "a" * 16}, {"seat": "b" * 16}, {"seat": "a" * 16, "resume": ana.resume_point()}):
        assert await no_entry(server.ws_url, many["link"], name="Ana", **more) == "token_revoked"
    await zoe.request(c.RaiseHand())  # she came by another
    assert (await asyncio.to_thread(api.delete, address)).status_code == 204
    listed = {item["id"]: item for item in (await asked(api, f"/rooms/{room}/invitations"))["items"]}
    assert listed[many["id"]]["revoked_at"] is not None
    assert listed[other["id"]]["revoked_at"] is None
    await zoe.close()


async def test_a_lost_link_is_taken_back_and_its_person_comes_by_another(
    server: ClassroomServer, api: httpx.Client
) -> None:
    room = await asyncio.to_thread(made, api)
    lost = await asyncio.to_thread(invited, api, room, name="Ana", participant_id="ana")
    found = await asyncio.to_thread(invited, api, room, name="Ana", participant_id="ana")
    ana = await Client.join(server.ws_url, found["link"])
    await asyncio.to_thread(api.delete, f"/rooms/{room}/invitations/{lost['id']}")
    assert await no_entry(server.ws_url, lost["link"]) == "token_revoked"
    await ana.request(c.RaiseHand())
    await ana.close()


async def test_whoever_waits_in_the_lobby_by_it_goes_too(server: ClassroomServer, api: httpx.Client) -> None:
    room = await asyncio.to_thread(made, api)
    await asyncio.to_thread(api.patch, f"/rooms/{room}", json={"rules": {"lobby": True}})
    many = await asyncio.to_thread(invited, api, room, group=True)
    waiting = asyncio.create_task(no_entry(server.ws_url, many["link"], name="Ana", seat="a" * 16))
    deadline = time.monotonic() + 30
    while (await asked(api, f"/rooms/{room}"))["waiting"] == 0:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    await asyncio.to_thread(api.delete, f"/rooms/{room}/invitations/{many['id']}")
    assert await waiting == "token_revoked"


async def test_a_meeting_is_ended_for_everybody_and_a_room_erased(
    server: ClassroomServer, api: httpx.Client
) -> None:
    room = await asyncio.to_thread(made, api)
    await asyncio.to_thread(invited, api, room, name="Ana")
    link = server.invite(room, "trainer", "Tara")
    tara = await Client.join(server.ws_url, link)
    await tara.request(
        c.OpenBreakouts(plan=c.BreakoutPlan(mode="manual", groups=(c.GroupSpec(name="A", members=()),)))
    )
    await tara.event(BreakoutsOpened)
    assert (await asyncio.to_thread(api.post, f"/rooms/{room}/end")).status_code == 204
    assert (await tara.closed()).error == "meeting_ended"
    assert (await asked(api, f"/rooms/{room}"))["people"] == 0
    tara = await Client.join(server.ws_url, link)
    assert tara.snapshot.breakouts is None
    assert (await asyncio.to_thread(api.delete, f"/rooms/{room}")).status_code == 204
    assert (await tara.closed()).error == "room_not_found"
    assert await no_entry(server.ws_url, link) == "room_not_found"
    assert refused(await asyncio.to_thread(api.get, f"/rooms/{room}")) == "room_not_found"
    records = SqliteRecords(server.data_dir / "records.sqlite3")
    for kind in (given.KIND, lives.KIND):
        assert await records.page(kind, f"{room}/") == []
    await records.close()


async def test_what_was_taken_back_stays_so_after_a_crash(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        with local(first) as api:
            room = await asyncio.to_thread(made, api)
            many = await asyncio.to_thread(invited, api, room, group=True)
            await asyncio.to_thread(api.delete, f"/rooms/{room}/invitations/{many['id']}")
        first.kill()
    with running(tmp_path) as second:
        assert await no_entry(second.ws_url, many["link"], name="Ana", seat="a" * 16) == "token_revoked"


@pytest.mark.redis
async def test_any_node_of_a_cluster_answers(tmp_path: Path) -> None:
    """What one node is asked, the owner does, and nobody loads a room that another owns."""
    with running_cluster(tmp_path, 3) as cluster:
        room = await cluster.create_room()
        ana = await Client.join(cluster.nodes[0].ws_url, cluster.invite(room, name="Ana"))
        owner = cluster.owner(room)
        assert owner is not None
        away, other = cluster.others(owner)
        with local(away, cluster.nodes[0]) as api:
            (person,) = (await asked(api, f"/rooms/{room}/participants"))["items"]
            assert (person["name"], person["connected"]) == ("Ana", True)
            many = await asyncio.to_thread(invited, api, room, group=True)
            bob = await Client.join(other.ws_url, many["link"], name="Bob", seat="b" * 16)
            await asyncio.to_thread(api.delete, f"/rooms/{room}/invitations/{many['id']}")
            assert (await bob.closed()).error == "token_revoked"
            for node in cluster.nodes:
                assert await no_entry(node.ws_url, many["link"], name="Bob", seat="c" * 16) == "token_revoked"
            plan = {"name": "Day 2", "groups": [{"name": "Blue", "members": []}]}
            answer = await asyncio.to_thread(api.put, f"/rooms/{room}/breakout-plans", json=plan)
            assert answer.status_code == 204
            assert cluster.owner(room) is owner
            assert (await asyncio.to_thread(api.delete, f"/rooms/{room}")).status_code == 204
            assert (await ana.closed()).error == "room_not_found"
            assert refused(await asyncio.to_thread(api.get, f"/rooms/{room}")) == "room_not_found"
            free = await cluster.create_room()
            answer = await asyncio.to_thread(api.patch, f"/rooms/{free}", json={"rules": {"locked": True}})
            assert answer.json()["rules"]["locked"] is True


def local(node: ClassroomServer, keys_of: ClassroomServer | None = None) -> httpx.Client:
    """As whoever works on the machine: no key is needed."""
    key = api_keys.local_key(load_or_create((keys_of or node).data_dir), time.time())
    bearer = {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=f"{node.url}/api/v1", headers=bearer, timeout=30, trust_env=False)
