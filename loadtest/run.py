"""A whole run: media, rooms, the measured seconds, and the report."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Callable
from dataclasses import asdict
from urllib.parse import urlsplit

from loadtest import media
from loadtest.collect import collect
from loadtest.options import Options
from loadtest.pacer import Pacer
from loadtest.report import (
    GeneratorUsage,
    Report,
    ServerUsage,
    find_problems,
    participant_report,
    summarize,
    total,
)
from loadtest.room import Links, Room, make_links
from loadtest.server_process import ProcessUsage, ServerProcess, find_server

Say = Callable[[str], None]
"""Shows one line of progress."""

_PROGRESS_S = 5.0
_MOVE_LOOK_S, _MOVE_LOOKS = 0.05, 60
"""When the measured seconds are over, the last move may still take three more."""
_SETTLE_S = 0.5
"""After sending has stopped: what is under way arrives, gaps are repaired."""


async def run(options: Options, say: Say) -> Report:
    """Raises ServerUnavailable. Whatever happens to participants is in the report."""
    links = [await make_links(options.url) for _ in range(options.rooms)]
    say("preparing speech and pictures")
    prepared = await asyncio.to_thread(media.load_media)
    pacer = Pacer()
    rooms = _make_rooms(options, links, prepared, pacer)
    try:
        return await _run_rooms(options, rooms, pacer, say)
    finally:
        pacer.close()
        await asyncio.gather(*(room.empty() for room in rooms), return_exceptions=True)


def _make_rooms(options: Options, links: list[Links], prepared: media.Media, pacer: Pacer) -> list[Room]:
    return [
        Room(index, link, options, index * options.participants, prepared, pacer)
        for index, link in enumerate(links)
    ]


async def _run_rooms(options: Options, rooms: list[Room], pacer: Pacer, say: Say) -> Report:
    participants = [participant for room in rooms for participant in room.participants]
    began = time.monotonic()
    say(f"{len(participants)} participants join {len(rooms)} room{'s' if len(rooms) > 1 else ''}")
    await asyncio.gather(*(room.fill() for room in rooms))
    joined = sum(participant.connected for participant in participants)
    say(f"{joined} of {len(participants)} joined in {time.monotonic() - began:.1f} s")

    parts = urlsplit(options.url)
    server = find_server(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    meter = _Meter(rooms, server, pacer)
    until = pacer.now() + (options.seconds if joined else 0)
    for participant in participants:
        participant.measuring = True
    moving = []
    if options.breakouts and joined:
        moving = [asyncio.create_task(room.rotate_pairs(until, pacer)) for room in rooms]
    while (left := until - pacer.now()) > 0:
        await asyncio.sleep(min(_PROGRESS_S, left))
        say(meter.progress())
    meter.stop()
    await asyncio.gather(*moving)
    for participant in participants:
        participant.measuring = False
    for _ in range(_MOVE_LOOKS):
        if not any(participant.awaits_somebody for participant in participants):
            break
        await asyncio.sleep(_MOVE_LOOK_S)
    for room in rooms:
        room.end_moves()
        room.stop_sending()
    await asyncio.sleep(_SETTLE_S)

    for participant in participants:
        participant.note_endings()
    results = [result for room in rooms for result in collect(room)]
    return Report(
        options={**asdict(options), "json_path": str(options.json_path) if options.json_path else None},
        measured_s=round(meter.seconds, 3),
        total=total(results, meter.packets_per_s),
        participants=tuple(participant_report(result) for result in results),
        server=meter.server_usage(),
        generator=meter.generator_usage(),
        problems=find_problems(results),
    )


class _Meter:
    """Packets, CPU and time from its making until `stop`."""

    def __init__(self, rooms: list[Room], server: ServerProcess | None, pacer: Pacer) -> None:
        self._participants = [participant for room in rooms for participant in room.participants]
        self._server = server
        self._pacer = pacer
        pacer.worst_lag_s = 0.0
        self._server_before = server.usage() if server else None
        self._server_after: ProcessUsage | None = None
        self._own_before = _own_cpu_s()
        self._own_cpu_s = 0.0
        self._began = self._shown_at = time.monotonic()
        self._packets_before = self._shown_packets = self._received()
        self._packets = 0
        self._worst_lag_s = 0.0
        self.seconds = 0.0

    def stop(self) -> None:
        self.seconds = time.monotonic() - self._began
        self._packets = self._received() - self._packets_before
        self._own_cpu_s = _own_cpu_s() - self._own_before
        self._server_after = self._server.usage() if self._server else None
        self._worst_lag_s = self._pacer.worst_lag_s

    @property
    def packets_per_s(self) -> float:
        return self._packets / self.seconds if self.seconds else 0.0

    def progress(self) -> str:
        now, received = time.monotonic(), self._received()
        rate = (received - self._shown_packets) / max(0.001, now - self._shown_at)
        self._shown_at, self._shown_packets = now, received
        lost = sum(
            slot.lost for participant in self._participants for slot in participant.peer.slots.values()
        )
        recent = summarize(
            value
            for participant in self._participants
            for samples in participant.measured.latency_ms.values()
            for value in samples[-50:]
        )
        latency = f", latency p50 {recent.p50:.2f} ms, p99 {recent.p99:.2f} ms" if recent else ""
        return f"{now - self._began:5.1f} s: {rate:.0f} packets/s arrive, {lost} missing{latency}"

    def server_usage(self) -> ServerUsage | None:
        before, after = self._server_before, self._server_after
        if self._server is None or before is None or after is None:
            return None
        cpu_seconds = after.cpu_seconds - before.cpu_seconds
        return ServerUsage(
            pid=self._server.pid,
            cpu_seconds=round(cpu_seconds, 3),
            cpu_share=round(cpu_seconds / self.seconds, 4) if self.seconds else 0.0,
            cpu_us_per_forwarded_packet=round(1e6 * cpu_seconds / self._packets, 2)
            if self._packets
            else None,
            cpu_seconds_total=round(after.cpu_seconds, 3),
            peak_memory_bytes=after.peak_memory_bytes,
        )

    def generator_usage(self) -> GeneratorUsage:
        return GeneratorUsage(
            cpu_seconds=round(self._own_cpu_s, 3),
            cpu_share=round(self._own_cpu_s / self.seconds, 4) if self.seconds else 0.0,
            worst_lag_ms=round(1000 * self._worst_lag_s, 3),
        )

    def _received(self) -> int:
        return sum(
            slot.received for participant in self._participants for slot in participant.peer.slots.values()
        )


def _own_cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
