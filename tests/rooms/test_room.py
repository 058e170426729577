"""The room as a whole: creating, numbering, replaying, keeping a state."""

from __future__ import annotations

from typing import get_args

import msgspec

from rooms import room as rooms
from rooms.commands import Join, Leave, PostChat, RaiseHand, ServerCommand, WireCommand
from rooms.events import Recorded, RoomCreated
from rooms.lobby import KNOWN_MAX
from rooms.state import Limits, RoomState
from tests.rooms.driver import Driver, classroom


def test_a_room_starts_with_its_creation_as_event_one() -> None:
    created = rooms.create("id", "Name", 16)
    (recorded,) = rooms.record(RoomState(), (created,), 5)
    assert recorded == Recorded(seq=1, at_ms=5, event=RoomCreated(room_id="id", name="Name", capacity=16))
    state = rooms.apply(RoomState(limits=Limits(chat_messages=3)), recorded)
    assert (state.room_id, state.name, state.capacity, state.seq) == ("id", "Name", 16, 1)
    assert state.limits.chat_messages == 3


def test_events_of_one_command_are_numbered_one_after_the_other() -> None:
    room = classroom("ann", "bob")
    seqs = [recorded.seq for recorded, _ in room.log]
    assert seqs == list(range(1, len(seqs) + 1))
    assert room.state.seq == seqs[-1]


def test_deciding_changes_nothing_by_itself() -> None:
    room = classroom("ann")
    before = msgspec.to_builtins(room.state)
    assert rooms.decide(room.state, RaiseHand(), "ann", room.now_ms, 1)
    assert msgspec.to_builtins(room.state) == before


def test_a_journal_of_encoded_events_gives_the_same_state_again() -> None:
    room = classroom("ann", "bob")
    room.open(["ann"], ["bob"])
    room.do(PostChat(channel="breakout", text="Hello"), "ann")
    state = RoomState()
    for recorded, _ in room.log:
        stored = msgspec.msgpack.encode(recorded)
        state = rooms.apply(state, msgspec.msgpack.decode(stored, type=Recorded))
    assert state == room.state


def test_a_state_can_be_kept_and_taken_up_again() -> None:
    room = classroom("ann", "bob")
    room.open(["ann", "bob"])
    room.do(PostChat(channel="breakout", text="Hello"), "ann")
    kept = msgspec.msgpack.encode(room.state)
    assert msgspec.msgpack.decode(kept, type=RoomState) == room.state


def test_every_command_has_a_handler() -> None:
    """A command that is allowed must be decided: nothing may end in a KeyError."""
    handled = {*rooms._HANDLERS, *rooms._SERVER_HANDLERS}
    assert handled == {*get_args(WireCommand), *get_args(ServerCommand)}


def test_a_thousand_joins_and_leaves_leave_nothing_behind() -> None:
    room = Driver(capacity=3)
    room.join("trainer", role="trainer")
    before = room.state
    for n in range(1000):
        room.do(Join(participant_id=f"p{n}", name="P", role="participant"))
        room.do(RaiseHand(), f"p{n}")
        room.do(Leave(), f"p{n}")
    assert len(room.state.known) <= KNOWN_MAX
    assert msgspec.structs.replace(room.state, seq=before.seq, known=before.known) == before
