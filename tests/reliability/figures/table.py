"""Samples, and the table in docs/reliability.md that they end in."""

from __future__ import annotations

import datetime
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

DOCUMENT: Final = Path(__file__).parents[3] / "docs" / "reliability.md"
BEGIN: Final = "<!-- figures: written by `make reliability-figures` -->"
END: Final = "<!-- end of figures -->"
HEAD: Final = ("| what | command | figures | day |", "| --- | --- | --- | --- |")


def spread(seconds: Sequence[float], unit: str = "s") -> str:
    """Median, p95, p99 and worst."""
    scale, digits = (1_000, 0) if unit == "ms" else (1, 2)
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    named = {"median": cuts[49], "p95": cuts[94], "p99": cuts[98], "worst": max(seconds)}
    return ", ".join(f"{name} {value * scale:.{digits}f} {unit}" for name, value in named.items())


def write(rows: Mapping[str, tuple[str, str]], document: Path = DOCUMENT) -> None:
    """Puts rows into the table: by what was measured, the command and the figures. Others stay as they are."""
    before, _, rest = document.read_text().partition(BEGIN)
    table, _, after = rest.partition(END)
    kept = {line.split("|")[1].strip(): line for line in table.splitlines() if line.startswith("| ")}
    for head in HEAD:
        kept.pop(head.split("|")[1].strip(), None)
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    for what, (command, figures) in rows.items():
        kept[what] = f"| {what} | `{command}` | {figures} | {today} |"
    lines = "\n".join((BEGIN, *HEAD, *kept.values(), END))
    document.write_text(f"{before}{lines}{after}")
