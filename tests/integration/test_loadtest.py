"""The load test's command against a real server: a small run with breakouts, and its exit codes."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import ROOT, ClassroomServer

PARTICIPANTS = 3


def run_loadtest(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "loadtest", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


@pytest.fixture(scope="module")
def small_run(
    classroom_server: ClassroomServer, tmp_path_factory: pytest.TempPathFactory
) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Three people, four seconds, pairs; the finished process and its report."""
    path = tmp_path_factory.mktemp("loadtest") / "report.json"
    finished = run_loadtest(
        *("--url", classroom_server.url, "--participants", str(PARTICIPANTS), "--seconds", "4"),
        *("--voices", "2", "--breakouts", "--json", str(path)),
    )
    assert path.exists(), finished.stderr
    return finished, json.loads(path.read_text())


def test_everybody_joins_hears_and_sees(
    small_run: tuple[subprocess.CompletedProcess[str], dict[str, Any]],
) -> None:
    finished, report = small_run
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert report["ok"]
    assert report["problems"] == []
    assert len(report["participants"]) == PARTICIPANTS
    for participant in report["participants"]:
        assert participant["joined"]
        assert participant["join_ms"] > 0
        assert participant["first_audio_ms"] > 0
        assert participant["first_video_ms"] > 0
        for kind in ("audio", "video"):
            packets = participant["packets"][kind]
            assert packets["sent"] > 50
            assert packets["expected"] >= packets["received"] > 50
        latency = participant["latency_ms"]
        assert 0 < latency["p50"] <= latency["p95"] <= latency["p99"]
        assert participant["errors"] == []


def test_the_totals_and_the_server_are_told(
    small_run: tuple[subprocess.CompletedProcess[str], dict[str, Any]], classroom_server: ClassroomServer
) -> None:
    _, report = small_run
    total = report["total"]
    assert (total["participants"], total["joined"]) == (PARTICIPANTS, PARTICIPANTS)
    for kind in ("audio", "video"):
        each = [participant["packets"][kind]["received"] for participant in report["participants"]]
        assert total["packets"][kind]["received"] == sum(each)
    assert total["loss"] is not None
    assert total["counters"]["misrouted"] == 0
    assert total["counters"]["undecryptable"] == 0
    assert total["counters"]["uplink_sent"] > 500
    server = report["server"]
    assert server["pid"] == classroom_server.process.pid
    assert server["cpu_seconds"] > 0
    assert server["peak_memory_bytes"] > 10 << 20


def test_people_who_come_back_from_pairs_are_heard_and_seen(
    small_run: tuple[subprocess.CompletedProcess[str], dict[str, Any]],
) -> None:
    """The pair is the two participants; at the end the trainer meets them again, and they the trainer."""
    _, report = small_run
    switches = report["total"]["switches_ms"]
    assert switches["missing"] == 0
    assert switches["audio"]["count"] == switches["video"]["count"] == PARTICIPANTS
    assert 0 < switches["audio"]["p50"] <= switches["audio"]["max"]


def test_the_table_shows_everybody(
    small_run: tuple[subprocess.CompletedProcess[str], dict[str, Any]],
) -> None:
    finished, _ = small_run
    assert "Trainer 1" in finished.stdout
    assert "Participant 3" in finished.stdout
    assert "OK: everybody joined and received." in finished.stdout
    assert "3 of 3 joined" in finished.stderr


def test_a_join_link_leads_everybody_into_that_room(classroom_server: ClassroomServer) -> None:
    request = urllib.request.Request(f"{classroom_server.url}/api/demo/rooms", method="POST")
    with urllib.request.urlopen(request) as response:
        link = json.load(response)["participant_link"]
    finished = run_loadtest("--url", link, "--participants", "2", "--seconds", "1")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "total: 2 of 2 joined" in finished.stdout


def test_a_link_that_is_not_valid_fails_the_run(classroom_server: ClassroomServer, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    link = f"{classroom_server.url}/join#t=nonsense"
    finished = run_loadtest("--url", link, "--participants", "2", "--seconds", "1", "--json", str(path))
    assert finished.returncode == 1
    assert "did not join: joining failed: token_invalid" in finished.stdout
    assert json.loads(path.read_text())["total"]["joined"] == 0


def test_no_server_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    finished = run_loadtest("--url", f"http://127.0.0.1:{port}", "--seconds", "1")
    assert finished.returncode == 2
    assert "no server at" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_breakouts_need_a_trainer() -> None:
    finished = run_loadtest("--url", "http://localhost:1/join#t=x", "--breakouts")
    assert finished.returncode == 2
    assert "need a base URL" in finished.stderr
