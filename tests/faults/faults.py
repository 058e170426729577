"""The faults. Each takes the world and does its harm now, or for a while; the schedule draws them by weight."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context

from tests.faults.network import Line
from tests.faults.world import ROOM, World

Fault = Callable[[World], Awaitable[None]]


def _line(world: World) -> Line | None:
    lines = world.lines()
    return world.net.choice(lines) if lines else None


async def cut(world: World) -> None:
    """Both ends learn of it, at different times; what was on its way arrives or not."""
    line = _line(world)
    if line is None:
        return
    line.up.broken, line.down.broken = world.net.random() < 0.5, world.net.random() < 0.5
    world.trace(f"line {line.number} cut")
    for reset in (line.reset_client, line.reset_server):
        world.loop.call_later(world.net.choice([0.0, 0.05, 1.0, 8.0]), reset, context=Context())


async def half_open(world: World) -> None:
    """Nothing passes any more, in one direction or both, and nobody is told."""
    line = _line(world)
    if line is None:
        return
    line.up.broken, line.down.broken = world.net.choice([(True, True), (True, False), (False, True)])
    world.trace(f"line {line.number} half-open: up {line.up.broken}, down {line.down.broken}")


async def stall(world: World) -> None:
    """A direction stands still for a while, then delivers everything; sockets that were given up may come alive then."""
    line = _line(world)
    if line is None:
        return
    until = world.loop.now + world.net.choice([0.5, 3.0, 11.0, 20.0])
    for pipe in world.net.choice([(line.up,), (line.down,), (line.up, line.down)]):
        pipe.stalled_until = until
    world.trace(f"line {line.number} stalled until {until:.1f}")


async def give_up(world: World) -> None:
    """The client has enough of a socket whose frames still arrive, late: the next socket overtakes it."""
    client = world.net.choice(world.clients)
    if client.line is None or client.off:
        return
    client.line.up.stalled_until = world.loop.now + world.net.choice([0.1, 1.0, 6.0])
    client.lost("impatience")


async def reload(world: World) -> None:
    client = world.net.choice(world.clients)
    if not client.off and client.line is not None:
        client.reload()


async def away(world: World) -> None:
    """Somebody's network is away for a while."""
    seat = world.net.choice([*world.weather])
    weather = world.weather[seat]
    for_s = world.net.choice([0.5, 4.0, 10.0, 25.0])
    if weather.away:
        return
    weather.away = True
    world.trace(f"{seat}: network away for {for_s}")
    world.loop.call_later(for_s, lambda: setattr(weather, "away", False), context=Context())


async def jitter(world: World) -> None:
    weather = world.net.choice([*world.weather.values()])
    weather.delay_s = world.net.choice([0.0, 0.02, 0.3, 2.0])
    weather.jitter_s = world.net.choice([0.0, 0.05, 1.0])


async def slow_reader(world: World) -> None:
    """A client that reads next to nothing for so long that its outbox fills."""
    line = _line(world)
    if line is not None:
        line.down.stalled_until = world.loop.now + 9.0
        world.trace(f"line {line.number} reads nothing")


async def kill(world: World) -> None:
    """SIGKILL, and a new process soon."""
    index = world.net.randrange(len(world.nodes))
    node = world.nodes[index]
    if node is None:
        return
    world.kill(node)
    await asyncio.sleep(world.net.choice([0.0, 0.3, 2.0, 12.0]))
    await world.start(index)


async def kill_in_commit(world: World) -> None:
    """SIGKILL while somebody's command is on its way to the disk."""
    world.disk.commit_s = world.net.choice([0.01, 0.2])
    for _ in range(world.net.choice([1, 4, 10])):
        world.ask()
    await asyncio.sleep(world.net.choice([0.005, 0.05, 0.2]))
    await kill(world)


async def freeze(world: World) -> None:
    """SIGSTOP for a while, then SIGCONT."""
    if not world.running:
        return
    process = world.net.choice(world.running).process
    for_s = world.net.choice([0.3, 4.0, 8.0, 20.0])
    world.trace(f"{process.name} frozen for {for_s}")
    process.freeze()
    world.loop.call_later(for_s, process.thaw, world.loop, context=Context())


async def move(world: World) -> None:
    """The room goes to another node while people write."""
    node = world.owner
    if world.leases is not None and node is not None:
        world.trace(f"{node.process.name} gives the room away")
        node.process.spawn(world.loop, node.move(ROOM))


async def disk_stall(world: World) -> None:
    world.disk.stalled_until = world.loop.now + world.net.choice([0.2, 2.0, 6.0, 15.0])
    world.trace(f"disk stalled until {world.disk.stalled_until:.1f}")


async def disk_slow(world: World) -> None:
    world.disk.commit_s = world.net.choice([0.001, 0.05, 0.5])
    world.trace(f"commits take {world.disk.commit_s}")


async def disk_full(world: World) -> None:
    world.disk.full_until = world.loop.now + world.net.choice([0.1, 1.0, 8.0])
    world.trace(f"disk full until {world.disk.full_until:.1f}")


async def clock_jump(world: World) -> None:
    """The wall clock of the server is set."""
    if world.running:
        process = world.net.choice(world.running).process
        process.clock_offset_s += world.net.choice([-60.0, -1.0, 0.5, 30.0])
        world.trace(f"wall clock of {process.name} off by {process.clock_offset_s}")


async def cut_off(world: World) -> None:
    """One node does not reach the lease store for a while, or none does."""
    if world.leases is None:
        return
    store = world.leases
    nodes = {node.process.name for node in world.running}
    cut = nodes if world.net.random() < 0.3 else set(sorted(nodes)[:1])
    for_s = world.net.choice([1.0, 4.0, 12.0])
    store.cut_off |= cut
    world.trace(f"{sorted(cut)} cut off from the leases for {for_s}")
    world.loop.call_later(for_s, lambda: store.cut_off.difference_update(cut), context=Context())


NETWORK: dict[Fault, int] = {
    cut: 6,
    half_open: 3,
    stall: 3,
    give_up: 4,
    reload: 2,
    away: 3,
    jitter: 2,
    slow_reader: 2,
}
PROCESS: dict[Fault, int] = {kill: 4, kill_in_commit: 4, freeze: 2, clock_jump: 1, cut_off: 2, move: 3}
STORE: dict[Fault, int] = {disk_stall: 3, disk_slow: 3, disk_full: 3}
MIXES: tuple[dict[Fault, int], ...] = (
    NETWORK,
    {**NETWORK, **PROCESS},
    {**NETWORK, **STORE},
    {**NETWORK, **PROCESS, **STORE},
    {**PROCESS, **STORE},
)
