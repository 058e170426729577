"""CPU, memory and answers of the server while a run goes on: of its processes, or as its metrics tell."""

from __future__ import annotations

import asyncio
import os
import time
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlsplit

from loadtest.report import ServerPoint, ServerUsage
from loadtest.server_process import ServerProcess, find_server

EVERY_S = 1.0
POINTS_MAX = 20_000
TOKEN_VARIABLE = "METRICS_TOKEN"
"""Sent to addresses that end in /metrics: a server with this variable asks for it."""
_ANSWER_TIMEOUT_S = 5.0
_ANSWER_MAX = 4 << 20
_CPU, _MEMORY = "process_cpu_seconds_total", "process_resident_memory_bytes"


@dataclass(frozen=True, slots=True)
class _Reading:
    cpu_seconds: float
    memory_bytes: int
    peak_memory_bytes: int


class ServerMeter:
    """`pids`: of the server's processes on this machine; none: the one that listens at `url`. `watch`: addresses asked
    every second for how long they take; one that answers with Prometheus metrics of a process is believed, too."""

    def __init__(self, url: str, pids: tuple[int, ...] = (), watch: tuple[str, ...] = ()) -> None:
        parts = urlsplit(url)
        found = None
        if not pids and parts.scheme:
            found = find_server(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        self._processes = [ServerProcess(pid) for pid in pids] or ([found] if found else [])
        self._watch = watch
        self.points: list[ServerPoint] = []
        self._began = time.monotonic()
        self._task: asyncio.Task[None] | None = None
        self._told: _Reading | None = None
        """By metrics, newest."""
        self._last: tuple[float, float] | None = None
        """Time and CPU seconds of the point before."""
        self._from: _Reading | None = None
        self._to: _Reading | None = None

    def start(self) -> None:
        self._began = time.monotonic()
        self._task = asyncio.create_task(self._sample())

    def mark_begin(self) -> None:
        """The measured seconds begin."""
        self._from = self._read()

    def mark_end(self) -> None:
        self._to = self._read()

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def usage(self, seconds: float, packets: int) -> ServerUsage | None:
        """Between the marks."""
        before, after = self._from, self._to
        if before is None or after is None:
            return None
        cpu = after.cpu_seconds - before.cpu_seconds
        return ServerUsage(
            pid=self._processes[0].pid if self._processes else 0,
            processes=max(1, len(self._processes)),
            cpu_seconds=round(cpu, 3),
            cpu_share=round(cpu / seconds, 4) if seconds else 0.0,
            cpu_us_per_forwarded_packet=round(1e6 * cpu / packets, 2) if packets else None,
            cpu_seconds_total=round(after.cpu_seconds, 3),
            peak_memory_bytes=after.peak_memory_bytes,
        )

    async def _sample(self) -> None:
        while len(self.points) < POINTS_MAX:
            answer_ms = await asyncio.to_thread(self._ask) if self._watch else None
            now, reading = time.monotonic(), self._read()
            share = None
            if reading is not None:
                if self._last is not None and now > self._last[0]:
                    share = round((reading.cpu_seconds - self._last[1]) / (now - self._last[0]), 4)
                self._last = now, reading.cpu_seconds
            self.points.append(
                ServerPoint(
                    at_s=round(now - self._began, 2),
                    cpu_share=share,
                    memory_bytes=reading.memory_bytes if reading else None,
                    answer_ms=answer_ms,
                )
            )
            await asyncio.sleep(EVERY_S)

    def _read(self) -> _Reading | None:
        """All processes together; None if one has gone, or nothing is known."""
        if not self._processes:
            return self._told
        usages = [process.usage() for process in self._processes]
        known = [usage for usage in usages if usage is not None]
        if len(known) < len(usages):
            return None
        return _Reading(
            sum(usage.cpu_seconds for usage in known),
            sum(usage.memory_bytes for usage in known),
            sum(usage.peak_memory_bytes for usage in known),
        )

    def _ask(self) -> float | None:
        """The slowest answer; None if one did not come."""
        slowest = 0.0
        for address in self._watch:
            began = time.perf_counter()
            try:
                request = urllib.request.Request(address)
                if TOKEN_VARIABLE in os.environ and urlsplit(address).path.endswith("/metrics"):
                    request.add_header("Authorization", f"Bearer {os.environ[TOKEN_VARIABLE]}")
                with urllib.request.urlopen(request, timeout=_ANSWER_TIMEOUT_S) as response:
                    body = response.read(_ANSWER_MAX)
            except (OSError, ValueError, HTTPException):
                return None
            slowest = max(slowest, (time.perf_counter() - began) * 1000)
            self._take_metrics(body.decode(errors="replace"))
        return round(slowest, 3)

    def _take_metrics(self, text: str) -> None:
        values = read_metrics(text)
        if _CPU in values:
            memory = round(values.get(_MEMORY, 0))
            peak = max(memory, self._told.peak_memory_bytes if self._told else 0)
            self._told = _Reading(values[_CPU], memory, peak)


def read_metrics(text: str) -> dict[str, float]:
    """The plain samples of a process in Prometheus' text format: those without labels."""
    found = {}
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        if name in (_CPU, _MEMORY):
            try:
                found[name] = float(value.split()[0])
            except (ValueError, IndexError):
                continue
    return found
