"""Who is told the figures."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from classroom.app import create_app
from classroom.config import Config
from classroom.journal.memory import MemoryJournal
from classroom.metrics import route as route_module
from classroom.metrics.page import Form, MetricsPage
from classroom.runtime import Runtime
from signaling.tokens import KeyRing

TOKEN = "a-token-that-is-long-enough"


@pytest.fixture
async def runtime(tmp_path: Path) -> Runtime:
    return Runtime(Config(data_dir=tmp_path), KeyRing({"k": b"k" * 32}, "k"), MemoryJournal())


def http(runtime: Runtime, address: str = "127.0.0.1", host: str = "localhost:8080") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(runtime), client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")


async def test_without_a_token_they_are_for_this_machine_alone(runtime: Runtime) -> None:
    async with http(runtime) as here:
        answer = await here.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert answer.headers["cache-control"] == "no-store"
    for address, host in (("192.0.2.7", "localhost"), ("127.0.0.1", "class.example.org"), ("", "localhost")):
        async with http(runtime, address, host) as elsewhere:
            answer = await elsewhere.get("/metrics")
            assert (answer.status_code, answer.json()) == (403, {"error": "metrics_forbidden"})
    assert runtime.counts.refusals["http", "metrics_forbidden"] == 3


@pytest.mark.parametrize(
    "given", ["", "Bearer", f"Basic {TOKEN}", "Bearer wrong", f"Bearer {TOKEN}x", "Bearer \u00e9"]
)
async def test_with_a_token_nobody_is_told_without_it(runtime: Runtime, given: str) -> None:
    runtime.config = replace(runtime.config, metrics_token=TOKEN)
    async with http(runtime) as here:
        answer = await here.get("/metrics", headers={"Authorization": given.encode()})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert b"classroom_" not in answer.content


async def test_with_the_token_from_anywhere_in_either_form(runtime: Runtime) -> None:
    runtime.config = replace(runtime.config, metrics_token=TOKEN)
    async with http(runtime, "192.0.2.7", "class.example.org") as scraper:
        headers = {
            "Authorization": f"Bearer {TOKEN}",
            "Accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5",
        }
        answer = await scraper.get("/metrics", headers=headers)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("application/openmetrics-text")
        assert answer.text.endswith("# EOF\n")


async def test_so_many_at_one_time_and_not_for_ever(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route_module, "MAX_WAITING", 2)
    released = asyncio.Event()

    async def slow(_: MetricsPage, __: Form) -> bytes:
        await released.wait()
        return b"classroom_ready 1\n"

    monkeypatch.setattr(MetricsPage, "get", slow)
    async with http(runtime) as here:
        first = [asyncio.create_task(here.get("/metrics")) for _ in range(2)]
        await asyncio.sleep(0.05)
        third = await here.get("/metrics")
        assert (third.status_code, third.json(), "retry-after" in third.headers) == (
            503,
            {"error": "busy"},
            True,
        )
        released.set()
        assert [(await answer).status_code for answer in first] == [200, 200]
        released.clear()
        monkeypatch.setattr(route_module, "PATIENCE_S", 0.01)
        late = await here.get("/metrics")
        assert (late.status_code, late.json()) == (503, {"error": "timeout"})
        released.set()
        assert (await here.get("/metrics")).status_code == 200
