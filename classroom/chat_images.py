"""The bytes of the chat's images: taken in, kept in files, shown to those who may read the message, and thrown away with it.

What a room knows of its images is in `rooms.chat_images`; here are the files, in a folder of their own for each room, and
the two routes. Both want the session's own secret: an address alone shows nothing to anybody.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from classroom import images, logs
from classroom.gate import Turnstile, is_allowed
from classroom.hosts import RoomFailed, RoomHost, RoomHosts
from classroom.journal.base import JournalFull
from rooms import chat_images
from rooms.chat import may_read
from rooms.commands import AddChatImage
from rooms.errors import Refused
from rooms.events import ChatDeleted, ChatEdited, ChatExpired, ChatImageAdded, ChatPosted, Recorded
from rooms.model import ChatImage
from rooms.state import RoomState
from signaling.errors import ErrorCode
from signaling.session import Session
from signaling.sessions import Sessions

log = logs.get("images")

MAX_IMAGE_BYTES: Final = 1024 * 1024
"""Of one upload. The client draws a photo anew, smaller, before it sends it."""
MAX_UPLOADS: Final = 8
"""At one time in this process: what they hold of memory is bounded."""
UPLOAD_TIMEOUT_S: Final = 18.0
"""Just within what the web server gives a request (`http_protocol.REQUEST_TIMEOUT_S`)."""
HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
}
"""`nosniff` and `Cross-Origin-Resource-Policy: same-origin` are on every response."""


class ImageFiles:
    """The files below `folder`. Its methods block: they are for threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, room_id: str, image_id: str, data: bytes) -> None:
        """Whole or not at all."""
        folder = self._of(room_id)
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{image_id}.part"
        part.write_bytes(data)
        os.replace(part, folder / image_id)

    def read(self, room_id: str, image_id: str) -> bytes | None:
        try:
            return (self._of(room_id) / image_id).read_bytes()
        except OSError:
            return None

    def keep_only(self, room_id: str, kept: frozenset[str]) -> None:
        """Removes every other image of the room."""
        folder = self._of(room_id)
        for file in folder.iterdir() if folder.is_dir() else ():
            if file.name not in kept:
                file.unlink(missing_ok=True)

    def _of(self, room_id: str) -> Path:
        # A room's id comes from an invitation: it names no path.
        return self._folder / hashlib.sha256(room_id.encode()).hexdigest()[:32]


class ChatImages:
    """One per process."""

    def __init__(
        self,
        files: ImageFiles,
        hosts: RoomHosts,
        sessions: Sessions,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._files = files
        self._hosts = hosts
        self._sessions = sessions
        self._spawn = spawn
        self._arriving: dict[str, set[str]] = {}
        """Room → images whose file is there before the room knows of it."""
        self._tidy: set[str] = set()
        """Rooms whose folder was looked through since the process began."""
        self._changing = asyncio.Lock()
        """Held while files come and go: what is thrown away is decided by what is known then."""
        self.uploads = 0

    def session(self, request: Request) -> tuple[Session, RoomHost] | None:
        """Whose request this is: `Authorization: Bearer SESSION_ID.SECRET`."""
        scheme, _, proof = request.headers.get("authorization", "").partition(" ")
        session_id, _, secret = proof.partition(".")
        if scheme.lower() != "bearer":
            return None
        session = self._sessions.proven(session_id, secret, time.monotonic())
        host = self._hosts.loaded(session.seat.room_id) if session else None
        return (session, host) if session and host else None

    async def add(self, host: RoomHost, owner: str, data: bytes) -> ChatImage:
        """Keeps an image for `owner` to post. Raises BadImage, Refused, RoomFailed, JournalFull, OSError."""
        picture = await asyncio.to_thread(images.clean, data)
        image = ChatImage(
            id=secrets.token_urlsafe(16),
            media_type=picture.media_type,
            width=picture.width,
            height=picture.height,
            size_bytes=len(picture.data),
        )
        chat_images.refuse_if_full(host.state, owner, image.size_bytes)
        arriving = self._arriving.setdefault(host.room_id, set())
        arriving.add(image.id)
        try:
            async with self._changing:
                await asyncio.to_thread(self._files.write, host.room_id, image.id, picture.data)
            await host.submit(AddChatImage(image=image), owner)
        finally:
            arriving.discard(image.id)
            if image.id not in chat_images.kept(host.state) or host.room_id not in self._tidy:
                self._tidy.add(host.room_id)
                self._spawn(self._sweep(host))
        return image

    async def shown(self, host: RoomHost, viewer_id: str, image_id: str) -> tuple[ChatImage, bytes] | None:
        """An image and its bytes, for who may read the message that it is in."""
        found = chat_images.posted_in(host.state, image_id)
        viewer = host.state.seat(viewer_id)
        if found is None or viewer is None or not may_read(found[0], viewer):
            return None
        data = await asyncio.to_thread(self._files.read, host.room_id, image_id)
        return None if data is None else (found[1], data)

    def committed(self, host: RoomHost, events: Sequence[Recorded]) -> None:
        """Messages may have gone, and images with them."""
        if any(_frees(host.state, recorded) for recorded in events):
            self._spawn(self._sweep(host))

    async def _sweep(self, host: RoomHost) -> None:
        async with self._changing:
            kept = chat_images.kept(host.state) | self._arriving.get(host.room_id, set())
            try:
                await asyncio.to_thread(self._files.keep_only, host.room_id, kept)
            except OSError as problem:
                log.warning("images could not be removed", room=host.room_id, problem=str(problem))


def _frees(state: RoomState, recorded: Recorded) -> bool:
    match recorded.event:
        case ChatDeleted():
            return True
        case ChatPosted(evicted=gone) | ChatEdited(evicted=gone) | ChatExpired(evicted=gone):
            return bool(gone)
        case ChatImageAdded(dropped=dropped):
            return bool(dropped)
    return False


class Refusal(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def routes(kept: ChatImages, origins: frozenset[str], turnstile: Turnstile) -> list[Route]:
    """`POST /api/chat-images` and `GET /api/chat-images/{id}`."""

    async def upload(request: Request) -> Response:
        if not is_allowed(request.headers.get("origin"), origins):
            return _refused(403, "origin")
        who = kept.session(request)
        if who is None:
            return _refused(401, "not_connected")
        address = request.client.host if request.client else ""
        if not turnstile.take(address, time.monotonic()):
            return _refused(429, ErrorCode.RATE_LIMITED.value)
        if kept.uploads >= MAX_UPLOADS:
            return _refused(503, "busy")
        kept.uploads += 1
        try:
            image = await kept.add(who[1], who[0].seat.participant_id, await _body(request))
        except Refusal as refusal:
            return _refused(refusal.status, refusal.code)
        except images.BadImage as bad:
            return _refused(413 if bad.code == "image_too_large" else 415, bad.code)
        except Refused as refused:
            return _refused(409, refused.code)
        except (RoomFailed, JournalFull, OSError) as problem:
            log.error("image not kept", room=who[1].room_id, exc_info=problem)
            return _refused(503, ErrorCode.INTERNAL.value)
        finally:
            kept.uploads -= 1
        return Response(
            msgspec.json.encode(image), 201, {"Cache-Control": "no-store"}, media_type="application/json"
        )

    async def show(request: Request) -> Response:
        who = kept.session(request)
        if who is None:
            return _refused(401, "not_connected")
        found = await kept.shown(who[1], who[0].seat.participant_id, request.path_params["image_id"])
        if found is None:
            return _refused(404, "image_gone")
        image, data = found
        return Response(data, headers=HEADERS, media_type=image.media_type)

    return [
        Route("/api/chat-images", upload, methods=["POST"]),
        Route("/api/chat-images/{image_id:str}", show, methods=["GET"]),
    ]


async def _body(request: Request) -> bytes:
    """Raises Refusal."""
    body = bytearray()
    try:
        async with asyncio.timeout(UPLOAD_TIMEOUT_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_IMAGE_BYTES:
                    raise Refusal(413, "image_too_large")
    except (TimeoutError, ClientDisconnect):
        raise Refusal(408, "timeout") from None
    return bytes(body)


def _refused(status: int, code: str) -> Response:
    return JSONResponse({"error": code}, status, {"Cache-Control": "no-store"})
