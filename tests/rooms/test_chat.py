"""What is said in writing, who may read it, how much is kept."""

from __future__ import annotations

import pytest

from rooms.commands import (
    BroadcastText,
    CloseBreakouts,
    Disconnect,
    Leave,
    MoveParticipant,
    PostChat,
    VisitBreakout,
)
from rooms.events import ChatPosted, Hidden
from rooms.model import ChatMessage
from rooms.state import Limits
from rooms.views import snapshot
from tests.rooms.driver import Driver, classroom


def read_by(room: Driver, viewer: str) -> list[str]:
    return [message.text for message in snapshot(room.state, viewer).chat]


def told(room: Driver) -> set[str]:
    """Who was shown the newest event."""
    recorded, shown = room.log[-1]
    return {viewer for event, viewers in shown if event == recorded.event for viewer in viewers}


def test_a_message_has_the_number_of_its_event_and_keeps_the_senders_name() -> None:
    room = classroom("ann")
    (posted,) = room.do(PostChat(channel="room", text="Hello\x00  "), "ann")
    message = ChatMessage(
        id=room.state.seq,
        sender_id="ann",
        sender_name="ANN",
        channel="room",
        text="Hello",
        at_ms=room.now_ms,
    )
    assert posted == ChatPosted(message=message)
    room.do(Leave(), "ann")
    assert read_by(room, "trainer") == ["Hello"]


def test_a_message_with_nothing_to_see_is_refused() -> None:
    room = classroom("ann")
    for text in (" ", "\x07"):
        assert room.refuses(PostChat(channel="room", text=text), "ann") == "empty_text"
        assert room.refuses(BroadcastText(text=text), "trainer") == "empty_text"


def test_the_room_reads_what_is_said_in_the_room_and_late_joiners_read_its_history() -> None:
    room = classroom("ann")
    room.do(PostChat(channel="room", text="First"), "ann")
    room.do(PostChat(channel="room", text="Second"), "trainer")
    room.join("late", role="observer")
    assert read_by(room, "late") == ["First", "Second"]


def test_a_group_reads_what_is_said_in_it_members_who_dropped_and_visitors_included() -> None:
    room = classroom("ann", "bob", "cem")
    room.open(["ann", "bob"], ["cem"])
    room.do(Disconnect(), "bob")
    room.do(VisitBreakout(group="1-1"), "helper")
    room.do(PostChat(channel="breakout", text="Between us"), "ann")
    assert told(room) == {"ann", "bob", "helper"}
    assert read_by(room, "cem") == read_by(room, "trainer") == []


def test_moving_between_groups_neither_shows_what_was_said_before_nor_takes_away_what_was_read() -> None:
    room = classroom("ann", "bob", "cem")
    room.open(["ann", "bob"], ["cem"])
    room.do(PostChat(channel="breakout", text="Before"), "ann")
    room.do(MoveParticipant(participant_id="cem", group="1-1"), "trainer")
    room.do(MoveParticipant(participant_id="bob", group="1-2"), "trainer")
    room.do(PostChat(channel="breakout", text="After"), "ann")
    assert (read_by(room, "ann"), read_by(room, "bob"), read_by(room, "cem")) == (
        ["Before", "After"],
        ["Before"],
        ["After"],
    )
    room.do(CloseBreakouts(), "trainer")
    room.join("bob")
    assert read_by(room, "bob") == ["Before"]


def test_groups_of_a_later_round_do_not_read_those_of_an_earlier_one() -> None:
    room = classroom("ann", "bob")
    room.open(["ann"], ["bob"])
    room.do(PostChat(channel="breakout", text="Old"), "ann")
    room.open(["bob"], ["ann"])
    assert read_by(room, "bob") == []


def test_whoever_is_in_no_group_cannot_speak_in_one() -> None:
    room = classroom("ann")
    assert room.refuses(PostChat(channel="breakout", text="Hello?"), "ann") == "not_in_breakout"


def test_a_word_with_the_trainers_is_read_by_all_staff_and_its_own_thread() -> None:
    room = classroom("ann", "bob")
    room.do(PostChat(channel="trainers", text="I am lost"), "ann")
    assert told(room) == {"trainer", "helper", "ann"}
    room.do(PostChat(channel="trainers", text="Coming", to="ann"), "helper")
    assert told(room) == {"trainer", "helper", "ann"}
    assert [stored.message.to for stored in room.state.chat] == ["ann", "ann"]
    assert read_by(room, "bob") == []


def test_staff_who_come_later_read_the_trainers_threads_and_participants_only_their_own() -> None:
    room = classroom("ann")
    room.do(PostChat(channel="trainers", text="I am lost"), "ann")
    room.join("late", role="co_trainer")
    room.do(Leave(), "ann")
    room.join("ann", "eve")
    assert read_by(room, "late") == read_by(room, "ann") == ["I am lost"]
    assert read_by(room, "eve") == []


def test_staff_speak_among_themselves_when_they_name_nobody() -> None:
    room = classroom("ann")
    room.do(PostChat(channel="trainers", text="Ann needs us"), "trainer")
    assert told(room) == {"trainer", "helper"}


def test_a_thread_needs_somebody_who_is_there() -> None:
    room = classroom()
    gone = PostChat(channel="trainers", text="Hi", to="gone")
    assert room.refuses(gone, "trainer") == "unknown_participant"


def test_a_broadcast_reaches_everybody_in_every_group_with_or_without_breakouts() -> None:
    room = classroom("ann", "bob")
    room.do(BroadcastText(text="Welcome"), "trainer")
    room.open(["ann"], ["bob"])
    (posted,) = room.do(BroadcastText(text="Five minutes"), "trainer")
    assert isinstance(posted, ChatPosted)
    assert (posted.message.broadcast, posted.message.channel) == (True, "room")
    assert told(room) == {"trainer", "helper", "ann", "bob"}


def test_the_history_keeps_so_many_messages_and_everybody_is_told_which_ones_go() -> None:
    room = Driver(limits=Limits(chat_messages=2))
    room.join("trainer", role="trainer")
    room.join("ann", "bob")
    room.do(PostChat(channel="room", text="1"), "ann")
    first = room.state.seq
    room.do(PostChat(channel="room", text="2"), "ann")
    room.do(PostChat(channel="trainers", text="3"), "ann")
    recorded, shown = room.log[-1]
    assert isinstance(recorded.event, ChatPosted)
    assert recorded.event.evicted == (first,)
    assert dict(shown) == {recorded.event: {"trainer", "ann"}, Hidden(evicted=(first,)): {"bob"}}
    assert (read_by(room, "ann"), read_by(room, "bob")) == (["2", "3"], ["2"])


@pytest.mark.parametrize(("last", "kept"), [("1234", ["67890", "1234"]), ("1" * 20, ["1" * 20])])
def test_the_history_keeps_so_many_characters_and_always_the_newest_message(
    last: str, kept: list[str]
) -> None:
    room = Driver(limits=Limits(chat_chars=10))
    room.join("ann")
    for text in ("12345", "67890", last):
        room.do(PostChat(channel="room", text=text), "ann")
    assert read_by(room, "ann") == kept
    assert room.state.chat_chars == sum(len(text) for text in kept)
