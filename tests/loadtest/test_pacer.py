"""One timer for many: order and catching up, on a real loop but without measuring it."""

from __future__ import annotations

import asyncio
from math import floor

from loadtest.pacer import CATCH_UP_S, Pacer


async def test_tasks_run_in_the_order_they_are_due_and_catch_up() -> None:
    pacer = Pacer(catch_up_s=60.0)  # however busy the machine is, it is less late than that
    ran: list[tuple[str, float]] = []
    done = asyncio.Event()
    begin = floor(pacer.now()) - 1.0  # and binary fractions below: sums of floats are exact at any uptime

    def every(name: str, interval: float, times: int) -> None:
        left = [times]

        def task(due: float) -> float | None:
            ran.append((name, round(due - begin, 3)))
            left[0] -= 1
            return due + interval if left[0] else None

        pacer.start(task, begin)

    every("a", 0.25, 4)
    every("b", 0.375, 3)
    pacer.start(lambda _: done.set(), begin + 0.875)
    await asyncio.wait_for(done.wait(), 30)
    assert ran == [("a", 0.0), ("b", 0.0), ("a", 0.25), ("b", 0.375), ("a", 0.5), ("b", 0.75), ("a", 0.75)]
    assert pacer.worst_lag_s >= 1.0
    pacer.close()


async def test_tasks_may_start_others_and_closing_stops_all() -> None:
    pacer = Pacer()
    ran: list[str] = []
    closed = asyncio.Event()

    def outer(due: float) -> float:
        ran.append("outer")
        pacer.start(inner, due)
        return due + 3600

    def inner(due: float) -> float:
        ran.append("inner")
        pacer.close()
        closed.set()
        return due

    pacer.start(outer, pacer.now())
    await asyncio.wait_for(closed.wait(), 30)
    await asyncio.sleep(0)
    assert ran == ["outer", "inner"]


async def test_what_is_too_late_is_not_caught_up() -> None:
    pacer = Pacer()
    began = pacer.now()
    dues: list[float] = []

    def tick(due: float) -> float | None:
        dues.append(due)
        return None if pacer.now() - began > 0.02 else due + 0.1

    pacer.start(tick, began - 100.0)
    await asyncio.sleep(0.2)
    pacer.close()
    assert pacer.worst_lag_s >= 100.0
    assert dues[0] >= began - CATCH_UP_S - 0.001
    assert len(dues) < 20
