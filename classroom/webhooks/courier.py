"""Carries messages: from rooms into the outbox, and from the outbox to their receivers.

In a cluster the node that owns a room writes its messages down, and each webhook has one node that sends: the one that
a hash of both names puts first among those that are there (rendezvous hashing). While nodes come and go, two may send the
same message; it has the same id.

What a process did not come to write down before it died, others do: each at its start, and whenever a node has gone, looks
through the rooms' newest events (`_catch_up`), each room by one of them.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from classroom import logs
from classroom.hosts import RoomHost
from classroom.journal.base import Journal, JournalFull, JournalUnavailable, RoomListing, RoomNotFound
from classroom.journal.checkpoint import Checkpoint, advance
from classroom.records.base import Records
from classroom.webhooks import signing
from classroom.webhooks.addresses import Network
from classroom.webhooks.delivery import GIVEN_UP_MS, WAITING_MAX, Delivery, Fate, Queue
from classroom.webhooks.notices import message_id, notices, worth_telling
from classroom.webhooks.outbox import Outbox, Webhook
from rooms.events import Recorded

if TYPE_CHECKING:
    from classroom.webhooks.post import Poster

log = logs.get("webhooks")

TICK_S: Final = 1.0
REFRESH_S: Final = 10.0
"""How often webhooks (and on several nodes what waits for them) are read anew: what another node changed is known by then."""
NOTED_MAX: Final = 1_000
"""Pieces of rooms' news that wait to be written down; what is more is read from the journal later."""
AGAIN_S: Final = 1.0
FOLLOWED_MAX: Final = 10_000
FOLD_CHUNK: Final = 200


class _News(NamedTuple):
    room_id: str
    epoch: str
    events: tuple[Recorded, ...]
    seats_after: int


class Courier:
    """One per process. `counts`: messages by what became of them, in this process."""

    def __init__(
        self,
        records: Records,
        journal: Journal,
        allowed: Sequence[Network],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        node_id: str = "",
        peers: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        """`allowed`: networks that are not public, and may be sent to. `peers`: ids of the cluster's other nodes."""
        self.outbox = Outbox(records)
        self.counts: Counter[str] = Counter()
        self._journal = journal
        self._allowed = tuple(allowed)
        self._spawn = spawn
        self._node_id = node_id
        self._peers = peers
        self._poster: Poster | None = None
        self._webhooks: dict[str, Webhook] = {}
        self._queues: dict[str, Queue] = {}
        self._news: asyncio.Queue[_News] = asyncio.Queue(NOTED_MAX)
        self._followed: OrderedDict[str, str] = OrderedDict()
        """Room → the epoch of which nothing was missed so far."""
        self._wake = asyncio.Event()
        self._refresh_at = 0.0
        self._others: frozenset[str] | None = None
        """The other nodes at the last look; None: there was none."""
        self._catching_up = asyncio.Lock()

    def start(self) -> None:
        self._spawn(self._note_all())
        self._spawn(self._carry())

    def changed(self) -> None:
        """A webhook was made or removed by this node."""
        self._refresh_at = 0.0
        self._wake.set()

    def committed(self, host: RoomHost, events: Sequence[Recorded]) -> None:
        """See `classroom.host.RoomObserver`."""
        if not self._webhooks or not worth_telling(events):
            return
        try:
            self._news.put_nowait(
                _News(host.room_id, host.epoch, tuple(events), len(host.state.participants))
            )
        except asyncio.QueueFull:
            self._followed.pop(host.room_id, None)
            log.warning("news of a room are read later", room=host.room_id)

    async def close(self) -> None:
        if self._poster is not None:
            await self._poster.close()

    # --- from rooms into the outbox -------------------------------------------------------------------------

    async def _note_all(self) -> None:
        while True:
            news = await self._news.get()
            while True:
                try:
                    await self._note(news)
                    break
                except (JournalUnavailable, JournalFull) as problem:
                    log.warning("news of a room wait", room=news.room_id, problem=str(problem))
                    await asyncio.sleep(AGAIN_S)
                except RoomNotFound:  # erased meanwhile
                    break
                except Exception as bug:
                    log.error("news of a room lost", room=news.room_id, exc_info=bug)
                    break

    async def _note(self, news: _News) -> None:
        events = news.events
        cursor = await self.outbox.cursor(news.room_id)
        followed = self._followed.get(news.room_id) == news.epoch
        if cursor is not None and cursor + 1 < events[0].seq and not followed:
            between = await self._journal.events(news.room_id)
            missed = [recorded for recorded in between if cursor < recorded.seq < events[0].seq]
            events = (*missed, *events)
        await self._write_down(news.room_id, events, news.seats_after)
        await self.outbox.set_cursor(news.room_id, events[-1].seq)
        self._followed[news.room_id] = news.epoch
        while len(self._followed) > FOLLOWED_MAX:
            self._followed.popitem(last=False)

    async def _catch_up(self) -> None:
        """Sees to it that of every room that falls to this node what happened is written down. Never raises."""
        peers = tuple(self._peers())
        since_ms = min((webhook.created_at_ms for webhook in self._webhooks.values()), default=0)
        try:
            async with self._catching_up:
                for listing in await self._journal.rooms():
                    recent = listing.last_at_ms >= max(since_ms, _now_ms() - GIVEN_UP_MS)
                    if recent and self._is_mine(listing.room_id, peers):
                        await self._catch_up_with(listing)
        except (JournalUnavailable, JournalFull) as problem:
            log.warning("news not caught up with", problem=str(problem))
            self._others = None  # again at the next look
        except Exception as bug:
            log.error("news not caught up with", exc_info=bug)

    async def _catch_up_with(self, listing: RoomListing) -> None:
        room_id = listing.room_id
        cursor = await self.outbox.cursor(room_id) or 0
        if listing.last_seq <= cursor:
            return
        try:
            head = await self._head(room_id)
            events = await self._journal.events(room_id)
        except RoomNotFound:  # erased meanwhile
            return
        missed = [recorded for recorded in events if cursor < recorded.seq <= head.seq]
        await self._write_down(room_id, missed, len(head.state.participants))
        if (await self.outbox.cursor(room_id) or 0) < head.seq:
            await self.outbox.set_cursor(room_id, head.seq)

    async def _head(self, room_id: str) -> Checkpoint:
        """The room after its newest event."""
        history = await self._journal.load(room_id)
        head = history.checkpoint or Checkpoint()
        for index, recorded in enumerate(history.events, start=1):
            head = advance(head, recorded)
            if index % FOLD_CHUNK == 0:
                await asyncio.sleep(0)
        return head

    async def _write_down(self, room_id: str, events: Sequence[Recorded], seats_after: int) -> None:
        for notice in notices(room_id, events, seats_after):
            body = msgspec.json.encode(notice).decode()
            at_ms = int(notice.timestamp.timestamp() * 1000)
            delivery = Delivery(id=message_id(notice), body=body, at_ms=at_ms)
            for webhook in tuple(self._webhooks.values()):
                wanted = notice.type in webhook.events and at_ms >= webhook.created_at_ms
                if wanted and not webhook.ended and at_ms + GIVEN_UP_MS > _now_ms():
                    await self._enqueue(webhook, delivery)

    async def _enqueue(self, webhook: Webhook, delivery: Delivery) -> None:
        queue = self._queues.get(webhook.id)
        waiting = len(queue) if queue is not None else len(await self.outbox.deliveries(webhook.id))
        if waiting >= WAITING_MAX:
            self.counts["dropped"] += 1
            log.warning("message dropped", webhook=webhook.id, waiting=waiting)
            return
        await self.outbox.add(webhook.id, delivery)
        if queue is not None:
            queue.offer(delivery)
            self._wake.set()

    # --- from the outbox to receivers -----------------------------------------------------------------------

    async def _carry(self) -> None:
        while True:
            try:
                if time.monotonic() >= self._refresh_at or frozenset(self._peers()) != self._others:
                    await self._refresh()
                for webhook_id, queue in tuple(self._queues.items()):
                    while (delivery := queue.take(_now_ms())) is not None:
                        self._spawn(self._send(self._webhooks[webhook_id], queue, delivery))
            except (JournalUnavailable, JournalFull) as problem:
                log.warning("webhooks wait", problem=str(problem))
            except Exception as bug:
                log.error("webhooks failed", exc_info=bug)
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._wake.wait()
            self._wake.clear()

    async def _refresh(self) -> None:
        self._refresh_at = time.monotonic() + REFRESH_S
        self._webhooks = {webhook.id: webhook for webhook in await self.outbox.webhooks()}
        before, peers = self._others, frozenset(self._peers())
        self._others = peers
        if self._webhooks and (before is None or before - peers):
            self._spawn(self._catch_up())
        mine = {
            webhook.id
            for webhook in self._webhooks.values()
            if not webhook.ended and self._is_mine(webhook.id, peers)
        }
        for webhook_id in self._queues.keys() - mine:
            del self._queues[webhook_id]
        for webhook_id in mine:
            fresh = webhook_id not in self._queues
            queue = self._queues.setdefault(webhook_id, Queue())
            if fresh or peers:
                for delivery in await self.outbox.deliveries(webhook_id):
                    queue.offer(delivery)

    def _is_mine(self, what: str, peers: Iterable[str]) -> bool:
        """Whether it falls to this node to see to this webhook, or room."""

        def rank(node_id: str) -> bytes:
            return hashlib.sha256(f"{node_id} {what}".encode()).digest()

        return all(rank(self._node_id) >= rank(peer) for peer in peers)

    async def _send(self, webhook: Webhook, queue: Queue, delivery: Delivery) -> None:
        if self._poster is None:
            from classroom.webhooks.post import Poster  # takes a moment to load, and most need none

            self._poster = Poster(self._allowed)
        body = delivery.body.encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "MomentumClassroom-Webhooks/1",
            **signing.headers(webhook.secret, delivery.id, int(time.time()), body),
        }
        status = await self._poster.post(webhook.url, headers, body)
        fate, later = queue.tried(delivery.id, status, _now_ms(), random.random())
        self.counts[fate.value] += 1
        log.info("webhook", webhook=webhook.id, message=delivery.id, status=status, fate=fate.value)
        try:
            if later is not None:
                await self.outbox.put(webhook.id, later)
            else:
                await self.outbox.remove(webhook.id, delivery.id)
            if fate is Fate.ENDED:
                self._queues.pop(webhook.id, None)
                await self.outbox.end_webhook(webhook)
                self.changed()
        except (JournalUnavailable, JournalFull) as problem:  # it may be sent again after a restart
            log.warning("outcome not kept", webhook=webhook.id, problem=str(problem))
        self._wake.set()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
