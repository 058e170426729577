"""What the commands of `classroom` have in common: settings, stores, tables, and how they fail."""

from __future__ import annotations

import asyncio
import sys
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn, TypeVar

import click

from classroom import config as configuration
from classroom import logs
from classroom.journal.base import Journal, JournalFull, JournalUnavailable
from classroom.journal.sqlite_writer import JournalUnusable
from classroom.records.base import Records
from classroom.stores import open_journal, open_records

T = TypeVar("T")


def load_config() -> configuration.Config:
    """Of the environment; ends the process with code 2 if it makes no sense."""
    try:
        config = configuration.load()
    except configuration.ConfigError as problem:
        give_up(str(problem), code=2)
    logs.configure(config)
    return config


def with_journal(config: configuration.Config, use: Callable[[Journal], Awaitable[T]]) -> T:
    async def opened() -> T:
        journal = open_journal(config)
        try:
            return await use(journal)
        finally:
            await journal.close()

    return _run(opened)


def with_records(config: configuration.Config, use: Callable[[Records], Awaitable[T]]) -> T:
    async def opened() -> T:
        records = open_records(config)
        try:
            return await use(records)
        finally:
            await records.close()

    return _run(opened)


def give_up(message: str, *, code: int = 1) -> NoReturn:
    click.echo(f"classroom: {message}", err=True)
    sys.exit(code)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns under their heads, as wide as what is in them; one line per row."""
    lines = [[*map(_printable, row)] for row in (heads, *rows)]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _run(work: Callable[[], Awaitable[T]]) -> T:
    async def run() -> T:
        return await work()

    try:
        return asyncio.run(run())
    except (JournalUnusable, JournalUnavailable, JournalFull) as problem:
        give_up(str(problem))


def _printable(text: str) -> str:
    """What others named cannot move the cursor, nor turn the line round."""
    return "".join("�" if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in text)


def _width(text: str) -> int:
    """Columns of a terminal (Unicode TR11): East Asian wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )
