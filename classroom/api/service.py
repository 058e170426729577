"""The API of one process: checks each request by its operation's declaration, and answers it."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from classroom import logs
from classroom.api import api_keys, given, idempotency, lives, problems
from classroom.api.api_keys import ApiKey
from classroom.api.desk import Desk
from classroom.api.operations import PARAMETERS, PREFIX, Call, Empty, Operation
from classroom.api.problems import Problem
from classroom.gate import Turnstile
from classroom.host import RoomFailed, RoomHost
from classroom.journal.base import JournalFull, JournalUnavailable, RoomNotFound
from classroom.request_body import BodyTooLarge, BodyTooSlow, read_body
from classroom.webhooks.courier import Courier
from rooms.errors import Refused
from rooms.events import Recorded
from signaling.buckets import TokenBucket

if TYPE_CHECKING:
    from classroom.runtime import Runtime

log = logs.get("api")

DAY_MS: Final = 86_400_000
LIVES_DAYS: Final = 3_650
"""Where the history is kept for ever."""
MAX_BODY_BYTES: Final = 64 * 1024
BODY_TIMEOUT_S: Final = 10.0
MAX_IN_FLIGHT: Final = 64
"""Requests under way at one time in this process."""
REQUESTS_PER_S: Final = 20.0
REQUEST_BURST: Final = 100.0
"""Of one key, on one node."""
KEYS_COUNTED: Final = 1_000
REFUSED_CODES: Final[Mapping[str, problems.Code]] = {
    "too_many_sets": "too_many_plans",
    "unknown_set": "plan_not_found",
    "too_many_revoked": "too_many_revoked",
    "unknown_participant": "participant_not_found",
    "not_kept_out": "participant_not_found",
}
"""A room's refusals of what programs ask; any other is about a text without anything visible in it."""
IDEMPOTENCY_KEY: Final = re.compile(r"[\x21-\x7e]{1,100}")


class Api:
    """One per process."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.records = runtime.records
        self.journal = runtime.journal
        self.desk = Desk(runtime)
        self._strangers = Turnstile(runtime.config.limits)
        """Requests without a good key, by address."""
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()
        self._in_flight = 0
        self.courier = Courier(
            self.records,
            self.journal,
            runtime.config.webhook_networks,
            runtime.spawn,
            "" if runtime.cluster is None else runtime.cluster.node_id,
            self._peers,
        )
        self._lives = lives.Lives(self.records, runtime.hosts, unix_ms, runtime.spawn)

    def start(self) -> None:
        self.runtime.spawn(self._lives.run())
        self.courier.start()

    def committed(self, host: RoomHost, events: Sequence[Recorded]) -> None:
        """See `classroom.host.RoomObserver`."""
        self._lives.committed(host, events)
        self.courier.committed(host, events)

    async def forget(self, now_ms: int) -> None:
        """Removes what need not be known any longer; to be called about once an hour. Never raises."""
        kept_days = self.runtime.config.history_days or LIVES_DAYS
        try:
            await idempotency.forget(self.records, now_ms)
            await given.forget_old(self.records, now_ms / 1000)
            await lives.forget_old(self.records, now_ms - kept_days * DAY_MS)
        except (JournalUnavailable, JournalFull) as problem:
            log.warning("old records not removed", problem=str(problem))

    async def close(self) -> None:
        await self.courier.close()

    def _peers(self) -> list[str]:
        cluster = self.runtime.cluster
        return [] if cluster is None else [peer.node_id for peer in cluster.ownership.peers]

    async def answer(self, operation: Operation, request: Request) -> Response:
        """Never raises."""
        if self._in_flight >= MAX_IN_FLIGHT:
            return problems.response(Problem("busy"))
        self._in_flight += 1
        try:
            return await self._answer(operation, request)
        except Problem as problem:
            return problems.response(problem)
        except RoomNotFound:
            return problems.response(Problem("room_not_found"))
        except Refused as refused:
            return problems.response(Problem(REFUSED_CODES.get(refused.code, "invalid"), refused.code))
        except (JournalUnavailable, JournalFull):
            return problems.response(Problem("storage_unavailable"))
        except RoomFailed:
            return problems.response(Problem("busy", "the room is moving"))
        except Exception as bug:
            log.error("request failed", operation=operation.id, exc_info=bug)
            return problems.response(Problem("internal"))
        finally:
            self._in_flight -= 1

    async def _answer(self, operation: Operation, request: Request) -> Response:
        now_ms = unix_ms()
        key = await self._authenticated(operation, request, now_ms)
        for name, text in request.path_params.items():
            if not re.fullmatch(PARAMETERS[name], text):
                raise Problem("not_found")
        call = Call(
            key=key,
            path=request.path_params,
            query=_query(operation, request),
            body=await _body(operation, request),
            idempotency_key=_idempotency_key(request) if operation.idempotent_by_key else None,
            now_ms=now_ms,
        )
        reply = await operation.handler(self, call)
        if operation.method != "GET":
            log.info("api", operation=operation.id, key=key.id, **call.path)
        if isinstance(reply, Response):
            return reply
        headers = {"Cache-Control": "no-store"}
        if operation.makes:
            made = PREFIX + operation.path.format_map(call.path)
            headers["Location"] = f"{made}/{getattr(reply, 'id')}"  # noqa: B009  # of whatever was made
        if isinstance(reply, Empty):
            return Response(status_code=204, headers=headers)
        return Response(msgspec.json.encode(reply), operation.status, headers, "application/json")

    async def _authenticated(self, operation: Operation, request: Request, now_ms: int) -> ApiKey:
        address = request.client.host if request.client else ""
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        key = None
        if operation.scope is None:
            key = ApiKey(id=f"address {address}", name="", scopes=(), digest="", created_at_ms=now_ms)
        elif scheme.lower() == "bearer":
            key = await api_keys.check(self.records, self.runtime.keys, text.strip(), now_ms)
        if key is None:
            if not self._strangers.take(address, time.monotonic()):
                self.runtime.refusals.note("api request", "rate", address, time.monotonic())
                raise Problem("rate_limited")
            raise Problem("key_unknown" if text else "key_missing")
        self._count(key)
        if operation.scope is not None and operation.scope not in key.scopes:
            raise Problem("scope_missing", operation.scope)
        return key

    def _count(self, key: ApiKey) -> None:
        now = time.monotonic()
        bucket = self._buckets.get(key.id)
        if bucket is None:
            bucket = self._buckets[key.id] = TokenBucket(REQUESTS_PER_S, REQUEST_BURST, now)
            if len(self._buckets) > KEYS_COUNTED:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key.id)
        if not bucket.take(now):
            raise Problem("rate_limited")


def unix_ms() -> int:
    return time.time_ns() // 1_000_000


def _query(operation: Operation, request: Request) -> Any:
    pairs = request.query_params.multi_items()
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise Problem("invalid", "a parameter is given twice")
    return _converted(dict(pairs), operation.query, strict=False)


async def _body(operation: Operation, request: Request) -> Any:
    if operation.body is None:
        return None
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem("unsupported_media_type", "application/json is wanted")
    try:
        body = await read_body(request, MAX_BODY_BYTES, BODY_TIMEOUT_S)
    except BodyTooLarge:
        raise Problem("body_too_large", f"{MAX_BODY_BYTES} bytes at most") from None
    except BodyTooSlow:
        raise Problem("too_slow") from None
    try:
        plain = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("malformed", str(error)) from None
    return _converted(plain, operation.body, strict=True)


def _converted(plain: Any, wanted: Any, *, strict: bool) -> Any:
    try:
        return msgspec.convert(plain, wanted, strict=strict)
    except msgspec.ValidationError as error:
        raise Problem("invalid", str(error)) from None


def _idempotency_key(request: Request) -> str | None:
    text = request.headers.get("idempotency-key")
    if text is not None and not IDEMPOTENCY_KEY.fullmatch(text):
        raise Problem("invalid", "Idempotency-Key: 1 to 100 printable characters")
    return text
