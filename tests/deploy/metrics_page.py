"""Writes docs/metrics.md from a real answer: python -m tests.deploy.metrics_page"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tests.deploy.expressions import Answer
from tests.deploy.promtool import ROOT

PAGE = ROOT / "docs" / "metrics.md"
HEAD = """# Metrics

What `GET /metrics` tells of a node ([operations.md](operations.md#metrics-logs-and-traces) says who may ask). Written by
`python -m tests.deploy.metrics_page` from a real answer. Beside these there are the usual `process_*` and `python_*`.
Histograms have `_bucket`, `_sum` and `_count`; counters count from the start of the process.

| Metric | Type | Labels | Meaning |
| --- | --- | --- | --- |
"""


def written(answer: Answer) -> str:
    """The page: a row for each metric, with the labels that it has on any node."""
    rows: dict[tuple[str, str, str], set[str]] = {}
    for family in answer.families:
        if family.name.startswith("classroom_"):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            labels = {label for sample in family.samples for label in sample.labels} - {"le"}
            rows.setdefault((name, family.type, family.documentation), set()).update(labels)
    return HEAD + "".join(
        f"| `{name}` | {kind} | {', '.join(f'`{label}`' for label in sorted(labels))} | {meaning} |\n"
        for (name, kind, meaning), labels in rows.items()
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(written(asyncio.run(Answer.real(Path(folder)))))


if __name__ == "__main__":
    main()
