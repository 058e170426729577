"""The measured tables, written into docs/capacity.md between markers."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.capacity.model import FULL, Model, RoomCost, cores_for, rooms_per_core
from tests.capacity.points import Measured

CROWDS = (100, 1_000, 10_000, 30_000, 50_000)


def replace_sections(text: str, sections: Mapping[str, str]) -> str:
    """`<!-- measured: NAME -->` … `<!-- end -->`: what stands between is replaced. Raises ValueError if a marker is missing."""
    for name, content in sections.items():
        pattern = re.compile(rf"(<!-- measured: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
        text, count = pattern.subn(lambda found: f"{found[1]}\n{content}\n\n{found[2]}", text)  # noqa: B023 - used at once
        if count != 1:
            raise ValueError(f"{count} markers for {name}")
    return text


def write(path: Path, sections: Mapping[str, str]) -> None:
    path.write_text(replace_sections(path.read_text(), sections))


def machine_line(machine: Mapping[str, object], load_after: float) -> str:
    today = datetime.datetime.now(tz=datetime.UTC).date()
    return (
        f"{today}, {machine['cores']} cores of {machine['cpu']}, {machine['system']}, Python {machine['python']}; "
        f"load average {machine['load_average']} before and {load_after:.1f} after. Figures by `make capacity`."
    )


def points_table(points: Iterable[Measured]) -> str:
    rows = [
        (
            f"{each.rooms} × {each.people}",
            each.series,
            f"{each.in_per_s:,.0f}",
            f"{each.out_per_s:,.0f}",
            f"{each.megabits_per_s:.1f}",
            f"{each.cpu_share:.1%}",
            _or_dash(each.us_per_packet, ".1f"),
            f"{each.memory_mib:.0f}",
            f"{_or_dash(each.latency_p50_ms, '.2f')} / {_or_dash(each.latency_p99_ms, '.1f')}",
            f"{each.lag_ms:.0f}",
            _trouble(each),
        )
        for each in points
    ]
    head = (
        "rooms × people", "of whom", "packets in/s", "out/s", "Mb/s out", "CPU of a core", "µs per packet out", "MiB",
        "latency p50 / p99, ms", "generator late, ms", "loss",
    )  # fmt: skip
    return table(head, rows, text_columns=(0, 1))


def sessions_table(points: Iterable[Measured]) -> str:
    rows = []
    for each in points:
        total = each.rooms * each.people
        resumed = each.extra.get("resumed")
        rows.append(
            (
                each.series,
                f"{total:,}",
                f"{each.cpu_share:.1%}",
                "–" if resumed is None else f"{1000 * each.extra['cpu_seconds'] / resumed:.2f}",
                "–"
                if resumed is None
                else f"{each.extra['resume_p50_ms']:.0f} / {each.extra['resume_p99_ms']:.0f}",
                f"{each.memory_mib:.0f}",
                str(each.problems),
            )
        )
    head = (
        "what", "sessions", "CPU of a core", "CPU per session that came back, ms", "back after, p50 / p99, ms",
        "MiB", "failures",
    )  # fmt: skip
    return table(head, rows, text_columns=(0,))


def nodes_table(points: Iterable[Measured]) -> str:
    rows = [
        (
            each.series,
            f"{each.rooms} × {each.people}",
            f"{each.out_per_s:,.0f}",
            f"{each.cpu_share:.1%}",
            _or_dash(each.us_per_packet, ".1f"),
            f"{each.extra['redis_share']:.1%}" if "redis_share" in each.extra else "–",
            f"{each.memory_mib:.0f}",
            _or_dash(each.reply_p99_ms, ".0f"),
        )
        for each in points
    ]
    head = (
        "what", "rooms × people", "packets out/s", "CPU of a core, all nodes", "µs per packet out", "Redis's CPU",
        "MiB, all nodes", "replies p99, ms",
    )  # fmt: skip
    return table(head, rows, text_columns=(0, 1))


def model_words(model: Model) -> str:
    return (
        f"    CPU of a core = {model.base:.3f} + {model.per_packet_in_us:.1f} µs × packets in/s "
        f"+ {model.per_packet_out_us:.1f} µs × packets out/s + {model.per_person_ms:.2f} ms/s × people\n\n"
        f"Its largest error at the measured points is {model.worst_error:.0%}."
    )


def crowds_table(costs: Sequence[RoomCost], base: float) -> str:
    rows = []
    for cost in costs:
        each = rooms_per_core(cost, base)
        rows.append(
            (
                cost.kind,
                f"{cost.cpu_share:.1%}",
                f"{each} ({each * 16} people)",
                f"{cost.memory_mib:.1f}",
                *(
                    f"{cores_for(people, cost, base):,} · {people / 16 * cost.megabits_per_s / 1000:,.1f} Gb/s"
                    for people in CROWDS
                ),
            )
        )
    head = (
        "rooms of 16", "CPU of a room", f"rooms on a core at {FULL:.0%}", "MiB of a room",
        *(f"{people:,} people: cores · traffic out" for people in CROWDS),
    )  # fmt: skip
    return table(head, rows, text_columns=(0,))


def table(head: Sequence[str], rows: Sequence[Sequence[str]], text_columns: Sequence[int]) -> str:
    ruler = ["---" if column in text_columns else "---:" for column in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ruler, *rows))


def _or_dash(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def _trouble(each: Measured) -> str:
    words = [_or_dash(each.loss, ".3%")]
    if each.problems:
        words.append(f"{each.problems} failures")
    if each.overloaded:
        words.append("too much for this machine: not in the model")
    return "; ".join(words)
