"""The ops page's addresses: who may, what they read of real rooms, what they do there, and what is refused how."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from classroom.host import RoomHost
from classroom.ops import access, links
from classroom.ops.desk import COUNTED_AT_ONCE, ROWS_AT_ONCE, WORST
from classroom.ops.ops import Ops
from classroom.ops.room import Calls, RoomRecord
from classroom.ops.watch import OpsWatch
from rooms.commands import CallHelp, PostChat, RaiseHand
from signaling.messages import MediaRestart, OpsMessage
from tests.ops.make import dropped, seen
from tests.support.client import PATIENCE_S, Client
from tests.support.inloop import InLoopServer, serving


@dataclass
class Page:
    """What the page in the browser does."""

    server: InLoopServer
    http: httpx.AsyncClient

    async def token(self, role: access.OpsRole = "operator", now_s: float | None = None) -> str:
        given_s = int(time.time() if now_s is None else now_s)
        given = access.new_pass(role, "Nadia", now_s=given_s)
        await links.remember(self.server.runtime.records, given, given_s)
        return access.link("", given, self.server.runtime.keys).split("#t=")[1]

    async def get(self, path: str, token: str | None = None, **headers: str) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {token or await self.token()}"}
        return await self.http.get(f"/api/ops/{path}", headers=bearer | headers)

    async def act(self, token: str | None = None, **action: Any) -> tuple[int, Any]:
        bearer = {"Authorization": f"Bearer {token or await self.token()}"}
        reply = await self.http.post("/api/ops/actions", json=action, headers=bearer)
        return reply.status_code, reply.json()

    def host(self, room_id: str) -> RoomHost:
        host = self.server.runtime.hosts.loaded(room_id)
        assert host is not None
        return host

    def look(self) -> None:
        """As the watch does every other second."""
        for host in self.server.runtime.hosts:
            self.server.runtime.ops.watch.look(host)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@asynccontextmanager
async def ops_page() -> AsyncIterator[Page]:
    async with serving() as server:
        base = server.ws_url.replace("ws", "http", 1).removesuffix("/ws")
        async with httpx.AsyncClient(base_url=base) as http:
            yield Page(server, http)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with ops_page() as opened:
        yield opened


async def test_a_room_as_its_people_live_it(page: Page) -> None:
    server = page.server
    room = await server.create_room()
    tara = await Client.join(server.ws_url, server.invite(room, "trainer", "Tara"))
    ana = await Client.join(server.ws_url, server.invite(room, name="Ana <b>&é🙂"))
    ben = await Client.join(server.ws_url, server.invite(room, name="Ben"))
    await ana.request(RaiseHand())
    await ben.request(CallHelp())
    await ana.request(PostChat(channel="room", text="a secret between us"))
    await ben.cut()
    await until(lambda: not page.host(room).state.seat_or_refuse(ben.me).connected)
    page.look()

    overview = (await page.get("overview")).json()
    assert overview["you"]["name"] == "Nadia"
    assert overview["counts"]["rooms"] == 1
    (row,) = overview["rooms"]
    assert (row["people"], row["missing"]) == (2, 1)
    assert [one["reason"] for one in row["complaints"]] == ["missing", "help"]
    assert row["hand_since_ms"] is not None

    shown = (await page.get(f"rooms/{room}")).json()
    people = {one["name"]: one for one in shown["people"]}
    assert [one["name"] for one in shown["people"]] == ["Ben", "Tara", "Ana <b>&é🙂"]
    assert list(people["Ben"]["since"]) == ["missing"]
    assert people["Ana <b>&é🙂"]["hand_since_ms"] == row["hand_since_ms"]

    person = await page.get(f"rooms/{room}/people/{ben.me}")
    assert [entry["what"] for entry in person.json()["timeline"]] == ["joined", "lost"]
    everything = person.text + (await page.get(f"rooms/{room}")).text + (await page.get("overview")).text
    assert "secret" not in everything
    await ana.close()
    await tara.close()


async def test_what_is_done_from_the_page(page: Page) -> None:
    server = page.server
    room = await server.create_room()
    ana = await Client.join(server.ws_url, server.invite(room, name="Ana"))
    message = {"action": "message_trainer", "room_id": room, "text": "  We are on it.\n"}
    assert await page.act(**message) == (409, {"error": "nobody_there"})
    tara = await Client.join(server.ws_url, server.invite(room, "trainer", "Tara"))
    page.look()
    assert await page.act(**message) == (200, {"reached": 1})
    assert (await tara.push(OpsMessage)).text == "  We are on it."
    assert not [push for push in ana.pushes if isinstance(push, OpsMessage)]

    restart = {"action": "restart_ice", "room_id": room, "participant_id": ana.me}
    assert await page.act(**restart) == (200, {"reached": 1})
    await ana.push(MediaRestart)
    person = (await page.get(f"rooms/{room}/people/{ana.me}")).json()
    assert person["timeline"][-1]["what"] == "restart_asked"
    await ana.cut()
    await until(lambda: page.host(room).sessions[ana.me].connection is None)
    assert await page.act(**restart) == (409, {"error": "not_connected"})
    ben = await Client.join(server.ws_url, server.invite(room, name="Ben"))
    assert await page.act(action="close_room", room_id=room) == (200, {"reached": 3})
    for client in (tara, ben):
        closed = await client.closed()
        assert (closed.code, closed.error) == (4435, "meeting_ended")
    page.look()
    shown = (await page.get(f"rooms/{room}")).json()
    assert shown["room"]["people"] == 0
    assert {one["name"] for one in shown["people"] if one["gone_at_ms"]} == {"Ana", "Ben", "Tara"}
    again = await Client.join(server.ws_url, server.invite(room, "trainer", "Tara"))
    await again.close()


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"action": "message_trainer", "room_id": "none", "text": "x"}, 404, "room_not_found"),
    ({"action": "message_trainer", "room_id": "ROOM", "text": " \n\x07"}, 400, "empty_text"),
    ({"action": "message_trainer", "room_id": "ROOM", "text": "x" * 501}, 400, "malformed_message"),
    ({"action": "restart_ice", "room_id": "ROOM", "participant_id": "nobody"}, 404, "person_not_found"),
    ({"action": "move_room", "room_id": "ROOM"}, 409, "not_clustered"),
    ({"action": "drain_node", "node_id": "local", "on": True}, 409, "not_clustered"),
    ({"action": "drain_node", "node_id": "elsewhere", "on": True}, 404, "node_not_found"),
    ({"action": "erase_everything", "room_id": "ROOM"}, 400, "malformed_message"),
    ({"action": "move_room", "room_id": "ROOM", "more": 1}, 400, "malformed_message"),
    ({"action": "message_trainer", "room_id": "ROOM", "text": "x" * 9_000}, 413, "too_large"),
]


async def test_refusals_have_stable_codes(page: Page) -> None:
    room = await page.server.create_room()
    ana = await Client.join(page.server.ws_url, page.server.invite(room, name="Ana"))
    for action, status, code in REFUSED:
        named = {**action, "room_id": room} if action.get("room_id") == "ROOM" else action
        assert await page.act(**named) == (status, {"error": code}), action
    for path, code in [("rooms/none", "room_not_found"), (f"rooms/{room}/people/x", "person_not_found")]:
        page.look()
        reply = await page.get(path)
        assert (reply.status_code, reply.json()) == (404, {"error": code})
    for query in ("limit=-1", "offset=x", "limit=٣", "limit=99999999999"):
        assert (await page.get(f"overview?{query}")).json() == {"error": "malformed_message"}
    await ana.close()


async def test_who_may(page: Page) -> None:
    for bearer in ("", "Bearer", "Bearer x", "Basic abc", "Bearer " + "x" * 5_000):
        reply = await page.http.get("/api/ops/overview", headers={"Authorization": bearer})
        assert (reply.status_code, reply.json()) == (401, {"error": "token_invalid"})
    assert (await page.http.get("/api/ops/overview")).status_code == 401
    expired = await page.token(now_s=time.time() - 13 * 3_600)
    assert (await page.get("overview", expired)).json() == {"error": "token_expired"}
    viewer = await page.token("viewer")
    assert (await page.get("overview", viewer)).json()["you"]["may_act"] is False
    assert await page.act(viewer, action="move_room", room_id="r") == (403, {"error": "not_permitted"})
    foreign = await page.get("overview", None, Origin="https://elsewhere.example")
    assert (foreign.status_code, foreign.json()) == (403, {"error": "origin"})
    reply = await page.http.post("/api/ops/overview")
    assert reply.status_code in (404, 405)


async def test_a_link_that_is_not_in_the_list_opens_nothing(page: Page) -> None:
    """It was taken back, or its record is gone; what others were just answered is not given to it either."""
    runtime = page.server.runtime
    mine, other = await page.token(), await page.token()
    assert (await page.get("overview", mine)).status_code == 200
    given = access.verify(mine, runtime.keys, time.time())
    assert await links.revoke(runtime.records, given.jti)

    async with asyncio.timeout(PATIENCE_S):
        while (reply := await page.get("overview", mine)).status_code == 200:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert (reply.status_code, reply.json()) == (401, {"error": "token_revoked"})
    assert await page.act(mine, action="move_room", room_id="r") == (401, {"error": "token_revoked"})
    assert (await page.get("overview", other)).status_code == 200
    unlisted = access.new_pass("operator", "Nadia", now_s=int(time.time()))
    token = access.link("", unlisted, runtime.keys).split("#t=")[1]
    assert (await page.get("overview", token)).json() == {"error": "token_revoked"}


async def test_unchanged_answers_are_not_sent_again(page: Page) -> None:
    first = await page.get("overview", token := await page.token())
    again = await page.get("overview", token, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "no-cache, private"


async def test_thousands_of_rooms_with_hostile_names_are_bounded(page: Page) -> None:
    runtime = page.server.runtime
    watch = OpsWatch(
        (), lambda _: (), lambda _: None, lambda: 0
    )  # the server's own forgets what is not there
    runtime.ops = Ops(runtime, watch)
    names = ["\u202eevil", "<script>alert(1)</script>", "ﷺ" * 120, "Ünïcode 🧨 室", "a\u0000b"]
    now_ms = int(time.time() * 1000)
    for number in range(3_000):
        record = RoomRecord(f"room{number}", f"{names[number % 5]} {number}")
        people = {"a": seen("A"), "t": seen("T", role="trainer")}
        if number == 1_234:
            people["b"] = dropped(now_ms - 300_000, "B")
        record.look(people, Calls(), now_ms)
        watch._rooms[record.room_id] = record
    turns, counted = 0, asyncio.Event()

    async def count_turns() -> None:
        nonlocal turns
        while not counted.is_set():
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count_turns())
    await runtime.ops.desk.overview(WORST, "")
    counted.set()
    await counting
    assert turns >= 3_000 / COUNTED_AT_ONCE + WORST / ROWS_AT_ONCE, "what came meanwhile was forwarded"
    reply = await page.get("overview")
    overview = reply.json()
    assert len(reply.content) < 60_000
    assert (overview["counts"]["rooms"], overview["counts"]["fine"], overview["found"]) == (
        3_000,
        2_999,
        3_000,
    )
    assert len(overview["rooms"]) == 50
    assert overview["rooms"][0]["room_id"] == "room1234"
    assert len((await page.get("overview?limit=100000")).json()["rooms"]) == WORST
    found = (await page.get("overview?q=SCRIPT&limit=3&offset=2")).json()
    assert (found["found"], len(found["rooms"])) == (600, 3)
    assert all("<script>" in room["name"] for room in found["rooms"])
    assert (await page.get("overview?q=" + "%00" * 300)).status_code == 200
