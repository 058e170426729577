"""`python -m tests.reliability [NAME…]`: faults on real processes, while people write numbered messages.

Without names, all of them (about five minutes). Exits with 1 if something acknowledged was lost or done twice, or people were
shown different things.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
import traceback
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from tests.reliability import cluster_faults, faults

ALL: dict[str, Callable[[Path], Awaitable[str]]] = {
    fault.__name__: fault
    for fault in (faults.killed, faults.stopped, faults.cut, faults.disk_full, faults.clock_jumps)
} | {harm.__name__: partial(cluster_faults.under, harm) for harm in cluster_faults.HARMS}


async def run(name: str) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            said = await ALL[name](Path(folder) / name)
        except faults.Skipped as why:
            said = f"skipped: {why}"
        except Exception:
            print(f"{name}: FAILED", flush=True)
            traceback.print_exc()
            return False
    print(f"{name}: {said} ({time.monotonic() - began:.0f} s)", flush=True)
    return True


async def main(names: list[str]) -> int:
    unknown = set(names) - set(ALL)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(ALL)}", file=sys.stderr)
        return 2
    outcomes = [await run(name) for name in names or ALL]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
