"""Several nodes, one Redis: any node takes any client, and a room has one owner at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from rooms.commands import PostChat, RaiseHand, RemoveParticipant
from rooms.events import ChatPosted, HandRaised
from signaling import codec
from tests.integration.test_chat_images import proof
from tests.support.client import Client, Refusal
from tests.support.cluster import Cluster, come_back, gate, running_cluster
from tests.support.redis import running_redis
from tests.support.server import ClassroomServer, running

pytestmark = pytest.mark.redis


async def meeting(cluster: Cluster, *names: str) -> tuple[str, dict[str, str], dict[str, Client]]:
    """A room, links into it, and one person on each node in turn."""
    room = await cluster.create_room()
    links = {
        name: cluster.invite(room, "trainer" if name == "Tara" else "participant", name) for name in names
    }
    people = {}
    for number, name in enumerate(names):
        node = cluster.nodes[number % len(cluster.nodes)]
        people[name] = await Client.join(node.ws_url, links[name])
    return room, links, people


def texts(history: list[object]) -> list[str]:
    return [
        recorded.event.message.text  # type: ignore[attr-defined]
        for recorded in history
        if isinstance(recorded.event, ChatPosted)  # type: ignore[attr-defined]
    ]


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


def status(url: str, path: str) -> int:
    return httpx.get(url + path, timeout=5, trust_env=False).status_code


async def test_people_on_all_nodes_are_in_one_room_and_a_kick_holds_on_all_of_them(tmp_path: Path) -> None:
    with running_cluster(tmp_path) as cluster:
        room, links, people = await meeting(cluster, "Tara", "Ana", "Ben")
        await people["Ana"].request(PostChat(channel="room", text="from the second node"))
        for name in ("Tara", "Ben"):
            assert (await people[name].event(ChatPosted)).message.text == "from the second node"

        async def refused_everywhere(nodes: list[ClassroomServer]) -> None:
            """At the first try: nothing is waited for, so no moment is left in which it would have worked."""
            for node in nodes:
                for resume in (None, people["Ben"].resume_point()):
                    with pytest.raises(Refusal) as refused:
                        await Client.join(node.ws_url, links["Ben"], resume=resume)
                    assert refused.value.code == "removed"
                async with httpx.AsyncClient(base_url=node.url, trust_env=False) as http:
                    shown = await http.get(
                        "/api/chat-images/x",
                        headers=proof(people["Ben"]),
                        params={"room": room, "participant": people["Ben"].me},
                    )
                    assert shown.status_code == 401

        await people["Tara"].request(RemoveParticipant(participant_id=people["Ben"].me))
        await refused_everywhere(cluster.nodes)
        assert (await people["Ben"].closed()).error == "removed"
        assert sum("room loaded" in node.log for node in cluster.nodes) == 1
        for node in cluster.nodes:
            assert (status(node.url, "/cluster/redis"), status(node.url, "/readyz")) == (403, 200)
        owner = cluster.owner(room)
        assert owner is not None
        owner.kill()
        await asyncio.gather(people["Tara"].closed(), people["Ana"].closed())
        again = await come_back(cluster.others(owner), links["Ana"], people["Ana"].resume_point())
        await refused_everywhere(cluster.others(owner))
        await again.close()


async def test_when_the_owner_is_killed_another_node_goes_on_with_everything(tmp_path: Path) -> None:
    with running_cluster(tmp_path) as cluster:
        room, links, people = await meeting(cluster, "Tara", "Ana", "Ben")
        owner = cluster.owner(room)
        assert owner is not None
        acknowledged = []
        for number in range(20):
            await people["Ana"].request(PostChat(channel="room", text=f"note {number}"))
            acknowledged.append(f"note {number}")
        raised = await people["Ana"].request(RaiseHand())
        left = cluster.others(owner)
        owner.kill()
        await asyncio.gather(*(person.closed() for person in people.values()))
        back = dict(
            zip(
                people,
                await asyncio.gather(
                    *(come_back(left, links[name], people[name].resume_point()) for name in people)
                ),
                strict=True,
            )
        )
        for name, person in back.items():
            assert person.welcome.resumed, name
            assert person.welcome.session_id == people[name].welcome.session_id
            assert person.welcome.epoch != people[name].welcome.epoch
        ref = people["Ana"].last_ref
        again = await back["Ana"].request_raw(ref, codec.encode_request(ref, RaiseHand()))
        assert again["seq"] == raised["seq"], "answered, not done again"
        await back["Ben"].request_raw(50, codec.encode_request(50, PostChat(channel="room", text="on")))
        assert (await back["Tara"].event(ChatPosted)).message.text == "on"
        assert texts(await cluster.history(room)) == [*acknowledged, "on"]
        assert sum("room loaded" in node.log for node in left) == 1
        await asyncio.gather(*(person.close() for person in back.values()))


async def test_a_node_that_is_stopped_moves_its_rooms_first(tmp_path: Path) -> None:
    with running_cluster(tmp_path, DRAIN_SECONDS="20") as cluster:
        room, links, people = await meeting(cluster, "Tara", "Ana", "Ben")
        await people["Ana"].request(PostChat(channel="room", text="before"))
        owner = cluster.owner(room)
        assert owner is not None
        stopping = asyncio.create_task(asyncio.to_thread(owner.stop, 40.0))
        closed = await asyncio.gather(*(person.closed() for person in people.values()))
        assert {one.code for one in closed} == {4508}
        moved_at = time.monotonic()
        left = cluster.others(owner)
        back = [await come_back(left, links[name], people[name].resume_point()) for name in people]
        assert all(person.welcome.resumed for person in back)
        assert time.monotonic() - moved_at < 10
        await back[1].request_raw(50, codec.encode_request(50, PostChat(channel="room", text="after")))
        assert texts(await cluster.history(room)) == ["before", "after"]
        assert await stopping == 0
        assert '"level": "error"' not in owner.log
        await asyncio.gather(*(person.close() for person in back))


async def test_rooms_go_on_while_redis_does_not_answer(tmp_path: Path) -> None:
    with running_cluster(tmp_path, 2) as cluster:
        room, links, people = await meeting(cluster, "Tara", "Ana")
        owner = cluster.owner(room)
        assert owner is not None
        await people["Ana"].request(PostChat(channel="room", text="before"))
        cluster.redis.pause()
        waiting = asyncio.create_task(people["Ana"].request(PostChat(channel="room", text="during")))
        await until(lambda: status(owner.url, "/readyz") == 503)
        assert status(owner.url, "/healthz") == 200
        with pytest.raises(Refusal) as refused:
            await people["Tara"].request(RaiseHand())
        assert refused.value.code == "storage_unavailable"
        assert not waiting.done(), "decided while the room was provably ours; neither lost nor shown"
        point = people["Tara"].resume_point()
        await people["Tara"].cut()
        again = await come_back(cluster.nodes, links["Tara"], point)
        assert again.welcome.resumed
        assert again.welcome.epoch == point.epoch, "the same run of the room"
        cluster.redis.go_on()
        async with asyncio.timeout(20):
            await waiting
        assert (await again.event(ChatPosted)).message.text == "during"
        await until(lambda: status(owner.url, "/readyz") == 200)
        await again.request_raw(40, codec.encode_request(40, PostChat(channel="room", text="after")))
        assert texts(await cluster.history(room)) == ["before", "during", "after"]
        assert "room given up" not in owner.log
        await asyncio.gather(again.close(), people["Ana"].close())


async def test_a_live_room_that_redis_has_lost_is_put_back(tmp_path: Path) -> None:
    with running_cluster(tmp_path, 2) as cluster:
        room, links, people = await meeting(cluster, "Tara", "Ana")
        await people["Ana"].request(RaiseHand())
        owner = cluster.owner(room)
        assert owner is not None
        with cluster.redis.client() as client:
            client.flushall()
        refused = set()
        while True:
            try:
                await people["Tara"].request(PostChat(channel="room", text="still here"))
                break
            except Refusal as refusal:
                refused.add(refusal.code)
                await asyncio.sleep(0.1)
        assert refused <= {"storage_unavailable"}, "until the room is put back"
        assert "room failed" not in owner.log
        await until(lambda: cluster.owner(room) is not None)
        with cluster.redis.client() as client:
            assert client.exists("classroom:keys"), "or nodes that start now would not know the invitations"
        assert (await people["Ana"].event(ChatPosted)).message.text == "still here"
        owner.kill()
        (left,) = cluster.others(owner)
        again = await come_back([left], links["Ana"], people["Ana"].resume_point())
        assert again.welcome.resumed
        assert [hand.participant_id for hand in again.snapshot.hands] == [again.me]
        assert [message.text for message in again.snapshot.chat] == ["still here"]
        await again.close()


async def test_a_node_that_alone_is_cut_off_from_redis_hands_its_rooms_over(tmp_path: Path) -> None:
    with running_redis(tmp_path / "redis") as redis, gate(redis.port) as way:
        own_way = f"redis://127.0.0.1:{way.own_port}/0"
        with (
            running(tmp_path / "cut", REDIS_URL=own_way) as cut,
            running(tmp_path / "sound", REDIS_URL=redis.url) as sound,
        ):
            cluster = Cluster(redis, [cut, sound])
            room = await cluster.create_room()
            links = [cluster.invite(room, name=name) for name in ("Ana", "Ben")]
            people = [await Client.join(cut.ws_url, link) for link in links]
            assert cluster.owner(room) is cut
            await asyncio.sleep(2)  # until the nodes know each other
            way.shut()
            waiting = asyncio.create_task(people[0].request(RaiseHand()))
            closed = await asyncio.gather(*(person.closed() for person in people))
            assert {one.error for one in closed} == {"moved"}
            assert {one.code for one in closed} == {4508}
            await asyncio.gather(waiting, return_exceptions=True)
            assert status(cut.url, "/healthz") == 200
            assert status(cut.url, "/readyz") == 503
            back = [
                await come_back([sound], link, person.resume_point())
                for link, person in zip(links, people, strict=True)
            ]
            assert all(person.welcome.resumed for person in back)
            ref = people[0].last_ref
            await back[0].request_raw(ref, codec.encode_request(ref, RaiseHand()))
            raised = [event for event in await cluster.history(room) if isinstance(event.event, HandRaised)]
            assert len(raised) == 1
            await asyncio.gather(*(person.close() for person in back))
