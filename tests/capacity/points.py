"""What is measured: each point is a fresh server and a short run of synthetic people."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import uvloop
from msgspec.structs import replace

from loadtest.crew import OwnProcess
from loadtest.links import Links, make_links
from loadtest.report import Report
from loadtest.run import View, run
from loadtest.scenario import Activity, Fault, Join, Receiving, Scenario, Speaking
from loadtest.server_meter import ServerMeter
from loadtest.server_process import process_usage
from tests.support.cluster import running_cluster
from tests.support.server import running

SECONDS = 8.0
LAG_MAX_MS, LATENCY_MAX_MS, LOSS_MAX = 200.0, 400.0, 0.02
ACTIVITY = Activity(chat_per_min=0.5, hands_per_min=0.5, think_s=(1, 3))


@dataclass(frozen=True, slots=True)
class Measured:
    """One point."""

    series: str
    rooms: int
    people: int
    """Per room."""
    in_per_s: float
    """Media packets that the server receives."""
    out_per_s: float
    megabits_per_s: float
    """Out."""
    cpu_share: float
    """Of one core; of all of the server's processes together."""
    us_per_packet: float | None
    memory_mib: float
    latency_p50_ms: float | None
    latency_p99_ms: float | None
    loss: float | None
    reply_p99_ms: float | None
    lag_ms: float
    """How late the load generator itself was, at worst."""
    problems: int
    extra: dict[str, float]

    @property
    def overloaded(self) -> bool:
        """The machine could not do both parts: what was measured is not a lesson any more."""
        late = self.lag_ms > LAG_MAX_MS or (self.latency_p99_ms or 0.0) > LATENCY_MAX_MS
        return late or (self.loss or 0.0) > LOSS_MAX


def lesson(rooms: int, people: int, audio_only: float) -> Scenario:
    """One speaks at a time, and turns the microphone on for it; who sends pictures receives pictures."""
    return Scenario(
        title="lesson",
        rooms=rooms,
        people=people,
        seconds=SECONDS,
        join=Join(ramp_s=1.5 + 0.02 * rooms * people),
        speaking=Speaking("turns", turn_s=3.0),
        receiving=Receiving(audio_only=audio_only),
        activity=ACTIVITY,
    )


def people_in_one_room() -> list[tuple[str, Scenario]]:
    return [("pictures", lesson(1, people, 0.0)) for people in (4, 8, 16, 24, 32)] + [
        ("sound only", lesson(1, people, 1.0)) for people in (8, 16, 32)
    ]


def rooms_of_sixteen() -> list[tuple[str, Scenario]]:
    return (
        [("pictures", lesson(2, 16, 0.0))]
        + [("a quarter with pictures", lesson(rooms, 16, 0.75)) for rooms in (1, 2, 4)]
        + [("sound only", lesson(rooms, 16, 1.0)) for rooms in (2, 4, 8)]
    )


def sessions() -> list[tuple[str, Scenario]]:
    silent = Scenario(
        title="sessions",
        rooms=25,
        people=40,
        seconds=10,
        join=Join(ramp_s=20),
        speaking=Speaking("nobody"),
        receiving=Receiving(signaling_only=1),
    )
    return [
        ("idle sessions", replace(silent, rooms=10)),
        ("a storm of 1,000", replace(silent, seconds=25, faults=(Fault(at_s=1, kind="cut"),))),
    ]


def measure(series: str, scenario: Scenario, view: View) -> Measured:
    """On a server of its own, in demo mode, with SQLite."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), "--demo") as server:

        async def play() -> Report:
            links = await make_links(server.url, scenario.rooms)
            meter = ServerMeter(server.url, (server.process.pid,))
            return await run(scenario, links, server.url, OwnProcess(), meter, view)

        return _measured(series, scenario, uvloop.run(play()))


def measure_nodes(size: int, scenario: Scenario, view: View) -> Measured:
    """On `size` nodes with one Redis; the rooms' people come to one node after the other."""
    with tempfile.TemporaryDirectory() as folder, running_cluster(Path(folder), size) as cluster:

        async def play() -> tuple[Report, float]:
            first = cluster.nodes[0]  # its keys are everybody's
            links = []
            for number in range(scenario.rooms):
                room, url = await cluster.create_room(), cluster.nodes[number % size].url
                made = (first.invite(room, "trainer", "Trainer"), first.invite_group(room))
                links.append(Links(*(link.replace(first.url, url, 1) for link in made)))
            meter = ServerMeter("", tuple(node.process.pid for node in cluster.nodes))
            redis = cluster.redis.process.pid
            before, began = _cpu(redis), time.monotonic()
            report = await run(scenario, links, "a cluster", OwnProcess(), meter, view)
            return report, (_cpu(redis) - before) / (time.monotonic() - began)

        report, redis_share = uvloop.run(play())
        return _measured(f"{size} nodes, Redis", scenario, report, redis_share=redis_share)


def measure_idle() -> Measured:
    """A server without anybody."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), "--demo") as server:
        time.sleep(2)
        pid = server.process.pid
        before, began = _cpu(pid), time.monotonic()
        time.sleep(5)
        share = (_cpu(pid) - before) / (time.monotonic() - began)
        usage = process_usage(pid)
        memory = usage.memory_bytes / 2**20 if usage else 0.0
    return Measured("nobody", 0, 0, 0, 0, 0, share, None, memory, None, None, None, None, 0, 0, {})


def _cpu(pid: int) -> float:
    usage = process_usage(pid)
    return usage.cpu_seconds if usage else 0.0


def _measured(series: str, scenario: Scenario, report: Report, **extra: float) -> Measured:
    total, server = report.total, report.server
    assert server is not None
    memory = [point.memory_bytes for point in report.server_points if point.memory_bytes]
    if total.resume_ms is not None:
        extra["resume_p50_ms"], extra["resume_p99_ms"] = total.resume_ms.p50, total.resume_ms.p99
        extra["resumed"] = total.resume_ms.count
    extra["cpu_seconds"] = server.cpu_seconds
    return Measured(
        series=series,
        rooms=scenario.rooms,
        people=scenario.people,
        in_per_s=total.published_per_s,
        out_per_s=total.packets_per_s,
        megabits_per_s=total.megabits_per_s,
        cpu_share=server.cpu_share,
        us_per_packet=server.cpu_us_per_forwarded_packet,
        memory_mib=max(memory, default=0) / 2**20,
        latency_p50_ms=total.latency_ms.p50,
        latency_p99_ms=total.latency_ms.p99,
        loss=total.loss,
        reply_p99_ms=total.reply_ms.p99 if total.reply_ms else None,
        lag_ms=report.generator.worst_lag_ms,
        problems=len(report.problems),
        extra=extra,
    )
