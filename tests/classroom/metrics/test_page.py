"""The answer to a scrape: well-formed, bounded, prepared seldom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse_text

from classroom import invitations
from classroom.config import Config
from classroom.journal.memory import MemoryJournal
from classroom.metrics import page as page_module
from classroom.metrics.page import MetricsPage
from classroom.metrics.rooms import OTHER, ROOM_SERIES
from classroom.metrics.snapshot import AT_ONCE
from classroom.runtime import Runtime
from signaling.tokens import KeyRing


@pytest.fixture
async def runtime(tmp_path: Path) -> AsyncIterator[Runtime]:
    made = Runtime(Config(data_dir=tmp_path), KeyRing({"k": b"k" * 32}, "k"), MemoryJournal())
    yield made
    made.hosts.close()


async def load(runtime: Runtime, *room_ids: str) -> None:
    for room_id in room_ids:
        await invitations.create_room(runtime.journal, room_id, "A room with a name", 16)
        await runtime.hosts.get(room_id)


async def test_both_forms_are_what_they_say(runtime: Runtime) -> None:
    await load(runtime, "r1")
    page = MetricsPage(runtime)
    text = {family.name: family for family in parse_text((await page.get("text")).decode())}
    assert {
        "classroom_rooms_loaded",
        "classroom_refusals",
        "process_cpu_seconds",
        "python_gc_collections",
    } <= set(text)
    opened = {family.name: family for family in parse_open((await page.get("openmetrics")).decode())}
    assert set(text) >= {name for name in opened if name.startswith("classroom_")} - {"classroom_build"}
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text.values()
        for sample in family.samples
    }
    assert samples["classroom_rooms_loaded",] == 1
    assert samples["classroom_rooms", "empty"] == 1
    assert samples["classroom_room_loads_total", "loaded"] == 1
    assert samples["classroom_room_people", "r1", "connected"] == 0


async def test_every_metric_says_what_it_is_and_names_follow_the_conventions(runtime: Runtime) -> None:
    await load(runtime, "r1")
    for family in parse_text((await MetricsPage(runtime).get("text")).decode()):
        assert family.documentation, family.name
        if family.name.startswith("classroom_"):
            assert family.documentation.endswith("."), family.name
            assert not family.name.endswith(("_ms", "_count", "_sum")), family.name


async def test_rooms_beyond_the_limit_are_one(runtime: Runtime) -> None:
    await load(runtime, *(f"r{number}" for number in range(ROOM_SERIES + 20)))
    families = list(parse_text((await MetricsPage(runtime).get("text")).decode()))
    labels = {
        sample.labels["room"] for family in families for sample in family.samples if "room" in sample.labels
    }
    assert labels == {*(f"r{number}" for number in range(ROOM_SERIES)), OTHER}
    assert sum(len(family.samples) for family in families) < 2_000


async def test_thousands_of_rooms_are_read_in_small_steps_into_an_answer_of_the_same_size(
    tmp_path: Path,
) -> None:
    limits = replace(Config().limits, rooms_loaded=3_000)
    config = Config(data_dir=tmp_path, limits=limits)
    runtime = Runtime(config, KeyRing({"k": b"k" * 32}, "k"), MemoryJournal())
    await load(runtime, *(f"r{number}" for number in range(ROOM_SERIES + 1)))
    few = await MetricsPage(runtime).get("text")
    await load(runtime, *(f"r{number}" for number in range(ROOM_SERIES + 1, 3_000)))
    page = MetricsPage(runtime)
    asking = asyncio.create_task(page.get("text"))
    turns = 0
    while not asking.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns >= 3_000 / AT_ONCE, "sound is forwarded between two steps"
    assert b"classroom_rooms_loaded 3000.0" in asking.result()
    assert len(asking.result()) < 1.1 * len(few)
    runtime.hosts.close()


async def test_a_hostile_room_is_a_label_like_others(runtime: Runtime) -> None:
    name = 'a"} 1\nclassroom_ready 0\\{\u202e'
    await load(runtime, name)
    families = {
        family.name: family for family in parse_text((await MetricsPage(runtime).get("text")).decode())
    }
    assert {sample.labels["room"] for sample in families["classroom_room_hands"].samples} == {name}
    assert [sample.value for sample in families["classroom_ready"].samples] == [1.0]


async def test_however_many_ask_it_is_read_once_a_second(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_module, "FRESH_S", 1000.0)
    page = MetricsPage(runtime)
    answers = await asyncio.gather(*(page.get("text") for _ in range(50)))
    assert len(set(answers)) == 1
    monkeypatch.setattr(page_module, "FRESH_S", 0.0)
    newer = await page.get("text")
    assert b"classroom_metrics_answers_total 1.0" in newer  # those before were one


async def test_whoever_goes_away_takes_no_answer_with_them(runtime: Runtime) -> None:
    page = MetricsPage(runtime)
    gone = asyncio.create_task(page.get("text"))
    waiting = asyncio.create_task(page.get("text"))
    await asyncio.sleep(0)
    gone.cancel()
    assert b"classroom_ready" in await waiting


async def test_a_bug_is_told_to_those_who_ask_and_the_next_scrape_tries_again(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = MetricsPage(runtime)
    with monkeypatch.context() as patch:
        patch.setattr(page_module, "take", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await page.get("text")
    assert b"classroom_ready" in await page.get("text")


async def test_a_disk_that_does_not_answer_holds_up_nothing(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = MetricsPage(runtime)
    never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    monkeypatch.setattr(page._disk, "_asking", never)
    monkeypatch.setattr(page_module, "DISK_S", 0.01)
    assert b"classroom_data_free_bytes" not in await page.get("text")
    never.set_result(None)
    monkeypatch.setattr(page_module, "FRESH_S", 0.0)
    monkeypatch.setattr(page_module, "DISK_S", 30.0)
    await page.get("text")  # what was asked before has nothing to say
    assert b"classroom_data_free_bytes" in await page.get("text")


async def test_each_runtime_has_its_own(runtime: Runtime, tmp_path: Path) -> None:
    other = Runtime(replace(runtime.config, data_dir=tmp_path), runtime.keys, MemoryJournal())
    runtime.counts.refused("http", "busy")
    assert b'classroom_refusals_total{code="busy",part="http"} 1.0' in await MetricsPage(runtime).get("text")
    assert b'classroom_refusals_total{code="busy",part="http"} 0.0' in await MetricsPage(other).get("text")
