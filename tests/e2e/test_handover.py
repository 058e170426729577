"""A room goes to another node while two people talk: their browsers make the new media connection before the old one ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import httpx
import pytest

from classroom import keys
from classroom.ops import access, links
from classroom.records.redis import RedisRecords
from tests.e2e.conftest import OpenPerson
from tests.e2e.person import PATIENCE_MS, Person, wait_for
from tests.support.cluster import Cluster, running_cluster

pytestmark = [pytest.mark.browser, pytest.mark.redis, pytest.mark.timeout(300)]

T = TypeVar("T")

WATCH_JS = """
(() => {
  const made = [];
  const atConnected = [];
  const states = () => made.map((one) => one.connectionState);
  globalThis.mediaHistory = { states, atConnected };
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...configuration) {
      super(...configuration);
      made.push(this);
      this.addEventListener("connectionstatechange", () => {
        if (this.connectionState === "connected") atConnected.push(states());
      });
    }
  };
})();
"""
"""The states of all connections in each moment in which one comes up: the test before joining, the room's first, the next."""


def run(work: Coroutine[object, object, T]) -> T:
    """Beside Playwright's loop, which is this thread's."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running_cluster(tmp_path_factory.mktemp("handover"), 2) as running:
        yield running


async def ops_token(cluster: Cluster) -> str:
    given = access.new_pass("operator", "Nadia", now_s=int(time.time()))
    records = RedisRecords(cluster.redis.url)
    await links.remember(records, given, time.time())
    await records.close()
    return access.link("", given, keys.load_or_create(cluster.nodes[0].data_dir)).split("#t=")[1]


def move(cluster: Cluster, room: str) -> None:
    """As an operator does."""
    reply = httpx.post(
        f"{cluster.nodes[0].url}/api/ops/actions",
        headers={"Authorization": f"Bearer {run(ops_token(cluster))}"},
        json={"action": "move_room", "room_id": room},
        timeout=PATIENCE_MS / 1000,
        trust_env=False,
    )
    assert reply.status_code == 200, reply.text


def states(person: Person) -> list[str]:
    found: list[str] = person.page.evaluate("() => mediaHistory.states()")
    return found


def heard(*people: Person) -> list[set[int]]:
    """Whose voices each of them hears now."""
    for person in people:
        person.listen()
    return [person.heard() for person in people]


def arrive(person: Person, cluster: Cluster, node: int, link: str) -> Person:
    person.page.add_init_script(WATCH_JS)
    return person.arrive(cluster.nodes[node].url + link[link.index("/join") :])


def test_the_new_connection_is_made_before_the_old_one_is_broken(
    cluster: Cluster, open_person: OpenPerson
) -> None:
    room = run(cluster.create_room())
    nadia = arrive(open_person(0, "Nadia"), cluster, 1, cluster.invite(room, "trainer", "Nadia"))
    karim = arrive(open_person(1, "Karim"), cluster, 0, cluster.invite(room, "participant", "Karim"))
    wait_for(lambda: heard(nadia, karim) == [{1}, {0}], "they hear each other")
    assert cluster.owner(room) is cluster.nodes[1]
    move(cluster, room)
    for person in (nadia, karim):
        wait_for(
            lambda who=person: states(who)[1:] == ["closed", "connected"],  # type: ignore[misc]
            f"{person.name} is at the new node, and nowhere else",
        )
        assert person.page.evaluate("() => mediaHistory.atConnected") == [
            ["connected"],
            ["closed", "connected"],
            ["closed", "connected", "connected"],
        ], person.name
    assert cluster.owner(room) is cluster.nodes[0]
    wait_for(lambda: heard(nadia, karim) == [{1}, {0}], "they hear each other at the new node")
    karim.sees("Nadia")
    karim.say("Still here")
    nadia.panel("Chat").sees_text("Still here")
    assert not karim.errors
    assert not nadia.errors
