"""A machine that is not ready: its clock, its disk, its limits."""

from __future__ import annotations

import resource
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from classroom import keys
from classroom.config import Config
from classroom.doctor import machine


def test_a_wrong_clock(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_time_server", lambda: "time.example")
    monkeypatch.setattr(machine, "_clock_error", lambda _: 42.0)
    (finding,) = machine.check_clock(config)
    assert (finding.status, finding.found) == ("fail", "+42.0 s off time.example.")
    assert finding.code == "clock-wrong"


@pytest.mark.usefixtures("impatient")
def test_a_clock_that_nothing_is_compared_with(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_time_server", lambda: "127.0.0.1")
    (finding,) = machine.check_clock(config)
    assert (finding.status, finding.code) == ("warn", "clock-unknown")


def test_a_folder_that_cannot_be_written(config: Config, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    (finding,) = machine.check_data(replace(config, data_dir=tmp_path / "file" / "data"))
    assert (finding.status, finding.code) == ("fail", "data-unwritable")
    assert "DATA_DIR" in finding.advice


def test_a_folder_on_another_machine(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"
        "30 22 0:40 / /srv rw - nfs4 server:/export rw\n"
        "31 30 8:2 / /srv/my\\040disk rw shared:1 - xfs /dev/sdb1 rw\n"
    )
    kinds = {"/srv/data": "nfs4", "/srv/my disk/data": "xfs", "/var": "ext4", "/srv2": "ext4"}
    for folder, kind in kinds.items():
        assert machine._file_system(Path(folder), mounts) == kind
    monkeypatch.setattr(machine, "_file_system", lambda folder, mounts: "nfs4")
    (finding,) = machine.check_data(config)
    assert (finding.status, finding.code) == ("fail", "data-network")


def test_a_full_disk(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    used = shutil.disk_usage("/")._replace(free=3_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: used)
    (finding,) = machine.check_data(config)
    assert (finding.status, finding.code) == ("fail", "disk-full")


@pytest.mark.parametrize("name", ["database", "notes_database", "records_database"])
def test_a_broken_database(config: Config, name: str) -> None:
    path: Path = getattr(config, name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"no database" * 1000)
    (finding,) = machine.check_data(config)
    assert (finding.status, finding.code) == ("fail", "data-broken")
    assert path.name in finding.found
    assert "restore" in finding.advice


def test_keys(config: Config) -> None:
    assert machine.check_keys(config)[0].status == "ok"
    assert not config.data_dir.exists(), "the doctor makes none"
    keys.load_or_create(config.data_dir)
    path = config.data_dir / keys.FILE_NAME
    assert machine.check_keys(config)[0].status == "ok"
    path.chmod(0o644)
    (finding,) = machine.check_keys(config)
    assert (finding.status, finding.code) == ("warn", "keys-open")
    assert "chmod 600" in finding.advice
    path.write_text("{")
    (finding,) = machine.check_keys(config)
    assert (finding.status, finding.code) == ("fail", "keys-unusable")


def test_a_client_that_is_not_built(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "STATIC", tmp_path)
    (finding,) = machine.check_client(config)
    assert (finding.status, finding.code) == ("fail", "client-missing")


def test_few_files(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 1024))
    (finding,) = machine.check_files(config)
    assert (finding.status, finding.code) == ("warn", "files-few")


def test_little_memory(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 4000000 kB\nMemAvailable: 2000000 kB\n")
    assert machine._free_memory(meminfo, tmp_path) == 2_048_000_000
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("150000000\n")
    assert machine._free_memory(meminfo, tmp_path) == 2_048_000_000
    (tmp_path / "memory.max").write_text("250000000\n")
    assert machine._free_memory(meminfo, tmp_path) == 100_000_000
    monkeypatch.setattr(machine, "_free_memory", lambda *_: 100_000_000)
    (finding,) = machine.check_memory(config)
    assert (finding.status, finding.code) == ("warn", "memory-low")


def test_small_buffers(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "UDP_BUFFERS", {"rmem_max": 2**40})
    (finding,) = machine.check_udp_buffers(config)
    assert (finding.status, finding.code) == ("warn", "udp-buffers-small")
    assert "sysctl -w net.core.rmem_max" in finding.advice
