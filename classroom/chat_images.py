"""The bytes of the chat's images: taken in, kept, shown to those who may read the message, and thrown away with it.

What a room knows of its images is in `rooms.chat_images`, and `images.store` has their bytes; here is what keeps both in
step, and the two routes. Both want the session's own secret: an address alone shows nothing to anybody. Sessions are where
their room is: in a cluster another node hands the request on to it.
"""

from __future__ import annotations

import asyncio
import secrets
import time
import weakref
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from classroom import images, logs
from classroom.gate import Turnstile, is_allowed
from classroom.hosts import RoomFailed, RoomHost, RoomHosts
from classroom.http_refusals import HttpRefusal, refuse
from classroom.images.store import ImageStore
from classroom.journal.base import Fenced, JournalFull, JournalUnavailable, RoomNotFound
from classroom.request_body import BodyTooLarge, BodyTooSlow, read_body
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

if TYPE_CHECKING:
    from classroom.cluster.node import ClusterNode

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
NOT_KEPT: Final = (Fenced, JournalFull, JournalUnavailable, RoomFailed, RoomNotFound, OSError)
"""What a store may say instead of keeping or giving an image."""


class ChatImages:
    """One per process."""

    def __init__(
        self,
        store: ImageStore,
        hosts: RoomHosts,
        sessions: Sessions,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._store = store
        self._hosts = hosts
        self._sessions = sessions
        self._spawn = spawn
        self._arriving: dict[str, set[str]] = {}
        """Room → images that are kept before the room knows of them."""
        self._tidy: weakref.WeakSet[RoomHost] = weakref.WeakSet()
        """Rooms whose images were looked through since they were loaded."""
        self._changing = asyncio.Lock()
        """Held while images come and go: what is thrown away is decided by what is known then."""
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
        """Keeps an image for `owner` to post. Raises BadImage, Refused, `NOT_KEPT`."""
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
                await self._store.write(host.room_id, image.id, picture.data, host.hold.token)
            await host.submit(AddChatImage(image=image), owner)
        finally:
            arriving.discard(image.id)
            if not arriving and self._arriving.get(host.room_id) is arriving:
                del self._arriving[host.room_id]
            if image.id not in chat_images.kept(host.state) or host not in self._tidy:
                self._tidy.add(host)
                self._spawn(self._sweep(host))
        return image

    async def shown(self, host: RoomHost, viewer_id: str, image_id: str) -> tuple[ChatImage, bytes] | None:
        """An image and its bytes, for who may read the message that it is in."""
        found = chat_images.posted_in(host.state, image_id)
        viewer = host.state.seat(viewer_id)
        if found is None or viewer is None or not may_read(found[0], viewer):
            return None
        data = await self._store.read(host.room_id, image_id)
        return None if data is None else (found[1], data)

    def committed(self, host: RoomHost, events: Sequence[Recorded]) -> None:
        """Messages may have gone, and images with them."""
        if any(_frees(host.state, recorded) for recorded in events):
            self._spawn(self._sweep(host))

    async def _sweep(self, host: RoomHost) -> None:
        async with self._changing:
            kept = chat_images.kept(host.state) | self._arriving.get(host.room_id, set())
            try:
                await self._store.keep_only(host.room_id, kept, host.hold.token)
            except NOT_KEPT as problem:
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


def routes(
    kept: ChatImages, origins: frozenset[str], turnstile: Turnstile, cluster: ClusterNode | None = None
) -> list[Route]:
    """`POST /api/chat-images` and `GET /api/chat-images/{id}`."""

    def client_address(request: Request) -> str:
        given = None if cluster is None else cluster.handed_on(request)
        if given is not None:
            return given.address
        return request.client.host if request.client else ""

    async def answered_elsewhere(request: Request) -> Response | None:
        if cluster is None or cluster.handed_on(request) is not None:
            return None
        place = await cluster.elsewhere(request)  # a stranger's body is not waited for
        if place is None:
            return None
        if request.method != "POST":
            return await cluster.hand_on(request, place)
        if kept.uploads >= MAX_UPLOADS:
            return refuse(request, 503, "busy")
        kept.uploads += 1
        try:
            return await cluster.hand_on(request, place, await _body(request))
        except HttpRefusal as refusal:
            return refuse(request, refusal.status, refusal.code)
        finally:
            kept.uploads -= 1

    async def upload(request: Request) -> Response:
        if not is_allowed(request.headers.get("origin"), origins):
            return refuse(request, 403, "origin")
        who = kept.session(request)
        if who is None:
            return await answered_elsewhere(request) or refuse(request, 401, "not_connected")
        if not turnstile.take(client_address(request), time.monotonic()):
            return refuse(request, 429, ErrorCode.RATE_LIMITED.value)
        if kept.uploads >= MAX_UPLOADS:
            return refuse(request, 503, "busy")
        kept.uploads += 1
        try:
            image = await kept.add(who[1], who[0].seat.participant_id, await _body(request))
        except HttpRefusal as refusal:
            return refuse(request, refusal.status, refusal.code)
        except images.BadImage as bad:
            return refuse(request, 413 if bad.code == "image_too_large" else 415, bad.code)
        except Refused as refused:
            return refuse(request, 409, refused.code)
        except NOT_KEPT as problem:
            log.error("image not kept", room=who[1].room_id, exc_info=problem)
            return refuse(request, 503, ErrorCode.INTERNAL.value)
        finally:
            kept.uploads -= 1
        return Response(
            msgspec.json.encode(image), 201, {"Cache-Control": "no-store"}, media_type="application/json"
        )

    async def show(request: Request) -> Response:
        who = kept.session(request)
        if who is None:
            return await answered_elsewhere(request) or refuse(request, 401, "not_connected")
        try:
            found = await kept.shown(who[1], who[0].seat.participant_id, request.path_params["image_id"])
        except NOT_KEPT as problem:
            log.warning("image cannot be read", room=who[1].room_id, problem=str(problem))
            return refuse(request, 503, ErrorCode.INTERNAL.value)
        if found is None:
            return refuse(request, 404, "image_gone")
        image, data = found
        return Response(data, headers=HEADERS, media_type=image.media_type)

    return [
        Route("/api/chat-images", upload, methods=["POST"]),
        Route("/api/chat-images/{image_id:str}", show, methods=["GET"]),
    ]


async def _body(request: Request) -> bytes:
    """Raises HttpRefusal."""
    try:
        return await read_body(request, MAX_IMAGE_BYTES, UPLOAD_TIMEOUT_S)
    except BodyTooLarge:
        raise HttpRefusal(413, "image_too_large") from None
    except BodyTooSlow:
        raise HttpRefusal(408, "timeout") from None
