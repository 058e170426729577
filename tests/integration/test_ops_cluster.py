"""The ops page of a cluster: any node shows all, one that hangs holds up nobody; rooms move, nodes are drained."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from classroom import keys
from classroom.ops import access, links
from classroom.ops.access import OpsPass
from classroom.records.redis import RedisRecords
from tests.support.client import Client
from tests.support.cluster import Cluster, come_back, running_cluster
from tests.support.server import ClassroomServer

pytestmark = pytest.mark.redis

PATIENCE_S = 30.0


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running_cluster(tmp_path_factory.mktemp("ops"), 2, DRAIN_SECONDS="1") as running:
        yield running


@asynccontextmanager
async def records(cluster: Cluster) -> AsyncIterator[RedisRecords]:
    opened = RedisRecords(cluster.redis.url)
    yield opened
    await opened.close()


async def new_link(cluster: Cluster) -> OpsPass:
    given = access.new_pass("operator", "Nadia", now_s=int(time.time()))
    async with records(cluster) as kept:
        await links.remember(kept, given, time.time())
    return given


class Page:
    """The ops page of one node."""

    def __init__(self, cluster: Cluster, node: ClassroomServer, given: OpsPass) -> None:
        ring = keys.load_or_create(cluster.nodes[0].data_dir)  # the first node's keys are everybody's
        token = access.link("", given, ring).split("#t=")[1]
        self.http = httpx.AsyncClient(
            base_url=f"{node.url}/api/ops", headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_S
        )

    async def get(self, path: str) -> Any:
        return (await self.http.get(path)).json()

    async def act(self, **action: Any) -> tuple[int, Any]:
        reply = await self.http.post("/actions", json=action)
        return reply.status_code, reply.json()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await condition():  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def test_any_node_shows_and_does_everything(cluster: Cluster) -> None:
    rooms = [await cluster.create_room() for _ in range(3)]
    invited = [cluster.invite(room, "trainer", "Tara") for room in rooms]
    people = [
        await Client.join(cluster.nodes[number % 2].ws_url, link) for number, link in enumerate(invited)
    ]
    given = await new_link(cluster)
    pages = [Page(cluster, node, given) for node in cluster.nodes]

    async def all_seen() -> bool:
        overviews = [await page.get("/overview") for page in pages]
        return all(
            one["cluster"]
            and {room["room_id"] for room in one["rooms"]} == set(rooms)
            and [node["answers"] for node in one["nodes"]] == [True, True]
            and all(node["redis"] and node["memory_bytes"] for node in one["nodes"])
            for one in overviews
        )

    await until(all_seen)
    room, owner = rooms[0], cluster.owner(rooms[0])
    assert owner is not None
    (other,) = cluster.others(owner)
    from_afar = Page(cluster, other, given)
    shown = await from_afar.get(f"/rooms/{room}")
    assert [person["name"] for person in shown["people"]] == ["Tara"]
    path = f"/rooms/{room}/people/{people[0].me}"
    assert (await from_afar.get(path))["timeline"][0]["what"] == "joined"
    assert await from_afar.get("/rooms/nowhere") == {"error": "room_not_found"}
    message = {"action": "message_trainer", "room_id": room, "text": "Hello"}
    assert await from_afar.act(**message) == (200, {"reached": 1})

    # The room goes to the other node, and its people find it there.
    assert await from_afar.act(action="move_room", room_id=room) == (200, {"reached": 1})
    assert cluster.owner(room) is other
    closed = await people[0].closed()
    assert closed.error == "moved"
    back = await come_back(cluster.nodes, invited[0], people[0].resume_point())
    assert back.welcome.resumed

    async def moved_is_told() -> bool:
        timeline = (await from_afar.get(path)).get("timeline", [])
        return [entry["what"] for entry in timeline] == ["here_already", "resumed"]

    await until(moved_is_told)

    # All rooms of a node go; it says that nobody new is to come, and takes rooms again when told so.
    overview = await pages[0].get("/overview")
    drained = next(node for node in overview["nodes"] if node["url"] == other.url)
    assert await pages[0].act(action="drain_node", node_id=drained["node_id"], on=True) == (
        200,
        {"reached": 1},
    )

    async def empty() -> bool:
        nodes = (await pages[0].get("/overview"))["nodes"]
        (now,) = [node for node in nodes if node["url"] == other.url]
        return bool(now["draining"] and now["rooms"] == 0)

    await until(empty)
    async with httpx.AsyncClient() as http:
        assert (await http.get(f"{other.url}/readyz")).status_code == 503
        assert await pages[0].act(action="drain_node", node_id=drained["node_id"], on=False) == (
            200,
            {"reached": 1},
        )
        assert (await http.get(f"{other.url}/readyz")).status_code == 200
    assert await pages[0].act(action="drain_node", node_id="x", on=True) == (404, {"error": "node_not_found"})
    for client in (back, *people[1:]):
        await client.close()


async def test_a_link_that_was_taken_back_opens_no_node(cluster: Cluster) -> None:
    given, other = await new_link(cluster), await new_link(cluster)
    pages = [Page(cluster, node, given) for node in cluster.nodes]
    for page in pages:
        assert "you" in await page.get("/overview")
    async with records(cluster) as kept:
        assert await links.revoke(kept, given.jti)

    async def refused_everywhere() -> bool:
        return [await page.get("/overview") for page in pages] == [{"error": "token_revoked"}] * 2

    await until(refused_everywhere)
    assert "you" in await Page(cluster, cluster.nodes[1], other).get("/overview")


async def test_a_node_that_hangs_is_shown_so_and_holds_up_nobody(cluster: Cluster) -> None:
    here, there = cluster.nodes
    page = Page(cluster, here, await new_link(cluster))
    os.kill(there.process.pid, signal.SIGSTOP)
    try:
        overview = await page.get("/overview")
        told = {node["url"]: node["answers"] for node in overview["nodes"]}
        assert told == {here.url: True, there.url: False}
        assert (await page.get("/rooms/nowhere"))["error"] == "node_silent"
    finally:
        os.kill(there.process.pid, signal.SIGCONT)


async def test_only_nodes_may_ask_as_nodes(cluster: Cluster) -> None:
    node = cluster.nodes[0]
    for path in ("/cluster/ops", "/cluster/ops?x"):
        with pytest.raises(Exception, match="403"):
            await Client.open(node.url.replace("http", "ws", 1) + path)
