"""When somebody has had their say, on a clock that is turned by hand."""

from __future__ import annotations

from classroom.turns_heard import FORGET_S, LONG_S, PAUSE_S, TURN_S, TurnsHeard


class Talk:
    """A room in which people speak for a while, asked every half second."""

    def __init__(self) -> None:
        self.turns = TurnsHeard()
        self.now = 100.0
        self.over: list[tuple[str, float]] = []

    def hear(self, *speaking: str, seconds: float) -> None:
        self.turns.speakers(speaking, self.now)
        end = self.now + seconds
        while self.now < end:
            self.now += 0.5
            self.over += [(who, self.now) for who in self.turns.ended(self.now)]

    @property
    def who(self) -> list[str]:
        return [who for who, _ in self.over]


def test_a_turn_is_told_once_after_the_pause() -> None:
    talk = Talk()
    talk.hear("ann", seconds=TURN_S + 1)
    assert talk.over == []
    ended = talk.now
    talk.hear(seconds=10)
    assert talk.over == [("ann", ended + PAUSE_S)]


def test_a_word_is_no_turn_and_is_forgotten() -> None:
    talk = Talk()
    talk.hear("ann", seconds=TURN_S - 0.5)
    talk.hear(seconds=FORGET_S)
    talk.hear("ann", seconds=0.5)
    talk.hear(seconds=FORGET_S)
    assert talk.over == []


def test_speech_between_short_pauses_is_one_turn() -> None:
    talk = Talk()
    for _ in range(4):
        talk.hear("ann", seconds=1)
        talk.hear(seconds=PAUSE_S - 0.5)
    talk.hear(seconds=5)
    assert talk.who == ["ann"]


def test_somebody_in_a_noisy_place_is_heard_before_it_is_silent() -> None:
    talk = Talk()
    talk.hear("ann", seconds=LONG_S)
    assert talk.who == ["ann"]
    talk.hear("ann", seconds=LONG_S - 1)
    assert talk.who == ["ann"]


def test_what_was_said_before_a_restart_does_not_count() -> None:
    talk = Talk()
    talk.hear("ann", "bob", seconds=TURN_S + 1)
    talk.turns.restart("ann", talk.now)
    talk.turns.restart("nobody", talk.now)
    talk.hear(seconds=5)
    assert talk.who == ["bob"]
    talk.hear("ann", seconds=1)
    talk.turns.restart("ann", talk.now)
    talk.hear("ann", seconds=TURN_S)
    talk.hear(seconds=5)
    assert talk.who == ["bob", "ann"]


def test_two_people_have_their_turns_each() -> None:
    talk = Talk()
    talk.hear("ann", seconds=3)
    talk.hear("bob", seconds=3)
    talk.hear(seconds=3)
    assert talk.who == ["ann", "bob"]


def test_nobody_is_remembered_who_is_silent_or_gone() -> None:
    talk = Talk()
    talk.hear("ann", "bob", seconds=3)
    talk.turns.forget("bob")
    talk.hear(seconds=FORGET_S + 1)
    assert talk.who == ["ann"]
    assert not talk.turns._voices
