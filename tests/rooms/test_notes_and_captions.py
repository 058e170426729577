"""Who reads and writes shared notes and captions."""

from __future__ import annotations

import pytest

from rooms import captions, notes
from rooms.commands import BroadcastVoice, CloseBreakouts, GiveFloor, SetRules, VisitBreakout
from rooms.errors import Refused
from tests.rooms.driver import Driver, classroom


def refused(check: object, *arguments: object) -> str | None:
    assert callable(check)
    try:
        check(*arguments)
    except Refused as no:
        return no.code
    return None


@pytest.fixture
def room() -> Driver:
    room = classroom("ana", "ben", "chen")
    room.join("obs", role="observer")
    room.join("cap", role="captioner")
    room.open(["ana", "ben"], ["chen"])
    return room


def test_the_rooms_note_is_everybodys_and_observers_only_read(room: Driver) -> None:
    for who in ("trainer", "helper", "ana", "chen", "obs", "cap"):
        assert refused(notes.check_read, room.state, who, "room") is None
    assert refused(notes.check_write, room.state, "obs", "room") == "not_allowed"
    assert refused(notes.check_read, room.state, "stranger", "room") == "not_here"


def test_a_groups_note_is_its_members_and_the_staffs(room: Driver) -> None:
    assert refused(notes.check_write, room.state, "ana", "1-1") is None
    assert refused(notes.check_read, room.state, "chen", "1-1") == "not_allowed"
    assert refused(notes.check_write, room.state, "trainer", "1-1") is None
    room.do(CloseBreakouts(), "trainer")
    assert refused(notes.check_read, room.state, "trainer", "1-1") is None
    assert notes.name_of(room.state, "1-1") is None
    assert notes.is_past(room.state, "1-1")
    assert not notes.is_past(room.state, "2-1")
    assert not notes.is_past(room.state, "nonsense")


def test_members_read_their_groups_note_until_the_next_round_has_ended(room: Driver) -> None:
    room.do(CloseBreakouts(), "trainer")
    room.open(["ana", "chen"])
    for who in ("ana", "ben"):
        assert refused(notes.check_read, room.state, who, "1-1") is None
        assert refused(notes.check_write, room.state, who, "1-1") == "not_allowed"
    assert refused(notes.check_read, room.state, "chen", "1-1") == "not_allowed"
    assert refused(notes.check_read, room.state, "ana", "1-2") == "not_allowed"
    assert refused(notes.check_write, room.state, "ana", "2-1") is None
    room.do(CloseBreakouts(), "trainer")
    assert refused(notes.check_read, room.state, "ana", "1-1") == "not_allowed"
    assert refused(notes.check_read, room.state, "ana", "2-1") is None


def test_only_staff_list_notes(room: Driver) -> None:
    assert refused(notes.check_list, room.state, "ana") == "not_allowed"
    assert refused(notes.check_list, room.state, "helper") is None


def test_whoever_may_speak_may_speak_by_typing(room: Driver) -> None:
    for who in ("trainer", "ana", "cap"):
        assert refused(captions.check_write, room.state, who, "typing") is None
        assert refused(captions.check_write, room.state, who, "speech") is None
    assert refused(captions.check_write, room.state, "obs", "typing") == "not_allowed"
    assert refused(captions.check_write, room.state, "ana", "captioner") == "not_allowed"
    assert refused(captions.check_write, room.state, "cap", "captioner") is None
    assert refused(captions.check_write, room.state, "stranger", "typing") == "not_here"


def test_who_may_not_speak_may_not_speak_by_typing(room: Driver) -> None:
    room.do(CloseBreakouts(), "trainer")
    room.do(SetRules(unmute=False), "trainer")
    assert refused(captions.check_write, room.state, "ana", "typing") == "microphone_forbidden"
    assert refused(captions.check_write, room.state, "trainer", "typing") is None
    assert refused(captions.check_write, room.state, "cap", "captioner") is None
    room.do(GiveFloor(participant_id="ana"), "trainer")
    assert refused(captions.check_write, room.state, "ana", "typing") is None


def test_captions_are_read_in_the_place_where_they_are_written(room: Driver) -> None:
    assert captions.audience(room.state, "ana") == {"ana", "ben"}
    room.do(VisitBreakout(group="1-1"), "trainer")
    assert captions.audience(room.state, "ana") == {"ana", "ben", "trainer"}


def test_captions_of_the_broadcast_voice_are_for_everybody(room: Driver) -> None:
    room.do(BroadcastVoice(on=True), "trainer")
    everybody = {one.id for one in room.state.participants}
    assert captions.audience(room.state, "trainer") == everybody
    assert captions.audience(room.state, "cap") == everybody, "writes what the trainer says"
    assert captions.audience(room.state, "ana") == {"ana", "ben"}
