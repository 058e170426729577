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
    """The page."""
    rows = []
    for family in answer.families:
        if not family.name.startswith("classroom_"):
            continue
        name = f"{family.name}_total" if family.type == "counter" else family.name
        labels = sorted({label for sample in family.samples for label in sample.labels} - {"le"})
        shown = ", ".join(f"`{label}`" for label in labels)
        rows.append(f"| `{name}` | {family.type} | {shown} | {family.documentation} |\n")
    return HEAD + "".join(dict.fromkeys(rows))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(written(asyncio.run(Answer.real(Path(folder)))))


if __name__ == "__main__":
    main()
