"""The HTML report: well-formed, self-contained, and nothing that was said in a run becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtest.capacity import Capacity, Limits, Step
from loadtest.histogram import histogram
from loadtest.html import html
from loadtest.report import FaultDone, Point, ServerPoint, WorkerReport
from loadtest.svg import Chart, Line, Mark, draw
from tests.loadtest.test_report import RESULT, report

SUMMARY = histogram([1.0, 30.0, 2000.0]).summary()
WHOLE = replace(
    report(RESULT),
    scenario={"title": "Poor <networks>", "description": "a & b", "seed": 1, "rooms": 2},
    timeline=tuple(
        Point(at, 16, 100.0, 0.01, SUMMARY, SUMMARY, SUMMARY, SUMMARY if at % 2 else None, None, None)
        for at in range(10)
    ),
    server_points=(ServerPoint(0.0, None, 1 << 20, None), ServerPoint(1.0, 0.5, 2 << 20, 12.0)),
    faults=(FaultDone(3.0, "cut", 4),),
    requests_ms={"hello": SUMMARY} if SUMMARY else {},
    workers=(WorkerReport("one", 1, 16, "lost while measuring: <b>"),),
    problems=("Participant 3: <script>alert(1)</script>",),
)
VOID = {"meta", "br"}


class Reader(HTMLParser):
    """Counts tags, and fails on one that is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        assert not {name for name, _ in attrs} & {"src", "onload", "onclick", "style"}
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader


def test_a_report_shows_verdict_plots_faults_and_failures() -> None:
    page = read(html(WHOLE))
    assert page.seen.count("figure") == 10
    for expected in (
        "Failed: 1 problem",
        "cut, 4 people (5 s)",
        "Media latency",
        "The server's CPU",
        "hello",
        "cut",
    ):
        assert expected in page.text


def test_nothing_is_loaded_and_nothing_runs() -> None:
    page = html(WHOLE)
    assert "script" not in read(page).seen
    assert not re.search(r"url\(|@import|<link|href=\"http", page)
    assert "Poor &lt;networks&gt;" in page
    assert "&lt;script&gt;" in page


def test_a_search_shows_its_steps_and_what_broke() -> None:
    steps = (
        Step(1, 16, 0.2, 3.0, 0.0, 10.0, ()),
        Step(2, 32, 0.9, None, 0.2, None, ("the server's CPU at 90% of a core (limit 80%)",)),
    )
    text = read(html(WHOLE, Capacity("rooms", Limits(), steps))).text
    assert "1 rooms hold; at 2 rooms: the server's CPU at 90% of a core" in text
    assert "CPU by size" in text


@given(
    st.lists(st.tuples(st.floats(0, 1e5), st.none() | st.floats(0, 1e9)), max_size=20).map(
        lambda points: sorted(points, key=lambda point: point[0])
    ),
    st.booleans(),
)
def test_any_values_stay_inside_the_chart(
    points: list[tuple[float, float | None]], logarithmic: bool
) -> None:
    drawn = draw(Chart("t", "ms", [Line("a", points)], marks=[Mark(1, "<m>")], logarithmic=logarithmic))
    if all(y is None for _, y in points):
        assert drawn == ""
        return
    read(drawn)
    for x, y in re.findall(
        r"[ML]([-\d.]+),([-\d.]+)", " ".join(re.findall(r'class="line s0" d="([^"]*)"', drawn))
    ):
        assert 0 <= float(x) <= 360
        assert 0 <= float(y) <= 210
    assert "nan" not in drawn


@pytest.mark.parametrize("logarithmic", [False, True])
def test_gaps_are_gaps_and_single_values_dots(logarithmic: bool) -> None:
    points = [(0.0, 1.0), (1.0, 2.0), (2.0, None), (3.0, 5.0), (4.0, None)]
    drawn = draw(Chart("t", "ms", [Line("a", points)], logarithmic=logarithmic))
    assert drawn.count("<circle") == 1
    (path,) = re.findall(r'<path class="line s0" d="([^"]*)"><title>', drawn)
    assert (path.count("M"), path.count("L")) == (2, 1)
