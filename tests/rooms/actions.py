"""Random actions in a room, for property tests.

Drawn from a seeded generator instead of Hypothesis' own strategies: those stay shallow over dozens of
dependent steps. Hypothesis only chooses the seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import get_args

from msgspec.structs import replace

from rooms import commands as c
from rooms.activities import CheckinKind
from rooms.model import STAFF, Channel, ChatImage, Participant, Role
from rooms.state import RoomState

ROLES: dict[str, Role] = {
    "t": "trainer",
    "u": "co_trainer",
    "p": "participant",
    "q": "participant",
    "r": "participant",
    "s": "participant",
    "o": "observer",
    "i": "interpreter",
    "c": "captioner",
}


SERVER_ONLY = (
    c.Join,
    c.Tick,
    c.NoteSpoken,
    c.Knock,
    c.Unknock,
    c.RevokeInvitation,
    c.EndMeeting,
    c.ChangeRoom,
)
SOMETIMES_SERVER = (c.SaveGroups, c.ForgetGroups, c.RemoveParticipant, c.ReadmitParticipant)


@dataclass(frozen=True)
class Step:
    """`actor` None: by the server."""

    actor: str | None
    command: c.Command
    waited_ms: int = 0
    chance: int = 0


IDS: tuple[str, ...] = (*ROLES, *"tupqrtupqr", "nobody")


def _id(rng: Random) -> str:
    return rng.choice(IDS)


def _maybe_id(rng: Random) -> str | None:
    return rng.choice([None, _id(rng)])


def _group(rng: Random) -> str | None:
    """ "open-1", "open-2", …: a group of the running round, see `random_step`."""
    return rng.choice([None, "x", "1-1", *["open-1", "open-2", "open-3"] * 3])


def _text(rng: Random) -> str:
    """Never part of anything else that a viewer is told."""
    return rng.choice(["Alpha", "Beta\r\nBeta", "gamma " * 5, "Délta", "\x00"]) + f"#{rng.randrange(1000)}"


def _term(rng: Random) -> str | None:
    """ "known": one of those explained, see `random_step`."""
    return rng.choice([None, "known", "t0"])


def _flag(rng: Random) -> bool | None:
    return rng.choice([True, True, False, None])


def _join(rng: Random) -> c.Join:
    who = _id(rng)
    role = ROLES.get(who, "participant")
    if rng.random() < 0.1:
        role = rng.choice(get_args(Role))
    invitation = rng.choice([*"ijklmn"])
    return c.Join(participant_id=who, name=who.upper(), role=role, invitation=invitation)


def _id_pairs(rng: Random) -> tuple[tuple[str, str], ...]:
    return tuple((_id(rng), _id(rng)) for _ in range(rng.choice([0, 0, 1, 2])))


def _knock(rng: Random) -> c.Knock:
    who = rng.choice([*IDS, "v", "w", "x"])
    return c.Knock(participant_id=who, name=who.upper(), role=ROLES.get(who, "participant"))


def _mostly(rng: Random) -> bool | None:
    return rng.choice([True, True, None, None, False])


def _rarely(rng: Random) -> bool | None:
    return rng.choice([False, False, None, None, True])


def _plan(rng: Random) -> c.BreakoutPlan:
    mode = rng.choice(["pairs", "random", "manual"])
    if mode == "pairs":
        return c.BreakoutPlan(mode="pairs", odd=rng.choice(["trio", "trainer"]))
    if mode == "random":
        return c.BreakoutPlan(mode="random", group_count=rng.choice([1, 2, 3, None]))
    members = rng.sample([*ROLES], rng.randrange(5))
    cut = rng.randint(0, len(members))
    groups = (tuple(members[:cut]), tuple(members[cut:]))
    return c.BreakoutPlan(mode="manual", groups=tuple(c.GroupSpec(name="G", members=m) for m in groups))


def _post(rng: Random) -> c.PostChat:
    channels: list[Channel] = ["room", "breakout", "breakout", "trainers"]
    channel = rng.choice(channels)
    return c.PostChat(
        channel=channel,
        text=_text(rng),
        to=_maybe_id(rng) if channel == "trainers" else None,
        reply_to=rng.choice([None, None, _message(rng)]),
        mentions=tuple(_id(rng) for _ in range(rng.randrange(3))),
        images=rng.choice([(), (), (c.ImageToPost(id=_image_id(rng), alt="Alt"),)]),
    )


def _message(rng: Random) -> int:
    """Counted back from the newest message, see `random_step`."""
    return rng.randint(1, 6)


def _image_id(rng: Random) -> str:
    return f"image-{rng.randrange(6)}"


def _image(rng: Random) -> ChatImage:
    size = rng.choice([1, 50, 90])
    return ChatImage(id=_image_id(rng), media_type="image/png", width=4, height=4, size_bytes=size)


def _checkin(rng: Random) -> c.OpenCheckin:
    kind = rng.choice([*get_args(CheckinKind), "progress", "progress"])
    choices = tuple(_text(rng) for _ in range(rng.choice([1, 2, 3]))) if kind == "question" else ()
    return c.OpenCheckin(kind=kind, question=_text(rng), choices=choices)


def _promise(rng: Random) -> c.PromiseHelp:
    group = _group(rng)
    return c.PromiseHelp(group=group, participant_id=_id(rng) if group is None else None)


NEWEST = 10_000
"""Stands for the newest check-in, or one of the agenda's items: see `random_step`."""

TEACHING: dict[type[c.Command], Callable[[Random], c.Command]] = {
    c.NoteSpoken: lambda rng: c.NoteSpoken(participant_id=_id(rng)),
    c.KeepHand: lambda rng: c.KeepHand(),
    c.GiveFloor: lambda rng: c.GiveFloor(participant_id=_id(rng)),
    c.EndFloor: lambda rng: c.EndFloor(),
    c.PromiseHelp: _promise,
    c.OpenCheckin: _checkin,
    c.AnswerCheckin: lambda rng: c.AnswerCheckin(checkin=NEWEST, choice=rng.choice([0, 1, 1, 2])),
    c.CloseCheckin: lambda rng: c.CloseCheckin(),
    c.ShowCheckin: lambda rng: c.ShowCheckin(on=rng.random() < 0.7),
    c.ClearCheckin: lambda rng: c.ClearCheckin(),
    c.AddAgendaItem: lambda rng: c.AddAgendaItem(
        title=rng.choice(["", _text(rng)]), minutes=rng.choice([1, 15]), is_break=rng.random() < 0.5
    ),
    c.ChangeAgendaItem: lambda rng: c.ChangeAgendaItem(item=NEWEST, title=_text(rng), minutes=5),
    c.MoveAgendaItem: lambda rng: c.MoveAgendaItem(item=NEWEST, to=rng.randrange(4)),
    c.RemoveAgendaItem: lambda rng: c.RemoveAgendaItem(item=NEWEST),
    c.StartAgendaItem: lambda rng: c.StartAgendaItem(item=NEWEST),
    c.StartBreak: lambda rng: c.StartBreak(minutes=10),
    c.ExtendTimer: lambda rng: c.ExtendTimer(minutes=5),
    c.EndTimer: lambda rng: c.EndTimer(),
}
"""Check-ins, agenda, floor and help."""

COMMANDS: dict[type[c.Command], Callable[[Random], c.Command]] = {
    c.Join: _join,
    c.Tick: lambda rng: c.Tick(),
    c.Disconnect: lambda rng: c.Disconnect(),
    c.Reconnect: lambda rng: c.Reconnect(),
    c.Leave: lambda rng: c.Leave(),
    c.SetPresence: lambda rng: c.SetPresence(away=rng.random() < 0.5),
    c.SetMedia: lambda rng: c.SetMedia(microphone=_flag(rng), camera=_flag(rng), screen=_flag(rng)),
    c.MuteMicrophone: lambda rng: c.MuteMicrophone(participant_id=_id(rng)),
    c.MuteAll: lambda rng: c.MuteAll(),
    c.AskUnmute: lambda rng: c.AskUnmute(participant_id=_id(rng)),
    c.RaiseHand: lambda rng: c.RaiseHand(),
    c.LowerHand: lambda rng: c.LowerHand(participant_id=_maybe_id(rng)),
    c.LowerAllHands: lambda rng: c.LowerAllHands(),
    c.PostChat: _post,
    c.EditChat: lambda rng: c.EditChat(message_id=_message(rng), text=_text(rng), mentions=(_id(rng),)),
    c.DeleteChat: lambda rng: c.DeleteChat(message_id=_message(rng)),
    c.AddChatImage: lambda rng: c.AddChatImage(image=_image(rng)),
    c.SetSpotlight: lambda rng: c.SetSpotlight(participant_id=_maybe_id(rng)),
    c.RemoveParticipant: lambda rng: c.RemoveParticipant(participant_id=_id(rng)),
    c.PreviewBreakouts: lambda rng: c.PreviewBreakouts(plan=_plan(rng)),
    c.OpenBreakouts: lambda rng: c.OpenBreakouts(
        plan=_plan(rng), instruction=_text(rng), duration_s=rng.choice([None, 10, 60])
    ),
    c.RotateBreakouts: lambda rng: c.RotateBreakouts(duration_s=rng.choice([None, 60])),
    c.MoveParticipant: lambda rng: c.MoveParticipant(participant_id=_id(rng), group=_group(rng)),
    c.VisitBreakout: lambda rng: c.VisitBreakout(group=_group(rng)),
    c.ExtendBreakouts: lambda rng: c.ExtendBreakouts(duration_s=30),
    c.InstructBreakouts: lambda rng: c.InstructBreakouts(instruction=_text(rng)),
    c.BroadcastText: lambda rng: c.BroadcastText(text=_text(rng)),
    c.BroadcastVoice: lambda rng: c.BroadcastVoice(on=rng.random() < 0.7),
    c.CloseBreakouts: lambda rng: c.CloseBreakouts(after_s=rng.choice([0, 5])),
    c.CallHelp: lambda rng: c.CallHelp(),
    c.EndHelp: lambda rng: c.EndHelp(group=_group(rng), participant_id=rng.choice([None, _id(rng)])),
    **TEACHING,
    c.SetTerm: lambda rng: c.SetTerm(term=rng.choice("abc"), meaning=_text(rng), id=_term(rng)),
    c.RemoveTerm: lambda rng: c.RemoveTerm(id=_term(rng) or "known"),
    c.SetConstraints: lambda rng: c.SetConstraints(apart=_id_pairs(rng), together=_id_pairs(rng)),
    c.SaveGroups: lambda rng: c.SaveGroups(
        name=rng.choice("AB"), mode="pairs", groups=(c.GroupSpec(name="1", members=(_id(rng),)),)
    ),
    c.ForgetGroups: lambda rng: c.ForgetGroups(name=rng.choice("AB")),
    c.AcceptOffer: lambda rng: c.AcceptOffer(),
    c.Knock: _knock,
    c.Unknock: lambda rng: c.Unknock(participant_id=_id(rng)),
    c.SetRules: lambda rng: c.SetRules(
        unmute=_mostly(rng), screen=_mostly(rng), chat=_mostly(rng), locked=_rarely(rng), lobby=_flag(rng)
    ),
    c.SetLayout: lambda rng: c.SetLayout(layout=rng.choice([None, "gallery", "speaker", "screen"])),
    c.AdmitFromLobby: lambda rng: c.AdmitFromLobby(participant_id=_maybe_id(rng)),
    c.RefuseFromLobby: lambda rng: c.RefuseFromLobby(participant_id=_id(rng)),
    c.ReadmitParticipant: lambda rng: c.ReadmitParticipant(participant_id=_id(rng)),
    c.RevokeInvitation: lambda rng: c.RevokeInvitation(
        invitation=rng.choice(["i", "j"]), until_s=rng.choice([0, 10**10]), participant_ids=(_id(rng),)
    ),
    c.EndMeeting: lambda rng: c.EndMeeting(),
    c.ChangeRoom: lambda rng: c.ChangeRoom(
        name=rng.choice([None, _text(rng)]),
        capacity=rng.choice([None, 3, 7]),
        rules=rng.choice([None, c.SetRules(locked=_rarely(rng), lobby=_flag(rng))]),
    ),
    c.SetRole: lambda rng: c.SetRole(participant_id=_id(rng), role=rng.choice(["co_trainer", "participant"])),
}
"""Every command, with arguments that often make sense."""

WEIGHTS: dict[type[c.Command], float] = {
    c.Join: 8,
    c.OpenBreakouts: 8,
    c.PostChat: 8,
    c.MoveParticipant: 8,
    c.VisitBreakout: 8,
    c.CallHelp: 8,
    c.RaiseHand: 8,
    c.NoteSpoken: 6,
    c.KeepHand: 8,
    c.AnswerCheckin: 10,
    c.AddAgendaItem: 5,
    c.Reconnect: 5,
    c.RemoveParticipant: 1,
    c.Leave: 1,
    c.CloseBreakouts: 1,
    c.ClearCheckin: 1,
    c.RemoveAgendaItem: 1,
    c.RevokeInvitation: 1,
    c.EndMeeting: 0.2,
    c.ChangeRoom: 1,
}
"""How often a command is drawn; 3 where nothing is said. What builds up comes more often than what tears
down."""


def full_house() -> list[Step]:
    """How every sequence starts."""
    return [Step(None, c.Join(participant_id=i, name=i.upper(), role=ROLES[i])) for i in "tupqr"]


def random_step(rng: Random, state: RoomState) -> Step:
    """One of nine steps is anybody's; the others come from those who are there, staff three times as
    often."""
    kind = rng.choices([*COMMANDS], [WEIGHTS.get(command, 3) for command in COMMANDS])[0]
    command = COMMANDS[kind](rng)
    group = getattr(command, "group", None)
    if group is not None and group.startswith("open-"):
        command = replace(command, group=group.replace("open", str(state.breakout_round)))
    command = _named(rng, state, command)
    if getattr(command, "id", None) == "known":
        command = replace(command, id=rng.choice([one.id for one in state.glossary] or ["t0"]))
    for field in ("message_id", "reply_to"):
        back = getattr(command, field, None)
        if back is not None and back <= len(state.chat):
            command = replace(command, **{field: state.chat[-back].message.id})
    return Step(
        actor=None
        if kind in SERVER_ONLY or (kind in SOMETIMES_SERVER and rng.random() < 0.2)
        else _actor(rng, state, back=kind is c.Reconnect),
        command=command,
        waited_ms=rng.choice([0, 0, 0, 1_000, 1_000, 5_000, 20_000]),
        chance=rng.getrandbits(64),
    )


def _named(rng: Random, state: RoomState, command: c.Command) -> c.Command:
    """With the check-in, the item of the agenda, the hand or the call that there is."""
    if getattr(command, "checkin", None) == NEWEST and state.checkin is not None:
        return replace(command, checkin=state.checkin.id)
    if getattr(command, "item", None) == NEWEST and state.agenda:
        return replace(command, item=rng.choice(state.agenda).id)
    if isinstance(command, c.NoteSpoken) and state.hands:
        return replace(command, participant_id=rng.choice(state.hands).participant_id)
    if isinstance(command, c.PromiseHelp) and command.group is None and state.help:
        return replace(command, participant_id=rng.choice(state.help).participant_id)
    return command


def _actor(rng: Random, state: RoomState, *, back: bool) -> str:
    here = [p for p in state.participants if p.connected is not back]
    if not here or rng.random() < 1 / 9:
        return rng.choice(IDS)
    actor: Participant = rng.choices(here, [3 if p.role in STAFF else 1 for p in here])[0]
    return actor.id
