"""Images of the chat over a real server: who may upload, who may look, and when the files are gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from classroom import chat_images
from classroom.config import Config
from rooms.commands import BreakoutPlan, DeleteChat, GroupSpec, ImageToPost, OpenBreakouts, PostChat
from rooms.events import BreakoutsOpened, ChatDeleted, ChatPosted
from tests.classroom.test_images import JPEG, SCRIPT, png
from tests.support.client import Client
from tests.support.inloop import InLoopServer, serving


class Meeting:
    """A trainer and two participants."""

    def __init__(self, server: InLoopServer, folder: Path, people: list[Client]) -> None:
        self.folder = folder / "chat-images"
        self.tara, self.ana, self.ben = people
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.runtime.config.port}")

    async def upload(self, who: Client | None, data: bytes = png(), **headers: str) -> httpx.Response:
        return await self.http.post("/api/chat-images", content=data, headers={**proof(who), **headers})

    async def look(self, who: Client | None, image_id: str) -> httpx.Response:
        return await self.http.get(f"/api/chat-images/{image_id}", headers=proof(who))

    async def post(self, who: Client, image: dict[str, Any], channel: Any = "room") -> int:
        shown = (ImageToPost(id=image["id"], alt="A page"),)
        reply = await who.request(PostChat(channel=channel, text="", images=shown))
        return int(reply["seq"])

    def files(self) -> list[str]:
        return sorted(file.name for file in self.folder.glob("*/*"))


def proof(who: Client | None) -> dict[str, str]:
    if who is None:
        return {}
    return {"Authorization": f"Bearer {who.welcome.session_id}.{who.welcome.secret}"}


@pytest.fixture
async def meeting(tmp_path: Path) -> AsyncIterator[Meeting]:
    async with serving(Config(data_dir=tmp_path)) as server:
        room = await server.create_room()
        people = [
            await Client.join(server.ws_url, server.invite(room, role, name))
            for role, name in (("trainer", "Tara"), ("participant", "Ana"), ("participant", "Ben"))
        ]  # type: ignore[misc]
        one = Meeting(server, tmp_path, people)
        yield one
        await one.http.aclose()
        await asyncio.gather(*(person.close() for person in people))


async def test_an_image_is_uploaded_posted_looked_at_and_gone_with_its_message(meeting: Meeting) -> None:
    answer = await meeting.upload(meeting.ana, png() + SCRIPT)
    assert answer.status_code == 201
    image = answer.json()
    assert (image["media_type"], image["width"], image["height"]) == ("image/png", 3, 2)
    assert (await meeting.look(meeting.ana, image["id"])).status_code == 404, (
        "nothing is shown before it is said"
    )
    seq = await meeting.post(meeting.ana, image)
    assert (await meeting.ben.event(ChatPosted)).message.images[0].alt == "A page"
    shown = await meeting.look(meeting.ben, image["id"])
    assert shown.content == png()
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "no-store" in shown.headers["cache-control"]
    await meeting.tara.request(DeleteChat(message_id=seq))
    await meeting.ben.event(ChatDeleted)
    assert (await meeting.look(meeting.ben, image["id"])).status_code == 404
    while meeting.files():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_only_those_who_may_read_the_message_see_its_images(meeting: Meeting) -> None:
    image = (await meeting.upload(meeting.ana)).json()
    await meeting.post(meeting.ana, image, "trainers")
    assert [(await meeting.look(who, image["id"])).status_code for who in (meeting.tara, meeting.ana)] == [
        200,
        200,
    ]
    assert (await meeting.look(meeting.ben, image["id"])).status_code == 404
    groups = (
        GroupSpec(name="A", members=(meeting.ana.me,)),
        GroupSpec(name="B", members=(meeting.ben.me,)),
    )
    await meeting.tara.request(OpenBreakouts(plan=BreakoutPlan(mode="manual", groups=groups)))
    await meeting.ana.event(BreakoutsOpened)
    between_us = (await meeting.upload(meeting.ana)).json()
    await meeting.post(meeting.ana, between_us, "breakout")
    assert (await meeting.look(meeting.ana, between_us["id"])).status_code == 200
    assert (await meeting.look(meeting.ben, between_us["id"])).status_code == 404
    assert (await meeting.look(meeting.tara, between_us["id"])).status_code == 404


async def test_who_shows_no_session_gets_nothing(meeting: Meeting) -> None:
    image = (await meeting.upload(meeting.ana)).json()
    await meeting.post(meeting.ana, image)
    ana = meeting.ana.welcome
    for forged in (
        "",
        "Bearer",
        "Bearer x.y",
        f"Bearer {ana.session_id}.{'x' * 32}",
        f"Basic {ana.session_id}.{ana.secret}",
    ):
        headers = {"Authorization": forged}
        assert (await meeting.upload(None, **headers)).status_code == 401
        answer = await meeting.http.get(f"/api/chat-images/{image['id']}", headers=headers)
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 415, "image_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "image_type"),
        (JPEG[:-20], 415, "image_damaged"),
        (png(5000, 1), 413, "image_too_large"),
        (bytes(chat_images.MAX_IMAGE_BYTES + 1), 413, "image_too_large"),
    ],
)
async def test_what_is_no_image_leaves_no_file(meeting: Meeting, data: bytes, status: int, code: str) -> None:
    answer = await meeting.upload(meeting.ana, data)
    assert (answer.status_code, answer.json()) == (status, {"error": code})
    assert meeting.files() == []


async def test_a_strangers_page_uploads_nothing(meeting: Meeting) -> None:
    answer = await meeting.upload(meeting.ana, Origin="https://evil.example")
    assert (answer.status_code, answer.json()) == (403, {"error": "origin"})


async def test_what_is_never_posted_gives_way(meeting: Meeting) -> None:
    ids = [(await meeting.upload(meeting.ana)).json()["id"] for _ in range(6)]
    while meeting.files() != sorted(ids[2:]):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
