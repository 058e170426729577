"""Taking turns: the floor, hands after speaking, calls for help."""

from __future__ import annotations

from rooms.commands.base import Command, Id


class NoteSpoken(Command, frozen=True, tag="hand.spoken"):
    """By the server, which hears it: somebody had their say. If their hand is up, they are asked whether they
    still need it.
    """

    participant_id: Id


class KeepHand(Command, frozen=True, tag="hand.keep"):
    """After speaking: my hand stays up, where it is in the queue."""


class GiveFloor(Command, frozen=True, tag="floor.give"):
    """Staff: this person's turn to speak, in place of whoever had it. Nothing is unmuted."""

    participant_id: Id


class EndFloor(Command, frozen=True, tag="floor.end"):
    """Whoever has the floor, or staff: the turn is over. A raised hand goes down with it."""


class CallHelp(Command, frozen=True, tag="help.call"):
    """Ask the trainers to come: a member of a group for the group, anybody else for themselves, privately."""


class PromiseHelp(Command, frozen=True, tag="help.promise"):
    """Staff: "I am coming", to a group or to a person; exactly one of both."""

    group: Id | None = None
    participant_id: Id | None = None


class EndHelp(Command, frozen=True, tag="help.end"):
    """Take a call back, or (staff) say that it is answered: a person's own one by `participant_id`, else a
    group's (None: one's own group's).
    """

    group: Id | None = None
    participant_id: Id | None = None


TurnCommand = KeepHand | GiveFloor | EndFloor | CallHelp | PromiseHelp | EndHelp
