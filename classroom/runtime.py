"""Everything that one running process is made of, put together, started and stopped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Final

from classroom import gate, logs
from classroom.admission import Admissions
from classroom.api.room_records import RoomRecords
from classroom.api.service import Api
from classroom.captions import CaptionDesk
from classroom.chat_images import ChatImages
from classroom.collector import Collector
from classroom.config import Config, is_loopback
from classroom.dispatch import Dispatcher
from classroom.handover import HANDOVER_S, Handovers
from classroom.hosts import RoomHost, RoomHosts
from classroom.journal.base import Journal
from classroom.loop_lag import LoopWatch
from classroom.media.config import MediaConfig
from classroom.media.plane import MediaPlane
from classroom.media.pyrelay.relay import PyRelay
from classroom.metrics.counts import Counts
from classroom.notes.desk import NoteDesk
from classroom.notes.store import MemoryNotes, NoteStore
from classroom.ops.ops import Ops
from classroom.ops.watch import OpsWatch
from classroom.quality_figures import PersonFigures
from classroom.records.base import Records
from classroom.records.memory import MemoryRecords
from classroom.retention import EVERY_S, Retention
from classroom.stores import open_images
from classroom.switchboard import Switchboard
from classroom.tracing import NoTracer, Tracer
from rooms.events import Recorded
from signaling.connection import Connection
from signaling.errors import ErrorCode
from signaling.sessions import Sessions
from signaling.tokens import KeyRing

if TYPE_CHECKING:
    from classroom.cluster.node import ClusterNode

log = logs.get("server")

SWEEP_S: Final = 1.0
STOP_S: Final = 15.0
"""For the journal to put away what it has taken, on a disk that has become slow."""


def now_ms() -> int:
    """Unix time in milliseconds: the clock of rooms."""
    return time.time_ns() // 1_000_000


class Runtime:
    """One process. It is the rooms' `RoomObserver`."""

    def __init__(
        self,
        config: Config,
        keys: KeyRing,
        journal: Journal,
        notes: NoteStore | None = None,
        records: Records | None = None,
        tracer: Tracer | None = None,
    ) -> None:
        """`notes` None: shared notes end with the process; `records` None: so do the API's keys and the like."""
        self.config = config
        self.keys = keys
        self.journal = journal
        self._note_store = MemoryNotes() if notes is None else notes
        self.records = MemoryRecords() if records is None else records
        self.counts = Counts()
        self.tracer: Tracer = NoTracer() if tracer is None else tracer
        self.origins = gate.allowed_origins(config)
        self.turnstile = gate.Turnstile(config.limits)
        self.refusals = gate.Refusals(time.monotonic())
        self.connections: dict[Connection, asyncio.Task[None]] = {}
        """Every open socket's connection, and the task that writes to it."""
        self.cluster: ClusterNode | None = None
        if config.redis_url is not None:
            from classroom.cluster.node import ClusterNode
            from classroom.journal.redis import RedisJournal

            assert isinstance(journal, RedisJournal)
            self.cluster = ClusterNode(config, keys, journal, self)
        self.hosts = RoomHosts(
            journal,
            self,
            config.room_limits,
            max_rooms=config.limits.rooms_loaded,
            now_ms=now_ms,
            ownership=None if self.cluster is None else self.cluster.ownership,
            counts=self.counts,
            tracer=self.tracer,
        )
        self.sessions = Sessions(config.session_limits)
        self.switchboard = Switchboard(self._host_with_media, self.tracer)
        self.plane = MediaPlane(media_config(config), PyRelay, self.switchboard)
        self.switchboard.attach(self.plane)
        self.handovers = Handovers(self.hosts, self.sessions, self.switchboard, self.spawn)
        self.notes = NoteDesk(self._note_store, self.spawn, now_ms, time.monotonic)
        self.captions = CaptionDesk(now_ms)
        self._image_store = open_images(config)
        self.images = ChatImages(self._image_store, self.hosts, self.sessions, self.spawn)
        self.admissions = Admissions(
            config,
            keys,
            self.hosts,
            self.sessions,
            self.switchboard,
            self.handovers,
            self.captions,
            self.counts,
            self.tracer,
            self.refusals,
        )
        self.dispatcher = Dispatcher(
            config,
            self.hosts,
            self.switchboard,
            self.handovers,
            self.notes,
            self.captions,
            self.counts,
            self.tracer,
        )
        self.retention = Retention(
            journal,
            self.hosts,
            self.hosts.ownership,
            history_days=config.history_days,
            room_days=config.room_days,
            beside=(self._note_store, self._image_store, RoomRecords(self.records)),
        )
        self.api = Api(self)
        self.collector = Collector()
        self.loop_watch = LoopWatch()
        self.ops = Ops(self, OpsWatch(self.hosts, self.switchboard.quality.figures, self.plane.path, now_ms))
        self.stopping = False
        self.draining = False
        """An operator sends the rooms of this node to others."""
        self.links: set[asyncio.Task[None]] = set()
        """What carries clients' frames to and from the owners of their rooms."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Raises OSError if the media port cannot be had."""
        await self.plane.start()
        if self.cluster is not None:
            self.cluster.start()
        self.loop_watch.start()
        self.spawn(self._sweep())
        self.spawn(self._watch_rooms())
        self.spawn(self._forget())
        self.api.start()
        self.spawn(self.ops.watch.run())
        self.spawn(self.ops.links.run())

    @property
    def stops_within_s(self) -> float:
        """How long `drain` and `stop` may take together."""
        moving = 0.0 if self.cluster is None else self.config.cluster_drain_s + HANDOVER_S
        return moving + self.config.limits.drain_s + STOP_S

    @property
    def ready(self) -> bool:
        """Whether new people may be sent here."""
        return not (self.stopping or self.draining) and (
            self.cluster is None or self.cluster.ownership.reaches_redis
        )

    async def drain(self) -> None:
        """Says goodbye to everybody, and gives their sockets a moment to hear it; in a cluster, after the rooms have gone to
        other nodes."""
        self.stopping = True
        if self.cluster is not None:
            await self.cluster.drain(time.monotonic() + self.config.cluster_drain_s)
            for task in tuple(self.links):
                task.cancel()
            await self.handovers.ended()
        self.admissions.shut_down()
        for connection in tuple(self.connections):  # those that have no session (yet)
            connection.fail(ErrorCode.SHUTTING_DOWN)
        if self.connections:
            await asyncio.wait(self.connections.values(), timeout=self.config.limits.drain_s)

    async def stop(self) -> None:
        """Ends everything; what was taken by the journal is on the disk afterwards."""
        self.loop_watch.stop()
        self.hosts.close()
        await self.plane.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._note_store.close()
        await self.api.close()
        await self.records.close()
        await self._image_store.close()
        if self.cluster is not None:
            await self.cluster.close()
        await self.journal.close()
        await asyncio.to_thread(self.tracer.close)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs `work` on its own; kept until it is done, because the loop alone would not keep it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        bug = None if task.cancelled() else task.exception()
        if bug is not None:
            log.error("task failed", task=task.get_coro().__qualname__, exc_info=bug)  # type: ignore[union-attr]

    def _host_with_media(self, room_id: str) -> RoomHost | None:
        """The room, if it is here, or if its media still are."""
        return self.hosts.loaded(room_id) or self.handovers.host(room_id)

    def quality(self, room_id: str) -> tuple[PersonFigures, ...]:
        """How everybody's media in a room do, in figures: for those who run the server."""
        return self.switchboard.quality.figures(room_id)

    # --- RoomObserver ---------------------------------------------------------------------------------------

    def committed(self, host: RoomHost, events: Sequence[Recorded]) -> None:
        happened = [recorded.event for recorded in events]
        self.switchboard.room_changed(host, happened)
        self.captions.room_changed(host, happened)
        self.admissions.committed(host, events)
        self.images.committed(host, events)
        self.api.committed(host, events)
        self.ops.watch.room_changed(host, events)

    def failed(self, host: RoomHost) -> None:
        self.counts.room_failures += 1
        self.admissions.room_failed(host)

    # --- inside ---------------------------------------------------------------------------------------------

    async def _sweep(self) -> None:
        """The timed work that needs no precision."""
        closing: dict[Connection, float] = {}
        while True:
            await asyncio.sleep(SWEEP_S)
            try:
                self._sweep_once(closing)
            except Exception as bug:
                log.error("sweep failed", exc_info=bug)

    async def _forget(self) -> None:
        while True:
            for forget in (self.retention.apply, self.api.forget):
                try:
                    await forget(now_ms())
                except Exception as bug:
                    log.error("old things not removed", exc_info=bug)
            await asyncio.sleep(EVERY_S)

    async def _watch_rooms(self) -> None:
        """One step in a turn of the loop: media wait behind no more than that."""
        while True:
            await asyncio.sleep(SWEEP_S)
            for room_id in self.switchboard.rooms:
                try:
                    for _ in self.switchboard.sweep(room_id, time.monotonic()):
                        await asyncio.sleep(0)
                except Exception as bug:
                    log.error("room sweep failed", room=room_id, exc_info=bug)
                await asyncio.sleep(0)

    def _sweep_once(self, closing: dict[Connection, float]) -> None:
        now = time.monotonic()
        for connection, writer in tuple(self.connections.items()):
            connection.tick(now, now_ms())
            if connection.closing is None:
                continue
            # A peer that reads no more would hold up its own goodbye for ever.
            if now - closing.setdefault(connection, now) > self.config.limits.close_timeout_s:
                writer.cancel()
        for connection in [gone for gone in closing if gone not in self.connections]:
            del closing[connection]
        self.admissions.expire()
        self.admissions.reconcile()
        for host in self.hosts.idle():
            self.spawn(self.hosts.put_away(host))
            self.switchboard.forget_room(host.room_id)
            self.captions.forget_room(host.room_id)
        self.notes.sweep(self.hosts.loaded)
        self.collector.sweep(now, idle=not self.plane.stats().connected)


def media_config(config: Config) -> MediaConfig:
    """Media are bound to every interface unless they are announced on loopback alone: browsers that never use
    loopback for media (Firefox) reach a local server by the machine's own address."""
    announced = config.media_addresses
    only_loopback = bool(announced) and all(is_loopback(address) for address in announced)
    return MediaConfig(
        host="127.0.0.1" if only_loopback else "0.0.0.0",
        port=config.media_port,
        tcp_port=config.media_tcp_port,
        advertise=announced,
        audio_slots=config.audio_slots,
        video_slots=config.video_slots,
    )
