"""What is told of a room: numbers and ages, of what nobody has answered."""

from __future__ import annotations

from msgspec.structs import replace

from classroom.media.quality import Score, Window
from classroom.metrics.room_figures import room_figures
from classroom.quality_figures import DirectionFigures, PersonFigures
from rooms.model import Breakouts, Floor, Group, Hand, Help, MediaFlags, Participant, Waiting
from rooms.state import RoomState
from signaling.messages import PersonQuality, Rating

NOW_MS = 100_000


def seat(who: str, *, connected: bool = True) -> Participant:
    return Participant(
        id=who,
        name=who,
        role="participant",
        presence="joined" if connected else "away",
        connected=connected,
        joined_at_ms=0,
        presence_at_ms=0,
        media=MediaFlags(),
    )


def person(who: str, rating: Rating, *, hears: bool | None = True) -> PersonFigures:
    known = PersonQuality(participant_id=who, path="ok", hears=hears, heard=None, sees=None, video=None)
    direction = DirectionFigures(Score(rating, 90.0, 4.3, ()), Window())
    return PersonFigures(
        known,
        sending=direction,
        receiving=None,
        deaf_s=0.0,
        mute_s=0.0,
        interruptions=0,
        first_word_ms=None,
        way=None,
    )


STATE = RoomState(room_id="r1", participants=(seat("ana"), seat("ben"), seat("cai", connected=False)))


def test_who_is_in_and_who_is_missing() -> None:
    figures = room_figures(STATE, (), NOW_MS)
    assert (figures.use, figures.connected, figures.missing) == ("together", 2, 1)
    assert (figures.hands, figures.hand_oldest_s, figures.help_calls, figures.in_lobby) == (0, 0.0, 0, 0)
    alone = replace(STATE, participants=(seat("ana", connected=False),))
    assert room_figures(alone, (), NOW_MS).use == "empty"


def test_hands_that_were_answered_are_not_waited_for() -> None:
    hands = (
        Hand(participant_id="ana", raised_at_ms=10_000),  # has the floor
        Hand(participant_id="ben", raised_at_ms=20_000, spoken_at_ms=30_000),
        Hand(participant_id="cai", raised_at_ms=40_000),
    )
    floor = Floor(participant_id="ana", by="tara", given_at_ms=50_000)
    figures = room_figures(replace(STATE, hands=hands, floor=floor), (), NOW_MS)
    assert (figures.hands, figures.hand_oldest_s) == (1, 60.0)


def test_calls_for_help_of_people_and_of_groups() -> None:
    own = Help(participant_id="ana", called_at_ms=90_000)
    promised = Help(participant_id="ben", called_at_ms=1_000, coming="tara")
    groups = (
        Group(id="g1", name="1", members=("cai",), help=Help(participant_id="cai", called_at_ms=30_000)),
        Group(id="g2", name="2", members=()),
    )
    breakouts = Breakouts(
        round=1, mode="random", groups=groups, instruction="", opened_at_ms=0, ends_at_ms=None
    )
    figures = room_figures(replace(STATE, help=(own, promised), breakouts=breakouts), (), NOW_MS)
    assert (figures.use, figures.help_calls, figures.help_oldest_s) == ("breakouts", 2, 70.0)


def test_whoever_waits_in_the_lobby_and_is_there() -> None:
    lobby = (
        Waiting(participant_id="p1", name="P", role="participant", since_at_ms=1_000, gone_at_ms=2_000),
        Waiting(participant_id="p2", name="Q", role="participant", since_at_ms=95_000),
    )
    figures = room_figures(replace(STATE, lobby=lobby), (), NOW_MS)
    assert (figures.in_lobby, figures.lobby_oldest_s) == (1, 5.0)


def test_how_media_do() -> None:
    people = (person("ana", "poor", hears=False), person("ben", "excellent", hears=None))
    figures = room_figures(STATE, people, NOW_MS)
    assert (figures.cannot_hear, figures.cannot_be_heard) == (1, 0)
    assert figures.sending == {"poor": 1, "excellent": 1}
    assert figures.receiving == {"unknown": 2}
