import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.replies import Fate, ReplyWindow


def test_a_request_is_executed_once_and_its_reply_remembered() -> None:
    window = ReplyWindow(max_waiting=4, max_replies=4, max_bytes=1000)
    assert window.admit(1) is Fate.EXECUTE
    assert window.admit(1) is Fate.WAIT
    window.answer(1, b"done")
    assert window.admit(1) is Fate.REPEAT
    assert window.reply(1) == b"done"


def test_refs_grow_and_may_skip() -> None:
    window = ReplyWindow(max_waiting=4, max_replies=4, max_bytes=1000)
    assert window.admit(5) is Fate.EXECUTE
    assert window.admit(4) is Fate.TOO_OLD
    assert window.admit(900) is Fate.EXECUTE


def test_too_many_unanswered_are_refused_and_stay_refused() -> None:
    window = ReplyWindow(max_waiting=2, max_replies=2, max_bytes=1000)
    assert [window.admit(ref) for ref in (1, 2, 3)] == [Fate.EXECUTE, Fate.EXECUTE, Fate.TOO_MANY]
    window.answer(3, b"no")
    window.answer(1, b"yes")
    assert window.admit(3) is Fate.REPEAT
    assert window.admit(4) is Fate.EXECUTE


def test_forgets_the_oldest_replies_by_count_and_by_size() -> None:
    window = ReplyWindow(max_waiting=2, max_replies=3, max_bytes=10)
    for ref in range(1, 5):
        window.admit(ref)
        window.answer(ref, b"x")
    assert [window.admit(ref) for ref in range(1, 5)] == [Fate.TOO_OLD, Fate.REPEAT, Fate.REPEAT, Fate.REPEAT]
    window.admit(5)
    window.answer(5, bytes(50))
    assert window.admit(4) is Fate.TOO_OLD
    assert window.admit(5) is Fate.REPEAT, "the newest stays, whatever its size"


def test_a_skipped_ref_is_not_executed_later() -> None:
    window = ReplyWindow(max_waiting=2, max_replies=2, max_bytes=10)
    window.skip(7)
    assert window.knows(7)
    assert window.admit(7) is Fate.TOO_OLD


def test_must_remember_as_much_as_may_wait() -> None:
    with pytest.raises(ValueError):
        ReplyWindow(max_waiting=3, max_replies=2, max_bytes=10)


@given(st.lists(st.tuples(st.sampled_from(["admit", "answer"]), st.integers(1, 12)), max_size=80))
def test_nothing_is_ever_executed_twice(steps: list[tuple[str, int]]) -> None:
    window = ReplyWindow(max_waiting=3, max_replies=3, max_bytes=20)
    executed: list[int] = []
    for step, ref in steps:
        if step == "admit":
            if window.admit(ref) is Fate.EXECUTE:
                executed.append(ref)
        elif ref in window.waiting:
            window.answer(ref, b"reply %d" % ref)
    assert len(executed) == len(set(executed))
    assert executed == sorted(executed)
    assert len(window.waiting) <= 3
