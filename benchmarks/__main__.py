"""Runs every benchmark, shows a table of each, and fails if a figure misses its limit.

python -m benchmarks [relay latency estimator turns startup hands ops watching] [--json FILE]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import estimator, hands, latency, ops, relay, startup, turns, watching
from benchmarks.table import Figure, close, show

BENCHMARKS = {
    "relay": relay,
    "latency": latency,
    "estimator": estimator,
    "turns": turns,
    "startup": startup,
    "hands": hands,
    "watching": watching,
    "ops": ops,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Runs benchmarks, all unless named."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    unknown = set(options.names) - BENCHMARKS.keys()
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    results: dict[str, list[Figure]] = {}
    for name, benchmark in BENCHMARKS.items():
        if not options.names or name in options.names:
            results[benchmark.TITLE] = benchmark.measure()
            show(benchmark.TITLE, results[benchmark.TITLE])
            print()
    return close(results, options.json)


if __name__ == "__main__":
    sys.exit(main())
