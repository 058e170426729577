"""Shared notes and images of the chat on several nodes: any node gives them, and they outlive the node that took them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import msgspec
import pytest

from rooms.commands import ImageToPost, PostChat
from signaling.codec import BINARY
from signaling.notes import ListNotes, NoteList
from tests.classroom.test_images import png
from tests.integration.test_chat_images import proof
from tests.integration.test_notes import Pad
from tests.support.client import Client
from tests.support.cluster import come_back, running_cluster
from tests.support.server import ClassroomServer

pytestmark = pytest.mark.redis


class Pictures:
    """The image routes of one node, for one person."""

    def __init__(self, node: ClassroomServer, who: Client, room: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=node.url,
            headers=proof(who),
            params={"room": room, "participant": who.me},
            trust_env=False,
            timeout=30,
        )

    async def upload(self, data: bytes) -> httpx.Response:
        async with self._http as http:
            return await http.post("/api/chat-images", content=data)

    async def look(self, image_id: str) -> httpx.Response:
        async with self._http as http:
            return await http.get(f"/api/chat-images/{image_id}")


async def test_notes_and_images_follow_a_room_to_another_node(tmp_path: Path) -> None:
    with running_cluster(tmp_path) as cluster:
        room = await cluster.create_room()
        links = [cluster.invite(room, "trainer", "Tara"), cluster.invite(room, name="Ana")]
        tara, ana = [
            await Client.join(node.ws_url, link) for node, link in zip(cluster.nodes, links, strict=False)
        ]
        owner = cluster.owner(room)
        assert owner is not None
        first, second = cluster.others(owner)
        pad = await Pad(ana).open()
        for number in range(20):
            await pad.write(f"line {number} ")
        uploaded = await Pictures(first, ana, room).upload(png())
        assert uploaded.status_code == 201, "taken by a node that has neither the room nor the session"
        image = uploaded.json()
        await ana.request(PostChat(channel="room", text="", images=(ImageToPost(id=image["id"]),)))
        for node in cluster.nodes:
            shown = await Pictures(node, tara, room).look(image["id"])
            assert (shown.status_code, shown.content) == (200, png())
            assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
            assert shown.headers["content-type"] == "image/png"
            assert (await Pictures(node, tara, room).look("no-such-image")).status_code == 404
        assert not list(tmp_path.glob("node*/data/chat-images/*")), "nothing on a node's own disk"  # noqa: ASYNC240
        owner.kill()
        await asyncio.gather(tara.closed(), ana.closed())
        left = [first, second]
        tara, ana = [
            await come_back(left, link, one.resume_point())
            for link, one in zip(links, (tara, ana), strict=True)
        ]
        for node in left:
            assert (await Pictures(node, ana, room).look(image["id"])).content == png()
        pad.client = ana
        pad.text += "written while away "
        await pad.open()
        hers = await Pad(tara).open()
        expected = "".join(f"line {number} " for number in range(20)) + "written while away "
        assert str(hers.text) == expected
        listed = msgspec.convert(await tara.request(ListNotes()), NoteList, builtin_types=BINARY)
        assert [(one.note, one.text_bytes) for one in listed.notes] == [("room", len(expected))]
        await asyncio.gather(tara.close(), ana.close())


async def test_what_is_not_proven_is_not_handed_on(tmp_path: Path) -> None:
    with running_cluster(tmp_path, 2) as cluster:
        room = await cluster.create_room()
        ana = await Client.join(cluster.nodes[0].ws_url, cluster.invite(room))
        owner = cluster.owner(room)
        assert owner is not None
        (other,) = cluster.others(owner)
        async with httpx.AsyncClient(base_url=other.url, trust_env=False, timeout=30) as http:
            for headers, params in (
                ({}, {"room": room, "participant": ana.me}),
                (proof(ana), {}),
                (proof(ana), {"room": room, "participant": "somebody"}),
                (proof(ana), {"room": "nowhere", "participant": ana.me}),
                ({"Authorization": "Bearer é.é".encode()}, {"room": room, "participant": ana.me}),
            ):
                for answer in (
                    await http.post("/api/chat-images", content=png(), headers=headers, params=params),
                    await http.get("/api/chat-images/x", headers=headers, params=params),
                ):
                    assert (answer.status_code, answer.json()) == (401, {"error": "not_connected"})
            forged = {**proof(ana), "X-Classroom-Node": "k.00.00"}
            params = {"room": room, "participant": ana.me}
            answer = await http.post("/api/chat-images", content=png(), headers=forged, params=params)
            assert answer.status_code == 201, "a pass that is none changes nothing"
        await ana.close()


async def test_notes_in_memory_are_put_back_when_redis_has_lost_them(tmp_path: Path) -> None:
    with running_cluster(tmp_path, 2) as cluster:
        room = await cluster.create_room()
        link = cluster.invite(room)
        ana = await Client.join(cluster.nodes[0].ws_url, link)
        owner = cluster.owner(room)
        assert owner is not None
        pad = await Pad(ana).open()
        await pad.write("before ")
        with cluster.redis.client() as client:
            client.flushall()
            async with asyncio.timeout(30):
                while not client.xlen(f"classroom:{{{room}}}:note:room"):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        await pad.write("after")
        owner.kill()
        ana = await come_back(cluster.others(owner), link, ana.resume_point())
        assert str((await Pad(ana).open()).text) == "before after"
        await ana.close()
