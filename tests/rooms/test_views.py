"""What each person sees; the checks over random sequences are in test_sequences.py."""

from __future__ import annotations

import pytest

from rooms.commands import Leave, PostChat, RaiseHand, RemoveParticipant
from rooms.errors import Refused
from rooms.events import ChatPosted, HandRaised, Hidden, ParticipantLeft
from rooms.views import fold, snapshot, view, views
from tests.rooms.driver import classroom


def test_an_event_that_all_may_see_is_one_view_for_everybody() -> None:
    room = classroom("ann", "bob")
    room.do(RaiseHand(), "ann")
    recorded, shown = room.log[-1]
    assert shown == ((recorded.event, frozenset({"trainer", "helper", "ann", "bob"})),)


def test_the_one_who_leaves_or_is_removed_is_still_told() -> None:
    room = classroom("ann", "bob")
    for command, actor in ((Leave(), "ann"), (RemoveParticipant(participant_id="bob"), "trainer")):
        left, *_ = room.do(command, actor)
        assert isinstance(left, ParticipantLeft)
        recorded, shown = next(entry for entry in reversed(room.log) if entry[0].event == left)
        assert left.participant_id in shown[0][1]
        assert view(room.state, recorded, left.participant_id) == left


def test_whoever_holds_no_seat_sees_nothing() -> None:
    room = classroom("ann")
    room.do(RaiseHand(), "ann")
    recorded, shown = room.log[-1]
    assert view(room.state, recorded, "stranger") == Hidden()
    assert all("stranger" not in viewers for _, viewers in shown)
    with pytest.raises(Refused) as refused:
        snapshot(room.state, "stranger")
    assert refused.value.code == "not_here"


def test_a_message_is_shown_to_nobody_when_asked_with_another_state_than_the_one_after_it() -> None:
    """Later, people have moved: who may read it then is no longer what the state tells."""
    room = classroom("ann")
    room.do(PostChat(channel="room", text="Hello"), "ann")
    recorded, _ = room.log[-1]
    room.do(PostChat(channel="trainers", text="Psst"), "ann")
    assert {type(shown) for shown, _ in views(room.state, recorded)} == {Hidden}


def test_folding_refuses_a_gap_and_a_repetition() -> None:
    room = classroom("ann")
    before = snapshot(room.state, "ann")
    raised = HandRaised(participant_id="ann", at_ms=room.now_ms)
    for seq in (before.seq, before.seq + 2):
        with pytest.raises(ValueError, match="does not follow"):
            fold(before, seq, raised)
    assert fold(before, before.seq + 1, raised).seq == before.seq + 1


def test_folding_a_hidden_event_only_counts_it_and_drops_what_it_evicts() -> None:
    room = classroom("ann")
    room.do(PostChat(channel="room", text="Hello"), "ann")
    before = snapshot(room.state, "ann")
    (message,) = before.chat
    assert fold(before, before.seq + 1, Hidden()).chat == (message,)
    assert fold(before, before.seq + 1, Hidden(evicted=(message.id,))).chat == ()


def test_folding_a_message_drops_what_it_evicts_and_adds_it_last() -> None:
    room = classroom("ann")
    room.do(PostChat(channel="room", text="Hello"), "ann")
    before = snapshot(room.state, "ann")
    (posted,) = room.do(PostChat(channel="room", text="You"), "trainer")
    assert isinstance(posted, ChatPosted)
    evicting = ChatPosted(message=posted.message, evicted=(before.chat[0].id,))
    assert fold(before, room.state.seq, evicting).chat == (posted.message,)
