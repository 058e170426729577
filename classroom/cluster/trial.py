"""A cluster to try on one machine: Redis, three nodes, and a proxy in front of them. `make run-cluster`.

Everything is kept in `DATA_DIR/cluster`. The proxy gives each new connection to the next node, and to another one if that does
not answer, so that killing a node shows what people see of it (nothing but a short "reconnecting").
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

NODES: Final = 3
CHUNK: Final = 65_536


async def main() -> int:
    redis = shutil.which("redis-server")
    if redis is None:
        print("redis-server is not installed: apt-get install redis-server", file=sys.stderr)
        return 1
    port = int(os.environ.get("PORT") or 8080)
    folder = Path(os.environ.get("DATA_DIR") or "data") / "cluster"
    (folder / "redis").mkdir(parents=True, exist_ok=True)
    redis_port, node_ports = port + 10, [port + 1 + number for number in range(NODES)]
    processes = [_redis(redis, redis_port, folder / "redis")]
    try:
        await _answers(redis_port)
        for number, own in enumerate(node_ports):
            processes.append(_node(number, own, port, redis_port, folder))
            await _answers(own)  # one after the other: the first one's keys are everybody's
        turns = itertools.cycle(range(NODES))
        server = await asyncio.start_server(
            lambda reader, writer: _carry(reader, writer, _in_turn(node_ports, next(turns))),
            "127.0.0.1",
            port,
        )
        print(f"Proxy:       http://localhost:{port}", flush=True)
        for number, process in enumerate(processes[1:]):
            print(f"Node {number + 1}:      kill -9 {process.pid}", flush=True)
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with server:
            await stop.wait()
    finally:
        for process in reversed(processes):  # Redis last
            process.terminate()
            process.wait()
    return 0


def _redis(binary: str, port: int, folder: Path) -> subprocess.Popen[bytes]:
    command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "yes", "--appendfsync", "always", "--loglevel", "warning"]
    return subprocess.Popen(command)


def _node(number: int, own: int, public: int, redis: int, folder: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "HOST": "localhost",
        "PORT": str(own),
        "MEDIA_PORT": str(own),
        "NODE_URL": f"http://127.0.0.1:{own}",
        "PUBLIC_URL": f"http://localhost:{public}",
        "REDIS_URL": f"redis://127.0.0.1:{redis}/0",
        "DATA_DIR": str(folder / f"node{number + 1}"),
        "DRAIN_SECONDS": "5",
    }
    command = [sys.executable, "-m", "classroom.cli", "serve"]
    return subprocess.Popen([*command, "--demo"] if number == 0 else command, env=environment)


async def _answers(port: int) -> None:
    for _ in range(300):
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.1)
    raise SystemExit(f"nothing answers on port {port}")


def _in_turn(ports: list[int], first: int) -> Iterator[int]:
    return iter(ports[first:] + ports[:first])


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ports: Iterator[int]) -> None:
    for port in ports:
        with suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
            return
    writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
