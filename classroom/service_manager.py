"""Tells a service manager how this process is, where one asks by NOTIFY_SOCKET: systemd, `Type=notify` (sd_notify(3)).

A datagram for each change. Nothing here ever fails: a service manager that has gone away is no reason to stop a lesson.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping
from typing import Final

from classroom import logs

log = logs.get("server")

MICROSECONDS: Final = 1_000_000
BEATS: Final = 3
"""Signs of life within the time after which the manager restarts a process that gives none: one may be late."""


class ServiceManager:
    """One per process. Without a manager, every method does nothing."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        env = os.environ if environ is None else environ
        self._address = env.get("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):  # Linux's abstract names begin with a zero byte
            self._address = "\0" + self._address[1:]
        self._every_s = _watchdog_s(env) / BEATS

    def ready(self, status: str) -> None:
        """People can come. `status`: one line for `systemctl status`."""
        self._say("READY=1", f"STATUS={status}")

    def stopping(self, status: str, within_s: float) -> None:
        """The process ends, and may take so long; asks for that time, whatever TimeoutStopSec says."""
        self._say("STOPPING=1", f"STATUS={status}", f"EXTEND_TIMEOUT_USEC={round(within_s * MICROSECONDS)}")

    async def beat(self) -> None:
        """Says that the loop turns, as often as the manager's watchdog wants; returns at once if it wants nothing."""
        while self._every_s:
            self._say("WATCHDOG=1")
            await asyncio.sleep(self._every_s)

    def _say(self, *lines: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.setblocking(False)
                sender.sendto("\n".join(lines).encode(), self._address)
        except OSError as problem:
            log.warning("the service manager does not listen", problem=str(problem))


def _watchdog_s(env: Mapping[str, str]) -> float:
    """The watchdog's time in seconds; 0: there is none, or it is meant for another process (sd_watchdog_enabled(3))."""
    text, pid = env.get("WATCHDOG_USEC", ""), env.get("WATCHDOG_PID", "")
    if not text.isdigit() or (pid and pid != str(os.getpid())):
        return 0
    return int(text) / MICROSECONDS
