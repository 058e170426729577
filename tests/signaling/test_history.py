import pytest

from signaling.history import History


def filled(first: int, last: int, max_events: int = 100, max_bytes: int = 10_000) -> History:
    history = History(max_events, max_bytes, seq=first - 1)
    for seq in range(first, last + 1):
        history.append(seq, str(seq).encode())
    return history


@pytest.mark.parametrize(
    ("seq", "missed"),
    [
        (9, (b"10", b"11", b"12")),
        (11, (b"12",)),
        (12, ()),
        (13, None),  # from the future
        (8, None),  # before the window
    ],
)
def test_gives_what_came_after(seq: int, missed: tuple[bytes, ...] | None) -> None:
    assert filled(10, 12).since(seq) == missed


def test_forgets_the_oldest_by_count_and_by_size() -> None:
    assert filled(1, 9, max_events=4).oldest == 5
    assert filled(1, 9, max_bytes=4).oldest == 5
    assert filled(1, 9, max_events=4).since(5) == (b"6", b"7", b"8", b"9")


def test_an_event_larger_than_everything_is_not_kept() -> None:
    history = History(10, 4, seq=0)
    history.append(1, bytes(100))
    assert (history.seq, history.since(0), history.since(1)) == (1, None, ())


@pytest.mark.parametrize("seq", [12, 14])
def test_repeated_and_lost_events_are_the_callers_bug(seq: int) -> None:
    with pytest.raises(ValueError):
        filled(10, 12).append(seq, b"")


def test_restarts_from_a_snapshot() -> None:
    history = filled(1, 9)
    history.restart(20)
    assert (history.since(19), history.since(20)) == (None, ())
    history.append(21, b"x")
    assert history.since(20) == (b"x",)
