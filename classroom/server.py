"""`classroom serve`: takes the ports, starts everything, prints where it is, and stops it in order."""

from __future__ import annotations

import asyncio
import fcntl
import os
import resource
import signal
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import uvicorn
import uvloop
from starlette.types import ASGIApp

from classroom import keys, logs, ports
from classroom.app import STATIC, create_app
from classroom.config import Config, default_public_url
from classroom.demo import DemoRoom
from classroom.http_protocol import counting
from classroom.media.tcp_endpoint import TcpPortError
from classroom.metrics.counts import Counts
from classroom.runtime import Runtime, media_config
from classroom.service_manager import ServiceManager
from classroom.stores import cluster_keys, open_journal, open_notes, open_records
from classroom.tracing import TracesUnavailable, tracer_of
from signaling.limits import MAX_FRAME_BYTES

log = logs.get("server")

WS_MAX_BYTES: Final = 2 * MAX_FRAME_BYTES
"""Twice what the protocol takes: a frame that is somewhat too large is answered with a code, not just cut off."""
MAX_OPEN_FILES: Final = 65_536


THREAD_TURN_S: Final = 0.001
"""How long a thread that computes (the journal, reading a long history) may keep media waiting; CPython's default: 5 ms."""


class StartError(Exception):
    """The server cannot start; the text says why and what to do."""


def run(config: Config, *, demo: bool) -> None:
    """Serves until SIGTERM or SIGINT. Raises StartError; JournalUnusable; KeysUnusable."""
    _check_certificate(config)
    _raise_file_limit()
    with only_server(config.data_dir):
        sockets = _listen(config)
        port = sockets[0].getsockname()[1]
        if port != config.port:  # PORT=0
            tls = config.tls_cert is not None
            own = default_public_url(config.host, config.port, tls=tls)
            public_url = (
                default_public_url(config.host, port, tls=tls)
                if config.public_url == own
                else config.public_url
            )
            config = replace(config, port=port, public_url=public_url)
        uvloop.run(_serve(config, sockets, demo=demo))


async def _serve(config: Config, sockets: list[socket.socket], *, demo: bool) -> None:
    sys.setswitchinterval(THREAD_TURN_S)
    try:
        tracer = tracer_of(config)
    except TracesUnavailable as problem:
        raise StartError(str(problem)) from problem
    ring = await cluster_keys(config, keys.load_or_create(config.data_dir))
    journal = open_journal(config)
    runtime = Runtime(config, ring, journal, open_notes(config), open_records(config), tracer)
    try:
        await runtime.start()
    except TcpPortError as problem:
        await journal.close()
        media = media_config(config)
        text = ports.taken("TCP", media.host, config.media_tcp_port or 0, problem, "MEDIA_TCP_PORT")
        raise StartError(text) from problem
    except OSError as problem:
        await journal.close()
        media = media_config(config)
        raise StartError(ports.taken("UDP", media.host, media.port, problem)) from problem
    demo_room = DemoRoom(runtime) if demo else None
    app = create_app(runtime, demo_room=demo_room)
    server = _Server(web_config(app, config, runtime.counts), runtime, demo_room)
    await server.serve(sockets)
    await runtime.stop()
    log.info("server stopped")


def web_config(app: ASGIApp, config: Config, counts: Counts) -> uvicorn.Config:
    """How uvicorn serves `app`; `counts` gets what it refuses itself."""
    return uvicorn.Config(
        app,
        ws="websockets-sansio",
        ws_max_size=WS_MAX_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=None,  # the protocol has its own heartbeat, which tells the client as well
        http=counting(counts),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=list(config.trusted_proxies),
        ssl_certfile=config.tls_cert,
        ssl_keyfile=config.tls_key,
        timeout_graceful_shutdown=3,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, runtime: Runtime, demo_room: DemoRoom | None) -> None:
        super().__init__(config)
        self._runtime = runtime
        self._demo_room = demo_room
        self._manager = ServiceManager()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Unlike uvicorn's own, does not raise the signal again at the end: what was taken must be put away first."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        demo = None if self._demo_room is None else await self._demo_room.open()
        ops_link = None if self._demo_room is None else await self._demo_room.ops_link()
        await super().startup(sockets)
        self._runtime.collector.settle()
        config = self._runtime.config
        log.info(
            "server started",
            url=config.public_url,
            media_port=self._runtime.plane.port,
            media_tcp_port=self._runtime.plane.tcp_port or None,
            data_dir=str(config.data_dir),
            start_ms=_process_age_ms(),
        )
        self._manager.ready(f"Serving {config.public_url}")
        self._runtime.spawn(self._manager.beat())
        print(f"Serving:     {config.public_url}", flush=True)
        if not (STATIC / "index.html").exists():
            print("The client is not built yet: make build", flush=True)
        if not config.secure_origin:
            print("Browsers allow no microphone here: set PUBLIC_URL to an https:// address.", flush=True)
        if demo is not None:
            print(f"Trainer:     {demo.trainer_link}", flush=True)
            print(f"Participant: {demo.participant_link}", flush=True)
            print(f"Operations:  {ops_link}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """First our own goodbye, which clients understand; then uvicorn closes what is left."""
        log.info("server stopping", sessions=len(self._runtime.sessions))
        self._manager.stopping("Sending people away", self._runtime.stops_within_s)
        await self._runtime.drain()
        await super().shutdown(sockets)


@contextmanager
def only_server(data_dir: Path) -> Iterator[None]:
    """Holds the data folder against a second server: two would write the same rooms. Raises StartError."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(data_dir / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as problem:
        raise StartError(f"DATA_DIR {data_dir} cannot be used: {problem.strerror}.") from problem
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StartError(
            f"Another server runs on DATA_DIR {data_dir}. Stop it, or set DATA_DIR to another folder."
        ) from None
    try:
        yield
    finally:
        os.close(descriptor)


def _check_certificate(config: Config) -> None:
    if config.tls_cert is None:
        return
    try:
        # Without a passphrase given, OpenSSL would ask for one on the terminal, where nobody sits.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(config.tls_cert, config.tls_key, password="")
    except (OSError, ValueError) as problem:
        text = f"TLS_CERT {config.tls_cert} and TLS_KEY {config.tls_key} cannot be used together: {problem}."
        raise StartError(f"{text} Both are PEM files, the key without a passphrase.") from problem


def _raise_file_limit() -> None:
    """Each person is a socket or two, and many systems let a process have 1,024 unless it asks for what it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _listen(config: Config) -> list[socket.socket]:
    try:
        return ports.listen(config.host, config.port)
    except ports.PortTaken as problem:
        raise StartError(str(problem)) from problem


def _process_age_ms() -> int | None:
    """Since the process was started, the interpreter's own start included; None where /proc does not tell."""
    try:
        started_ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
    except (OSError, ValueError, IndexError):
        return None
    return round((time.clock_gettime(time.CLOCK_BOOTTIME) - started_ticks / os.sysconf("SC_CLK_TCK")) * 1000)
