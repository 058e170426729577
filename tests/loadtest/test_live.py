"""How a run shows itself: a table that is drawn over itself in a terminal, lines elsewhere."""

from __future__ import annotations

import io

from loadtest.histogram import histogram
from loadtest.live import Lines, Table, table_lines, view_for
from loadtest.recorder import Second
from loadtest.report import ServerPoint
from loadtest.run import Progress

SECONDS = [
    Second(
        at,
        people=4,
        packets=100,
        expected=100,
        lost=1,
        histograms={"audio": histogram([2.0]), "reply": histogram([9.0])},
    )
    for at in range(8)
]


def progress(elapsed_s: float, phase: str = "measuring") -> Progress:
    server = [ServerPoint(0.0, 0.25, 80 << 20, None), ServerPoint(1.0, 0.5, 90 << 20, 3.0)]
    return Progress(phase, elapsed_s, elapsed_s, 20.0, 4, SECONDS, server)


def test_files_get_a_line_now_and_then() -> None:
    out = io.StringIO()
    view = view_for(out)
    assert isinstance(view, Lines)
    for elapsed_s in (1.0, 2.0, 6.5, 7.0):
        view.show(progress(elapsed_s))
    view.show(progress(7.5, "leaving"))
    lines = out.getvalue().splitlines()
    assert len(lines) == 3
    assert "4 in, 100 packets/s arrive, 8 missing, latency p50 2.00 ms" in lines[0]
    assert "\x1b" not in out.getvalue()


def test_the_table_is_drawn_over_itself_below_what_is_said() -> None:
    out = io.StringIO()
    table = Table(out)
    table.say("first")
    table.show(progress(5.0))
    height = len(table_lines(progress(5.0)))
    table.say("second")
    table.show(progress(6.0))
    table.done()
    assert out.getvalue().startswith("first\n")
    assert f"\x1b[{height}A\x1b[Jsecond\n" in out.getvalue()
    assert out.getvalue().count("\x1b[J") == 1


def test_the_table_has_what_is_known_and_no_more() -> None:
    text = "\n".join(table_lines(progress(5.0)))
    for expected in (
        "[#######",
        "5 of 20 s",
        "4 of 4",
        "100/s arrive",
        "1.000 %",
        "p99 2.0 ms",
        "50% of a core, 90 MiB",
    ):
        assert expected in text
    assert "coming back" not in text
    assert table_lines(Progress("joining", 0.0, 0.0, 20.0, 4, [], []))[0].startswith("joining")
