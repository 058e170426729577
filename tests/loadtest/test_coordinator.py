"""Coordinator and workers: who is let in, and what happens to those who misbehave or go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loadtest.coordinator import STRANGERS_MAX, Coordinator
from loadtest.links import Links
from loadtest.recorder import Second
from loadtest.report import Part
from loadtest.run import RunFailed
from loadtest.scenario import Receiving, Scenario
from loadtest.shard import Order
from loadtest.wire import (
    Answer,
    Challenge,
    Finished,
    Joined,
    Measured,
    Prepared,
    Told,
    Wire,
    WireError,
    introduce,
    read_secret,
)
from loadtest.worker import check_order

SECRET = b"a secret of some length"
SCENARIO = Scenario(rooms=3, people=2, receiving=Receiving(signaling_only=1))
LINK = Links("http://localhost:1/join#t=a", "http://localhost:1/join#t=b")
ORDER = Order(SCENARIO, (0, 1, 2), (LINK, LINK, LINK))


@asynccontextmanager
async def coordinating(
    workers: int, patience_s: float = 30.0
) -> AsyncIterator[tuple[Coordinator, int, list[str]]]:
    said: list[str] = []
    coordinator = Coordinator(SECRET, workers, said.append, patience_s)
    _, port = await coordinator.start("127.0.0.1", 0)
    try:
        yield coordinator, port, said
    finally:
        await coordinator.end()


async def connected(port: int) -> Wire:
    return Wire(*await asyncio.open_connection("127.0.0.1", port))


async def let_in(port: int, name: str) -> Wire:
    wire = await connected(port)
    await introduce(wire, SECRET, name)
    return wire


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)


async def obedient(wire: Wire, told: Second) -> None:
    """A worker that plays nothing, but says everything in its order."""
    await wire.receive(msgspec.Raw)
    await wire.send(Prepared())
    await wire.receive(msgspec.Raw)
    await wire.send(Told(told))
    await wire.send(Joined(4))
    await wire.receive(msgspec.Raw)
    await wire.send(Measured())
    await wire.receive(msgspec.Raw)
    await wire.send(Finished(Part(forwarded=7)))


async def test_rooms_are_shared_out_and_what_comes_back_is_kept() -> None:
    async with coordinating(2) as (coordinator, port, _):
        wires = [await let_in(port, name) for name in ("one", "two")]
        people = [asyncio.create_task(obedient(wire, Second(0, people=4))) for wire in wires]
        await coordinator.prepare(ORDER)
        assert await coordinator.join() == 8
        await coordinator.measure()
        parts, workers = await coordinator.finish()
        await asyncio.gather(*people)
        assert [part.forwarded for part in parts] == [7, 7]
        assert [(each.rooms, each.people, each.state) for each in workers] == [(2, 4, "done"), (1, 2, "done")]
        assert coordinator.timeline.ordered()[0].people == 8


async def test_a_worker_that_goes_is_told_and_the_others_go_on() -> None:
    async with coordinating(2) as (coordinator, port, said):
        first, second = await let_in(port, "one"), await let_in(port, "two")
        going = asyncio.create_task(obedient(second, Second(0)))

        async def die() -> None:
            await first.receive(msgspec.Raw)
            await first.send(Prepared())
            await first.receive(msgspec.Raw)
            first.close()

        dying = asyncio.create_task(die())
        await coordinator.prepare(ORDER)
        assert await coordinator.join() == 4
        await coordinator.measure()
        parts, workers = await coordinator.finish()
        await asyncio.gather(dying, going)
        assert len(parts) == 1
        assert [each.state for each in workers] == ["lost while joining: the connection broke", "done"]
        assert "worker one: lost while joining: the connection broke" in said


@pytest.mark.parametrize("reply", [Measured(), Joined(-1), Second(1)])
async def test_a_worker_that_answers_something_else_is_given_up(reply: msgspec.Struct) -> None:
    async with coordinating(1) as (coordinator, port, _):
        wire = await let_in(port, "odd")
        await wire.send(reply)
        with pytest.raises(RunFailed, match="no worker is left; odd: lost while preparing"):
            await coordinator.prepare(ORDER)


async def test_workers_that_do_not_come_end_the_run() -> None:
    async with coordinating(2, patience_s=0.2) as (coordinator, port, _):
        await let_in(port, "alone")
        with pytest.raises(RunFailed, match="1 of 2 workers came"):
            await coordinator.prepare(ORDER)


async def test_another_secret_lets_nobody_in_on_either_side() -> None:
    async with coordinating(1) as (_, port, said):
        wire = await connected(port)
        with pytest.raises(WireError, match="is it the same secret"):
            await introduce(wire, b"another secret of some length", "stranger")
        assert said == ["somebody at 127.0.0.1 was not let in: another secret"]

    async def impostor(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = Wire(reader, writer)
        await wire.send(Challenge(1, bytes(32)))
        await wire.receive(msgspec.Raw)
        await wire.send(msgspec.defstruct("Welcome", [("proof", bytes)], tag=True)(bytes(32)))

    server = await asyncio.start_server(impostor, "127.0.0.1", 0)
    async with server:
        wire = await connected(server.sockets[0].getsockname()[1])
        with pytest.raises(WireError, match="coordinator knows another secret"):
            await introduce(wire, SECRET, "worker")


async def test_an_answer_cannot_be_used_again() -> None:
    """A proof is bound to the coordinator's nonce."""
    async with coordinating(2) as (_, port, said):
        recorded: list[Answer] = []

        class Recording(Wire):
            async def send(self, message: msgspec.Struct) -> None:
                if isinstance(message, Answer):
                    recorded.append(message)
                await super().send(message)

        await introduce(Recording(*await asyncio.open_connection("127.0.0.1", port)), SECRET, "honest")
        again = await connected(port)
        await again.receive(Challenge)
        await again.send(recorded[0])
        await until(lambda: said[-1].endswith("another secret"))


async def test_strangers_are_few_at_a_time_and_latecomers_are_turned_away() -> None:
    async with coordinating(1) as (_, port, said):
        silent = [await connected(port) for _ in range(STRANGERS_MAX)]
        for wire in silent:
            await wire.receive(Challenge)
        with pytest.raises(WireError):
            await let_in(port, "one too many")
        silent[0].close()
        await until(lambda: bool(said))
        await let_in(port, "worker")
        await until(lambda: "worker worker is here (1 of 1)" in said)
        with pytest.raises(WireError):
            await let_in(port, "late")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=200), framed=st.booleans())
async def test_whatever_a_stranger_sends_the_worker_comes_in(junk: bytes, framed: bool) -> None:
    async with coordinating(1) as (_, port, said):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(len(junk).to_bytes(4, "big") + junk if framed else junk)
        with suppress(OSError):
            writer.write_eof()
            await reader.read()
        writer.close()
        await let_in(port, "worker")
        await until(lambda: "worker worker is here (1 of 1)" in said)


async def test_a_frame_beyond_the_limit_is_not_even_read() -> None:
    async with coordinating(1) as (_, port, said):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write((1 << 30).to_bytes(4, "big"))
        await until(lambda: bool(said))
        assert "a message of 1073741824 bytes" in said[0]


def test_a_worker_loads_nothing_that_its_owner_has_not_named() -> None:
    check_order(ORDER, ())
    there = Links(None, "https://school.example/join#t=a")
    strange = Order(SCENARIO, (0,), (there,))
    with pytest.raises(WireError, match=r"--allow school\.example"):
        check_order(strange, ())
    check_order(strange, ("school.example",))
    with pytest.raises(WireError, match="cannot be played"):
        check_order(Order(SCENARIO, (0, 1), (LINK,)), ())


def test_secrets_come_from_a_file_or_the_environment_and_are_long_enough(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("0123456789abcdef\n")
    assert read_secret(file, {}) == b"0123456789abcdef"
    assert read_secret(None, {"LOADTEST_SECRET": "fedcba9876543210"}) == b"fedcba9876543210"
    assert read_secret(None, {}) is None
    with pytest.raises(WireError, match="fewer than 16"):
        read_secret(None, {"LOADTEST_SECRET": "short"})
    with pytest.raises(WireError, match="No such file"):
        read_secret(tmp_path / "none", {})
