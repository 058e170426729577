"""`classroom serve --demo`: a room to try things in, and more of them for whoever tests on this machine.

GET /api/demo            the demo room's links
POST /api/demo/rooms     makes a fresh room and gives its links

Both answer `{"room_id", "trainer_link", "participant_link"}`. They hand out trainers' links to whoever asks, so they are
served with --demo only, to this machine only, and never to another site's page.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from classroom import gate, logs
from classroom.config import is_loopback
from classroom.http_refusals import refuse
from classroom.invitations import create_room, group, link, new_room_id, personal
from classroom.journal.base import RoomExists
from classroom.ops import access
from classroom.ops import links as ops_links
from classroom.runtime import Runtime
from signaling.tokens import KeyRing

log = logs.get("demo")

ROOM_ID: Final = "demo"
ROOM_NAME: Final = "Demo room"
TRAINER_SEAT: Final = "demo-trainer"
MAX_ROOMS: Final = 1_000
"""Fresh rooms that one process makes."""


@dataclass(frozen=True, slots=True)
class Links:
    room_id: str
    trainer_link: str
    participant_link: str
    """A group invitation: many may open it, each browser gets a seat of its own."""


class DemoRoom:
    """The demo room of a running process, and the maker of others."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._made = 0

    async def open(self) -> Links:
        """Makes the demo room, or takes the one that is there; its links lead to the same seats after a restart."""
        try:
            await create_room(
                self._runtime.journal, ROOM_ID, ROOM_NAME, self._runtime.config.limits.room_capacity
            )
        except RoomExists:
            pass
        return self.links(ROOM_ID, ROOM_NAME)

    async def ops_link(self) -> str:
        """To the ops page; it takes the place of the one before."""
        runtime, now_s = self._runtime, int(time.time())
        given = access.new_pass("operator", "demo", now_s=now_s, jti="demo")
        await ops_links.remember(runtime.records, given, now_s)
        return access.link(runtime.config.public_url, given, runtime.keys)

    async def open_another(self) -> Links | None:
        """A fresh room; None: too many were made."""
        if self._made >= MAX_ROOMS:
            return None
        self._made += 1
        room_id = new_room_id()
        name = f"{ROOM_NAME} {self._made}"
        await create_room(self._runtime.journal, room_id, name, self._runtime.config.limits.room_capacity)
        return self.links(room_id, name)

    def links(self, room_id: str, name: str) -> Links:
        keys: KeyRing = self._runtime.keys
        url = self._runtime.config.public_url
        now_s = int(time.time())
        trainer = personal(room_id, name, "trainer", "Trainer", now_s=now_s, seat=TRAINER_SEAT)
        people = group(room_id, name, "participant", now_s=now_s, jti=f"demo-{room_id}")
        return Links(room_id, link(url, trainer, keys), link(url, people, keys))


def routes(demo_room: DemoRoom) -> list[Route]:
    """The two addresses above."""

    async def show(request: Request) -> Response:
        return _refusal(request) or _json(demo_room.links(ROOM_ID, ROOM_NAME))

    async def make(request: Request) -> Response:
        refusal = _refusal(request)
        if refusal is not None:
            return refusal
        links = await demo_room.open_another()
        if links is None:
            return refuse(request, 429, "too_many_rooms")
        return _json(links, 201)

    return [Route("/api/demo", show, methods=["GET"]), Route("/api/demo/rooms", make, methods=["POST"])]


def _json(links: Links, status: int = 200) -> JSONResponse:
    body = {
        "room_id": links.room_id,
        "trainer_link": links.trainer_link,
        "participant_link": links.participant_link,
    }
    return JSONResponse(body, status, {"Cache-Control": "no-store"})


def _refusal(request: Request) -> Response | None:
    """Whoever is not on this machine, or comes from another site's page or under another name, is refused; so is everybody
    where the links point to the outside, because behind a proxy all the world has this machine's address."""
    runtime: Runtime = request.app.state.runtime
    public_host = urlsplit(runtime.config.public_url).hostname or ""
    local = request.client is not None and is_loopback(request.client.host) and is_loopback(public_host)
    own_page = gate.is_allowed(request.headers.get("origin"), runtime.origins)
    if local and own_page and gate.is_local_host(request.headers.get("host")):
        return None
    return refuse(request, 403, "local_only")
