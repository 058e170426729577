"""What it costs to be watched: thirty rooms, as full as one node takes, scraped by Prometheus every 15 seconds.

    python -m benchmarks.watching [--rooms 30] [--people 13] [--scrapes N] [--json FILE]

The server's own parts in this process, but for HTTP: everybody has joined and negotiated media, and the relay has counters of
each of their streams and slots. The clockwork of the server is stopped, so that what is timed is the scrape alone: the CPU time
of the process for one (reading on the loop, writing in a thread), and of the loop's thread for its longest turn meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import secrets
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median

import structlog
import uvloop

from benchmarks.table import Figure, conclude
from benchmarks.turns import Person, offer
from classroom import invitations
from classroom.config import Config
from classroom.journal.memory import MemoryJournal
from classroom.media.plane import FORWARD_SAMPLE
from classroom.media.pyrelay.ingress import Belongs
from classroom.metrics import page as page_module
from classroom.metrics.distribution import QUICK_S, Distribution
from classroom.metrics.page import MetricsPage
from classroom.runtime import Runtime
from rooms.commands import SetMedia
from signaling.limits import SessionLimits
from signaling.tokens import KeyRing

TITLE = "Being watched: 30 rooms, one scrape every 15 s"
EVERY_S = 15.0
LIMIT_SHARE = 2.0
LIMIT_TURN_MS = 5.0


async def fill(runtime: Runtime, rooms: int, people: int) -> None:
    for _ in range(rooms):
        room_id = invitations.new_room_id()
        await invitations.create_room(runtime.journal, room_id, "Bench", people)
        host = await runtime.hosts.get(room_id)
        for number in range(people):
            person = Person(runtime, host, f"Person {number}", trainer=number == 0)
            await person.join()
            person.ask(offer(runtime.config))
            person.ask(SetMedia(microphone=True, camera=True))
            person.read()
    relay = runtime.plane._relay
    now = time.monotonic()
    for peer in relay._peers.values():  # type: ignore[attr-defined]  # as if media had flowed for a while
        ssrc = 1
        for source in peer.media.sources:
            for layer in source.rids or (None,):
                codec = source.codecs[0]
                peer._bind(ssrc, Belongs(source, layer, False), codec.name, codec.clock_rate, 1, now)
                ssrc += 1
        for slot in peer.slots.values():
            slot.packets = 1_000


async def watched(rooms: int, people: int, scrapes: int) -> list[Figure]:
    limits = replace(SessionLimits(), requests_per_s=1e6, request_burst=1e6)
    config = replace(Config(), media_port=0, media_addresses=("127.0.0.1",), session_limits=limits)
    runtime = Runtime(config, KeyRing({"k": secrets.token_bytes(32)}, "k"), MemoryJournal())
    async with AsyncExitStack() as stack:
        await runtime.start()
        stack.push_async_callback(runtime.stop)
        runtime.collector.settle()
        await fill(runtime, rooms, people)
        await asyncio.sleep(3)  # everybody has been looked at
        for task in runtime._tasks:
            task.cancel()
        runtime.loop_watch.stop()
        timer = runtime.plane._timer
        assert timer is not None
        timer.cancel()
        await asyncio.sleep(0.1)
        page = MetricsPage(runtime)
        page_module.FRESH_S = 0.0  # type: ignore[misc]  # each scrape is read anew
        await page.get("text")
        spent, turns, size = [], [], 0
        for _ in range(scrapes):
            began = time.process_time()
            scrape = asyncio.create_task(page.get("text"))
            longest = 0.0
            while not scrape.done():
                turn = time.thread_time()
                await asyncio.sleep(0)
                longest = max(longest, time.thread_time() - turn)
            size = len(scrape.result())
            spent.append(time.process_time() - began)
            turns.append(longest * 1000)
    cpu_s = median(spent)
    return [
        Figure(f"CPU of one scrape, {rooms} rooms of {people}", cpu_s * 1000, "ms"),
        Figure("share of a core", 100 * cpu_s / EVERY_S, "%", LIMIT_SHARE),
        Figure("longest turn of the loop", median(turns), "ms", LIMIT_TURN_MS),
        Figure("size of the answer", size / 1000, "kB"),
        Figure("timing packets, per packet that comes", 1e9 * sample_cost(), "ns"),
    ]


def sample_cost(packets: int = 640_000) -> float:
    """Seconds that the plane's sampling adds to a packet."""
    distribution = Distribution(QUICK_S)
    until = FORWARD_SAMPLE
    began = time.process_time()
    for _ in range(packets):
        until -= 1
        if not until:
            until = FORWARD_SAMPLE
            distribution.observe(time.monotonic() - began)
    return (time.process_time() - began) / packets


def measure(rooms: int = 30, people: int = 13, scrapes: int = 20) -> list[Figure]:
    logger = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        return uvloop.run(watched(rooms, people, scrapes))
    finally:
        structlog.configure(wrapper_class=logger)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--rooms", type=int, default=30)
    parser.add_argument("--people", type=int, default=13)
    parser.add_argument("--scrapes", type=int, default=20)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args(arguments)
    return conclude(TITLE, measure(options.rooms, options.people, options.scrapes), options.json)


if __name__ == "__main__":
    raise SystemExit(main())
