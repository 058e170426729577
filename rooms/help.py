"""Calls for help from a group to the trainers. One call per group; it ends when it is taken back, when
staff visit the group, and when the one who called leaves it.
"""

from __future__ import annotations

from rooms.commands import CallHelp, EndHelp
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import HelpCalled, HelpEnded


def call(command: CallHelp, context: Context) -> Events:
    actor = context.actor
    group = context.state.group(actor.breakout)
    if group is None or actor.visiting:
        raise Refused("not_in_breakout")
    if group.help is not None:
        return ()
    return (HelpCalled(group=group.id, participant_id=actor.id, at_ms=context.now_ms),)


def end(command: EndHelp, context: Context) -> Events:
    group_id = command.group or context.actor.breakout
    if group_id is None:
        raise Refused("not_in_breakout")
    group = context.state.group_or_refuse(group_id)
    return () if group.help is None else (HelpEnded(group=group.id, by=context.actor.id),)
