"""`python -m tests.reliability.figures [--write] [NAME…]`: measures on real processes; without names, everything.

That takes eleven minutes. The soak runs beside the others. `--write` puts the rows into docs/reliability.md;
`--minutes` makes the soak longer.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial

from tests.reliability.figures import (
    datagrams,
    ghosts,
    half_open,
    removal,
    resume,
    slow,
    soak,
    storm,
    takeover,
    takeover_media,
)
from tests.reliability.figures.table import write

Measure = Callable[[], Awaitable[str]]

ALL: dict[str, tuple[str, Measure]] = {
    "resume": ("A network cut of 10 s", resume.measure),
    "removal": ("A removal, on several nodes", removal.measure),
    "half_open": ("A silent death", half_open.measure),
    "slow": ("Slow readers", slow.measure),
    "ghosts": ("Ghosts", ghosts.measure),
    "storm": ("A reconnection storm", storm.measure),
    "datagrams": ("Hostile datagrams", datagrams.measure),
    "takeover_media": ("Media after SIGKILL of a room's node", takeover_media.measure),
    "takeover": ("Sessions after SIGKILL of a room's node", takeover.measure),
    "soak": ("Memory", soak.measure),
}


async def run(name: str, measure: Measure | None = None) -> tuple[str, tuple[str, str]] | None:
    """`measure`: another than the usual."""
    what, usual = ALL[name]
    began = time.monotonic()
    try:
        figures = await (measure or usual)()
    except Exception as problem:
        print(f"{name}: FAILED: {problem!r}", file=sys.stderr, flush=True)
        return None
    print(f"{name}: {figures} ({time.monotonic() - began:.0f} s)", flush=True)
    return what, (f"python -m tests.reliability.figures {name}", figures)


async def main(names: list[str], *, put: bool, minutes: float) -> int:
    beside = [
        asyncio.create_task(run(name, partial(soak.measure, minutes))) for name in names if name == "soak"
    ]
    rows = [await run(name) for name in names if name != "soak"]
    rows += [await task for task in beside]
    if put:
        write(dict(row for row in rows if row is not None))
    return 1 if None in rows else 0


def command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *ALL], metavar="NAME", help=", ".join(ALL))
    parser.add_argument("--write", action="store_true", help="put the figures into docs/reliability.md")
    parser.add_argument("--minutes", type=float, default=9.0, help="of the soak (default: 9)")
    return parser


if __name__ == "__main__":
    given = command_line().parse_args()
    sys.exit(asyncio.run(main(given.names or list(ALL), put=given.write, minutes=given.minutes)))
