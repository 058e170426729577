"""Writes room_traces.json: what viewers of a room are told, and what they must make of it.

    python -m tests.golden.make_room_traces

Each trace: a viewer's snapshot, events as the wire brings them (`[seq, at_ms, type, payload]`), the
snapshot after them. `rooms.views.fold` and the client's reducer both read the file. One story makes it,
with every type of event and with viewers who see different parts of it; every chapter of the story is a
trace for everybody who was there throughout.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from rooms import commands as c
from rooms.events import RoleChanged, ViewedEvent
from rooms.model import ChatImage, Role
from rooms.state import Limits
from rooms.views import snapshot
from tests.rooms.driver import Driver

FILE = Path(__file__).with_name("room_traces.json")

Step = tuple[str | None, c.Command | Callable[[int], c.Command]] | int
"""Who does what (given the newest `seq`); or so many milliseconds pass."""

PICTURE = ChatImage(id="pic", media_type="image/webp", width=640, height=480, size_bytes=20_000)


def _join(participant_id: str, name: str, role: Role = "participant") -> Step:
    return None, c.Join(participant_id=participant_id, name=name, role=role)


def _manual(*groups: tuple[str, tuple[str, ...]]) -> c.BreakoutPlan:
    return c.BreakoutPlan(
        mode="manual", groups=tuple(c.GroupSpec(name=name, members=members) for name, members in groups)
    )


NEWEST = 10_000
"""In the story: the newest check-in …"""
ITEM = 10_000
"""… and the agenda's first item."""

PROLOGUE: tuple[Step, ...] = (
    _join("ada", "Ada", "trainer"),
    _join("ben", "Ben", "co_trainer"),
    _join("chen", "Chen"),
    _join("dana", "Dana"),
)

STORY: tuple[tuple[str, tuple[Step, ...]], ...] = (
    (
        "words are explained",
        (
            ("ada", c.SetTerm(term="Pixel", meaning="A dot of a picture")),
            ("ben", c.SetTerm(term="Layer", meaning="A sheet of a picture")),
            ("ada", c.SetTerm(id="t6", term="Pixel", meaning="The smallest dot of a picture")),
            ("ben", c.RemoveTerm(id="t7")),
        ),
    ),
    (
        "people come, drop, return and go",
        (
            _join("eli", "Eli"),
            _join("fay", "Fay", "observer"),
            ("dana", c.Disconnect()),
            2_000,
            ("dana", c.Reconnect()),
            ("chen", c.SetPresence(away=True)),
            ("chen", c.SetPresence(away=False)),
            _join("chen", "Chen L."),
            _join("zoe", "Zoé"),
            ("zoe", c.Leave()),
        ),
    ),
    (
        "media, mute and spotlight",
        (
            ("chen", c.SetMedia(microphone=True, camera=True)),
            ("dana", c.SetMedia(microphone=True, screen=True)),
            ("ada", c.SetMedia(screen=True)),
            ("ben", c.MuteMicrophone(participant_id="chen")),
            ("ben", c.AskUnmute(participant_id="chen")),
            ("ada", c.MuteAll()),
            ("ada", c.SetSpotlight(participant_id="eli")),
            ("ada", c.SetSpotlight(participant_id="dana")),
        ),
    ),
    (
        "hands in order",
        (
            ("eli", c.RaiseHand()),
            1_500,
            ("chen", c.RaiseHand()),
            ("dana", c.RaiseHand()),
            ("chen", c.LowerHand()),
            ("ada", c.LowerAllHands()),
            ("dana", c.RaiseHand()),
        ),
    ),
    (
        "chat of all kinds; the history keeps six messages",
        (
            ("chen", c.PostChat(channel="room", text="Hello\n<b>everybody</b>")),
            ("dana", c.PostChat(channel="trainers", text="I am lost")),
            ("ada", c.PostChat(channel="trainers", text="Coming", to="dana")),
            ("ada", c.PostChat(channel="trainers", text="Dana needs one of us")),
            ("fay", c.PostChat(channel="trainers", text="May I stay?")),
            ("ada", c.BroadcastText(text="Five minutes left")),
            ("eli", c.PostChat(channel="trainers", text="This pushes the first message out")),
            ("eli", c.PostChat(channel="room", text="And this the second")),
        ),
    ),
    (
        "replies, mentions, edits, deletions and images",
        (
            ("dana", c.AddChatImage(image=PICTURE)),
            (
                "dana",
                c.PostChat(channel="trainers", text="", images=(c.ImageToPost(id="pic", alt="My page"),)),
            ),
            ("ada", c.PostChat(channel="room", text="@Chen and @Eli: look", mentions=("chen", "eli", "eli"))),
            ("chen", lambda seq: c.PostChat(channel="room", text="Where?", reply_to=seq)),
            ("chen", lambda seq: c.EditChat(message_id=seq, text="Where, @Ada?", mentions=("ada",))),
            ("dana", c.PostChat(channel="trainers", text="Oops")),
            ("dana", lambda seq: c.EditChat(message_id=seq, text="Sorry: " + "so much more to say " * 9)),
            ("ben", lambda seq: c.DeleteChat(message_id=seq - 1)),
        ),
    ),
    (
        "a round of breakouts: visits, moves, help, voice",
        (
            (
                "ada",
                c.OpenBreakouts(
                    plan=_manual(("Blue", ("chen", "dana")), ("Green", ("eli",)), ("Empty", ())),
                    instruction="Tell each other who you are",
                    duration_s=600,
                ),
            ),
            ("chen", c.PostChat(channel="breakout", text="Only you and me")),
            ("eli", c.CallHelp()),
            ("ada", c.MoveParticipant(participant_id="chen", group="1-2")),
            ("chen", c.PostChat(channel="breakout", text="Hello Eli")),
            ("dana", c.CallHelp()),
            ("ada", c.VisitBreakout(group="1-2")),
            ("ada", c.BroadcastVoice(on=True)),
            ("ada", c.PostChat(channel="breakout", text="How are you doing?")),
            ("dana", c.EndHelp()),
            ("dana", c.CallHelp()),
            ("ada", c.PromiseHelp(group="1-1")),
            ("ben", c.MoveParticipant(participant_id="dana", group="1-3")),
            ("ben", c.InstructBreakouts(instruction="Now draw it")),
            ("ben", c.ExtendBreakouts(duration_s=60)),
            ("ben", c.MoveParticipant(participant_id="eli", group=None)),
        ),
    ),
    (
        "help in the main room and stuck in a check-in; counts without names",
        (
            ("ada", c.OpenCheckin(kind="progress", question="Is your page up?")),
            ("chen", c.AnswerCheckin(checkin=NEWEST, choice=1)),
            ("dana", c.AnswerCheckin(checkin=NEWEST, choice=0)),
            ("ada", c.PromiseHelp(participant_id="chen")),
            ("ada", c.ShowCheckin(on=True)),
            ("dana", c.AnswerCheckin(checkin=NEWEST, choice=1)),
            ("chen", c.AnswerCheckin(checkin=NEWEST, choice=0)),
            ("ben", c.EndHelp(participant_id="dana")),
            ("ben", c.CloseCheckin()),
            ("eli", c.CallHelp()),
            ("ben", c.ShowCheckin(on=False)),
            ("ben", c.ClearCheckin()),
            ("ada", c.OpenCheckin(kind="question", question="Which one?", choices=("HTML", "CSS"))),
            ("eli", c.AnswerCheckin(checkin=NEWEST, choice=1)),
        ),
    ),
    (
        "the floor, a hand that has spoken, and the agenda",
        (
            ("chen", c.RaiseHand()),
            ("eli", c.RaiseHand()),
            ("ada", c.GiveFloor(participant_id="chen")),
            (None, c.NoteSpoken(participant_id="chen")),
            ("chen", c.KeepHand()),
            (None, c.NoteSpoken(participant_id="chen")),
            ("ada", c.GiveFloor(participant_id="eli")),
            ("chen", c.LowerHand()),
            ("eli", c.EndFloor()),
            ("ada", c.AddAgendaItem(title="HTML", minutes=45)),
            ("ada", c.AddAgendaItem(title="", minutes=15, is_break=True)),
            ("ben", c.MoveAgendaItem(item=ITEM, to=1)),
            ("ben", c.ChangeAgendaItem(item=ITEM, title="CSS", minutes=30)),
            ("ada", c.StartAgendaItem(item=ITEM)),
            ("ben", c.ExtendTimer(minutes=5)),
            ("ada", c.StartBreak(minutes=10)),
            ("ada", c.EndTimer()),
            ("ada", c.RemoveAgendaItem(item=ITEM)),
            ("dana", c.RaiseHand()),
        ),
    ),
    (
        "pairs, next round, removal, and the time runs out",
        (
            _join("gus", "Gus"),
            ("ada", c.OpenBreakouts(plan=c.BreakoutPlan(mode="pairs"), duration_s=300)),
            ("gus", c.CallHelp()),
            ("gus", c.RaiseHand()),
            ("ben", c.BroadcastVoice(on=True)),
            ("ada", c.RemoveParticipant(participant_id="gus")),
            ("ada", c.RotateBreakouts()),
            300_000,
        ),
    ),
    (
        "a dropped seat expires; breakouts are closed by hand",
        (
            ("ada", c.OpenBreakouts(plan=c.BreakoutPlan(mode="random", group_count=2))),
            ("dana", c.Disconnect()),
            600_000,
            ("ada", c.CloseBreakouts(after_s=60)),
            ("ben", c.CloseBreakouts()),
        ),
    ),
    (
        "messages that were kept long enough",
        (("ada", c.PostChat(channel="room", text="Good morning")), 3_600_000),
    ),
    (
        "kept apart, kept groups, and company for whoever is alone",
        (
            ("ada", c.SetConstraints(apart=(("chen", "dana"),), together=())),
            _join("kim", "Kim"),
            ("ada", c.OpenBreakouts(plan=_manual(("Blue", ("chen", "eli")), ("Green", ("kim",))))),
            ("eli", c.SetPresence(away=True)),
            30_000,
            ("chen", c.AcceptOffer()),
            ("ada", c.CloseBreakouts()),
            ("eli", c.SetPresence(away=False)),
            (
                "ben",
                c.SaveGroups(name="Today", mode="pairs", groups=(c.GroupSpec(name="1", members=("eli",)),)),
            ),
        ),
    ),
    (
        "rules, a lobby, roles, and who is kept out",
        (
            ("ada", c.SetMedia(screen=False)),
            ("chen", c.SetMedia(screen=True)),
            ("ada", c.SetRules(unmute=False, screen=False, chat=False, lobby=True)),
            (None, c.Knock(participant_id="hal", name="Hal", role="participant")),
            (None, c.Knock(participant_id="ivy", name="Ivy", role="participant")),
            (None, c.Knock(participant_id="jo", name="Jo", role="participant")),
            ("ben", c.AdmitFromLobby(participant_id="hal")),
            _join("hal", "Hal"),
            ("ben", c.RefuseFromLobby(participant_id="ivy")),
            (None, c.Unknock(participant_id="jo")),
            ("ada", c.SetRole(participant_id="eli", role="co_trainer")),
            ("eli", c.SetLayout(layout="speaker")),
            ("ada", c.RemoveParticipant(participant_id="hal")),
            30_000,
            ("ada", c.ReadmitParticipant(participant_id="hal")),
            ("ada", c.SetRules(lobby=False, locked=True)),
        ),
    ),
    (
        "what is done from outside: a new name, a smaller room, rules; somebody removed and let back",
        (
            (None, c.ChangeRoom(name="Web, day 2", capacity=2, rules=c.SetRules(locked=False))),
            (None, c.RemoveParticipant(participant_id="eli")),
            (None, c.ReadmitParticipant(participant_id="eli")),
        ),
    ),
)


def make_traces() -> list[dict[str, Any]]:
    """The traces as plain data."""
    driver = Driver(limits=Limits(chat_messages=6, chat_chars=250, chat_kept_ms=3_600_000))
    _play(driver, PROLOGUE)
    traces: list[dict[str, Any]] = [_from_nothing(driver)]
    for title, steps in STORY:
        present = [p.id for p in driver.state.participants]
        before = {viewer: snapshot(driver.state, viewer) for viewer in present}
        start = len(driver.log)
        _play(driver, steps)
        renewed = {r.event.participant_id for r, _ in driver.log[start:] if isinstance(r.event, RoleChanged)}
        for viewer in present:
            # Whose role changed asked for a fresh snapshot.
            if driver.state.seat(viewer) is not None and viewer not in renewed:
                traces.append(
                    {
                        "name": f"{title} ({viewer})",
                        "viewer": viewer,
                        "before": msgspec.to_builtins(before[viewer]),
                        "events": list(_shown_to(driver, viewer, start)),
                        "after": msgspec.to_builtins(snapshot(driver.state, viewer)),
                    }
                )
    return traces


def _from_nothing(driver: Driver) -> dict[str, Any]:
    """The one viewer of `room.created`: whoever folds the room from its very first event."""
    viewer = driver.state.participants[0].id
    after = snapshot(driver.state, viewer)
    empty = msgspec.structs.replace(after, room_id="", name="", seq=0, participants=())
    first = driver.log[0][0]
    events = [_on_the_wire(first.seq, first.at_ms, first.event), *_shown_to(driver, viewer, 1)]
    return {
        "name": f"a room from its first event ({viewer})",
        "viewer": viewer,
        "before": msgspec.to_builtins(empty),
        "events": events,
        "after": msgspec.to_builtins(after),
    }


def _play(driver: Driver, steps: Sequence[Step]) -> None:
    for step in steps:
        driver.now_ms += 1_000
        if isinstance(step, int):
            driver.wait(step)
        else:
            actor, command = step
            driver.do(_named(driver, command(driver.state.seq) if callable(command) else command), actor)


def _named(driver: Driver, command: c.Command) -> c.Command:
    """With the number that the check-in, or the item, has got."""
    if isinstance(command, c.AnswerCheckin) and driver.state.checkin is not None:
        return msgspec.structs.replace(command, checkin=driver.state.checkin.id)
    if getattr(command, "item", None) == ITEM:
        return msgspec.structs.replace(command, item=driver.state.agenda[0].id)
    return command


def _shown_to(driver: Driver, viewer: str, start: int) -> Iterator[list[Any]]:
    for recorded, shown in driver.log[start:]:
        for event, viewers in shown:
            if viewer in viewers:
                yield _on_the_wire(recorded.seq, recorded.at_ms, event)


def _on_the_wire(seq: int, at_ms: int, event: ViewedEvent) -> list[Any]:
    payload = msgspec.to_builtins(event)
    return [seq, at_ms, payload.pop("type"), payload]


def text() -> str:
    """The file's whole content."""
    traces = [json.dumps(trace, ensure_ascii=False, separators=(",", ":")) for trace in make_traces()]
    return "[\n" + ",\n".join(traces) + "\n]\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
