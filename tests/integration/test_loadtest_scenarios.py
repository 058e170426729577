"""Every shipped scenario against a real server, with few people for a few seconds, all at once; and a worker that is killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from loadtest.crew import OwnProcess
from loadtest.links import make_links
from loadtest.live import Lines
from loadtest.report import Report
from loadtest.run import run
from loadtest.scenario import changed, load, shipped
from loadtest.server_meter import ServerMeter
from loadtest.wire import SECRET_VARIABLE
from tests.support.server import ROOT, ClassroomServer

pytestmark = pytest.mark.timeout(400)

PEOPLE, SECONDS = 4, 5.0
JOIN = {"ramp_s": 1.0, "addresses": "own"}
LIVELY = {
    "chat_per_min": 40,
    "hands_per_min": 40,
    "notes_per_min": 40,
    "reactions_per_min": 40,
    "think_s": [0, 0.2],
}
FASTER = {
    "discussion": {"activity": LIVELY, "speaking": {"pattern": "turns", "turn_s": 1}},
    "school": {"rooms": 2},
    "storm": {"rooms": 2, "people": 10},
    "poor-networks": {"speaking": {"pattern": "voices", "voices": 2}},
}
"""What a few seconds are too short for otherwise."""


@pytest.fixture(scope="module")
def reports(classroom_server: ClassroomServer) -> dict[str, Report]:
    """By name. The machine may be busy, so nothing here looks at times."""

    async def play(name: str) -> Report:
        scenario = changed(load(name), people=PEOPLE, rooms=1, seconds=SECONDS, join=JOIN)
        scenario = changed(scenario, **FASTER.get(name, {}))
        links = await make_links(classroom_server.url, scenario.rooms)
        meter = ServerMeter(classroom_server.url, watch=(f"{classroom_server.url}/healthz",))
        return await run(scenario, links, "here", OwnProcess(), meter, Lines(sys.stderr))

    async def all_of_them() -> dict[str, Report]:
        names = shipped()
        return dict(zip(names, await asyncio.gather(*map(play, names)), strict=True))

    return asyncio.run(all_of_them())


@pytest.mark.parametrize("name", shipped())
def test_everybody_joins_and_receives(reports: dict[str, Report], name: str) -> None:
    report = reports[name]
    assert report.problems == ()
    assert report.total.joined == report.total.participants >= PEOPLE
    assert report.total.ghosts == 0
    assert report.server is not None
    assert report.server.cpu_seconds > 0
    assert any(point.answer_ms for point in report.server_points)
    # Not for long, where one of them is soon cut off.
    assert any(point.people == report.total.participants for point in report.timeline)


def test_a_lecture_is_heard_and_seen(reports: dict[str, Report]) -> None:
    packets = reports["lecture"].total.packets
    assert packets["audio"].received > 3 * 100
    assert packets["video"].received > 100
    published = [row.packets["audio"].sent for row in reports["lecture"].participants]
    assert published[0] > 100
    assert published[1:] == [0, 0, 0]


def test_people_take_turns_and_do_what_people_do(reports: dict[str, Report]) -> None:
    report = reports["discussion"]
    spoke = [row for row in report.participants if row.packets["audio"].sent]
    assert len(spoke) >= 2
    assert {"chat.post", "hand.raise", "notes.update", "reaction.send"} <= set(report.requests_ms)
    assert report.total.delivery_ms is not None
    assert report.total.delivery_ms.count >= 4


def test_pairs_are_met(reports: dict[str, Report]) -> None:
    switches = reports["pairs"].total.switches_ms
    assert switches.audio is not None
    assert switches.audio.count >= 2 * PEOPLE


def test_a_school_has_people_with_sound_alone(reports: dict[str, Report]) -> None:
    rows = reports["school"].participants
    assert {row.room for row in rows} == {0, 1}
    assert sum(row.packets["video"].expected == 0 for row in rows) >= 4


def test_after_a_storm_everybody_is_back(reports: dict[str, Report]) -> None:
    report = reports["storm"]
    assert {fault.kind: fault.people for fault in report.faults} == {"cut": 20, "leave": 4, "stall": 2}
    assert report.total.resume_ms is not None
    assert report.total.resume_ms.count == 20
    assert report.requests_ms["hello"].count >= 20 + 20 + 4
    assert sum(report.total.packets[kind].sent for kind in ("audio", "video")) == 0


def test_poor_networks_lose_and_delay(reports: dict[str, Report]) -> None:
    report = reports["poor-networks"]
    assert report.total.loss is not None
    assert report.total.loss > 0
    assert {fault.kind for fault in report.faults} == {"cut"}
    slowest = max(row.latency_ms.p50 or 0 for row in report.participants)
    assert slowest >= 15


def test_a_worker_killed_in_mid_run_is_told_and_the_others_finish(
    classroom_server: ClassroomServer, tmp_path: Path
) -> None:
    path, page = tmp_path / "report.json", tmp_path / "report.html"
    environment = os.environ | {SECRET_VARIABLE: "known to these three"}
    command = [sys.executable, "-m", "loadtest"]
    options = (
        "--scenario",
        "storm",
        "--rooms",
        "2",
        "--participants",
        "3",
        "--seconds",
        "4",
        "--stagger",
        "0.1",
    )
    coordinator = subprocess.Popen(
        [*command, "coordinate", "--url", classroom_server.url, *options, "--workers", "2",
         "--json", str(path), "--html", str(page)],
        cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    workers: list[subprocess.Popen[bytes]] = []
    said: list[str] = []
    try:
        assert coordinator.stderr is not None
        for line in coordinator.stderr:
            said.append(line)
            if line.startswith("waiting for 2 workers"):
                address = line.split()[-1]
                for name in ("one", "two"):
                    arguments = [*command, "work", "--coordinator", address, "--name", name]
                    workers.append(subprocess.Popen(arguments, cwd=ROOT, env=environment))
            elif "6 of 6 joined" in line:
                workers[0].send_signal(signal.SIGKILL)
        assert coordinator.wait(60) == 1, said
        assert workers[1].wait(30) == 0
    finally:
        for process in (coordinator, *workers):
            process.kill()
            process.wait()
    report = json.loads(path.read_text())
    states = {each["name"]: each["state"] for each in report["workers"]}
    assert sorted(states) == ["one", "two"]
    assert states["two"] == "done"
    assert states["one"].startswith("lost while measuring")
    assert report["problems"][0].startswith("one: lost while measuring")
    assert report["total"]["joined"] == 3
    assert "lost while measuring" in page.read_text()
