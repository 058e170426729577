"""CPU and memory of the server, read from /proc when it runs on this machine."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_LISTEN = "0A"
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class ProcessUsage:
    cpu_seconds: float
    """User and system time since the process began."""
    memory_bytes: int
    """Resident set (VmRSS)."""
    peak_memory_bytes: int
    """Its peak (VmHWM)."""


class ServerProcess:
    """The process that listens on a TCP port of this machine."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def usage(self) -> ProcessUsage | None:
        """None once the process has gone."""
        return process_usage(self.pid)


def process_usage(pid: int) -> ProcessUsage | None:
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
        status = (_PROC / str(pid) / "status").read_text()
    except OSError:
        return None
    fields = stat[stat.rindex(")") + 2 :].split()  # the command's name may hold anything but the last ")"
    ticks = int(fields[11]) + int(fields[12])
    memory = {
        name: int(value.split()[0]) * 1024
        for name, _, value in (line.partition(":") for line in status.splitlines())
        if name in ("VmRSS", "VmHWM")
    }
    return ProcessUsage(ticks / os.sysconf("SC_CLK_TCK"), memory.get("VmRSS", 0), memory.get("VmHWM", 0))


def find_server(host: str, port: int) -> ServerProcess | None:
    """The local process that listens there; None if it is on another machine, or not ours to see."""
    if not _is_local(host):
        return None
    inodes = set(_listening_inodes(port))
    if not inodes:
        return None
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and _has_socket(entry, wanted):
            return ServerProcess(int(entry.name))
    return None


def _is_local(host: str) -> bool:
    """Whether a socket can be bound to what the name stands for."""
    with suppress(OSError):
        for family, kind, _, _, address in socket.getaddrinfo(host, 0, type=socket.SOCK_DGRAM):
            with suppress(OSError), socket.socket(family, kind) as probe:
                probe.bind(address)
                return True
    return False


def _listening_inodes(port: int) -> list[str]:
    found = []
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in (_PROC / "net" / table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTEN and int(fields[1].rsplit(":", 1)[1], 16) == port:
                    found.append(fields[9])
    return found


def _has_socket(process: Path, wanted: set[str]) -> bool:
    with suppress(OSError):
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):
                if str(descriptor.readlink()) in wanted:
                    return True
    return False
