"""What is done to a room from outside: invitations taken back, meetings ended, groups and rules prepared."""

from __future__ import annotations

import pytest

from rooms import commands as c
from rooms.administration import REVOKED_MAX, check_invitation
from rooms.errors import Refused
from rooms.events import (
    Hidden,
    InvitationRevoked,
    KeptOutChanged,
    MediaChanged,
    ParticipantLeft,
    RoomChanged,
    RulesChanged,
)
from tests.rooms.driver import Driver, classroom

LATER_S = 10**10


def revoke(room: Driver, invitation: str, *here: str, until_s: int = LATER_S) -> c.RevokeInvitation:
    return c.RevokeInvitation(invitation=invitation, until_s=until_s, participant_ids=here)


def join(participant_id: str, invitation: str) -> c.Join:
    return c.Join(
        participant_id=participant_id, name=participant_id.upper(), role="participant", invitation=invitation
    )


def test_who_came_by_it_goes_and_nobody_comes_by_it_any_more() -> None:
    room = classroom()
    room.do(join("ann", "i1"))
    room.do(join("bob", "i2"))
    events = room.do(revoke(room, "i1", "ann", "nobody"))
    assert events == (
        InvitationRevoked(invitation="i1", until_s=LATER_S),
        ParticipantLeft(participant_id="ann", reason="revoked"),
    )
    for who in ("ann", "cem"):
        assert room.refuses(join(who, "i1"), None) == "revoked"
    room.do(join("ann", "i3"))
    assert room.seat("bob").connected


def test_again_it_sends_away_who_is_there_and_is_remembered_once() -> None:
    room = classroom()
    room.do(revoke(room, "i1"))
    assert room.do(revoke(room, "i1")) == ()


def test_nobody_is_shown_which_invitation_it_was() -> None:
    room = classroom("ann")
    room.do(revoke(room, "i1"))
    ((shown, viewers),) = room.log[-1][1]
    assert shown == Hidden()
    assert viewers == {"trainer", "helper", "ann"}


def test_what_is_over_anyway_is_forgotten_and_nothing_else() -> None:
    room = classroom()
    now_s = room.now_ms // 1000
    room.do(revoke(room, "short", until_s=now_s + 10))
    for number in range(REVOKED_MAX - 1):
        room.do(revoke(room, f"i{number}"))
    assert room.refuses(revoke(room, "one more"), None) == "too_many_revoked"
    room.wait(10_000)
    room.do(revoke(room, "one more"))
    assert "short" not in room.state.revoked
    assert len(room.state.revoked) == REVOKED_MAX
    with pytest.raises(Refused, match="revoked"):
        check_invitation(room.state, "i0")


def test_a_meeting_ends_for_everybody_and_the_room_goes_on() -> None:
    room = classroom("ann", "bob")
    room.open(["ann"], ["bob"])
    room.do(c.SetRules(lobby=True), "trainer")
    room.do(c.Knock(participant_id="new", name="New", role="participant"))
    room.do(c.EndMeeting())
    assert room.state.participants == ()
    assert room.state.lobby == ()
    assert room.state.breakouts is None
    assert room.do(c.EndMeeting()) == ()
    room.do(join("ann", "i"))


def test_rules_and_groups_are_set_from_outside() -> None:
    room = classroom("ann")
    room.do(c.SetMedia(screen=True), "ann")
    events = room.do(c.ChangeRoom(rules=c.SetRules(screen=False, locked=True)))
    assert room.state.rules.locked
    assert not room.seat("ann").media.screen
    assert isinstance(events[0], MediaChanged)
    assert events[0].by == "ann"  # nobody in the room did it: she is not told that somebody did
    group = c.GroupSpec(name="Blue", members=("ann",))
    room.do(c.SaveGroups(name="Day 2", mode="manual", groups=(group,)))
    assert [one.name for one in room.state.group_sets] == ["Day 2"]
    room.do(c.ForgetGroups(name="Day 2"))
    assert room.refuses(c.ForgetGroups(name="Day 2"), None) == "unknown_set"


def test_name_size_and_rules_change_at_once_and_only_what_is_new_is_told() -> None:
    room = classroom("ann")
    before = room.state
    wanted = c.ChangeRoom(name="  Café\t2 ", capacity=3, rules=c.SetRules(locked=True))
    changed, rules = room.do(wanted)
    assert changed == RoomChanged(name="Café 2", capacity=3)
    assert isinstance(rules, RulesChanged)
    assert (room.state.name, room.state.capacity, room.state.rules.locked) == ("Café 2", 3, True)
    assert room.state.rules.chat == before.rules.chat
    assert room.do(wanted) == ()
    assert room.do(c.ChangeRoom(capacity=9)) == (RoomChanged(name="Café 2", capacity=9),)
    assert room.refuses(c.ChangeRoom(name="\x00"), None) == "empty_text"


def test_who_has_a_seat_keeps_it_in_a_smaller_room() -> None:
    room = classroom("ann", "bob")
    seats = len(room.state.participants)
    room.do(c.ChangeRoom(capacity=2))
    assert len(room.state.participants) == seats
    assert room.refuses(join("cem", "i1"), None) == "room_full"
    room.do(c.Disconnect(), "ann")
    room.do(c.Reconnect(), "ann")
    room.do(c.ChangeRoom(capacity=seats + 1))
    room.do(join("cem", "i1"))


def test_anybody_is_removed_from_outside_and_let_back() -> None:
    room = classroom("ann")
    left, kept = room.do(c.RemoveParticipant(participant_id="trainer"))
    assert left == ParticipantLeft(participant_id="trainer", reason="removed")
    assert isinstance(kept, KeptOutChanged)
    assert kept.by == ""
    assert room.refuses(c.RemoveParticipant(participant_id="trainer"), None) == "unknown_participant"
    assert room.refuses(join("trainer", "i1"), None) == "removed"
    room.do(c.ReadmitParticipant(participant_id="trainer"))
    assert room.refuses(c.ReadmitParticipant(participant_id="trainer"), None) == "not_kept_out"
    room.do(join("trainer", "i1"))
