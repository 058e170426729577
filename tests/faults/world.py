"""What a schedule plays on: one server with its disk, people with their networks, and the faults that befall them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from random import Random

import msgspec

from classroom import host, invitations
from classroom.config import Config
from classroom.journal.sqlite import SqliteJournal
from rooms import commands as c
from rooms.events import Recorded
from rooms.state import RoomState
from signaling.limits import SessionLimits
from signaling.tokens import KeyRing, sign
from tests.faults import ambient, leases, server, store
from tests.faults.client import Client, Person
from tests.faults.loop import Process, VirtualLoop
from tests.faults.network import Line, Weather
from tests.faults.pad import Pad
from tests.rooms.actions import ROLES, SERVER_ONLY, random_step

ROOM = "room1"
SEATS = tuple("tpqrusio")
"""Who comes, in this order; the first is a trainer (`tests.rooms.actions.ROLES`)."""
UNFIT = (
    *SERVER_ONLY,
    c.Disconnect,
    c.Reconnect,
    c.AddChatImage,
    c.PreviewBreakouts,
    c.Leave,
    c.RemoveParticipant,
)
"""Not on the wire, without an event, or what `tests.faults.comings` does."""
PLAIN = 0.3
"""So much of what people do is saying something to everybody."""
KEYS = KeyRing({"k": b"k" * 32}, "k")


@dataclass(frozen=True)
class Scale:
    """What a seed chose for a whole schedule."""

    nodes: int
    people: int
    busy_s: float
    """How long faults happen."""
    ask_every_s: float
    fault_every_s: float
    limits: SessionLimits
    checkpoint_events: int

    @classmethod
    def of(cls, chance: Random) -> Scale:
        history = chance.choice([4, 16, 512])
        return cls(
            nodes=chance.choice([1, 1, 3]),
            people=chance.choice([2, 3, 3, 4, 6, 8]),
            busy_s=chance.choice([10.0, 25.0, 60.0]),
            ask_every_s=chance.choice([0.1, 0.3, 1.0]),
            fault_every_s=chance.choice([0.3, 1.0, 3.0]),
            limits=SessionLimits(
                history_events=history,
                outbox_frames=max(40, history * 2),
                resume_window_s=chance.choice([15.0, 180.0]),
            ),
            checkpoint_events=chance.choice([5, 50, 500]),
        )


class World:
    def __init__(self, seed: int, folder: Path, loop: VirtualLoop, note: Callable[[str], None]) -> None:
        self.seed = seed
        self.loop = loop
        self.chance = Random(f"world {seed}")
        self.net = Random(f"net {seed}")
        self.scale = Scale.of(self.chance)
        self.disk = store.Disk(Random(f"disk {seed}"))
        self._note = note
        self._folder = folder
        self.config: Config = server.config(folder, session_limits=self.scale.limits)
        self.nodes: list[server.Server | None] = [None] * self.scale.nodes
        self.leases = leases.LeaseStore(loop, Random(f"leases {seed}")) if self.scale.nodes > 1 else None
        self.dead: list[server.Server] = []
        self.people: dict[str, Person] = {}
        self.clients: list[Client] = []
        """Every tab that was ever opened."""
        self.revoking: set[str] = set()
        """Invitations that somebody asked to take back, whether or not it was kept."""
        self.notes = False
        """Whether people write in the room's note."""
        self.weather: dict[str, Weather] = {}
        self._lines = 0
        self._starts = 0
        self.counts: dict[str, int] = {}
        self.max_outbox = 0

    def trace(self, text: str) -> None:
        self._note(f"{self.loop.now:9.4f}  {text}")

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    # --- the server -----------------------------------------------------------------------------------------

    async def open(self) -> None:
        """The room, the server, and everybody at the door."""
        store.use(self.disk)
        host.CHECKPOINT_EVENTS = self.scale.checkpoint_events  # type: ignore[misc]
        journal = SqliteJournal(self.config.database)
        await invitations.create_room(journal, ROOM, "Room", 16)
        await journal.close()
        await self.start_all()
        for seat in SEATS[: self.scale.people]:
            self.come(seat)

    def come(self, seat: str) -> None:
        """Somebody who was not here before."""
        self.weather[seat] = Weather(
            delay_s=self.chance.choice([0.0, 0.02, 0.2]), jitter_s=self.chance.choice([0.0, 0.01, 0.3])
        )
        person = self.people[seat] = Person(seat)
        self.open_tab(person)

    def open_tab(self, person: Person, invitation: str | None = None) -> None:
        """`invitation`: one that the person has; None: a new one."""
        granted = invitations.personal(
            ROOM,
            "Room",
            ROLES.get(person.seat, "participant"),
            person.seat.upper(),
            now_s=int(ambient.unix_time()),
            seat=person.seat,
        )
        if invitation is not None:
            granted = msgspec.structs.replace(granted, jti=invitation)
        client = Client(
            person,
            granted.jti,
            sign(granted, KEYS),
            self.loop,
            Random(f"{person.seat} {self.chance.random()}"),
            self.dial,
            self.trace,
        )
        if self.notes:
            client.pad = Pad(client, len(self.clients), Random(f"pad {self.seed} {len(self.clients)}"))
        self.clients.append(client)
        self.trace(f"{client.name} comes")
        client.connect()

    async def start_all(self) -> None:
        """Every node that does not run, as a supervisor starts it again."""
        for index in range(len(self.nodes)):
            await self.start(index)

    async def start(self, index: int) -> None:
        before = self.nodes[index]
        if before is not None and before.process.alive:
            return
        self._starts += 1
        process = Process(f"node-{index}-{self._starts}", self.chance.uniform(0.95, 1.05))
        self.nodes[index] = node = server.Server(self.loop, process, self.config, KEYS, self.leases)
        self.trace(f"{process.name} starts")
        await asyncio.shield(process.spawn(self.loop, node.start()))

    @property
    def running(self) -> list[server.Server]:
        return [node for node in self.nodes if node is not None and node.process.alive]

    def kill(self, node: server.Server) -> None:
        """SIGKILL; or the whole machine, whose sockets say nothing any more."""
        if not node.process.alive:
            return
        silent = self.chance.random() < 0.3
        self.trace(f"{node.process.name} killed{', silently' if silent else ''}")
        lines = node.kill()
        self.dead.append(node)
        for line in lines:
            if silent:
                line.down.broken = True
            else:
                self.loop.call_later(self.net.uniform(0.0, 0.2), line.reset_client, context=Context())

    @property
    def hosts(self) -> list[host.RoomHost]:
        """Of each node that runs and believes that it owns the room."""
        loaded = [node.runtime.hosts.loaded(ROOM) for node in self.running if node.runtime is not None]
        return [one for one in loaded if one is not None]

    @property
    def owner(self) -> server.Server | None:
        """A node that runs and believes that it owns the room."""
        having = (
            node for node in self.running if node.runtime is not None and node.runtime.hosts.loaded(ROOM)
        )
        return next(having, None)

    def node_of(self, client: Client) -> server.Server | None:
        """The one with the other end of a tab's socket."""
        end = None if client.line is None else client.line.server
        runtime = None if end is None else end.app.state.runtime
        return next((node for node in self.running if node.runtime is runtime), None)

    @property
    def state(self) -> RoomState | None:
        """The room as a server has it, if one runs and has it."""
        return max((one.state for one in self.hosts), key=lambda state: state.seq, default=None)

    def history(self) -> list[Recorded]:
        """What the disk has."""
        from classroom.journal.sqlite import _select_events
        from classroom.journal.sqlite_writer import read

        return read(self.config.database, lambda connection: _select_events(connection, room_id=ROOM))

    # --- the network ----------------------------------------------------------------------------------------

    def dial(self, client: Client) -> Line:
        """Opens a socket; what becomes of it, the client is told."""
        self._lines += 1
        weather = self.weather[client.seat]
        line = Line(self._lines, self.loop, self.net, weather, client)
        self.loop.call_later(
            2 * weather.delay_s + self.net.random() * 0.05, self._arrive, line, client, context=Context()
        )
        return line

    def _arrive(self, line: Line, client: Client) -> None:
        weather = self.weather[client.seat]
        if line.gone_for_client or weather.away:
            return  # the client gives up by itself
        node = self.net.choice(self.nodes)
        if node is not None and node.accept(line, f"address of {client.seat}"):
            client.opened(line)
        else:
            line.reset_client()

    def lines(self) -> list[Line]:
        return [client.line for client in self.clients if client.line is not None]

    # --- people ---------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Somebody does something that makes sense in the room as it is."""
        state = self.state
        by_seat = {seat: person.open for seat, person in self.people.items() if person.open is not None}
        if state is None or not by_seat:
            return
        self.max_outbox = max(self.max_outbox, self.outbox())
        step = random_step(self.chance, state)
        while isinstance(step.command, UNFIT):
            step = random_step(self.chance, state)
        command = step.command
        if self.chance.random() < PLAIN:
            command = c.PostChat(channel="room", text=f"{self.loop.now}")
        elif isinstance(command, c.SetRules):
            command = msgspec.structs.replace(command, locked=None, lobby=None)
        client = by_seat.get(step.actor or "") or self.chance.choice([*by_seat.values()])
        self.trace(f"{client.name}: {type(command).__name__}")
        client.ask(command)

    def outbox(self) -> int:
        runtimes = [node.runtime for node in self.running if node.runtime is not None]
        return max((len(one._outbox) for runtime in runtimes for one in runtime.connections), default=0)
