"""The machine itself: its clock, its disk, and what it lets one process have."""

from __future__ import annotations

import resource
import shutil
import socket
import sqlite3
import struct
import time
from pathlib import Path
from typing import Final

from classroom.app import STATIC
from classroom.config import Config
from classroom.doctor import server_here
from classroom.doctor.findings import Finding, fail, ok, warn
from classroom.keys import FILE_NAME, KeysUnusable, load_or_create
from classroom.media.endpoint import RECEIVE_BUFFER_BYTES, SEND_BUFFER_BYTES

UDP_BUFFERS: Final = {"rmem_max": RECEIVE_BUFFER_BYTES, "wmem_max": SEND_BUFFER_BYTES}
"""What the media socket asks for."""
FREE_DISK_BYTES: Final = 500_000_000
FREE_MEMORY_BYTES: Final = 400_000_000
"""A server with a few rooms, and air for a morning when all come at once."""
OPEN_FILES: Final = 4_096
MAX_CLOCK_ERROR_S: Final = 5.0
NTP_EPOCH_OFFSET_S: Final = 2_208_988_800
"""From 1900 to 1970 (RFC 5905 section 6)."""
NETWORK_FILE_SYSTEMS: Final = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "ceph",
    "glusterfs",
    "fuse.sshfs",
    "fuse.glusterfs",
    "afs",
}


def check_clock(config: Config) -> list[Finding]:
    """Invitations end by the clock. Asked of the time servers that this machine is set to, no others."""
    server = _time_server()
    if server is None:
        if Path("/run/systemd/timesync/synchronized").exists():
            return ok("clock", "Kept by systemd-timesyncd.")
        advice = "Make sure that something keeps it right (systemd-timesyncd, chrony): invitations end by it."
        shown = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        return warn("clock", "clock-unknown", f"{shown}, not compared.", advice)
    try:
        error_s = _clock_error(server)
    except OSError as problem:
        advice = "Check it, and that the firewall lets UDP 123 out: invitations end by the clock."
        return warn("clock", "clock-unknown", f"The time server {server} does not answer: {problem}.", advice)
    if abs(error_s) > MAX_CLOCK_ERROR_S:
        return fail(
            "clock", "clock-wrong", f"{error_s:+.1f} s off {server}.", "Set it: invitations end by it."
        )
    return ok("clock", f"{error_s * 1000:+.0f} ms off {server}.")


def check_data(config: Config) -> list[Finding]:
    folder = config.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as problem:
        advice = "Set DATA_DIR to a folder in which the server's user may write."
        return fail("disk", "data-unwritable", f"{folder}: {problem.strerror}.", advice)
    kind = _file_system(folder.resolve(), Path("/proc/self/mountinfo"))
    if kind in NETWORK_FILE_SYSTEMS:
        advice = "SQLite's files break there: put DATA_DIR on a disk of this machine."
        return fail("disk", "data-network", f"{folder} is on {kind}.", advice)
    free = shutil.disk_usage(folder).free
    if free < FREE_DISK_BYTES:
        advice = "Make room: on a full disk commands are refused."
        return fail("disk", "disk-full", f"{free // 1_000_000} MB free in {folder}.", advice)
    for database in (config.database, config.notes_database, config.records_database):
        verdict = _quick_check(database)
        if verdict != "ok":
            advice = "Stop the server, and restore a backup: classroom restore FILE."
            return fail("disk", "data-broken", f"{database}: {verdict}.", advice)
    return ok("disk", f"{free // 1_000_000_000} GB free in {folder.resolve()}.")


def check_keys(config: Config) -> list[Finding]:
    path = config.data_dir / FILE_NAME
    if not path.exists():
        return ok("keys", "None yet: the server makes them when it starts.")
    try:
        load_or_create(config.data_dir)
    except KeysUnusable as problem:
        advice = "Without these very keys every link that was given out is worthless."
        return fail("keys", "keys-unusable", str(problem), advice)
    if path.stat().st_mode & 0o077:
        return warn("keys", "keys-open", f"Others may read {path}.", f"chmod 600 {path}")
    return ok("keys", "The server's user alone reads them.")


def check_client(config: Config) -> list[Finding]:
    if (STATIC / "index.html").exists():
        return ok("client", "Built.")
    return fail("client", "client-missing", "Not built.", "Run: make build")


def check_files(config: Config) -> list[Finding]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < OPEN_FILES:
        advice = "Each person takes two or three: raise the hard limit (LimitNOFILE=65536, ulimit -Hn)."
        return warn("open files", "files-few", f"{most} at most.", advice)
    return ok("open files", "As many as are needed.")


def check_memory(config: Config) -> list[Finding]:
    free = _free_memory(Path("/proc/meminfo"), Path("/sys/fs/cgroup"))
    if free is None:
        return []
    if free < FREE_MEMORY_BYTES and not server_here.answers(config):
        advice = f"A server wants {FREE_MEMORY_BYTES // 1_000_000} MB: stop something, or raise the container's limit."
        return warn("memory", "memory-low", f"{free // 1_000_000} MB free.", advice)
    return ok("memory", f"{free // 1_000_000} MB free.")


def check_udp_buffers(config: Config) -> list[Finding]:
    small = []
    for name, wanted in UDP_BUFFERS.items():
        try:
            value = int(Path(f"/proc/sys/net/core/{name}").read_text())
        except (OSError, ValueError):
            continue
        if value < wanted:
            small.append(f"net.core.{name}={wanted}")
    if small:
        advice = f"For many people at once: sysctl -w {' '.join(small)}"
        return warn("UDP buffers", "udp-buffers-small", "The kernel allows only small ones.", advice)
    return ok("UDP buffers", "Large enough.")


def _quick_check(database: Path) -> str:
    if not database.exists():
        return "ok"
    try:
        connection = sqlite3.connect(database, timeout=server_here.TIMEOUT_S)
        try:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as problem:
        return str(problem)
    return str(verdict)


def _file_system(folder: Path, mounts: Path) -> str | None:
    """The kind of file system that `folder` is on (proc(5), mountinfo); None where that is not told."""
    found: tuple[int, str | None] = (-1, None)
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        before, _, after = line.partition(" - ")
        point = Path(before.split()[4].encode().decode("unicode_escape"))
        if (
            folder.is_relative_to(point) and len(point.parts) >= found[0]
        ):  # a later mount hides an earlier one
            found = (len(point.parts), after.split()[0])
    return found[1]


def _free_memory(meminfo: Path, cgroup: Path) -> int | None:
    """Bytes that can be had: of the machine, or of what a container may take (cgroup v2)."""
    try:
        lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
        free = int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None
    try:
        most = int((cgroup / "memory.max").read_text())
        return min(free, most - int((cgroup / "memory.current").read_text()))
    except (OSError, ValueError):  # no limit: "max"
        return free


def _time_server() -> str | None:
    for path, word in (("/etc/systemd/timesyncd.conf", "NTP="), ("/etc/chrony/chrony.conf", "server ")):
        try:
            lines = Path(path).read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith(word) and len(line) > len(word):
                return line[len(word) :].split()[0]
    return None


def _clock_error(server: str) -> float:
    """Seconds that this clock is ahead of the server's (SNTP, RFC 4330)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(server_here.TIMEOUT_S)
        probe.connect((server, 123))
        sent = time.time()
        probe.send(b"\x1b" + bytes(47))
        answer = probe.recv(48)
        received = time.time()
    if len(answer) < 48:
        raise OSError("a short answer")
    seconds, fraction = struct.unpack("!II", answer[40:48])
    theirs: float = seconds - NTP_EPOCH_OFFSET_S + fraction / 2**32
    return (sent + received) / 2 - theirs
