"""`python -m tests.faults`: plays schedules on all cores, prints what they found, and replays a seed exactly.

python -m tests.faults --schedules 10000        seeds 0 to 9999
python -m tests.faults --seed 4711              that one, with its trace
"""

from __future__ import annotations

import argparse
import os
import selectors
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator

import msgspec

from tests.faults.plants import PLANTS
from tests.faults.schedule import Outcome, install, play

HASH_SEED = "0"
"""The order of sets of strings is part of a schedule."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults", description="Fault schedules on virtual time."
    )
    parser.add_argument("--schedules", type=int, default=10_000, help="how many (default: 10000)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--seed", type=int, help="only this one, with its trace")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep-going", action="store_true", help="do not stop at the first failing seed")
    parser.add_argument("--plant", choices=[*PLANTS], help="put a bug into the server, which must be found")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != HASH_SEED:
        again = [sys.executable, "-m", "tests.faults", *sys.argv[1:]]
        return subprocess.call(again, env={**os.environ, "PYTHONHASHSEED": HASH_SEED})
    if arguments.plant is not None:
        PLANTS[arguments.plant]()
    if arguments.worker is not None:
        return _work(arguments.worker)
    if arguments.seed is not None:
        install()
        return _show(play(arguments.seed))
    seeds = range(arguments.first, arguments.first + arguments.schedules)
    plant = [] if arguments.plant is None else ["--plant", arguments.plant]
    return _run(_outcomes(seeds, arguments.processes, plant), len(seeds), keep_going=arguments.keep_going)


def _show(outcome: Outcome) -> int:
    print("\n".join(outcome.trace))
    print(f"\nseed {outcome.seed}, trace {outcome.digest}, {outcome.figures}")
    print(f"VIOLATED: {outcome.problem}" if outcome.problem else "everything holds")
    return 1 if outcome.problem else 0


def _run(outcomes: Iterator[Outcome], schedules: int, *, keep_going: bool) -> int:
    began, told = time.perf_counter(), 0.0
    figures: Counter[str] = Counter()
    failed: list[int] = []
    for played, outcome in enumerate(outcomes, start=1):
        figures.update(outcome.figures)
        if outcome.problem:
            failed.append(outcome.seed)
            print(f"seed {outcome.seed}: {outcome.problem[:2000]}", flush=True)
            print(f"  replay: python -m tests.faults --seed {outcome.seed}", flush=True)
            if not keep_going:
                break
        if time.perf_counter() - told > 5 or played == schedules:
            told = time.perf_counter()
            print(
                f"{played} of {schedules} schedules, {len(failed)} failed, {told - began:.0f} s", flush=True
            )
    for name, count in sorted(figures.items()):
        print(f"  {name}: {count}")
    print(f"failed: {failed}" if failed else f"loss 0, duplication 0 in {played} schedules")
    return 1 if failed else 0


def _outcomes(seeds: range, processes: int, options: list[str]) -> Iterator[Outcome]:
    """From as many processes, each with its share of the seeds."""
    command = [sys.executable, "-m", "tests.faults", *options]
    workers = [
        subprocess.Popen(
            [*command, "--worker", f"{seeds.start + share}:{seeds.stop}:{processes}"],
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        for share in range(processes)
    ]
    waiting = selectors.DefaultSelector()
    for worker in workers:
        assert worker.stdout is not None
        waiting.register(worker.stdout, selectors.EVENT_READ, worker)
    try:
        while waiting.get_map():
            for key, _ in waiting.select():
                line = key.fileobj.readline()  # type: ignore[union-attr]
                if line:
                    yield msgspec.json.decode(line, type=Outcome)
                else:
                    waiting.unregister(key.fileobj)
                    if key.data.wait():
                        raise RuntimeError(f"a worker ended with {key.data.returncode}")
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def _work(share: str) -> int:
    install()
    for seed in range(*map(int, share.split(":"))):
        outcome = play(seed)
        outcome.trace.clear()
        sys.stdout.buffer.write(msgspec.json.encode(outcome) + b"\n")
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
