"""The connection test's address: who may ask, what they get, and that it stays small."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from classroom import connection_test
from classroom.app import create_app
from classroom.config import Config, Limits
from classroom.connection_test import MAX_BODY_BYTES, MAX_TESTS
from classroom.invitations import group, personal
from classroom.journal.memory import MemoryJournal
from classroom.runtime import Runtime
from signaling.tokens import KeyRing, sign
from tests.integration.aiortc_peer import until
from tests.media.sdp.offers import AIORTC, CHROMIUM

KEYS = KeyRing({"k": secrets.token_bytes(32)}, "k")
CONFIG = Config(
    media_port=0,
    media_tcp_port=0,
    media_addresses=("127.0.0.1",),
    turn_urls=("turn:turn.example.org",),
    turn_secret="secret",
    limits=Limits(join_burst=MAX_TESTS + 10),
)
PATH = "/api/connection-test"


def token(days: int = 1, seat: str | None = "p1") -> str:
    now_s = int(time.time())
    if seat is None:
        return sign(group("room", "Web", "participant", now_s=now_s, days=days), KEYS)
    return sign(personal("room", "Web", "participant", "Ana", now_s=now_s, days=days, seat=seat), KEYS)


@pytest.fixture
async def runtime() -> AsyncIterator[Runtime]:
    runtime = Runtime(CONFIG, KEYS, MemoryJournal())
    await runtime.start()
    yield runtime
    await runtime.stop()


@pytest.fixture
async def http(runtime: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(runtime), client=("192.0.2.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8080") as client:
        yield client


@pytest.mark.parametrize("offer", [AIORTC, CHROMIUM])
async def test_an_invited_person_gets_an_answer_and_servers(
    http: httpx.AsyncClient, runtime: Runtime, offer: str
) -> None:
    reply = await http.post(PATH, json={"token": token(), "sdp": offer})
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    answer = reply.json()
    assert f" udp 2130706431 127.0.0.1 {runtime.plane.port} typ host" in answer["sdp"]
    assert f" 127.0.0.1 {runtime.plane.tcp_port} typ host tcptype passive" in answer["sdp"]
    (server,) = answer["ice_servers"]
    assert server["urls"] == ["turn:turn.example.org"]
    assert server["username"].endswith(":p1"), "the person's quota"
    assert runtime.plane.stats().peers == 1


async def test_people_of_a_group_link_have_a_quota_each(http: httpx.AsyncClient) -> None:
    users = set()
    for _ in range(2):
        reply = await http.post(PATH, json={"token": token(seat=None), "sdp": AIORTC})
        users.add(reply.json()["ice_servers"][0]["username"].partition(":")[2])
    assert len(users) == 2


async def test_a_test_ends_by_itself(
    http: httpx.AsyncClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_test, "DURATION_S", 0.2)
    assert (await http.post(PATH, json={"token": token(), "sdp": AIORTC})).status_code == 200
    assert runtime.plane.stats().peers == 1
    await until(lambda: runtime.plane.stats().peers == 0, "the test's connection is closed")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"token": "no token", "sdp": AIORTC}, 403, "token_invalid"),
        ({"token": token(days=-1), "sdp": AIORTC}, 403, "token_expired"),
        ({"token": token(), "sdp": "v=1"}, 400, "offer_malformed"),
        ({"token": token(), "sdp": AIORTC.replace("fingerprint", "footprint")}, 400, "offer_unsupported"),
        ({"token": token()}, 400, "malformed_message"),
        ({"token": token(), "sdp": AIORTC, "more": 1}, 400, "malformed_message"),
        ({"token": token(), "sdp": "x" * 60_001}, 400, "malformed_message"),
        ({"token": token(), "sdp": "x" * MAX_BODY_BYTES}, 413, "too_large"),
        ([], 400, "malformed_message"),
    ],
)
async def test_what_is_wrong_has_its_code_and_leaves_nothing(
    http: httpx.AsyncClient, runtime: Runtime, body: object, status: int, code: str
) -> None:
    reply = await http.post(PATH, json=body)
    assert (reply.status_code, reply.json()) == (status, {"error": code})
    assert runtime.plane.stats().peers == 0


async def test_bytes_that_are_no_json(http: httpx.AsyncClient) -> None:
    for body in (b"", b"\xff\xfe", b"{", b"[" * 5000):
        assert (await http.post(PATH, content=body)).json() == {"error": "malformed_message"}
    assert (await http.get(PATH)).status_code == 404


async def test_other_sites_may_not_ask(http: httpx.AsyncClient) -> None:
    body = {"token": token(), "sdp": AIORTC}
    reply = await http.post(PATH, json=body, headers={"Origin": "https://evil.example"})
    assert (reply.status_code, reply.json()) == (403, {"error": "origin"})
    assert (await http.post(PATH, json=body, headers={"Origin": "http://localhost:8080"})).status_code == 200


async def test_the_number_at_one_time_is_bounded(http: httpx.AsyncClient, runtime: Runtime) -> None:
    body = {"token": token(), "sdp": AIORTC}
    for _ in range(MAX_TESTS):
        assert (await http.post(PATH, json=body)).status_code == 200
    reply = await http.post(PATH, json=body)
    assert (reply.status_code, reply.json()) == (503, {"error": "busy"})
    assert runtime.plane.stats().peers == MAX_TESTS
    closed_by_its_browser = next(iter(runtime.plane._connections))
    runtime.plane.remove(closed_by_its_browser)
    assert (await http.post(PATH, json=body)).status_code == 200


async def test_one_address_cannot_ask_without_end() -> None:
    runtime = Runtime(replace(CONFIG, limits=Limits(join_burst=3, joins_per_s=0.001)), KEYS, MemoryJournal())
    transport = httpx.ASGITransport(create_app(runtime), client=("192.0.2.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8080") as http:
        codes = [(await http.post(PATH, content=b"")).status_code for _ in range(4)]
    assert codes == [400, 400, 400, 429]
