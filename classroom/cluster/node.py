"""This process as one node of a cluster: what it says to others and hears from them, and how it goes."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from aioice.ice import get_host_addresses
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from classroom import logs
from classroom.cluster import passes
from classroom.cluster.base import Place
from classroom.cluster.http import NodeRequests
from classroom.cluster.placement import NodeInfo
from classroom.cluster.redis import RedisOwnership
from classroom.config import Config
from classroom.hosts import RoomHost
from classroom.http_refusals import refuse
from classroom.journal.base import Fenced, JournalFull, JournalUnavailable, RoomExists
from classroom.journal.redis import RedisJournal
from classroom.keys import encode
from signaling.tokens import KeyRing, proves

if TYPE_CHECKING:
    from classroom.runtime import Runtime

log = logs.get("cluster")

OPEN_S: Final = 2.0
"""How long another node may take to answer a link or a question."""
QUEUED_FRAMES: Final = 16
"""Frames of the owner that wait here for a slow client; behind them its own bounded outbox fills."""
PING_S: Final = 2.5
"""A link on which the other node does not answer pings is given up."""
HAND_ON_S: Final = 10.0
"""How long another node may take for a client's request."""
HANDED_BACK: Final = (
    "content-type",
    "cache-control",
    "content-security-policy",
    "content-disposition",
)
DRAIN_STEP_S: Final = 0.5
QUIET_STEPS: Final = 4
"""A room in which nobody has spoken for so many steps is quiet."""


class ClusterNode:
    """One per process of a cluster."""

    def __init__(self, config: Config, keys: KeyRing, journal: RedisJournal, runtime: Runtime) -> None:
        assert config.redis_url is not None
        self.node_id = secrets.token_hex(6)
        self.url = config.node_url or own_url(config)
        self._keys = keys
        self._journal = journal
        self._runtime = runtime
        self._requests = NodeRequests()
        self.ownership = RedisOwnership(
            config.redis_url,
            self.info,
            lost=self._lost,
            vanished=self._vanished,
            ask_peers=self._ask,
            ring=encode(keys),
        )

    def info(self) -> NodeInfo:
        """What this node says of itself."""
        return NodeInfo(
            node_id=self.node_id,
            url=self.url,
            sessions=len(self._runtime.sessions),
            rooms=len(self._runtime.hosts),
            draining=self._runtime.stopping or self._runtime.draining,
        )

    def start(self) -> None:
        self._runtime.spawn(self.ownership.run())

    def another_node(self) -> NodeInfo | None:
        """The one with least to do of those that take rooms; None: there is none."""
        able = [node for node in self.ownership.peers if not node.draining]
        return min(able, key=lambda node: (node.load, node.node_id), default=None)

    async def drain(self, deadline: float, wanted: Callable[[], bool] = lambda: True) -> None:
        """Moves every room to other nodes: as soon as it is quiet, and at `deadline` (monotonic seconds) in any case. As long
        as it is `wanted`."""
        quiet: dict[str, int] = {}
        while len(self._runtime.hosts) and wanted():
            late = time.monotonic() >= deadline or not self.ownership.peers
            for host in self._runtime.hosts:
                silent = self._runtime.switchboard.silent(host.room_id)
                quiet[host.room_id] = quiet.get(host.room_id, 0) + 1 if silent else 0
                if late or quiet[host.room_id] >= QUIET_STEPS:
                    await self.move(host)
            if len(self._runtime.hosts):
                await asyncio.sleep(DRAIN_STEP_S)

    async def move(self, host: RoomHost, prepare: Callable[[], Awaitable[None]] | None = None) -> None:
        """Gives a room up and sends its people to whoever takes it. `prepare`: what to wait for in between. Where there
        is another node, media go on here meanwhile: see `classroom.handover`."""
        log.info("room moves", room=host.room_id, sessions=len(host.sessions))
        taken = self.another_node() is not None
        if taken:
            self._runtime.handovers.begin(host)
        await self._runtime.hosts.put_away(host)
        if prepare is not None:
            await prepare()
        self._runtime.admissions.send_away(host)
        if taken:
            self._runtime.handovers.run(host, self._journal.since)

    # --- to other nodes -------------------------------------------------------------------------------------

    async def link(
        self, place: Place, room_id: str, address: str, hello: bytes, connection: str
    ) -> tuple[ClientConnection, bytes] | None:
        """Opens a socket to the room's owner for a client, and says the client's hello. The socket and its first frame; None:
        that node does not answer, or does not own the room. `connection`: what logs call the client's."""
        given = self.give_pass("link", room_id, address, claim=place.claim, connection=connection)
        socket: ClientConnection | None = None
        try:
            async with asyncio.timeout(OPEN_S + (OPEN_S if place.claim else 0)):
                socket = await connect(
                    place.url.replace("http", "ws", 1) + "/cluster/ws",
                    additional_headers={passes.HEADER: given},
                    compression=None,
                    max_size=None,
                    max_queue=QUEUED_FRAMES,
                    ping_interval=PING_S,
                    ping_timeout=PING_S,
                    proxy=None,
                )
                await socket.send(hello)
                first = await socket.recv()
                assert isinstance(first, bytes)
                return socket, first
        except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError) as problem:
            log.info("no link", room=room_id, node=place.node_id, problem=repr(problem))
            self.ownership.avoid(place.node_id)
            if socket is not None:
                self._runtime.spawn(socket.close())
            return None

    async def elsewhere(self, request: Request) -> Place | None:
        """Which other node is to answer a request that proves a session (`Authorization: Bearer SESSION_ID.SECRET`,
        `?room=…&participant=…`). None: the session is not proven, or nobody else owns the room."""
        session_id, _, secret = request.headers.get("authorization", "").rpartition(" ")[2].partition(".")
        if not proves(secret, session_id, request.query_params.get("participant", ""), self._keys):
            return None
        place = await self.ownership.owner(request.query_params.get("room", ""))
        return None if place is None or place.node_id == self.node_id else place

    async def hand_on(self, request: Request, place: Place, body: bytes | None = None) -> Response:
        """Has a client's request answered by another node."""
        room_id = request.query_params.get("room", "")
        headers = {
            "Authorization": request.headers["authorization"],
            "Content-Type": "application/octet-stream",
            passes.HEADER: self.give_pass("request", room_id, request.client.host if request.client else ""),
        }
        url = f"{place.url}{request.scope['raw_path'].decode('ascii')}"
        answer = await self._requests.ask(request.method, url, headers, body, timeout_s=HAND_ON_S)
        if answer is None:
            log.info("request not handed on", room=room_id, node=place.node_id)
            return refuse(request, 503, "busy")
        kept = {name: answer.headers[name] for name in HANDED_BACK if name in answer.headers}
        return Response(answer.body, answer.status, kept)

    async def tell(
        self, place: Place, path: str, purpose: str, room_id: str, body: bytes, timeout_s: float
    ) -> bytes | None:
        """What another node answers to `body`; None: nothing, or it does not take it."""
        headers = {
            "Content-Type": "application/octet-stream",
            passes.HEADER: self.give_pass(purpose, room_id, claim=place.claim),
        }
        answer = await self._requests.ask("POST", place.url + path, headers, body, timeout_s=timeout_s)
        if answer is None or answer.status != 200:
            log.info("not answered", room=room_id, node=place.node_id, path=path)
            return None
        return answer.body

    async def _ask(self, peers: list[NodeInfo]) -> list[bool | None]:
        return await asyncio.gather(*(self._ask_one(peer) for peer in peers))

    async def _ask_one(self, peer: NodeInfo) -> bool | None:
        headers = {passes.HEADER: self.give_pass("ask")}
        answer = await self._requests.ask("GET", f"{peer.url}/cluster/redis", headers, timeout_s=OPEN_S)
        return None if answer is None or answer.status != 200 else answer.body == b"true"

    def give_pass(
        self,
        purpose: str,
        room_id: str = "",
        address: str = "",
        *,
        claim: bool = False,
        connection: str = "",
    ) -> str:
        """What shows another node that this one belongs to the cluster."""
        given = passes.Pass(
            at_s=int(time.time()),
            purpose=purpose,
            room_id=room_id,
            address=address,
            connection=connection,
            trace=self._runtime.tracer.here,
            claim=claim,
        )
        return passes.sign(given, self._keys)

    async def close(self) -> None:
        self._requests.close()
        await self.ownership.close()

    # --- from other nodes -----------------------------------------------------------------------------------

    def admitted(self, header: str | None, purpose: str) -> passes.Pass | None:
        """What another node says by its pass; None: it is none of ours."""
        return None if header is None else passes.verify(header, purpose, self._keys, time.time())

    def handed_on(self, request: Request) -> passes.Pass | None:
        """What another node says that has taken this request from its client; None: it comes from the client itself."""
        return self.admitted(request.headers.get(passes.HEADER), "request")

    async def says_redis(self, request: Request) -> Response:
        """GET /cluster/redis: whether this node reaches Redis now."""
        if self.admitted(request.headers.get(passes.HEADER), "ask") is None:
            self._runtime.counts.refused("node", "pass_invalid")
            return JSONResponse({"error": "for nodes only"}, 403)
        return JSONResponse(await self.ownership.ask())

    @property
    def routes(self) -> list[Route]:
        return [Route("/cluster/redis", self.says_redis)]

    # --- from the leases ------------------------------------------------------------------------------------

    def _lost(self, room_id: str) -> None:
        host = self._runtime.hosts.loaded(room_id)
        if host is not None:
            self._runtime.hosts.drop(host)
            self._runtime.admissions.send_away(host)

    async def _vanished(self, room_id: str) -> None:
        host = self._runtime.hosts.loaded(room_id)
        if host is None:
            return
        log.error("Redis has lost a live room; putting it back", room=room_id)
        try:
            await self._journal.restore(host.durable, host.hold.token, time.time_ns() // 1_000_000)
            await self._runtime.notes.put_back(host)
        except (RoomExists, Fenced, JournalFull, JournalUnavailable) as problem:
            log.warning("room not put back", room=room_id, problem=str(problem))


def own_url(config: Config, addresses: Callable[[], list[str]] | None = None) -> str:
    """How other nodes reach this one where NODE_URL does not say: by the address it listens on, or the machine's first."""
    host = config.host
    if host in ("0.0.0.0", "::"):
        found = get_host_addresses(use_ipv4=True, use_ipv6=False) if addresses is None else addresses()
        host = found[0] if found else "127.0.0.1"
    scheme = "https" if config.tls_cert is not None else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{config.port}"
