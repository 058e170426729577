"""People who come and go: second tabs, goodbyes, removals, a lobby, invitations that are taken back; notes and images.

A seed chooses which of these a schedule has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from types import SimpleNamespace
from typing import Any

from classroom.api import errands
from classroom.api.desk import _command
from classroom.chat_images import NOT_KEPT
from rooms import commands as c
from rooms.errors import Refused
from tests.classroom.test_images import png
from tests.faults.client import Client
from tests.faults.server import Server
from tests.faults.world import ROOM, World

VISITORS = ("v", "w", "x")
"""Nobody knows them: they wait where there is a lobby."""
TRAINER = "t"
"""Stays, or nobody could let anybody in."""
PICTURE = png()
FOR_EVER_S = 4_000_000_000


@dataclass(frozen=True)
class Doings:
    """What there is beside talking."""

    coming: bool
    lobby: bool
    notes: bool
    images: bool
    every_s: float

    @classmethod
    def of(cls, chance: Random) -> Doings:
        return cls(
            coming=chance.random() < 0.5,
            lobby=chance.random() < 0.35,
            notes=chance.random() < 0.4,
            images=chance.random() < 0.25,
            every_s=chance.choice([0.5, 1.5, 3.0]),
        )


Step = Callable[[World, Random], None]


def steps(doings: Doings) -> dict[Step, int]:
    """What may happen next, by weight."""
    chosen: dict[Step, int] = {}
    if doings.coming:
        chosen |= {second_tab: 4, take_back: 2, leave: 2, come_again: 6, remove: 2, readmit: 3, revoke: 1}
    if doings.lobby:
        chosen |= {lobby: 2, visit: 4, decide: 6, come_again: 3}
    if doings.notes:
        chosen[write] = 20
    if doings.images:
        chosen[show] = 4
    return chosen


# --- tabs -----------------------------------------------------------------------------------------------------


def second_tab(world: World, chance: Random) -> None:
    person = chance.choice([*world.people.values()])
    if person.open is not None and len(person.tabs) < 4:
        world.open_tab(person, invitation=person.open.invitation)


def take_back(world: World, chance: Random) -> None:
    replaced = [tab for tab in world.clients if tab.book.final == "replaced" and not tab.off]
    if replaced:
        tab = chance.choice(replaced)
        world.trace(f"{tab.name}: use this tab")
        tab.take_back()


def come_again(world: World, chance: Random) -> None:
    """Whoever is out tries again: with a new link, if theirs was taken back."""
    gone = [person for person in world.people.values() if person.open is None and len(person.tabs) < 6]
    if gone:
        person = chance.choice(gone)
        last = person.tabs[-1]
        old = None if last.book.final == "token_revoked" and chance.random() < 0.7 else last.invitation
        world.open_tab(person, invitation=old)


def leave(world: World, chance: Random) -> None:
    present = [tab for tab in world.clients if tab.up and tab.seat != TRAINER]
    if len(present) > 1:
        tab = chance.choice(present)
        world.trace(f"{tab.name}: leaves")
        tab.leave()


# --- staff ----------------------------------------------------------------------------------------------------


def _trainer(world: World) -> Client | None:
    return world.people[TRAINER].open


def _staff_asks(world: World, command: c.Command) -> None:
    trainer = _trainer(world)
    if trainer is not None:
        world.trace(f"{trainer.name}: {command}")
        trainer.ask(command)


def remove(world: World, chance: Random) -> None:
    _staff_asks(world, c.RemoveParticipant(participant_id=_somebody(world, chance)))


def readmit(world: World, chance: Random) -> None:
    state = world.state
    if state is not None and state.kept_out:
        _staff_asks(world, c.ReadmitParticipant(participant_id=state.kept_out[0].participant_id))


def lobby(world: World, chance: Random) -> None:
    _staff_asks(world, c.SetRules(lobby=chance.random() < 0.75))


def decide(world: World, chance: Random) -> None:
    state = world.state
    if state is None or not state.lobby:
        return
    who = chance.choice(state.lobby).participant_id
    if chance.random() < 0.25:
        _staff_asks(world, c.RefuseFromLobby(participant_id=who))
    else:
        _staff_asks(world, c.AdmitFromLobby(participant_id=chance.choice([who, who, None])))


def visit(world: World, chance: Random) -> None:
    strangers = [seat for seat in VISITORS if seat not in world.people]
    if strangers:
        world.come(strangers[0])


def revoke(world: World, chance: Random) -> None:
    """By the API, at the node that has the room."""
    seat = _somebody(world, chance)
    tabs = world.people[seat].tabs
    if world.owner is None:
        return
    invitation = chance.choice(tabs).invitation
    world.trace(f"invitation {invitation} of {seat} is revoked")
    node = world.owner
    world.revoking.add(invitation)

    async def work() -> None:
        assert node.runtime is not None
        host = node.runtime.hosts.loaded(ROOM)
        if host is not None:
            await host.submit(_command(host, errands.Revoke(invitation, FOR_EVER_S)))

    _do(world, node, work)


def _somebody(world: World, chance: Random) -> str:
    return chance.choice([seat for seat in world.people if seat != TRAINER])


# --- notes and images -----------------------------------------------------------------------------------------


def write(world: World, chance: Random) -> None:
    pads = [
        tab.pad for tab in world.clients if tab.pad is not None and tab.book.final is None and not tab.off
    ]
    if pads:
        chance.choice(pads).write()


def show(world: World, chance: Random) -> None:
    """An upload, and the message with it."""
    present = [tab for tab in world.clients if tab.up]
    if not present:
        return
    tab = chance.choice(present)
    request: Any = SimpleNamespace(headers={"authorization": f"Bearer {tab.proof}"})
    node = world.node_of(tab)
    if node is None:
        return

    async def work() -> None:
        assert node.runtime is not None
        found = node.runtime.images.session(request)
        if found is not None:
            session, host = found
            image = await node.runtime.images.add(host, session.seat.participant_id, PICTURE)
            world.trace(f"{tab.name}: shows {image.id}")
            tab.ask(c.PostChat(channel="room", text="", images=(c.ImageToPost(id=image.id),)))

    _do(world, node, work)


def _do(world: World, node: Server, work: Callable[[], Any]) -> None:
    async def done() -> None:
        try:
            await work()
        except (Refused, *NOT_KEPT):
            world.trace("not done")

    node.process.spawn(world.loop, done())
