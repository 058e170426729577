"""A classroom with one person on a poor network: server and everybody else on one host, that person on the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rooms.model import Role
from tests.network.impairment import Impairment
from tests.network.namespaces import TwoHosts
from tests.network.synthetic import SyntheticPerson, save_clips
from tests.support.server import ClassroomServer, running

CALM = Impairment()
CLIPS = "clips.pickle"


@dataclass
class Scene:
    hosts: TwoHosts
    server: ClassroomServer
    room: str
    folder: Path
    _stack: ExitStack
    _numbers: int = 0
    people: dict[str, SyntheticPerson] = field(default_factory=dict)

    def synthetic(self, host: str, name: str, *, voice: bool = True) -> SyntheticPerson:
        """Somebody joins from `host` ("server": a perfect network)."""
        role: Role = "trainer" if not self.people else "participant"
        link = self.server.invite(self.room, role, name)
        person = SyntheticPerson(
            self.hosts.command(host, []), self.folder / CLIPS, link, name, self._numbers, voice=voice
        )
        self._numbers += 1
        self._stack.callback(person.close)
        self.people[name] = person
        return person

    def impair(self, *, up: Impairment | None = None, down: Impairment | None = None) -> None:
        """What the client's packets suffer from now on; None: as before."""
        if up is not None:
            self.hosts.up.impairment = up
        if down is not None:
            self.hosts.down.impairment = down


@contextmanager
def scene(folder: Path, *, up: Impairment = CALM, down: Impairment = CALM, seed: int = 1) -> Iterator[Scene]:
    with ExitStack() as stack:
        hosts = stack.enter_context(TwoHosts(up=up, down=down, seed=seed))
        server = stack.enter_context(
            running(
                folder / f"server-{time.monotonic_ns()}",
                prefix=hosts.command("server", []),
                HOST=hosts.SERVER,
                MEDIA_ADDRESSES=hosts.SERVER,
            )
        )
        save_clips(folder / CLIPS)
        people = stack.enter_context(ExitStack())
        yield Scene(hosts, server, server.create_room("Network"), folder, people)
