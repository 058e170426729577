"""The sockets the server listens on, taken before anything else starts, so that a taken port is one clear line."""

from __future__ import annotations

import errno
import socket
from pathlib import Path
from typing import Final

BACKLOG: Final = 1024
USER_TIMEOUT_MS: Final = 20_000
"""Linux drops a connection whose peer takes nothing for so long (RFC 5482): nobody can hold a socket by not reading."""

SEND_BUFFER_BYTES: Final = 262_144
"""Of each connection, in the kernel. Its own choice would be megabytes for a slow reader: minutes of what is long
over. What does not fit waits in the connection's outbox, whose bound we set."""


class PortTaken(Exception):
    """The text says which port, who may hold it, and which variable to change."""


def listen(host: str, port: int) -> list[socket.socket]:
    """Listening TCP sockets for HOST and PORT. localhost means 127.0.0.1 and, where there is IPv6, ::1 as well:
    browsers try either. Raises PortTaken."""
    if host != "localhost":
        return [_listen(host, port, "HOST")]
    first = _listen("127.0.0.1", port, "HOST")
    try:
        second = _listen("::1", first.getsockname()[1], "HOST")
    except _Unavailable:
        return [first]
    except PortTaken:
        first.close()
        raise
    return [first, second]


def taken(kind: str, host: str, port: int, problem: OSError, variable: str | None = None) -> str:
    """One line about a port that cannot be had. `kind`: TCP or UDP. `variable`: what sets it, if not the usual one."""
    variable = variable or ("PORT" if kind == "TCP" else "MEDIA_PORT")
    where = f"{kind} port {port} on {host}"
    if problem.errno == errno.EADDRINUSE:
        holder = _holder(kind, port)
        return f"{where} is taken{f' by {holder}' if holder else ''}. Stop that program, or set {variable} to a free port."
    if problem.errno == errno.EACCES:
        return f"{where} needs more rights. Set {variable} to a port from 1024 on."
    if problem.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine. Set HOST to one, or to 0.0.0.0 for all."
    return f"{where} cannot be opened: {problem.strerror or problem}. Check HOST and {variable}."


class _Unavailable(PortTaken):
    """This machine has no such address."""


def _listen(host: str, port: int, variable: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as problem:  # no IPv6 at all
        raise _Unavailable(taken("TCP", host, port, problem)) from problem
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted sockets inherit these. asyncio turns Nagle's algorithm off only for sockets that it made itself; with
        # it, a small frame waits up to 40 ms for the peer's delayed acknowledgement.
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != "::"))
        made.bind((host, port))
        made.listen(BACKLOG)
    except OSError as problem:
        made.close()
        kind = _Unavailable if problem.errno == errno.EADDRNOTAVAIL else PortTaken
        raise kind(taken("TCP", host, port, problem)) from problem
    made.setblocking(False)
    return made


def _holder(kind: str, port: int) -> str | None:
    """The program that holds a port, as far as /proc tells this user: "python3 (pid 123)"."""
    inodes = set()
    for version in ("", "6"):
        table = Path(f"/proc/net/{kind.lower()}{version}")
        if table.exists():
            for line in table.read_text().splitlines()[1:]:
                fields = line.split()
                if int(fields[1].rsplit(":", 1)[1], 16) == port and fields[3] in (
                    "0A",
                    "07",
                ):  # LISTEN; UDP's only one
                    inodes.add(f"socket:[{fields[9]}]")
    for descriptor in Path("/proc").glob("[0-9]*/fd/*") if inodes else ():
        try:
            if str(descriptor.readlink()) in inodes:
                process = descriptor.parents[1]
                return f"{(process / 'comm').read_text().strip()} (pid {process.name})"
        except OSError:
            continue
    return None
