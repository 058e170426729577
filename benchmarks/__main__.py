"""Runs every benchmark; fails if one misses its target."""

from __future__ import annotations

import sys

from benchmarks import latency, relay

if __name__ == "__main__":
    failures = [benchmark.main([]) for benchmark in (relay, latency)]
    sys.exit(max(failures))
