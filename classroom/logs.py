"""Structured logs: one event name and named values per line, for people on a terminal and as JSON elsewhere.

Info is written once per lifecycle change (server, room, session, media connection). Tokens, secrets, names of
people and what they say never reach a log: people appear as seat ids. For that reason, tracebacks come without local variables.
"""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from classroom.config import Config


def configure(config: Config) -> None:
    """Sets up structlog, and leads the standard library's loggers (uvicorn, aiortc) into it."""
    level = getattr(logging, config.log_level.upper())
    as_json = config.log_format == "json" or (config.log_format == "auto" and not sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
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


def _no_false_alarm(record: logging.LogRecord) -> bool:
    """uvicorn 0.54 calls it an error that a WebSocket is refused by a response of ours; `gate.Refusals` logs those."""
    return record.msg != "ASGI callable returned without completing handshake."


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of a module; `component` names it on every line."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(component=name)
    return logger
