"""One seed, one schedule: people at work while faults happen, then healing, then the reckoning."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import shutil
import sys
import tempfile
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.faults import ambient, checks, comings, server, store
from tests.faults.faults import MIXES
from tests.faults.loop import VirtualLoop
from tests.faults.world import World

HEAL_S = 60.0
"""More than any retry, stall, silence and back-off together."""
SETTLE_S = 1.0
"""Longer than any event is on its way once everything is healed."""
SETTLES = 60
SILENT_DEATH_S = 15.0
SEAT_AND_SESSION_S = 640.0
GONE_EVERY = 8
"""One schedule of so many goes on until every seat has expired."""
COLLECT_EVERY = 20
"""Garbage of so many schedules is let lie: looking for it takes as long as playing."""


@dataclass
class Outcome:
    """What came of a seed."""

    seed: int
    problem: str | None = None
    trace: list[str] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Equal for equal runs."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()[:16]


def install() -> None:
    """Once for each Python process, before the first `play`."""
    server.install()
    store.install()
    ambient.install()
    gc.disable()
    gc.collect()
    gc.freeze()


def play(seed: int) -> Outcome:
    """Runs a schedule. Never raises: what was violated is in the outcome."""
    outcome = Outcome(seed)
    folder = Path(tempfile.mkdtemp(prefix="faults-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    disk_chance = Random(f"read {seed}")
    loop = VirtualLoop(lambda: disk_chance.uniform(0.0005, 0.02))
    server.bugs.clear()
    world: World | None = None
    try:
        with ambient.ambient(loop, f"secrets {seed}"):
            world = World(seed, folder, loop, outcome.trace.append)
            try:
                loop.run_until_complete(_play(world))
            except Exception as problem:
                outcome.problem = f"{type(problem).__name__}: {problem}"
                if not isinstance(problem, checks.Violation):
                    outcome.problem += "\n" + traceback.format_exc()
            outcome.figures = _figures(world)
            _let_go(world)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return outcome


async def _play(world: World) -> None:
    doings = comings.Doings.of(Random(f"doings {world.seed}"))
    world.notes = doings.notes
    world.trace(f"{world.scale} {doings}")
    await world.open()
    busy = [asyncio.create_task(work) for work in (_people(world), _comings(world, doings), _faults(world))]
    await asyncio.wait(busy, timeout=world.scale.busy_s, return_when=asyncio.FIRST_EXCEPTION)
    for task in busy:
        task.cancel()
    for outcome in await asyncio.gather(*busy, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome
    await _heal(world)
    checks.check_healed(world)
    await checks.check_kept(world)
    victim = world.chance.choice([client for client in world.clients if client.up])
    victim.vanish()
    if victim.line is not None:
        victim.line.up.broken = victim.line.down.broken = True
    await asyncio.sleep(SILENT_DEATH_S)
    checks.check_silence(world, victim)
    checks.check_healed(world)
    if world.chance.randrange(GONE_EVERY) == 0:
        for client in world.clients:
            client.vanish()
            if client.line is not None:
                client.line.reset_server()
        await asyncio.sleep(SEAT_AND_SESSION_S)
        checks.check_gone(world)


async def _people(world: World) -> None:
    while True:
        await asyncio.sleep(world.chance.expovariate(1 / world.scale.ask_every_s))
        world.ask()
        checks.check_continuously(world)


async def _comings(world: World, doings: comings.Doings) -> None:
    chance, steps = Random(f"comings {world.seed}"), comings.steps(doings)
    while steps:
        await asyncio.sleep(chance.expovariate(1 / doings.every_s))
        step = chance.choices([*steps], [*steps.values()])[0]
        world.count(f"step {step.__name__}")
        step(world, chance)
    await asyncio.Event().wait()


async def _faults(world: World) -> None:
    mix = world.chance.choice(MIXES)
    while True:
        await asyncio.sleep(world.chance.expovariate(1 / world.scale.fault_every_s))
        fault = world.chance.choices([*mix], [*mix.values()])[0]
        world.count(fault.__name__)
        await fault(world)


async def _heal(world: World) -> None:
    world.trace("healing")
    world.disk.heal()
    if world.leases is not None:
        world.leases.cut_off.clear()
    await world.start_all()
    for weather in world.weather.values():
        weather.away, weather.delay_s, weather.jitter_s = False, 0.02, 0.01
    await asyncio.sleep(HEAL_S)
    for _ in range(SETTLES):  # rooms do things by themselves, too: a round's time is up
        before = world.history()[-1].seq
        await asyncio.sleep(SETTLE_S)
        if world.history()[-1].seq == before:
            break
    world.trace("healed")


def _figures(world: World) -> dict[str, int]:
    asked = [one for client in world.clients for one in client.book.asked]
    figures = {
        "acknowledged": sum(one.fate == "done" for one in asked),
        "refused": sum(one.fate == "refused" for one in asked),
        "of unknown fate": sum(one.fate == "unknown" for one in asked),
        "repeated": sum(one.repeats for one in asked),
        "welcomes": sum(client.book.welcomes for client in world.clients),
        "resumed": sum(client.book.resumed for client in world.clients),
    }
    figures |= {
        "waits in the lobby": sum(client.book.waits for client in world.clients),
        "words acknowledged": sum(len(client.pad.acknowledged) for client in world.clients if client.pad),
    }
    return figures | {
        name if name.startswith("step ") else f"fault {name}": count for name, count in world.counts.items()
    }


def _let_go(world: World) -> None:
    """Frees everything. Coroutines that were in the middle of something end here; what they do then concerns nobody."""
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
    servers = [*world.dead, *world.running]
    for one in servers:
        one.process.kill()
        one.abandon()
    tasks = [task for one in servers for task in one.process.tasks] + list(asyncio.all_tasks(world.loop))
    for task in tasks:
        if not task.done():
            task._log_destroy_pending = False  # type: ignore[attr-defined]
            with suppress(Exception):
                task.get_coro().close()  # type: ignore[union-attr]
    world.loop.close()
    for one in servers:
        one.process.tasks.clear()
        one.lines.clear()
        one.runtime = None
    del tasks
    if world.seed % COLLECT_EVERY == 0:
        gc.collect()
    sys.unraisablehook = hook
