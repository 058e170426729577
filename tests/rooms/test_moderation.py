"""Rules, the lock, the lobby, who is kept out, and who runs the room."""

from __future__ import annotations

from typing import Any

import pytest

from rooms import commands as c
from rooms.events import LobbyChanged, MediaChanged, RoleChanged
from rooms.model import Channel
from rooms.state import Limits
from rooms.views import snapshot
from tests.rooms.driver import Driver, classroom


def knock(room: Driver, *ids: str) -> None:
    for participant_id in ids:
        room.do(c.Knock(participant_id=participant_id, name=participant_id.upper(), role="participant"))


def waiting(room: Driver) -> list[str]:
    return [one.participant_id for one in room.state.lobby]


def join(participant_id: str) -> c.Join:
    return c.Join(participant_id=participant_id, name=participant_id.upper(), role="participant")


# --- rules


@pytest.mark.parametrize(
    ("rule", "command", "code"),
    [
        ({"unmute": False}, c.SetMedia(microphone=True), "microphone_forbidden"),
        ({"screen": False}, c.SetMedia(screen=True), "screen_forbidden"),
        ({"chat": False}, c.PostChat(channel="room", text="Hello"), "chat_forbidden"),
    ],
)
def test_a_rule_binds_participants_and_nobody_else(
    rule: dict[str, Any], command: c.Command, code: str
) -> None:
    room = classroom("a")
    room.join("i", role="interpreter")
    room.do(c.SetRules(**rule), "trainer")
    assert room.refuses(command, "a") == code
    for exempt in ("trainer", "helper"):
        assert room.do(command, exempt)
        room.do(c.SetMedia(screen=False), exempt)  # one share at a time
    if code != "screen_forbidden":  # interpreters have no screen to share
        assert room.do(command, "i")
    room.do(c.SetRules(**dict.fromkeys(rule, True)), "helper")
    assert room.do(command, "a")


def test_forbidding_unmuting_mutes_nobody_and_lets_everybody_mute() -> None:
    room = classroom("a")
    room.do(c.SetMedia(microphone=True), "a")
    room.do(c.SetRules(unmute=False), "trainer")
    assert room.seat("a").media.microphone
    room.do(c.SetMedia(camera=True), "a")
    room.do(c.SetMedia(microphone=False), "a")
    assert room.refuses(c.SetMedia(microphone=True), "a") == "microphone_forbidden"


def test_whoever_is_asked_to_speak_may_until_the_microphone_is_off_again() -> None:
    room = classroom("a", "b")
    room.do(c.SetRules(unmute=False), "trainer")
    room.do(c.AskUnmute(participant_id="a"), "trainer")
    assert room.refuses(c.SetMedia(microphone=True), "b") == "microphone_forbidden"
    room.do(c.SetMedia(microphone=True), "a")
    room.do(c.MuteAll(), "trainer")
    assert room.refuses(c.SetMedia(microphone=True), "a") == "microphone_forbidden"


def test_being_asked_outlasts_turning_the_camera_on_first() -> None:
    room = classroom("a")
    room.do(c.SetRules(unmute=False), "trainer")
    room.do(c.AskUnmute(participant_id="a"), "trainer")
    room.do(c.SetMedia(camera=True), "a")
    assert room.do(c.SetMedia(microphone=True), "a")


def test_whoever_has_the_floor_may_speak_as_long_as_they_have_it() -> None:
    room = classroom("a", "b")
    room.do(c.SetRules(unmute=False), "trainer")
    room.do(c.RaiseHand(), "a")
    room.do(c.GiveFloor(participant_id="a"), "trainer")
    assert room.refuses(c.SetMedia(microphone=True), "b") == "microphone_forbidden"
    for on in (True, False, True):  # as often as they like
        room.do(c.SetMedia(microphone=on), "a")
    room.do(c.GiveFloor(participant_id="b"), "trainer")
    room.do(c.SetMedia(microphone=True), "b")
    assert room.seat("a").media.microphone, "giving the floor to another mutes nobody"
    room.do(c.EndFloor(), "b")
    for who in ("a", "b"):
        room.do(c.SetMedia(microphone=False), who)
        assert room.refuses(c.SetMedia(microphone=True), who) == "microphone_forbidden"


@pytest.mark.parametrize("channel", ["breakout", "trainers"])
def test_groups_and_the_private_word_stay_free(channel: Channel) -> None:
    room = classroom("a", "b")
    room.open(["a", "b"])
    room.do(c.SetRules(unmute=False, chat=False), "trainer")
    room.do(c.SetMedia(microphone=True), "a")
    room.do(c.PostChat(channel=channel, text="Please help"), "a")


def test_forbidding_screens_ends_those_of_participants_even_dropped_ones() -> None:
    room = classroom("a", "b")
    room.open(["a"], ["b"])
    room.do(c.SetMedia(screen=True, camera=True), "a")
    room.do(c.SetMedia(screen=True), "b")
    room.do(c.SetMedia(screen=True), "trainer")
    room.do(c.Disconnect(), "b")
    room.do(c.SetRules(screen=False), "helper")
    room.do(c.Reconnect(), "b")
    assert [room.seat(who).media.screen for who in ("a", "b", "trainer")] == [False, False, True]
    assert room.seat("a").media.camera


def test_rules_that_are_so_already_change_nothing() -> None:
    room = classroom("a")
    assert room.do(c.SetRules(chat=True), "trainer") == ()
    assert room.do(c.SetLayout(layout=None), "trainer") == ()


def test_a_layout_is_everybodys_and_comes_with_the_snapshot() -> None:
    room = classroom("a")
    room.do(c.SetLayout(layout="speaker"), "helper")
    room.join("b")
    assert snapshot(room.state, "b").layout == "speaker"
    room.do(c.SetLayout(layout=None), "trainer")
    assert snapshot(room.state, "a").layout is None


# --- the lock


def test_a_locked_room_takes_back_whom_it_knows_and_staff() -> None:
    room = classroom("a")
    room.do(c.Leave(), "a")
    room.do(c.SetRules(locked=True), "trainer")
    assert room.refuses(join("new"), None) == "room_locked"
    assert room.refuses(c.Knock(participant_id="new", name="New", role="participant"), None) == "room_locked"
    room.join("a")
    room.join("late", role="co_trainer")


# --- the lobby


def with_lobby(*participants: str) -> Driver:
    room = classroom(*participants)
    room.do(c.SetRules(lobby=True), "trainer")
    return room


def test_nobody_waits_without_a_lobby() -> None:
    room = classroom()
    knock(room, "new")
    assert waiting(room) == []
    room.join("new")


def test_the_lobby_keeps_the_unknown_until_they_are_admitted() -> None:
    room = with_lobby("a")
    assert room.refuses(join("x"), None) == "must_wait"
    knock(room, "x", "y", "x", "a", "z")
    assert waiting(room) == ["x", "y", "z"]
    (event,) = room.do(c.AdmitFromLobby(participant_id="y"), "helper")
    assert isinstance(event, LobbyChanged)
    assert event.admitted == ("y",)
    room.join("y")
    room.do(c.Leave(), "y")
    room.join("y")  # known from now on
    assert room.refuses(join("x"), None) == "must_wait"


def test_admitting_all_and_taking_the_lobby_away_let_everybody_in() -> None:
    room = with_lobby()
    knock(room, "x", "y")
    room.do(c.AdmitFromLobby(participant_id=None), "trainer")
    assert room.do(c.AdmitFromLobby(participant_id=None), "trainer") == ()
    knock(room, "v", "w")
    room.do(c.SetRules(lobby=False), "trainer")
    assert waiting(room) == []
    room.do(c.SetRules(lobby=True), "trainer")
    room.join("v", "w", "x", "y")


def test_whoever_is_refused_may_ask_again_at_the_end_of_the_queue() -> None:
    room = with_lobby()
    knock(room, "x", "y")
    room.do(c.RefuseFromLobby(participant_id="x"), "trainer")
    for command in (c.RefuseFromLobby(participant_id="x"), c.AdmitFromLobby(participant_id="x")):
        assert room.refuses(command, "helper") == "not_waiting"
    knock(room, "x")
    assert waiting(room) == ["y", "x"]


def test_a_rank_outlives_a_lost_connection_for_a_while() -> None:
    room = with_lobby()
    knock(room, "x", "y")
    room.do(c.Unknock(participant_id="x"))
    room.wait(room.state.limits.lobby_kept_ms - 1)
    knock(room, "x")
    room.wait(60_000)
    assert waiting(room) == ["x", "y"]
    room.do(c.Unknock(participant_id="x"))
    room.wait(room.state.limits.lobby_kept_ms)
    assert waiting(room) == ["y"]


def test_a_lobby_is_bounded() -> None:
    room = Driver(limits=Limits(lobby=2))
    room.join("trainer", role="trainer")
    room.do(c.SetRules(lobby=True), "trainer")
    knock(room, "x", "y")
    assert room.refuses(c.Knock(participant_id="z", name="Z", role="participant"), None) == "room_full"


# --- kept out


def test_whoever_is_removed_stays_out_until_readmitted() -> None:
    room = classroom("a")
    room.do(c.RemoveParticipant(participant_id="a"), "trainer")
    assert room.refuses(join("a"), None) == "removed"
    assert [one.name for one in snapshot(room.state, "helper").kept_out] == ["A"]
    room.do(c.ReadmitParticipant(participant_id="a"), "helper")
    assert room.refuses(c.ReadmitParticipant(participant_id="a"), "helper") == "not_kept_out"
    room.join("a")
    assert snapshot(room.state, "a").kept_out == ()


# --- roles


def test_a_co_trainer_has_the_rights_at_once_and_keeps_them_when_they_come_again() -> None:
    room = classroom("a")
    assert room.refuses(c.MuteAll(), "a") == "not_allowed"
    room.do(c.SetRole(participant_id="a", role="co_trainer"), "trainer")
    room.do(c.MuteAll(), "a")
    room.do(c.Leave(), "a")
    room.join("a")
    room.do(c.SetRules(chat=False), "a")
    room.do(c.SetRole(participant_id="a", role="participant"), "trainer")
    assert room.refuses(c.PostChat(channel="room", text="Hi"), "a") == "chat_forbidden"
    assert room.refuses(c.MuteAll(), "a") == "not_allowed"


def test_whoever_is_staff_no_more_stops_what_staff_do() -> None:
    room = classroom("a", "b")
    room.open(["a", "b"])
    room.do(c.SetRules(screen=False), "trainer")
    room.do(c.VisitBreakout(group="1-1"), "helper")
    room.do(c.BroadcastVoice(on=True), "helper")
    room.do(c.SetMedia(screen=True, microphone=True), "helper")
    events = room.do(c.SetRole(participant_id="helper", role="participant"), "trainer")
    assert any(isinstance(event, RoleChanged) for event in events)
    assert any(isinstance(event, MediaChanged) for event in events)
    helper = room.seat("helper")
    assert (helper.breakout, helper.visiting, helper.media.screen) == (None, False, False)
    assert helper.media.microphone
    assert room.state.voice_broadcast is None


@pytest.mark.parametrize("target", ["other", "i"])
def test_trainers_and_those_with_work_of_their_own_keep_their_role(target: str) -> None:
    room = classroom()
    room.join("other", role="trainer")
    room.join("i", role="interpreter")
    assert room.refuses(c.SetRole(participant_id=target, role="participant"), "trainer") == "not_allowed"
