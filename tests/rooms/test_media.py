"""What people publish, and whom the room looks at."""

from __future__ import annotations

from rooms.commands import (
    AskUnmute,
    CloseBreakouts,
    Disconnect,
    MoveParticipant,
    MuteAll,
    MuteMicrophone,
    Reconnect,
    SetMedia,
    SetSpotlight,
)
from rooms.events import Hidden, MediaChanged, UnmuteAsked
from rooms.model import MediaFlags
from tests.rooms.driver import Driver, classroom


def sharers(room: Driver) -> list[str]:
    return [p.id for p in room.state.participants if p.media.screen]


def test_a_person_turns_things_on_and_off_and_leaves_the_rest_as_it_is() -> None:
    room = classroom("ann")
    room.do(SetMedia(microphone=True, camera=True), "ann")
    (changed,) = room.do(SetMedia(camera=False), "ann")
    assert changed == MediaChanged(participant_id="ann", media=MediaFlags(microphone=True), by="ann")
    assert room.seat("ann").media == MediaFlags(microphone=True)


def test_setting_what_is_already_so_changes_nothing() -> None:
    room = classroom("ann")
    assert room.do(SetMedia(), "ann") == ()
    assert room.do(SetMedia(microphone=False), "ann") == ()


def test_staff_mute_somebody_and_the_event_says_who_did() -> None:
    room = classroom("ann")
    room.do(SetMedia(microphone=True, camera=True), "ann")
    (changed,) = room.do(MuteMicrophone(participant_id="ann"), "trainer")
    assert changed == MediaChanged(participant_id="ann", media=MediaFlags(camera=True), by="trainer")
    assert room.do(MuteMicrophone(participant_id="ann"), "trainer") == ()
    assert room.refuses(MuteMicrophone(participant_id="nobody"), "trainer") == "unknown_participant"


def test_mute_all_spares_the_staff_and_reaches_those_who_dropped() -> None:
    room = classroom("ann", "bob", "cem")
    for who in ("trainer", "helper", "ann", "bob"):
        room.do(SetMedia(microphone=True, camera=True), who)
    room.do(Disconnect(), "bob")
    room.do(MuteAll(), "trainer")
    room.do(Reconnect(), "bob")
    open_microphones = [p.id for p in room.state.participants if p.media.microphone]
    assert open_microphones == ["trainer", "helper"]
    assert [p.id for p in room.state.participants if p.media.camera] == ["trainer", "helper", "ann", "bob"]


def test_unmuting_is_asked_for_and_changes_nothing_by_itself() -> None:
    room = classroom("ann", "bob")
    (asked,) = room.do(AskUnmute(participant_id="ann"), "trainer")
    assert asked == UnmuteAsked(participant_id="ann", by="trainer")
    assert not room.seat("ann").media.microphone
    _, shown = room.log[-1]
    assert dict(shown) == {asked: {"trainer", "helper", "ann"}, Hidden(): {"bob"}}


def test_only_those_are_asked_to_unmute_who_are_here_muted_and_have_a_voice() -> None:
    room = classroom("ann", "bob")
    room.join("watcher", role="observer")
    room.do(SetMedia(microphone=True), "ann")
    room.do(Disconnect(), "bob")
    assert room.do(AskUnmute(participant_id="ann"), "trainer") == ()
    assert room.refuses(AskUnmute(participant_id="bob"), "trainer") == "not_here"
    assert room.refuses(AskUnmute(participant_id="watcher"), "trainer") == "not_allowed"
    assert room.refuses(AskUnmute(participant_id="nobody"), "trainer") == "unknown_participant"


def test_one_screen_at_a_time_is_shared_in_a_place() -> None:
    room = classroom("ann", "bob")
    room.do(SetMedia(screen=True), "ann")
    assert room.refuses(SetMedia(screen=True, microphone=True), "bob") == "screen_taken"
    assert room.seat("bob").media == MediaFlags()
    room.do(SetMedia(screen=False), "ann")
    room.do(SetMedia(screen=True), "bob")
    assert sharers(room) == ["bob"]


def test_each_group_shares_its_own_screen() -> None:
    room = classroom("ann", "bob", "cem")
    room.open(["ann", "bob"], ["cem"])
    room.do(SetMedia(screen=True), "ann")
    room.do(SetMedia(screen=True), "cem")
    room.do(SetMedia(screen=True), "trainer")
    assert sharers(room) == ["trainer", "ann", "cem"]


def test_staff_take_a_screen_share_over() -> None:
    room = classroom("ann")
    room.do(SetMedia(screen=True, camera=True), "ann")
    assert room.do(SetMedia(screen=True), "trainer") == (
        MediaChanged(participant_id="ann", media=MediaFlags(camera=True), by="trainer"),
        MediaChanged(participant_id="trainer", media=MediaFlags(screen=True), by="trainer"),
    )
    room.do(SetMedia(screen=True), "helper")
    assert sharers(room) == ["helper"]


def test_a_sharer_who_dropped_does_not_block_the_screen_and_yields_it_on_return() -> None:
    room = classroom("ann", "bob")
    room.do(SetMedia(screen=True, camera=True), "ann")
    room.do(Disconnect(), "ann")
    room.do(SetMedia(screen=True), "bob")
    room.do(Reconnect(), "ann")
    assert room.seat("ann").media == MediaFlags(camera=True)
    assert sharers(room) == ["bob"]


def test_a_sharer_who_drops_and_returns_goes_on_sharing() -> None:
    room = classroom("ann", "bob")
    room.do(SetMedia(screen=True), "ann")
    room.do(Disconnect(), "ann")
    room.do(Reconnect(), "ann")
    assert sharers(room) == ["ann"]


def test_moves_leave_every_flag_alone_even_where_two_shares_meet() -> None:
    room = classroom("ann", "bob")
    room.open(["ann"], ["bob"])
    for who in ("ann", "bob"):
        room.do(SetMedia(microphone=True, camera=True, screen=True), who)
    room.do(MoveParticipant(participant_id="ann", group="1-2"), "trainer")
    room.do(CloseBreakouts(), "trainer")
    everything = MediaFlags(microphone=True, camera=True, screen=True)
    assert room.seat("ann").media == room.seat("bob").media == everything


def test_the_spotlight_is_put_on_somebody_and_taken_off() -> None:
    room = classroom("ann")
    room.do(SetSpotlight(participant_id="ann"), "trainer")
    assert room.state.spotlight == "ann"
    assert room.do(SetSpotlight(participant_id="ann"), "helper") == ()
    assert room.refuses(SetSpotlight(participant_id="nobody"), "trainer") == "unknown_participant"
    room.do(SetSpotlight(participant_id=None), "helper")
    assert room.state.spotlight is None
