"""Webhooks of a real server, to real receivers: some that listen, some that never answer."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest

from classroom.journal.memory import MemoryJournal
from classroom.records.memory import MemoryRecords
from classroom.webhooks.courier import Courier
from classroom.webhooks.notices import EVENT_TYPES
from classroom.webhooks.outbox import Outbox, Webhook
from classroom.webhooks.signing import new_secret
from rooms import commands as c
from tests.api.test_invitations import local
from tests.api.test_rooms import made, refused
from tests.rooms.driver import Driver
from tests.support.client import Client
from tests.support.cluster import come_back, running_cluster
from tests.support.server import running

PATIENCE_S = 30.0
ALL = ["room.started", "participant.joined", "participant.left", "room.ended"]


@dataclass
class Receiver:
    """An HTTP server in a few lines. `answer`: what it says to each request; None: nothing, ever."""

    answer: bytes | None
    url: str = ""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.heard]

    @property
    def ids(self) -> set[str]:
        return {headers["webhook-id"] for headers, _ in self.heard}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.split(": ", 1) for line in head[1:] if line)
            lower = {name.lower(): value for name, value in headers.items()}
            self.heard.append((lower, await reader.readexactly(int(lower["content-length"]))))
            if self.answer is None:
                await asyncio.sleep(3600)
            else:
                writer.write(self.answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiver(answer: bytes | None) -> AsyncIterator[Receiver]:
    one = Receiver(answer)
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?x=1"
    yield one
    server.close()


async def until(holds: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def hook(api: httpx.Client, url: str, events: list[str]) -> dict[str, Any]:
    answer = await asyncio.to_thread(api.post, "/webhooks", json={"url": url, "events": events})
    assert answer.status_code == 201, answer.text
    webhook: dict[str, Any] = answer.json()
    return webhook


def genuine(secret: str, headers: dict[str, str], body: bytes) -> bool:
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == f"v1,{expected}"


async def test_receivers_hear_and_those_that_do_not_answer_harm_nobody(tmp_path: Path) -> None:
    ok, gone = b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n"
    async with receiver(ok) as listening, receiver(None) as silent, receiver(gone) as done:
        elsewhere = f"HTTP/1.1 302 Found\r\nlocation: {listening.url}\r\n\r\n".encode()
        endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000
        async with receiver(elsewhere) as redirecting, receiver(endless) as talking:
            with running(tmp_path, WEBHOOK_NETWORKS="127.0.0.1") as server, local(server) as api:
                webhook = await hook(api, listening.url, ALL)
                for other in (silent, redirecting, done):
                    await hook(api, other.url, ["room.started"])
                await hook(api, talking.url, ["participant.left"])
                room = await asyncio.to_thread(made, api)
                ana = await Client.join(server.ws_url, server.invite(room, name="Ana"))
                await ana.request(c.Leave())
                await until(lambda: len(listening.heard) >= 4)
                await until(lambda: bool(silent.heard and redirecting.heard and done.heard and talking.heard))
                assert sorted(listening.types) == sorted(ALL)
                for headers, body in listening.heard:
                    assert genuine(webhook["secret"], headers, body)
                    assert json.loads(body)["data"]["room_id"] == room
                assert len({headers["webhook-id"] for headers, _ in listening.heard}) == 4

                def settled() -> bool:
                    items = {one["url"]: one for one in api.get("/webhooks").json()["items"]}
                    waiting = {url: one["waiting"] for url, one in items.items()}
                    return (
                        items[done.url]["ended"]
                        and waiting[listening.url] == waiting[talking.url] == waiting[done.url] == 0
                        and waiting[redirecting.url] == waiting[silent.url] == 1
                    )

                deadline = time.monotonic() + PATIENCE_S
                while not await asyncio.to_thread(settled):
                    assert time.monotonic() < deadline
                    await asyncio.sleep(0.1)
                assert "secret" not in api.get("/webhooks").text
                assert webhook["secret"] not in server.log
                address = f"/webhooks/{webhook['id']}"
                assert (await asyncio.to_thread(api.delete, address)).status_code == 204
                assert refused(await asyncio.to_thread(api.delete, address)) == "webhook_not_found"


async def test_what_was_not_delivered_is_after_a_crash(tmp_path: Path) -> None:
    """The receiver is away, the server dies: both come back, and everything is told, once by its id."""
    ok = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
    async with receiver(b"HTTP/1.1 500 Sorry\r\ncontent-length: 0\r\n\r\n") as one:
        with running(tmp_path, WEBHOOK_NETWORKS="127.0.0.1") as first:
            with local(first) as api:
                await hook(api, one.url, ["participant.joined"])
                room = await asyncio.to_thread(made, api)
            ana = await Client.join(first.ws_url, first.invite(room, name="Ana"))
            await until(lambda: bool(one.heard))
            first.kill()
            await ana.closed()
        one.answer = ok
        failed = len(one.heard)
        with running(tmp_path, WEBHOOK_NETWORKS="127.0.0.1"):
            await until(lambda: len(one.heard) > failed)
        assert len({headers["webhook-id"] for headers, _ in one.heard}) == 1


async def test_nothing_is_sent_into_the_own_network(tmp_path: Path) -> None:
    async with receiver(b"HTTP/1.1 204 No Content\r\n\r\n") as one:
        with running(tmp_path) as server, local(server) as api:
            answer = await asyncio.to_thread(api.post, "/webhooks", json={"url": one.url, "events": ALL})
            assert refused(answer) == "address_forbidden"
            # By a name, which is looked at when it is connected to.
            port = one.url.split(":")[2].split("/")[0]
            await hook(api, f"https://localhost:{port}/", ["room.started"])
            room = await asyncio.to_thread(made, api)
            ana = await Client.join(server.ws_url, server.invite(room, name="Ana"))
            await until(lambda: '"fate": "again"' in server.log)
            assert one.heard == []
            await ana.close()


async def test_what_nobody_came_to_write_down_is_told_at_the_next_start() -> None:
    """A process died between an event and its message, and in that room nothing more happens."""
    ok = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
    journal, records = MemoryJournal(), MemoryRecords()
    driver = Driver()
    driver.now_ms = time.time_ns() // 1_000_000
    async with receiver(ok) as one, asyncio.TaskGroup() as tasks:
        webhook = Webhook(
            id="w", url=one.url, events=EVENT_TYPES, secret=new_secret(), created_at_ms=driver.now_ms
        )
        await Outbox(records).add_webhook(webhook)
        driver.join("ann")
        driver.join("bob")
        driver.do(c.Leave(), "ann")
        driver.do(c.Leave(), "bob")
        created, *events = [recorded for recorded, _ in driver.log]
        await journal.create(created)
        await journal.append("room", events)
        await Outbox(records).set_cursor("room", events[0].seq)  # of ann it had told
        under_way: list[asyncio.Task[None]] = []
        courier = Courier(
            records,
            journal,
            [ip_network("127.0.0.1")],
            lambda work: under_way.append(tasks.create_task(work)),
        )
        courier.start()
        told = ["participant.joined", "participant.left", "participant.left", "room.ended"]
        await until(lambda: sorted(one.types) == told)
        for task in under_way:
            task.cancel()
        await courier.close()


@pytest.mark.redis
async def test_another_node_goes_on_for_one_that_died(tmp_path: Path) -> None:
    """The node that sends, and that has a room, is killed in the middle of its tries: another hands every message over, under
    the id that it had."""
    async with receiver(b"HTTP/1.1 503 Later\r\ncontent-length: 0\r\n\r\n") as one:
        with running_cluster(tmp_path, 2, WEBHOOK_NETWORKS="127.0.0.1") as cluster:
            with local(cluster.nodes[0]) as api:
                await hook(api, one.url, ["participant.joined"])
            first = await cluster.create_room()
            ana = await Client.join(cluster.nodes[0].ws_url, cluster.invite(first, name="Ana"))
            await until(lambda: bool(one.heard))
            await until(lambda: any('"fate": "again"' in node.log for node in cluster.nodes))
            (sender,) = [node for node in cluster.nodes if '"fate": "again"' in node.log]
            (other,) = cluster.others(sender)
            second = await cluster.create_room()
            link = cluster.invite(second, name="Ben")
            ben = await Client.join(sender.ws_url, link)
            await until(lambda: len(one.ids) == 2)
            tried = set(one.ids)
            sender.kill()
            one.answer = b"HTTP/1.1 204 No Content\r\n\r\n"
            back = await come_back([other], link, ben.resume_point())

            def handed_over() -> bool:
                return other.log.count('"fate": "delivered"') >= 2

            await until(handed_over, patience_s=120.0)  # on a slow machine it was tried more often before
            assert one.ids == tried
            assert all(kind == "participant.joined" for kind in one.types)
            with local(other, cluster.nodes[0]) as api:
                (webhook,) = (await asyncio.to_thread(api.get, "/webhooks")).json()["items"]
            assert webhook["waiting"] == 0
            await back.close()
            await ana.close()
