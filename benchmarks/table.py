"""Figures, and how they are shown and kept."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    what: str
    value: float
    unit: str
    limit: float | None = None
    """What it may reach; None: for information."""

    @property
    def met(self) -> bool:
        return self.limit is None or self.value <= self.limit


def machine() -> dict[str, object]:
    """Where this was measured. The load average says how busy it was with other things."""
    model = ""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    except OSError:
        pass  # not Linux
    return {
        "cpu": model or platform.processor(),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
    }


def show(title: str, figures: Sequence[Figure]) -> None:
    width = max(len(figure.what) for figure in figures)
    print(title)
    for figure in figures:
        limit = "" if figure.limit is None else f"  at most {figure.limit:g}"
        missed = "" if figure.met else "  MISSED"
        print(f"  {figure.what:<{width}}  {figure.value:9.3f} {figure.unit:<8}{limit}{missed}", flush=True)


def conclude(title: str, figures: Sequence[Figure], path: Path | None) -> int:
    """Shows the figures of one benchmark, keeps them in `path`, and gives the exit code: 1 if one missed its limit."""
    show(title, figures)
    return close({title: figures}, path)


def close(results: Mapping[str, Sequence[Figure]], path: Path | None) -> int:
    """Says where this was, keeps everything in `path`, and gives the exit code."""
    where = machine()
    print(
        f"on {where['cpu']}, {where['cores']} cores, load {where['load_average']}, Python {where['python']}"
    )
    if path is not None:
        kept = {
            title: [asdict(figure) | {"met": figure.met} for figure in figures]
            for title, figures in results.items()
        }
        path.write_text(json.dumps({"machine": where, "results": kept}, indent=2) + "\n")
    missed = [figure.what for figures in results.values() for figure in figures if not figure.met]
    print(f"missed: {'; '.join(missed)}" if missed else "all limits met", flush=True)
    return 1 if missed else 0
