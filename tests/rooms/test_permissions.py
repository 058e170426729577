"""Who may do what: the table against the same table written again by hand, for every command and role."""

from __future__ import annotations

from typing import get_args

import pytest

from rooms import commands as c
from rooms import permissions
from rooms.errors import Refused
from rooms.model import Channel, ChatImage, MediaFlags, Role
from rooms.room import decide
from tests.rooms.driver import Driver

ROLES: tuple[Role, ...] = get_args(Role)
PARTIES: tuple[permissions.Party, ...] = (*ROLES, "server")

# T trainer, t co-trainer, p participant, o observer, i interpreter, c captioner, S the server itself
LETTERS: dict[str, permissions.Party] = dict(zip("TtpoicS", PARTIES, strict=True))
EXPECTED = {
    "join": "S",
    "tick": "S",
    "disconnect": "Ttpoic",
    "reconnect": "Ttpoic",
    "leave": "Ttpoic",
    "presence.set": "Ttpoic",
    "media.set": "Ttpoic",
    "microphone.mute": "Tt",
    "microphone.mute_all": "Tt",
    "microphone.ask": "Tt",
    "hand.raise": "Ttpic",
    "hand.lower": "Ttpic",
    "hand.lower_all": "Tt",
    "chat.post": "Ttpoic",
    "chat.edit": "Ttpoic",
    "chat.delete": "Ttpoic",
    "chat.image": "Ttpoic",
    "spotlight.set": "Tt",
    "participant.remove": "TtS",
    "breakouts.preview": "Tt",
    "breakouts.open": "Tt",
    "breakouts.rotate": "Tt",
    "breakouts.move": "Tt",
    "breakouts.visit": "Tt",
    "breakouts.extend": "Tt",
    "breakouts.instruct": "Tt",
    "breakouts.broadcast": "Tt",
    "breakouts.speak": "Tt",
    "breakouts.close": "Tt",
    "help.call": "Ttpic",
    "help.end": "Ttpic",
    "help.promise": "Tt",
    "hand.spoken": "S",
    "hand.keep": "Ttpic",
    "floor.give": "Tt",
    "floor.end": "Ttpic",
    "checkin.open": "Tt",
    "checkin.answer": "p",
    "checkin.close": "Tt",
    "checkin.show": "Tt",
    "checkin.clear": "Tt",
    "agenda.add": "Tt",
    "agenda.change": "Tt",
    "agenda.move": "Tt",
    "agenda.remove": "Tt",
    "agenda.start": "Tt",
    "agenda.break": "Tt",
    "agenda.extend": "Tt",
    "agenda.end": "Tt",
    "glossary.set": "Tt",
    "glossary.remove": "Tt",
    "knock": "S",
    "unknock": "S",
    "breakouts.constrain": "Tt",
    "breakouts.save": "TtS",
    "breakouts.forget": "TtS",
    "breakouts.accept": "Ttpic",
    "rules.set": "Tt",
    "layout.set": "Tt",
    "lobby.admit": "Tt",
    "lobby.refuse": "Tt",
    "participant.readmit": "TtS",
    "participant.set_role": "T",
    "invitation.revoke": "S",
    "meeting.end": "S",
    "room.change": "S",
}
COMMANDS: tuple[type[c.Command], ...] = (*get_args(c.WireCommand), *get_args(c.ServerCommand))
PLAN = c.BreakoutPlan(mode="pairs")
OWN_MESSAGE = 7
"""What "actor" wrote in `room_with`: the id is the number of its event."""
IMAGE = ChatImage(id="image", media_type="image/png", width=1, height=1, size_bytes=9)
ARGUMENTS: dict[type[c.Command], c.Command] = {
    c.SetTerm: c.SetTerm(term="Pixel", meaning="A dot of a picture"),
    c.RemoveTerm: c.RemoveTerm(id="t1"),
    c.Join: c.Join(participant_id="new", name="New", role="participant"),
    c.SetPresence: c.SetPresence(away=True),
    c.MuteMicrophone: c.MuteMicrophone(participant_id="other"),
    c.AskUnmute: c.AskUnmute(participant_id="other"),
    c.PostChat: c.PostChat(channel="trainers", text="Hello"),
    c.EditChat: c.EditChat(message_id=OWN_MESSAGE, text="Hello"),
    c.DeleteChat: c.DeleteChat(message_id=OWN_MESSAGE),
    c.AddChatImage: c.AddChatImage(image=IMAGE),
    c.SetSpotlight: c.SetSpotlight(participant_id="other"),
    c.RemoveParticipant: c.RemoveParticipant(participant_id="other"),
    c.PreviewBreakouts: c.PreviewBreakouts(plan=PLAN),
    c.OpenBreakouts: c.OpenBreakouts(plan=PLAN),
    c.MoveParticipant: c.MoveParticipant(participant_id="other", group=None),
    c.VisitBreakout: c.VisitBreakout(group="1-1"),
    c.ExtendBreakouts: c.ExtendBreakouts(duration_s=60),
    c.InstructBreakouts: c.InstructBreakouts(instruction="Draw"),
    c.BroadcastText: c.BroadcastText(text="Hello"),
    c.BroadcastVoice: c.BroadcastVoice(on=True),
    c.NoteSpoken: c.NoteSpoken(participant_id="other"),
    c.GiveFloor: c.GiveFloor(participant_id="other"),
    c.OpenCheckin: c.OpenCheckin(kind="pace"),
    c.AnswerCheckin: c.AnswerCheckin(checkin=1, choice=0),
    c.ShowCheckin: c.ShowCheckin(on=True),
    c.AddAgendaItem: c.AddAgendaItem(title="HTML", minutes=30),
    c.ChangeAgendaItem: c.ChangeAgendaItem(item=1, title="HTML", minutes=30),
    c.MoveAgendaItem: c.MoveAgendaItem(item=1, to=0),
    c.RemoveAgendaItem: c.RemoveAgendaItem(item=1),
    c.StartAgendaItem: c.StartAgendaItem(item=1),
    c.StartBreak: c.StartBreak(minutes=15),
    c.ExtendTimer: c.ExtendTimer(minutes=5),
    c.Knock: c.Knock(participant_id="new", name="New", role="participant"),
    c.Unknock: c.Unknock(participant_id="new"),
    c.SetConstraints: c.SetConstraints(apart=(), together=()),
    c.SaveGroups: c.SaveGroups(name="S", mode="pairs", groups=(c.GroupSpec(name="1", members=()),)),
    c.ForgetGroups: c.ForgetGroups(name="S"),
    c.SetLayout: c.SetLayout(layout="gallery"),
    c.RevokeInvitation: c.RevokeInvitation(invitation="i", until_s=1),
    c.AdmitFromLobby: c.AdmitFromLobby(participant_id=None),
    c.RefuseFromLobby: c.RefuseFromLobby(participant_id="new"),
    c.ReadmitParticipant: c.ReadmitParticipant(participant_id="new"),
    c.SetRole: c.SetRole(participant_id="other", role="co_trainer"),
}


def wire_name(command: type[c.Command]) -> str:
    return str(command.__struct_config__.tag)


def room_with(role: Role) -> Driver:
    """A running round in which "actor", with this role, is in a pair with "other"."""
    room = Driver()
    room.join("boss", role="trainer")
    room.join("actor", role=role)
    room.join("other", "third")
    room.open(["actor", "other"], ["third"], by="boss")
    room.do(c.PostChat(channel="trainers", text="Mine"), "actor")
    return room


def is_refused(room: Driver, command: c.Command, actor: str | None) -> bool:
    """Whether permission is refused; other refusals are not what is asked here."""
    try:
        decide(room.state, command, actor, room.now_ms, 1)
    except Refused as refused:
        return refused.code == "not_allowed"
    return False


@pytest.mark.parametrize("party", PARTIES)
@pytest.mark.parametrize("command_type", COMMANDS, ids=wire_name)
def test_the_matrix(command_type: type[c.Command], party: permissions.Party) -> None:
    expected = party in {LETTERS[letter] for letter in EXPECTED[wire_name(command_type)]}
    assert permissions.allowed(command_type, party) is expected
    room = room_with("participant" if party == "server" else party)
    command = ARGUMENTS.get(command_type) or command_type()
    assert is_refused(room, command, None if party == "server" else "actor") is not expected


def test_the_matrix_names_every_command() -> None:
    assert set(EXPECTED) == {wire_name(command) for command in COMMANDS}
    assert set(permissions.TABLE) == set(COMMANDS)


def test_a_command_outside_the_table_is_refused_for_everybody() -> None:
    class Unheard(c.Command, frozen=True, tag="unheard"):
        pass

    for role in ROLES:
        assert room_with(role).refuses(Unheard(), "actor") == "not_allowed"
    assert room_with("trainer").refuses(Unheard(), None) == "not_allowed"


@pytest.mark.parametrize("role", ROLES)
def test_whoever_has_no_seat_or_no_connection_is_not_here(role: Role) -> None:
    room = room_with(role)
    assert room.refuses(c.Leave(), "stranger") == "not_here"
    room.do(c.Disconnect(), "actor")
    assert room.refuses(c.SetMedia(camera=False), "actor") == "not_here"
    room.do(c.Leave(), "actor")
    assert room.state.seat("actor") is None


@pytest.mark.parametrize("medium", ["microphone", "camera", "screen"])
@pytest.mark.parametrize(
    ("role", "media"),
    [
        ("trainer", {"microphone", "camera", "screen"}),
        ("co_trainer", {"microphone", "camera", "screen"}),
        ("participant", {"microphone", "camera", "screen"}),
        ("interpreter", {"microphone", "camera"}),
        ("captioner", {"microphone"}),
        ("observer", set()),
    ],
)
def test_what_each_role_may_publish(role: Role, media: set[str], medium: str) -> None:
    room = room_with(role)
    turn_on = c.SetMedia(**{medium: True})
    if medium in media:
        room.do(turn_on, "actor")
        assert room.seat("actor").media == MediaFlags(**{medium: True})
    else:
        assert room.refuses(turn_on, "actor") == "not_allowed"
    room.do(c.SetMedia(**{medium: False}), "actor")
    assert room.seat("actor").media == MediaFlags()


@pytest.mark.parametrize("channel", get_args(Channel))
@pytest.mark.parametrize("role", ROLES)
def test_observers_speak_only_to_the_trainers_and_everybody_else_everywhere(
    role: Role, channel: Channel
) -> None:
    allowed = role != "observer" or channel == "trainers"
    assert is_refused(room_with(role), c.PostChat(channel=channel, text="Hi"), "actor") is not allowed


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("command", "own"),
    [
        (c.LowerHand(participant_id="actor"), True),
        (c.LowerHand(participant_id="other"), False),
        (c.EndHelp(group="1-1"), True),
        (c.EndHelp(group="1-2"), False),
        (c.EndHelp(participant_id="actor"), True),
        (c.EndHelp(participant_id="other"), False),
        (c.PostChat(channel="trainers", text="Hi", to="actor"), True),
        (c.PostChat(channel="trainers", text="Hi", to="other"), False),
    ],
    ids=str,
)
def test_what_is_ones_own_is_everybodys_and_what_is_others_is_for_staff(
    role: Role, command: c.Command, own: bool
) -> None:
    staff = role in ("trainer", "co_trainer")
    in_table = permissions.allowed(type(command), role)
    assert is_refused(room_with(role), command, "actor") is not (in_table and (own or staff))


def test_a_receiver_is_only_for_the_trainers_channel() -> None:
    room = room_with("trainer")
    assert room.refuses(c.PostChat(channel="room", text="Hi", to="other"), "actor") == "not_allowed"


@pytest.mark.parametrize(
    ("actor", "target", "refused"),
    [
        ("trainer", "trainer", False),
        ("trainer", "co_trainer", False),
        ("co_trainer", "trainer", True),
        ("co_trainer", "co_trainer", False),
        ("co_trainer", "participant", False),
    ],
)
def test_only_a_trainer_removes_a_trainer(actor: Role, target: Role, refused: bool) -> None:
    room = Driver()
    room.join("actor", role=actor)
    room.join("target", role=target)
    assert is_refused(room, c.RemoveParticipant(participant_id="target"), "actor") is refused


def test_nobody_removes_themselves() -> None:
    assert room_with("trainer").refuses(c.RemoveParticipant(participant_id="actor"), "actor") == "not_allowed"
