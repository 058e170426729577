"""What a trace tells of a join, of breakouts and of a takeover, by the SDK's own in-memory exporter."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from classroom.config import Config
from classroom.journal.memory import MemoryJournal
from classroom.tracing import NO_SPAN, NoTracer, OtelTracer, TracesUnavailable, tracer_of
from rooms.commands import BreakoutPlan, CloseBreakouts, OpenBreakouts
from tests.support.client import Client, Refusal
from tests.support.inloop import serving


class Traces:
    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = OtelTracer(provider)

    async def span(self, name: str, **attributes: str) -> ReadableSpan:
        """The first of this name (and with these attributes), when it is over."""
        async with asyncio.timeout(30):
            while True:
                for span in self.exporter.get_finished_spans():
                    known = dict(span.attributes or {})
                    if span.name == name and all(
                        known.get(f"classroom.{k}") == v for k, v in attributes.items()
                    ):
                        return span
                await asyncio.sleep(0.05)

    def everything(self) -> str:
        return "".join(span.to_json() for span in self.exporter.get_finished_spans())


@pytest.fixture
def traces() -> Iterator[Traces]:
    made = Traces()
    yield made
    made.tracer.close()


def trace_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return span.context.trace_id


def parent_of(span: ReadableSpan) -> int | None:
    return None if span.parent is None else span.parent.span_id


def id_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return span.context.span_id


async def test_a_join_and_breakouts(traces: Traces) -> None:
    async with serving(tracer=traces.tracer) as server:
        room = await server.create_room()
        tara = await Client.join(server.ws_url, server.invite(room, "trainer", "Tara Quaggelstein"))
        join = await traces.span("session.join")
        load, seat = await traces.span("room.load", room=room, how="loaded"), await traces.span("room.join")
        assert parent_of(join) is None
        assert {parent_of(load), parent_of(seat)} == {id_of(join)}
        plan = await traces.span("media.plan", room=room)
        assert trace_of(plan) == trace_of(join)
        traces.exporter.clear()

        people = [await Client.join(server.ws_url, server.invite(room, name=f"P{n}")) for n in range(3)]
        assert "room.load" not in {span.name for span in traces.exporter.get_finished_spans()}
        traces.exporter.clear()

        await tara.request(OpenBreakouts(plan=BreakoutPlan(mode="pairs")))
        opened = await traces.span("breakouts.open", room=room, session=tara.welcome.session_id[:8])
        planned = await traces.span("media.plan", room=room)
        assert parent_of(planned) == id_of(opened)
        assert planned.end_time is not None
        await tara.request(CloseBreakouts())
        with pytest.raises(Refusal):
            await tara.request(CloseBreakouts())
        refused = await traces.span("breakouts.close")
        assert trace_of(refused) != trace_of(opened)
        codes = [
            (span.attributes or {}).get("error.type")
            for span in traces.exporter.get_finished_spans()
            if span.name == "breakouts.close"
        ]
        assert codes == [None, "breakouts_closed"]
        assert "Quaggelstein" not in traces.everything()
        for person in (tara, *people):
            await person.close()


async def test_a_room_taken_over_from_a_process_that_died(traces: Traces) -> None:
    journal = MemoryJournal()
    async with serving(journal=journal) as first:
        room = await first.create_room()
        link, keys = first.invite(room), first.runtime.keys
        ana = await Client.join(first.ws_url, link)
        resume = ana.resume_point()
        created, *others = await journal.events(room)
        kept = MemoryJournal()  # as a SIGKILL leaves it
        await kept.create(created)
        await kept.append(room, others)
        await ana.close()
    async with serving(journal=kept, keys=keys, tracer=traces.tracer) as second:
        back = await Client.join(second.ws_url, link, resume=resume)
        taken = await traces.span("room.load", room=room, how="taken_over")
        assert parent_of(taken) == id_of(await traces.span("session.join"))
        assert second.runtime.counts.openings["restored"] == 1
        await back.close()


def test_a_span_of_another_node_is_part_of_the_same_trace(traces: Traces) -> None:
    with traces.tracer.span("session.join"):
        here = traces.tracer.here
        with traces.tracer.span("session.join", here, connection="c1"):
            pass
    inner, outer = traces.exporter.get_finished_spans()
    assert here.startswith(f"00-{trace_of(outer):032x}-{id_of(outer):016x}-")
    assert (trace_of(inner), parent_of(inner)) == (trace_of(outer), id_of(outer))


def test_what_is_begun_after_a_span_is_over_is_no_part_of_it(traces: Traces) -> None:
    span = traces.tracer.begin("first")
    with span.current():
        assert traces.tracer.here
        span.end()
        assert not traces.tracer.here
        traces.tracer.begin("second").end()
    first, second = traces.exporter.get_finished_spans()
    assert trace_of(first) != trace_of(second)
    assert second.parent is None


def test_an_exception_leaves_its_type_and_nothing_that_it_says(traces: Traces) -> None:
    with pytest.raises(ValueError), traces.tracer.span("broken"):
        raise ValueError("about Ana")
    (span,) = traces.exporter.get_finished_spans()
    assert (span.attributes or {})["error.type"] == "ValueError"
    assert "Ana" not in span.to_json()


def test_off_is_nothing() -> None:
    tracer = tracer_of(Config())
    assert isinstance(tracer, NoTracer)
    with tracer.span("x", room="r1") as span:
        assert span is NO_SPAN
        assert tracer.here == ""
    assert tracer.begin("x") is NO_SPAN


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(TracesUnavailable, match=r"pip install .*otel"):
        tracer_of(replace(Config(), traces="otlp"))
