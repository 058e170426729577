"""The cost model: what it was made from is found again, and no cost is below zero."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capacity.document import replace_sections, table
from tests.capacity.model import FULL, cores_for, fit, least_squares, room_cost, rooms_per_core
from tests.capacity.points import Measured
from tests.support.server import ROOT

POINT = Measured(
    "pictures", 1, 16, 100.0, 1000.0, 8.0, 0.1, 100.0, 90.0, 1.0, 2.0, 0.0, 5.0, 1.0, 0, {}
)  # fmt: skip
NOBODY = replace(POINT, series="nobody", rooms=0, people=0, cpu_share=0.01, memory_mib=80.0)


def made(people: int, into: float, out: float, a: float, b: float, c: float) -> Measured:
    share = 0.01 + a * into + b * out + c * people
    return replace(POINT, people=people, in_per_s=into, out_per_s=out, cpu_share=share)


@given(st.floats(1e-6, 1e-4), st.floats(1e-6, 1e-4), st.floats(1e-4, 1e-2))
def test_the_coefficients_are_found_again(a: float, b: float, c: float) -> None:
    points = [
        made(n, into, out, a, b, c)
        for n, into, out in ((4, 400, 1300), (8, 900, 5000), (16, 1500, 20000), (32, 50, 1600))
    ]
    model = fit(points, 0.01)
    assert model.per_packet_in_us == pytest.approx(a * 1e6, rel=1e-3)
    assert model.per_packet_out_us == pytest.approx(b * 1e6, rel=1e-3)
    assert model.per_person_ms == pytest.approx(c * 1e3, rel=1e-3)
    assert model.worst_error < 1e-3


@given(
    st.lists(
        st.tuples(st.floats(0, 1e4), st.floats(0, 1e5), st.floats(1, 100), st.floats(1e-3, 10)),
        min_size=1,
        max_size=8,
    )
)
def test_nothing_costs_less_than_nothing(rows: list[tuple[float, float, float, float]]) -> None:
    found = least_squares([row[:3] for row in rows], [row[3] for row in rows])
    assert all(each >= 0 for each in found)


def test_what_was_too_much_for_the_machine_is_left_out() -> None:
    points = [made(n, 100.0 * n, 1000.0 * n, 1e-5, 2e-5, 0.0) for n in (4, 8, 16)]
    late = replace(points[-1], rooms=2, cpu_share=0.9, lag_ms=900.0)
    assert fit([*points, late], 0.01) == fit(points, 0.01)
    assert room_cost("pictures", [points[-1], late], NOBODY) == room_cost("pictures", points[-1:], NOBODY)


def test_many_people_need_whole_rooms_on_whole_cores() -> None:
    cost = room_cost("pictures", [POINT, replace(POINT, rooms=4, cpu_share=0.41, memory_mib=120.0)], NOBODY)
    assert cost.cpu_share == pytest.approx(0.1)
    assert cost.memory_mib == pytest.approx(10)
    assert rooms_per_core(cost, 0.0) == int(FULL / 0.1 + 1e-9)
    assert cores_for(17, cost, 0.0) == 1
    assert cores_for(10_000, cost, 0.0) == -(-625 // rooms_per_core(cost, 0.0))


def test_only_what_stands_between_markers_is_replaced() -> None:
    page = "a\n<!-- measured: x -->\nold\n<!-- end -->\nb\n<!-- measured: y -->\n<!-- end -->\n"
    new = replace_sections(page, {"x": "1 \\1", "y": "2"})
    assert (
        new
        == "a\n<!-- measured: x -->\n\n1 \\1\n\n<!-- end -->\nb\n<!-- measured: y -->\n\n2\n\n<!-- end -->\n"
    )
    assert replace_sections(new, {"x": "1 \\1", "y": "2"}) == new
    with pytest.raises(ValueError, match="0 markers for z"):
        replace_sections(page, {"z": ""})


def test_the_page_has_every_marker() -> None:
    page = (ROOT / "docs" / "capacity.md").read_text()
    names = ("machine", "people", "rooms", "sessions", "nodes", "model", "crowds")
    assert "figures" in replace_sections(page, dict.fromkeys(names, "figures"))


def test_a_table_is_markdown() -> None:
    assert table(("a", "b"), [("x", "1")], text_columns=(0,)) == "| a | b |\n| --- | ---: |\n| x | 1 |"
