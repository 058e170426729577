"""A real redis-server in a process of its own, on an ephemeral port, with its files in a temporary folder."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.support.ports import free_port


@dataclass
class RedisServer:
    port: int
    folder: Path
    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> Redis:
        return Redis(port=self.port, socket_timeout=5)

    def pause(self) -> None:
        """It stops answering, with all its connections open."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait(10)

    def start(self) -> None:
        """Again, on the same port, with what it had kept."""
        self.process = _start(self.port, self.folder, self.arguments)


@contextmanager
def running_redis(folder: Path, *arguments: str) -> Iterator[RedisServer]:
    """`arguments`: more of redis-server's own. What is acknowledged is on the disk."""
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    if "--cluster-enabled" in arguments:  # its own choice is port + 10000, which may be above 65535
        arguments += ("--cluster-port", str(free_port()))
    server = RedisServer(port, folder, arguments, _start(port, folder, arguments))
    try:
        yield server
    finally:
        server.process.send_signal(signal.SIGCONT)
        server.process.kill()
        server.process.wait()


@contextmanager
def running_redis_cluster(folder: Path, masters: int = 3) -> Iterator[list[RedisServer]]:
    """A Redis Cluster: the masters, then a replica of each. One that is gone for a second is replaced."""
    arguments = ("--cluster-enabled", "yes", "--cluster-node-timeout", "1000")
    with ExitStack() as stack:
        nodes = [
            stack.enter_context(running_redis(folder / str(number), *arguments))
            for number in range(2 * masters)
        ]
        for number, node in enumerate(nodes):
            _cluster(nodes[0], "MEET", "127.0.0.1", node.port, int(node.arguments[-1]))
            if number < masters:
                low, high = 16384 * number // masters, 16384 * (number + 1) // masters - 1
                _cluster(node, "ADDSLOTSRANGE", low, high)
        _until(lambda: all(len(_cluster(node, "NODES")) == len(nodes) for node in nodes))
        for master, replica in zip(nodes[:masters], nodes[masters:], strict=True):
            _cluster(replica, "REPLICATE", _cluster(master, "MYID").decode())
        _until(lambda: all(_cluster(node, "INFO")["cluster_state"] == "ok" for node in nodes))
        with ExitStack() as clients:
            opened = [clients.enter_context(master.client()) for master in nodes[:masters]]
            _until(lambda: all(client.info("replication")["connected_slaves"] == 1 for client in opened))
        yield nodes


def _cluster(node: RedisServer, *arguments: str | int) -> Any:
    with node.client() as client:
        return client.execute_command(f"CLUSTER {arguments[0]}", *arguments[1:])


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _start(port: int, folder: Path, arguments: tuple[str, ...]) -> subprocess.Popen[bytes]:
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "yes", "--appendfsync", "always"]
    command += ["--repl-diskless-sync-delay", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            with Redis(port=port) as client:
                client.ping()
            return process
        except RedisError:
            if process.poll() is not None:
                break
            time.sleep(0.02)
    process.kill()
    raise AssertionError(f"redis-server did not start: {process.poll()}")
