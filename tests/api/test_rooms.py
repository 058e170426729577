"""Rooms by way of the API, on a real server."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any

import httpx
import pytest

from classroom.api import api_keys, service
from classroom.api.problems import STATUSES
from classroom.invitations import create_room
from rooms.events import RoomChanged
from tests.support.api import client, new_key
from tests.support.client import PATIENCE_S, Client, Refusal
from tests.support.inloop import serving
from tests.support.server import ClassroomServer


def refused(answer: httpx.Response) -> str:
    """The code of a refusal, whose form is checked."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code == STATUSES[problem["code"]]
    assert problem["title"]
    code: str = problem["code"]
    return code


async def asked(api: httpx.Client, path: str) -> Any:
    """The answer, while the loop goes on with the clients in it."""
    return (await asyncio.to_thread(api.get, path)).json()


def made(api: httpx.Client, name: str = "Web", **more: Any) -> str:
    answer = api.post("/rooms", json={"name": name, **more})
    assert answer.status_code == 201
    room: str = answer.json()["id"]
    return room


def test_a_room_is_made_shown_and_listed(api: httpx.Client) -> None:
    room = made(api, "Café & code", capacity=12)
    shown = api.get(f"/rooms/{room}").json()
    assert (shown["name"], shown["capacity"], shown["people"]) == ("Café & code", 12, 0)
    assert shown["rules"]["locked"] is False
    assert room in [one["id"] for one in api.get("/rooms", params={"limit": 200}).json()["items"]]


def test_a_repeated_request_makes_one_room(api: httpx.Client) -> None:
    key = {"Idempotency-Key": secrets.token_hex(8)}
    first = api.post("/rooms", json={"name": "Once"}, headers=key)
    again = api.post("/rooms", json={"name": "Once"}, headers=key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert refused(api.post("/rooms", json={"name": "Twice"}, headers=key)) == "idempotency_conflict"
    assert made(api, "Once") != first.json()["id"]


def test_the_list_comes_in_pages(api: httpx.Client) -> None:
    new = [made(api, f"Page {number}") for number in range(5)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = api.get("/rooms", params={"limit": 2} | ({} if cursor is None else {"cursor": cursor})).json()
        assert len(page["items"]) <= 2
        seen += [room["id"] for room in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert set(new) <= set(seen)


@pytest.mark.parametrize("cursor", ["!", "é", "////", "a", "x" * 401])
def test_a_made_up_cursor_is_refused_or_empty(api: httpx.Client, cursor: str) -> None:
    answer = api.get("/rooms", params={"cursor": cursor})
    assert answer.status_code == 200 or refused(answer) == "invalid"


async def test_who_is_in_is_told(server: ClassroomServer, api: httpx.Client) -> None:
    room = made(api)
    ana = await Client.join(server.ws_url, server.invite(room, name="Ana"))
    (person,) = (await asked(api, f"/rooms/{room}/participants"))["items"]
    assert (person["name"], person["role"], person["connected"]) == ("Ana", "participant", True)
    assert (await asked(api, f"/rooms/{room}"))["people"] == 1
    await ana.close()


async def test_a_room_is_changed_while_people_are_in_it(server: ClassroomServer, api: httpx.Client) -> None:
    room = await asyncio.to_thread(made, api, capacity=5)
    ana = await Client.join(server.ws_url, server.invite(room, name="Ana"))
    body = {"name": " Web, day 2\t", "capacity": 2, "rules": {"chat": False}}
    changed = (await asyncio.to_thread(api.patch, f"/rooms/{room}", json=body)).json()
    assert (changed["name"], changed["capacity"], changed["rules"]["chat"]) == ("Web, day 2", 2, False)
    assert changed["rules"]["screen"] is True, "what is not named stays"
    assert (await ana.event(RoomChanged)).name == "Web, day 2"
    nothing = (await asyncio.to_thread(api.patch, f"/rooms/{room}", json={"name": None})).json()
    assert (nothing["name"], nothing["capacity"]) == ("Web, day 2", 2)
    listed = (await asked(api, "/rooms?limit=200"))["items"]
    assert [one["name"] for one in listed if one["id"] == room] == ["Web, day 2"]
    made_since = await asyncio.to_thread(
        api.post, f"/rooms/{room}/invitations", json={"name": "Ben", "participant_id": "ben"}
    )
    ben = await Client.join(server.ws_url, made_since.json()["link"])
    with pytest.raises(Refusal, match="room_full"):
        await Client.join(server.ws_url, server.invite(room, name="Cem"))
    for wrong in ({"name": "\u200b"}, {"capacity": 1}, {"capacity": 101}, {"theme": "dark"}, {"rules": []}):
        answer = await asyncio.to_thread(api.patch, f"/rooms/{room}", json=wrong)
        assert refused(answer) == "invalid", wrong
    assert (await asked(api, f"/rooms/{room}"))["name"] == "Web, day 2"
    await ana.close()
    await ben.close()


async def test_somebody_is_removed_and_let_back(server: ClassroomServer, api: httpx.Client) -> None:
    room = await asyncio.to_thread(made, api)
    link = server.invite(room, "trainer", name="Tara", seat="tara")
    tara = await Client.join(server.ws_url, link)
    address = f"/rooms/{room}/participants/tara"
    assert (await asyncio.to_thread(api.delete, address)).status_code == 204
    assert (await tara.closed()).error == "removed"
    assert refused(await asyncio.to_thread(api.delete, address)) == "participant_not_found"
    (kept_out,) = (await asked(api, f"/rooms/{room}/removed"))["items"]
    assert (kept_out["participant_id"], kept_out["name"]) == ("tara", "Tara")
    back = f"/rooms/{room}/removed/tara"
    assert (await asyncio.to_thread(api.delete, back)).status_code == 204
    assert refused(await asyncio.to_thread(api.delete, back)) == "participant_not_found"
    await (await Client.join(server.ws_url, link)).close()


def test_what_was_made_is_where_the_answer_says(server: ClassroomServer, api: httpx.Client) -> None:
    room = api.post("/rooms", json={"name": "Web"})
    invitation = api.post(f"/rooms/{room.json()['id']}/invitations", json={"group": True})
    hook = api.post("/webhooks", json={"url": "https://hook.example", "events": ["room.ended"]})
    for answer in (room, invitation, hook):
        there = api.get(f"{server.url}{answer.headers['location']}")
        assert there.json()["id"] == answer.json()["id"]
        assert not {"link", "secret"} & there.json().keys()
    assert api.delete(f"{server.url}{hook.headers['location']}").status_code == 204
    assert refused(api.get(f"{server.url}{hook.headers['location']}")) == "webhook_not_found"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "malformed"),
        (b"\xff", "malformed"),
        (b"[" * 50_000, "malformed"),
        (b"{}", "invalid"),
        (b"[]", "invalid"),
        (b'{"name": ""}', "invalid"),
        (b'{"name": "\\u200b\\u202e"}', "invalid"),
        (b'{"name": "x", "capacity": 1}', "invalid"),
        (b'{"name": "x", "owner": "me"}', "invalid"),
        (b'{"name": "' + b"x" * 70_000 + b'"}', "body_too_large"),
    ],
)
def test_bad_bodies_are_refused(api: httpx.Client, body: bytes, code: str) -> None:
    answer = api.post("/rooms", content=body, headers={"Content-Type": "application/json"})
    assert refused(answer) == code


def test_hostile_names_are_made_harmless(api: httpx.Client) -> None:
    name = api.post("/rooms", json={"name": "  <b>a\tb\n\x07\x00  "}).json()["name"]
    assert name == "<b>a b"


def test_other_refusals(api: httpx.Client) -> None:
    assert refused(api.get("/rooms/nowhere")) == "room_not_found"
    assert refused(api.get("/rooms/" + "x" * 65)) == "not_found"
    assert refused(api.get("/nothing")) == "not_found"
    assert refused(api.get("/rooms", params={"limit": 0})) == "invalid"
    assert refused(api.get("/rooms", params={"page": 2})) == "invalid"
    assert refused(api.get("/rooms?limit=1&limit=2")) == "invalid"
    assert refused(api.post("/rooms", content=b"name=x")) == "unsupported_media_type"
    answer = api.put("/rooms", json={})
    assert refused(answer) == "method_not_allowed"
    assert set(answer.headers["allow"].split(", ")) == {"GET", "POST", "HEAD"}
    keyed = api.post("/rooms", json={"name": "x"}, headers={"Idempotency-Key": "a b"})
    assert refused(keyed) == "invalid"


def test_a_key_is_needed_and_its_scope(server: ClassroomServer) -> None:
    stranger = httpx.Client(base_url=f"{server.url}/api/v1", trust_env=False)
    with stranger:
        missing = stranger.get("/rooms")
        assert refused(missing) == "key_missing"
        assert missing.headers["www-authenticate"].startswith("Bearer")
        for text in ("mck_a_b", "mck", "é", "mcl_a.b.c", "x" * 5_000):
            bearer = {"Authorization": f"Bearer {text}".encode()}
            assert refused(stranger.get("/rooms", headers=bearer)) == "key_unknown"
        over = new_key(server.data_dir, until_ms=time.time_ns() // 1_000_000 - 1)
        bearer = {"Authorization": f"Bearer {over}".encode()}
        assert refused(stranger.get("/rooms", headers=bearer)) == "key_unknown"
    with client(server, ("rooms:read",)) as reader:
        assert reader.get("/rooms").status_code == 200
        assert refused(reader.post("/rooms", json={"name": "x"})) == "scope_missing"


def test_one_key_that_asks_too_often_is_told_to_wait(server: ClassroomServer) -> None:
    with client(server, ("health:read",)) as eager:
        answers = [eager.get("/health") for _ in range(200)]
    late = [answer for answer in answers if answer.status_code == 429]
    assert late
    assert refused(late[0]) == "rate_limited"
    assert int(late[0].headers["retry-after"]) >= 1
    with client(server, ("health:read",)) as other:
        health = other.get("/health").json()
    assert health["ready"] is True


def test_the_description_is_open_to_all(server: ClassroomServer) -> None:
    described = json.loads(httpx.get(f"{server.url}/api/v1/openapi.json", trust_env=False).text)
    assert described["openapi"].startswith("3.1")
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)


async def test_thousands_of_rooms_come_page_by_page_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "REQUEST_BURST", 1e6)
    async with serving() as server:
        journal, runtime = server.runtime.journal, server.runtime
        for number in range(3_000):  # many in one and the same millisecond
            await create_room(journal, f"r{number}", "Web \u202e<b>", 16, at_ms=1_000 + number // 500)
        _, key = await api_keys.create(runtime.records, "many", ("rooms:read",), service.unix_ms())
        base = f"http://127.0.0.1:{runtime.config.port}/api/v1"
        seen: list[str] = []
        query: dict[str, Any] | None = {"limit": 200}
        async with httpx.AsyncClient(base_url=base, headers={"Authorization": f"Bearer {key}"}) as http:
            while query is not None:
                answer = await http.get("/rooms", params=query, timeout=PATIENCE_S)
                assert len(answer.content) < 40_000
                page = answer.json()
                seen += [room["id"] for room in page["items"]]
                cursor = page["next_cursor"]
                query = None if cursor is None else {"limit": 200, "cursor": cursor}
        assert (len(seen), len(set(seen))) == (3_000, 3_000)
