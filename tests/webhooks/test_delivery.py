"""When messages are tried: a queue on time and chance that the test keeps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from classroom.webhooks.delivery import (
    FIRST_MS,
    GIVEN_UP_MS,
    IN_FLIGHT_MAX,
    LONGEST_MS,
    WAITING_MAX,
    Delivery,
    Fate,
    Queue,
    pause_ms,
)

HOUR = 3_600_000


def message(name: str, at_ms: int = 0) -> Delivery:
    return Delivery(id=name, body="{}", at_ms=at_ms)


def test_what_was_taken_is_delivered_once() -> None:
    queue = Queue()
    assert queue.offer(message("a"))
    assert queue.offer(message("a"))
    assert len(queue) == 1
    taken = queue.take(0)
    assert taken is not None
    assert queue.take(0) is None
    assert queue.tried("a", 204, 0, 0.5) == (Fate.DELIVERED, None)
    assert len(queue) == 0


def test_pauses_grow_up_to_an_hour_and_differ() -> None:
    assert [pause_ms(tries, 1) for tries in (1, 2, 3)] == [FIRST_MS, 4 * FIRST_MS, 16 * FIRST_MS]
    assert pause_ms(1_000, 1) == LONGEST_MS
    assert pause_ms(1, 0) == FIRST_MS // 2


def test_a_receiver_that_wants_no_more_gets_none() -> None:
    queue = Queue()
    queue.offer(message("a"))
    queue.take(0)
    assert queue.tried("a", 410, 0, 0.5) == (Fate.ENDED, None)


def test_redirects_and_refusals_are_tried_again() -> None:
    for status in (None, 101, 301, 307, 400, 404, 429, 500):
        queue = Queue()
        queue.offer(message("a"))
        queue.take(0)
        fate, later = queue.tried("a", status, 0, 1)
        assert fate is Fate.AGAIN
        assert later is not None
        assert queue.take(FIRST_MS - 1) is None
        assert queue.take(FIRST_MS) == later


def test_a_receiver_that_never_answers_is_given_up_after_a_day() -> None:
    queue = Queue()
    queue.offer(message("a"))
    now, tries = 0, 0
    while True:
        assert queue.take(now) is not None
        tries += 1
        fate, later = queue.tried("a", None, now, 1)
        if later is None:
            break
        now = later.due_ms
    assert fate is Fate.GIVEN_UP
    assert GIVEN_UP_MS - 2 * LONGEST_MS < now < GIVEN_UP_MS
    assert tries < 40
    assert len(queue) == 0


def test_so_many_wait_and_no_more() -> None:
    queue = Queue()
    for number in range(WAITING_MAX):
        assert queue.offer(message(str(number)))
    assert not queue.offer(message("one more"))
    assert queue.offer(message("7"))
    assert len(queue) == WAITING_MAX


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("offer"), st.integers(0, 30)),
            st.tuples(st.just("take"), st.integers(0, 2 * HOUR)),
            st.tuples(st.just("answer"), st.sampled_from([None, 200, 204, 302, 410, 500])),
        ),
        max_size=200,
    ),
    st.floats(0, 1),
)
def test_every_message_has_one_fate(steps: list[tuple[str, int | None]], chance: float) -> None:
    queue = Queue()
    now = 0
    offered: dict[str, int] = {}
    in_flight: list[Delivery] = []
    fates: dict[str, Fate] = {}
    for kind, value in steps:
        if kind == "offer" and str(value) not in fates:
            offered.setdefault(str(value), now)
            assert queue.offer(message(str(value), offered[str(value)]))
        elif kind == "take":
            now += value or 0
            taken = queue.take(now)
            if taken is not None:
                assert taken.due_ms <= now
                assert taken.id not in [one.id for one in in_flight]
                in_flight.append(taken)
        elif kind == "answer" and in_flight:
            delivery = in_flight.pop(0)
            fate, later = queue.tried(delivery.id, value, now, chance)
            assert (later is not None) == (fate is Fate.AGAIN) == (delivery.id in queue)
            if later is None:
                assert delivery.id not in fates
                fates[delivery.id] = fate
            else:
                assert now < later.due_ms <= now + LONGEST_MS
                assert later.due_ms < later.at_ms + GIVEN_UP_MS
        assert len(in_flight) <= IN_FLIGHT_MAX
        assert len(queue) == len(offered) - len(fates)
