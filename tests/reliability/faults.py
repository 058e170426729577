"""What goes wrong with one server, done to a real process while people write. Each fault raises AssertionError, or says what
there was."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from classroom.journal.base import Journal
from classroom.journal.sqlite import SqliteJournal
from tests.reliability.links import link_to
from tests.reliability.writers import Writer, check, kept_in
from tests.support.server import ClassroomServer, running

NAMES: Final = ("Ana", "Ben", "Cem", "Dua", "Eve", "Flo")
BEFORE_S: Final = 1.5
FAKETIME: Final = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


class Skipped(Exception):
    """This machine lacks what the fault needs."""


@asynccontextmanager
async def people_writing(
    links: Sequence[tuple[str, str]], doors: Sequence[str]
) -> AsyncIterator[list[Writer]]:
    """`links`: names and invitations. Everybody has had their answers when the block ends."""
    writers = [
        Writer(name, link, doors[turn:] + doors[:turn]) for turn, (name, link) in _in_turn(links, doors)
    ]
    writing = [asyncio.create_task(writer.write()) for writer in writers]
    try:
        await asyncio.sleep(BEFORE_S)
        yield writers
        await asyncio.sleep(BEFORE_S)
        for writer in writers:
            writer.stop()
        async with asyncio.timeout(90):
            await asyncio.gather(*writing)
    finally:
        for task in writing:
            task.cancel()


def _in_turn(links: Sequence[tuple[str, str]], doors: Sequence[str]) -> list[tuple[int, tuple[str, str]]]:
    return list(zip(itertools.cycle(range(len(doors))), links, strict=False))


async def verdict(journal: Journal, room: str, writers: Sequence[Writer]) -> str:
    """Closes the journal. Raises AssertionError."""
    history = await journal.load(room)
    kept = kept_in(history) | kept_in(history._replace(events=await journal.events(room)))
    await journal.close()
    return check(kept, writers)


class OneServer:
    """A server that can be started again on its port and its data."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self._folder = folder
        self._variables = variables
        self._stack = ExitStack()
        self.now: ClassroomServer

    def start(self, port: int = 0) -> None:
        running_now = running(self._folder, port=port, **self._variables)
        self.now = self._stack.enter_context(running_now)

    async def again(self) -> None:
        """SIGKILL, and a new process."""
        self.now.kill()
        port = int(self.now.url.rsplit(":", 1)[1])
        await asyncio.to_thread(self.start, port)

    def close(self) -> None:
        self._stack.close()

    def invite(self) -> list[tuple[str, str]]:
        room = self.now.create_room(capacity=40)
        self.room = room
        return [(name, self.now.invite(room, name=name)) for name in NAMES]

    async def verdict(self, writers: Sequence[Writer]) -> str:
        return await verdict(SqliteJournal(self.now.data_dir / "classroom.sqlite3"), self.room, writers)


@asynccontextmanager
async def one_server(folder: Path, **variables: str) -> AsyncIterator[OneServer]:
    server = OneServer(folder, **variables)
    try:
        await asyncio.to_thread(server.start)
        yield server
    finally:
        await asyncio.to_thread(server.close)


async def killed(folder: Path, times: int = 5) -> str:
    """SIGKILL in the middle of commits, and started again."""
    async with one_server(folder) as server:
        async with people_writing(server.invite(), [server.now.ws_url]) as writers:
            for _ in range(times):
                await server.again()
                await asyncio.sleep(1.5)
        return await server.verdict(writers)


async def stopped(folder: Path) -> str:
    """SIGSTOP: for less than anybody notices, and for longer than a heartbeat."""
    async with one_server(folder) as server:
        async with people_writing(server.invite(), [server.now.ws_url]) as writers:
            for lasts_s in (1.0, 16.0):
                server.now.process.send_signal(signal.SIGSTOP)
                await asyncio.sleep(lasts_s)
                server.now.process.send_signal(signal.SIGCONT)
                await asyncio.sleep(2)
        return await server.verdict(writers)


async def cut(folder: Path, half_open_s: float = 18.0) -> str:
    """The network of half of the people: reset, gone for a while, gone without anybody being told."""
    async with one_server(folder) as server:
        link = await link_to(server.now.url)
        invited = server.invite()
        async with (
            people_writing(invited[:3], [server.now.ws_url]) as there,
            people_writing(invited[3:], [link.to(server.now.ws_url)]) as cut_off,
        ):
            link.cut()
            await asyncio.sleep(1)
            link.freeze()
            await asyncio.sleep(3)
            link.thaw()
            await asyncio.sleep(1)
            link.freeze()
            await asyncio.sleep(half_open_s)
            link.thaw(keep=False)
        await link.close()
        return await server.verdict([*there, *cut_off])


async def disk_full(folder: Path) -> str:
    """DATA_DIR on a small file system of its own, which somebody else fills."""
    if os.geteuid() != 0:
        raise Skipped("mounting needs root")
    with small_disk(folder / "disk") as disk:
        async with one_server(folder, DATA_DIR=str(disk / "data")) as server:
            server.now.data_dir = disk / "data"
            async with people_writing(server.invite(), [server.now.ws_url]) as writers:
                for _ in range(2):
                    await asyncio.to_thread(_fill, disk / "waste")
                    await asyncio.sleep(4)
                    (disk / "waste").unlink()
                    await asyncio.sleep(2)
            assert any(writer.refused for writer in writers), "the disk was never full"
            return await server.verdict(writers)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return


def faked_clock(folder: Path) -> Path:
    """A file that says how far the clock is off."""
    if not FAKETIME.exists():
        raise Skipped("needs Debian's package faketime")
    folder.mkdir(parents=True, exist_ok=True)
    clock = folder / "clock"
    clock.write_text("+0")
    return clock


async def clock_jumps(folder: Path) -> str:
    """The wall clock of the server goes forth and back by an hour."""
    clock = faked_clock(folder)
    faked = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_CACHE_DURATION": "1",
    }
    async with one_server(folder, **faked) as server:
        async with people_writing(server.invite(), [server.now.ws_url]) as writers:
            for offset in ("+3600", "+0", "-3600", "+0"):
                clock.write_text(offset)
                await asyncio.sleep(2.5)
        times = [recorded.at_ms for recorded in server.now.history(server.room)]
        assert max(times) - min(times) > 7_000_000, "the clock did not jump"
        return await server.verdict(writers)
