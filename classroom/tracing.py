"""Traces of what people wait for: coming in, breakouts opening, a room changing hands. Off unless TRACES says otherwise.

Off, a span is a call that does nothing, and nothing of OpenTelemetry is loaded. On, spans go out by OTLP, to where the
standard's own variables say (OTEL_EXPORTER_OTLP_ENDPOINT, …). They carry ids (room, seat, session, connection), never names or
what was said.
`traceparent` texts (W3C Trace Context) join the spans of two nodes into one trace.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Final, Protocol

from classroom.config import Config

if TYPE_CHECKING:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider

Value = str | int | float | bool


class TracesUnavailable(Exception):
    """TRACES asks for what is not installed."""


class Span(Protocol):
    """Something that takes time."""

    def set(self, **attributes: Value) -> None:
        """Says more about it."""

    def end(self, problem: str = "") -> None:
        """It is over; `problem`: the stable code of what went wrong. Only the first end counts."""

    def current(self) -> AbstractContextManager[object]:
        """A block in which this span is current: what begins there is part of it."""


class Tracer(Protocol):
    """`parent`: a `traceparent`; empty: whatever span is current, or none. Attributes are `classroom.…` in the trace."""

    def span(self, name: str, parent: str = "", **attributes: Value) -> AbstractContextManager[Span]:
        """A span around a block, current in it; an exception out of it is its problem."""

    def begin(self, name: str, parent: str = "", **attributes: Value) -> Span:
        """A span that ends somewhere else; it is never current."""

    @property
    def here(self) -> str:
        """The `traceparent` of the current span; empty: there is none."""

    def close(self) -> None:
        """Sends what has not been sent. Blocks."""


class _NoSpan:
    def set(self, **_: Value) -> None: ...

    def end(self, problem: str = "") -> None: ...

    def current(self) -> AbstractContextManager[object]:
        return _NO_BLOCK


NO_SPAN: Final = _NoSpan()
_NO_BLOCK: Final[AbstractContextManager[Span]] = nullcontext(NO_SPAN)


class NoTracer:
    """Traces are off."""

    here: Final = ""

    def span(self, name: str, parent: str = "", **_: Value) -> AbstractContextManager[Span]:
        return _NO_BLOCK

    def begin(self, name: str, parent: str = "", **_: Value) -> Span:
        return NO_SPAN

    def close(self) -> None: ...


class _OtelSpan:
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def set(self, **attributes: Value) -> None:
        for name, value in attributes.items():
            self._span.set_attribute(f"classroom.{name}", value)

    def end(self, problem: str = "") -> None:
        from opentelemetry.trace import Status, StatusCode

        if problem and self._span.is_recording():
            self._span.set_attribute("error.type", problem)
            self._span.set_status(Status(StatusCode.ERROR, problem))
        if self._span.is_recording():
            self._span.end()

    def current(self) -> AbstractContextManager[object]:
        from opentelemetry import trace

        # What an exception says may be about people: its type, in `end`, is enough.
        return trace.use_span(
            self._span, end_on_exit=False, record_exception=False, set_status_on_exception=False
        )


class OtelTracer:
    """By OpenTelemetry's SDK."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("classroom")

    @contextmanager
    def span(self, name: str, parent: str = "", **attributes: Value) -> Iterator[Span]:
        span = self.begin(name, parent, **attributes)
        with span.current():
            try:
                yield span
            except BaseException as problem:
                span.end(problem_of(problem))
                raise
            span.end()

    def begin(self, name: str, parent: str = "", **attributes: Value) -> Span:
        return _OtelSpan(self._begin(name, parent, attributes))

    @property
    def here(self) -> str:
        from opentelemetry.trace import get_current_span
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        if not get_current_span().is_recording():  # over: a timer that was set in it, say
            return ""
        carrier: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(carrier)
        return carrier.get("traceparent", "")

    def close(self) -> None:
        self._provider.shutdown()

    def _begin(self, name: str, parent: str, attributes: dict[str, Value]) -> trace.Span:
        from opentelemetry.context import Context
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        # From an empty context: what is current may be over.
        above = {"traceparent": parent or self.here}
        context = TraceContextTextMapPropagator().extract(above, Context())
        named = {f"classroom.{key}": value for key, value in attributes.items()}
        return self._tracer.start_span(name, context, attributes=named)


def problem_of(problem: BaseException) -> str:
    """The stable code of an exception, or its type: never what it says."""
    return str(getattr(problem, "code", "")) or type(problem).__name__


def tracer_of(config: Config) -> Tracer:
    """As TRACES says. Raises TracesUnavailable."""
    if config.traces == "off":
        return NoTracer()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as missing:
        raise TracesUnavailable(
            "TRACES=otlp needs OpenTelemetry: pip install 'momentum-classroom[otel]'"
        ) from missing
    provider = TracerProvider(resource=Resource.create({"service.name": "classroom"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return OtelTracer(provider)


def trace_ids() -> dict[str, str]:
    """`trace_id` and `span_id` of the span that is current and not over; empty: none is, or traces are off."""
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return {}
    span = trace.get_current_span()
    if not span.is_recording():
        return {}
    context = span.get_span_context()
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}
