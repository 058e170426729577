"""Replies, mentions, edits and deletions: whose they are, how long, and what remains."""

from __future__ import annotations

import pytest

from rooms.commands import DeleteChat, EditChat, MoveParticipant, PostChat
from rooms.events import ChatDeleted, ChatEdited, Hidden
from rooms.model import ChatMessage
from rooms.state import Limits
from rooms.views import snapshot
from tests.rooms.driver import Driver, classroom


def say(room: Driver, who: str, text: str = "Hello", **more: object) -> int:
    """The id of the message."""
    room.do(PostChat(**{"channel": "room", "text": text, **more}), who)  # type: ignore[arg-type]
    return room.state.seq


def message(room: Driver, message_id: int, viewer: str = "trainer") -> ChatMessage:
    return next(m for m in snapshot(room.state, viewer).chat if m.id == message_id)


class TestReplies:
    def test_a_reply_names_what_it_answers(self) -> None:
        room = classroom("ann", "bob")
        asked = say(room, "ann", "Why?")
        assert message(room, say(room, "bob", "Because", reply_to=asked)).reply_to == asked

    def test_what_is_deleted_can_still_be_answered(self) -> None:
        room = classroom("ann")
        asked = say(room, "ann")
        room.do(DeleteChat(message_id=asked), "ann")
        assert message(room, say(room, "trainer", "Why gone?", reply_to=asked)).reply_to == asked

    def test_neither_another_conversation_nor_what_is_not_there_nor_what_one_may_not_read(self) -> None:
        room = classroom("ann", "bob", "cem")
        private = say(room, "ann", channel="trainers")
        for reply in (
            PostChat(channel="room", text="A", reply_to=private),
            PostChat(channel="trainers", text="B", reply_to=private),
            PostChat(channel="room", text="C", reply_to=9_999),
        ):
            assert room.refuses(reply, "bob") == "message_gone"
        assert room.refuses(PostChat(channel="room", text="D", reply_to=private), "ann") == "message_gone"
        room.open(["ann", "bob"], ["cem"])
        before = say(room, "ann", channel="breakout")
        room.do(MoveParticipant(participant_id="cem", group="1-1"), "trainer")
        reply = PostChat(channel="breakout", text="E", reply_to=before)
        assert room.refuses(reply, "cem") == "message_gone"
        assert room.do(reply, "bob")


class TestMentions:
    def test_only_others_who_are_here_and_read_it_each_once(self) -> None:
        room = classroom("ann", "bob")
        ids = ("bob", "ann", "bob", "nobody", "trainer")
        assert message(room, say(room, "ann", mentions=ids)).mentions == ("bob", "trainer")
        private = say(room, "ann", channel="trainers", mentions=ids)
        assert message(room, private).mentions == ("trainer",)

    def test_a_group_is_not_told_of_mentions_outside_it(self) -> None:
        room = classroom("ann", "bob", "cem")
        room.open(["ann", "bob"], ["cem"])
        said = say(room, "ann", channel="breakout", mentions=("bob", "cem", "trainer"))
        assert message(room, said, "ann").mentions == ("bob",)


class TestEdits:
    def test_one_edits_ones_own_for_a_while(self) -> None:
        room = classroom("ann", "bob")
        said = say(room, "ann", "Helo")
        room.wait(Limits().chat_change_ms)
        (edited,) = room.do(EditChat(message_id=said, text="Hello @Bob ", mentions=("bob",)), "ann")
        assert edited == ChatEdited(message_id=said, text="Hello @Bob", mentions=("bob",), at_ms=room.now_ms)
        now = message(room, said)
        assert (now.text, now.mentions, now.edited_at_ms) == ("Hello @Bob", ("bob",), room.now_ms)
        room.wait(1)
        assert room.refuses(EditChat(message_id=said, text="Later"), "ann") == "too_late"

    @pytest.mark.parametrize("who", ["bob", "trainer"])
    def test_nobody_puts_words_into_somebody_elses_mouth(self, who: str) -> None:
        room = classroom("ann", "bob")
        assert room.refuses(EditChat(message_id=say(room, "ann"), text="Mine"), who) == "not_allowed"

    def test_the_same_again_changes_nothing_and_an_empty_text_is_refused(self) -> None:
        room = classroom("ann")
        said = say(room, "ann")
        assert room.do(EditChat(message_id=said, text="Hello "), "ann") == ()
        assert room.refuses(EditChat(message_id=said, text="\x07 "), "ann") == "empty_text"

    def test_what_one_may_not_read_is_gone_to_one(self) -> None:
        room = classroom("ann", "bob")
        private = say(room, "ann", channel="trainers")
        assert room.refuses(EditChat(message_id=private, text="?"), "bob") == "message_gone"
        assert room.refuses(DeleteChat(message_id=private), "bob") == "message_gone"

    def test_a_longer_text_keeps_the_historys_limit_and_everybody_is_told_what_goes(self) -> None:
        room = Driver(limits=Limits(chat_chars=20))
        room.join("trainer", role="trainer")
        room.join("ann", "bob")
        old = say(room, "bob", "0123456789")
        said = say(room, "ann", "short", channel="trainers")
        room.do(EditChat(message_id=said, text="0123456789A"), "ann")
        recorded, shown = room.log[-1]
        assert isinstance(recorded.event, ChatEdited)
        assert recorded.event.evicted == (old,)
        assert dict(shown) == {recorded.event: {"trainer", "ann"}, Hidden(evicted=(old,)): {"bob"}}
        assert room.state.chat_chars == 11

    def test_the_message_itself_stays_even_when_it_alone_is_too_much(self) -> None:
        room = Driver(limits=Limits(chat_chars=5))
        room.join("ann")
        said = say(room, "ann", "abc")
        room.do(EditChat(message_id=said, text="abcdefgh"), "ann")
        assert message(room, said, "ann").text == "abcdefgh"


class TestDeletions:
    def test_only_that_it_was_there_remains(self) -> None:
        room = classroom("ann", "bob")
        said = say(room, "ann", "@Bob, my password is 1234", mentions=("bob",))
        assert room.do(DeleteChat(message_id=said), "ann") == (ChatDeleted(message_id=said, by="ann"),)
        now = message(room, said, "bob")
        assert (now.text, now.mentions, now.deleted_by) == ("", (), "ann")
        assert room.state.chat_chars == 0
        assert room.do(DeleteChat(message_id=said), "ann") == ()
        assert room.refuses(EditChat(message_id=said, text="Again"), "ann") == "message_gone"

    def test_ones_own_for_a_while_and_staff_any_always(self) -> None:
        room = classroom("ann", "bob")
        said = say(room, "ann")
        assert room.refuses(DeleteChat(message_id=said), "bob") == "not_allowed"
        room.wait(Limits().chat_change_ms + 1)
        assert room.refuses(DeleteChat(message_id=said), "ann") == "too_late"
        assert room.do(DeleteChat(message_id=said), "helper")

    def test_staff_delete_only_what_they_read(self) -> None:
        room = classroom("ann", "bob")
        room.open(["ann", "bob"])
        between_us = say(room, "ann", channel="breakout")
        assert room.refuses(DeleteChat(message_id=between_us), "trainer") == "message_gone"
