"""The real server in the simulation: everything of `Runtime` but its sockets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from classroom import ws
from classroom.config import Config
from classroom.journal.base import Fenced
from classroom.journal.sqlite import SqliteJournal
from classroom.media import plane
from classroom.notes.sqlite import SqliteNotes
from classroom.runtime import Runtime
from signaling.tokens import KeyRing
from tests.faults.beside import FencedImages, FencedNotes
from tests.faults.leases import LeaseOwnership, LeaseStore
from tests.faults.loop import Process, VirtualLoop
from tests.faults.network import Line, ServerEnd

_certificate = plane.Certificate()


def install() -> None:
    """Once: one DTLS certificate for all processes (nobody sends media here), and logs that are looked at."""
    plane.Certificate = lambda: _certificate  # type: ignore[misc, assignment]
    structlog.configure(processors=[_collect], cache_logger_on_first_use=False)


bugs: list[str] = []
"""What the server's log calls an error with a traceback."""


def _collect(_: Any, level: str, event: dict[str, Any]) -> Any:
    problem = event.get("exc_info")
    if level in ("error", "exception", "critical") and problem and not isinstance(problem, Fenced):
        bugs.append(f"{event.get('component', '')} {event['event']}: {problem!r}")
    raise structlog.DropEvent


class _NoCollector:
    """Garbage takes real time, and none of the schedule's."""

    def sweep(self, now: float, *, idle: bool) -> bool:
        return False


class ServerRuntime(Runtime):
    """A `Runtime` without a media port: rooms, sessions and timers run as always."""

    async def start(self) -> None:
        self.collector = _NoCollector()  # type: ignore[assignment]
        if self.cluster is not None:
            self.cluster.start()
        self.spawn(self._sweep())
        self.spawn(self._watch_rooms())
        self.spawn(self._forget())


class Server:
    """One process on one node, from start to kill."""

    def __init__(
        self,
        loop: VirtualLoop,
        process: Process,
        config: Config,
        keys: KeyRing,
        leases: LeaseStore | None = None,
    ) -> None:
        """`leases`: this is one node of several."""
        self._leases = leases
        self.process = process
        self._loop = loop
        self._config = config
        self._keys = keys
        self.runtime: ServerRuntime | None = None
        self.lines: list[Line] = []

    async def start(self) -> None:
        """From within the process."""
        journal = SqliteJournal(self._config.database, queue_limit=self._config.limits.journal_queue)
        path = self._config.notes_database
        notes = SqliteNotes(path) if self._leases is None else FencedNotes(path, self._leases)
        self.runtime = ServerRuntime(self._config, self._keys, journal, notes)
        if self._leases is not None:
            images = FencedImages(self._config.data_dir / "chat-images", self._leases)
            self.runtime._image_store = self.runtime.images._store = images
            ownership = LeaseOwnership(self.process.name, self._leases, self._lost)
            self.runtime.hosts.ownership = self.runtime.retention._ownership = ownership
            self.runtime.spawn(ownership.run())
        await self.runtime.start()

    async def move(self, room_id: str) -> None:
        """As `classroom.cluster.node.ClusterNode.move` does, from within the process."""
        assert self.runtime is not None
        host = self.runtime.hosts.loaded(room_id)
        if host is not None:
            await self.runtime.hosts.put_away(host)
            self.runtime.admissions.send_away(host)

    def abandon(self) -> None:
        """What was not committed never is."""
        if self.runtime is not None:
            for store in (self.runtime.journal, self.runtime._note_store):
                store._writer.abandon()  # type: ignore[attr-defined]

    def _lost(self, room_id: str) -> None:
        """As `classroom.cluster.node.ClusterNode` does."""
        assert self.runtime is not None
        host = self.runtime.hosts.loaded(room_id)
        if host is not None:
            self.runtime.hosts.drop(host)
            self.runtime.admissions.send_away(host)

    def accept(self, line: Line, address: str) -> bool:
        """A client's socket. False: nobody listens."""
        if self.runtime is None or not self.process.alive or self.runtime.stopping:
            return False
        self.lines = [one for one in self.lines if not one.gone_for_server]
        self.lines.append(line)
        end = ServerEnd(line, self.runtime, address)
        self.process.spawn(self._loop, ws.endpoint(end))  # type: ignore[arg-type]
        return True

    def kill(self) -> list[Line]:
        """SIGKILL. The sockets that the kernel closes for it."""
        self.process.kill()
        self.abandon()
        for line in self.lines:
            line.gone_for_server = True
        return self.lines


def config(folder: Path, **changes: Any) -> Config:
    plain = Config(data_dir=folder, media_addresses=("127.0.0.1",))
    return replace(plain, **changes)
