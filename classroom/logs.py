"""Structured logs: one event name and named values per line, for people on a terminal and as JSON elsewhere.

Info is written once per lifecycle change (server, room, session, media connection). Tokens, secrets, names of
people and what they say never reach a log: people appear as seat ids. For that reason, tracebacks come without local variables.
Lines about somebody name the room, the seat, the session and the connection (`whose`), so that all of one visit can be found;
those of a traced piece of work also name its trace.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Final

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from classroom.config import Config
from classroom.tracing import trace_ids

if TYPE_CHECKING:
    from signaling.session import Session

SESSION_CHARS: Final = 8
"""Of a session's id: enough to find it, too little to be it."""


def configure(config: Config) -> None:
    """Sets up structlog, and leads the standard library's loggers (uvicorn, aiortc) into it."""
    level = getattr(logging, config.log_level.upper())
    as_json = config.log_format == "json" or (config.log_format == "auto" and not sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _traced,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if as_json:
        finish: list[structlog.typing.Processor] = [
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ]
    else:
        plain = structlog.dev.plain_traceback
        finish = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    structlog.configure(
        processors=[*shared, *finish],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *finish],
        )
    )
    logging.getLogger("uvicorn.error").filters[:] = [_no_false_alarm]
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))


def whose(room_id: str, seat: str, session: Session | None) -> dict[str, str]:
    """How a line names somebody; `session` None: they have none."""
    named = {"room": room_id, "seat": seat}
    if session is not None:
        named |= {"session": session.id[:SESSION_CHARS], "connection": session.connection_name}
    return named


def of_session(session: Session) -> dict[str, str]:
    """How a line names whose session this is."""
    return whose(session.seat.room_id, session.seat.participant_id, session)


def _traced(
    _: structlog.typing.WrappedLogger, __: str, line: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    line.update(trace_ids())
    return line


def _no_false_alarm(record: logging.LogRecord) -> bool:
    """uvicorn 0.54 calls it an error that a WebSocket is refused by a response of ours; `gate.Refusals` logs those."""
    return record.msg != "ASGI callable returned without completing handshake."


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of a module; `component` names it on every line."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(component=name)
    return logger
