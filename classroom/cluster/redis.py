"""Who owns which room, by leases in Redis: claims, renewals, and who the other nodes are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from redis.exceptions import RedisError

from classroom import logs
from classroom.cluster import scripts
from classroom.cluster.base import Hold, OwnedElsewhere, OwnershipUnknown, Place
from classroom.cluster.lease import RENEW_S, TTL_S, Lease, Verdict, judge
from classroom.cluster.placement import NodeInfo, choose
from classroom.journal.base import RoomNotFound
from classroom.journal.redis_client import connect
from classroom.journal.redis_scripts import room_key

log = logs.get("cluster")

ASK_S: Final = 1.0
"""How long Redis may take to answer here: leases are short."""
GONE_S: Final = 5
"""A node that has said nothing for so long is not counted on."""
INVITED_S: Final = 10.0
TTL_MS: Final = round(TTL_S * 1000)
INFO: Final[msgspec.json.Decoder[NodeInfo]] = msgspec.json.Decoder(NodeInfo)


@dataclass(slots=True)
class RoomLease:
    """See `classroom.cluster.base.Hold`."""

    room_id: str
    lease: Lease
    text: str

    @property
    def token(self) -> int:
        return self.lease.token

    @property
    def proven(self) -> bool:
        return self.lease.proven(time.monotonic())


class RedisOwnership:
    """See `classroom.cluster.base.Ownership`. `run` must be running."""

    def __init__(
        self,
        url: str,
        info: Callable[[], NodeInfo],
        *,
        lost: Callable[[str], None],
        vanished: Callable[[str], Awaitable[None]],
        ask_peers: Callable[[list[NodeInfo]], Awaitable[list[bool | None]]],
        ring: bytes,
    ) -> None:
        """`info`: what this node says of itself. `lost`: the room is, or may be any moment, somebody else's. `vanished`: Redis
        does not know the room any more. `ask_peers`: which of these nodes reach Redis. `ring`: the
        cluster's keys, encoded; where Redis has lost them, they are put back."""
        self._ring = ring
        self._redis = connect(url, timeout_s=ASK_S)
        self._info = info
        self._lost = lost
        self._vanished = vanished
        self._ask_peers = ask_peers
        self._leases: dict[str, RoomLease] = {}
        self._invited: dict[str, float] = {}
        self._avoided: dict[str, float] = {}
        self._places: dict[str, Place] = {}
        self._answered_at = float("-inf")
        self.peers: list[NodeInfo] = []
        """The other nodes, as they last said of themselves."""
        self.given_up = 0
        """Rooms that went, or may have gone, to another node unasked."""

    @property
    def reaches_redis(self) -> bool:
        return time.monotonic() - self._answered_at < TTL_S

    @property
    def held(self) -> int:
        """How many rooms this node holds a lease of."""
        return len(self._leases)

    async def ask(self) -> bool:
        """Whether Redis answers this node at this moment: what it answered a second ago says nothing about whether it is
        away for all, or for one node alone."""
        try:
            await self._redis.ping()
        except (RedisError, OSError):
            return False
        return True

    def invite(self, room_id: str) -> None:
        """Another node chose this one for a room: the next claim of it is not passed on."""
        now = time.monotonic()
        self._invited = {room: until for room, until in self._invited.items() if until > now}
        self._invited[room_id] = now + INVITED_S

    def avoid(self, node_id: str) -> None:
        """This node did not get through to that one: no room is offered to it until it would have been forgotten, if it is
        dead. Without this, a room whose owner had little to do would be offered to that very owner, after its death."""
        now = time.monotonic()
        self._avoided = {node: until for node, until in self._avoided.items() if until > now}
        self._avoided[node_id] = now + GONE_S

    async def claim(self, room_id: str) -> Hold:
        here = self._info()
        now = time.monotonic()
        wanted = choose(here, [peer for peer in self.peers if self._avoided.get(peer.node_id, 0.0) <= now])
        stays = wanted.node_id == here.node_id or self._invited.get(room_id, 0.0) > time.monotonic()
        keys = [room_key(room_id, "lease"), room_key(room_id, "room")]
        asked_at = time.monotonic()
        try:
            answer = await self._redis.eval(
                scripts.CLAIM, 2, *keys, here.node_id, here.url, TTL_MS, "take" if stays else "look"
            )
        except (RedisError, OSError) as problem:
            place = self._places.get(room_id)
            if place is not None:
                raise OwnedElsewhere(place) from problem
            raise OwnershipUnknown(str(problem)) from problem
        self._answered_at = time.monotonic()
        match answer:
            case [b"ok", token]:
                lease = RoomLease(room_id, Lease(token, asked_at), f"{here.node_id} {token} {here.url}")
                self._leases[room_id] = lease
                self._places.pop(room_id, None)
                return lease
            case [b"taken", text]:
                place = _place(text)
            case [b"free"]:
                raise OwnedElsewhere(Place(wanted.node_id, wanted.url, claim=True))
            case _:
                raise RoomNotFound(room_id)
        self._places[room_id] = place
        while len(self._places) > 10_000:
            del self._places[next(iter(self._places))]
        raise OwnedElsewhere(place)

    async def owner(self, room_id: str) -> Place | None:
        """Who has the room's lease, or had it when Redis last answered; None: nobody, as far as is known."""
        try:
            text: bytes | None = await self._redis.get(room_key(room_id, "lease"))
        except (RedisError, OSError):
            return self._places.get(room_id)
        return None if text is None else _place(text)

    async def release(self, room_id: str, hold: Hold) -> None:
        lease = self._leases.get(room_id)
        if lease is None or lease is not hold:
            return
        del self._leases[room_id]
        lease.lease.lost()
        try:
            await self._redis.eval(scripts.RELEASE, 1, room_key(room_id, "lease"), lease.text)
        except (RedisError, OSError) as problem:
            log.warning("lease not given back", room=room_id, problem=str(problem))

    async def run(self) -> None:
        """Renews all leases, and says that this node is there; until it is cancelled."""
        task = asyncio.current_task()
        assert task is not None
        while not task.cancelling():  # the Redis client may take a cancellation for a timeout of its own
            started_at = time.monotonic()
            try:
                await self._renew_all()
                await self._beat()
            except (RedisError, OSError) as problem:
                log.warning("redis does not answer", problem=str(problem), rooms=len(self._leases))
                await self._doubt()
            except Exception as bug:
                log.error("lease round failed", exc_info=bug)
            await asyncio.sleep(max(0.05, RENEW_S - (time.monotonic() - started_at)))

    async def close(self) -> None:
        """The node goes: others need not wait for it."""
        try:
            for text in scripts.NODE_KEYS:
                remove = self._redis.zrem if text.endswith("seen") else self._redis.hdel
                await remove(text, self._info().node_id)
        except (RedisError, OSError):
            pass
        await self._redis.aclose()

    # --- inside ---------------------------------------------------------------------------------------------

    async def _renew_all(self) -> None:
        leases = list(self._leases.values())
        if not leases:
            return
        asked_at = time.monotonic()
        pipeline = self._redis.pipeline(transaction=False)
        for lease in leases:
            keys = (room_key(lease.room_id, "lease"), room_key(lease.room_id, "room"))
            pipeline.eval(scripts.RENEW, 2, *keys, lease.text, lease.token, TTL_MS)
        answers = await pipeline.execute()
        absent: list[str] = []
        for lease, answer in zip(leases, answers, strict=True):
            if answer == b"ok":
                lease.lease.renewed(asked_at)
            elif self._leases.get(lease.room_id) is not lease:
                continue
            elif answer == b"absent":
                absent.append(lease.room_id)
            else:
                self._give_up(lease, "another node has it")
        # All at once, and none waits for another's trouble: the leases of the others run out meanwhile.
        outcomes = await asyncio.gather(*map(self._vanished, absent), return_exceptions=True)
        for room_id, outcome in zip(absent, outcomes, strict=True):
            if isinstance(outcome, Exception):
                log.error("room not put back", room=room_id, exc_info=outcome)

    async def _beat(self) -> None:
        here = self._info()
        said: list[bytes] = await self._redis.eval(
            scripts.BEAT, 2, *scripts.NODE_KEYS, here.node_id, msgspec.json.encode(here), GONE_S
        )
        await self._redis.set(scripts.KEY_RING, self._ring, nx=True)
        self._answered_at = time.monotonic()
        nodes = [INFO.decode(text) for text in said]
        self.peers = [node for node in nodes if node.node_id != here.node_id]

    async def _doubt(self) -> None:
        now = time.monotonic()
        unproven = [lease for lease in self._leases.values() if not lease.lease.proven(now)]
        if not unproven or judge(await self._ask_peers(self.peers)) is Verdict.HOLD:
            return
        if await self.ask():
            return  # Redis came back while the others were asked: they only heard of it first
        for lease in unproven:
            self._give_up(lease, "only this node is cut off from Redis")

    def _give_up(self, lease: RoomLease, why: str) -> None:
        if self._leases.get(lease.room_id) is not lease:
            return  # released while Redis or the others were asked
        log.warning("room given up", room=lease.room_id, why=why)
        self.given_up += 1
        lease.lease.lost()
        del self._leases[lease.room_id]
        self._lost(lease.room_id)


def _place(lease: bytes) -> Place:
    node_id, _, url = lease.decode().split(" ", 2)
    return Place(node_id, url)


async def shared_keys(
    url: str, own: Any, encode: Callable[[Any], bytes], decode: Callable[[bytes], Any]
) -> Any:
    """The key ring of the cluster: the first node's. Raises RedisError, OSError."""
    redis = connect(url)
    try:
        known: bytes | None = await redis.set(scripts.KEY_RING, encode(own), nx=True, get=True)
        return own if known is None else decode(known)
    finally:
        await redis.aclose()
