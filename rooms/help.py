"""Calls for help to the trainers. A group has at most one; it ends when it is taken back, when staff visit the
group, and when the one who called leaves it. A person has at most one of their own, wherever they are: by
calling from the main room, or by being stuck in a check-in. Only staff and that person know of it; it ends
when either says so.
"""

from __future__ import annotations

from rooms.commands import CallHelp, EndHelp, PromiseHelp
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import HelpCalled, HelpEnded, HelpPromised
from rooms.model import Help, Participant
from rooms.state import RoomState, is_staff


def own_call(state: RoomState, participant_id: str) -> Help | None:
    return next((call for call in state.help if call.participant_id == participant_id), None)


def call(command: CallHelp, context: Context) -> Events:
    """Staff, visitors too, have nobody to call but as members of a group."""
    actor = context.actor
    group = context.state.group(actor.breakout)
    if group is not None and not actor.visiting:
        if group.help is not None:
            return ()
        return (HelpCalled(group=group.id, participant_id=actor.id, at_ms=context.now_ms),)
    if is_staff(actor):
        raise Refused("not_in_breakout")
    return call_for(context, actor, stuck=False)


def call_for(context: Context, who: Participant, *, stuck: bool) -> Events:
    """`who`'s own call; nothing if there is one."""
    if own_call(context.state, who.id) is not None:
        return ()
    return (HelpCalled(group=None, participant_id=who.id, at_ms=context.now_ms, stuck=stuck),)


def promise(command: PromiseHelp, context: Context) -> Events:
    """Of two trainers who promise, the later one comes."""
    who = command.participant_id
    call: Help | None
    if who is not None and command.group is None:
        context.state.seat_or_refuse(who)
        call = own_call(context.state, who)
    elif command.group is not None and who is None:
        call = context.state.group_or_refuse(command.group).help
    else:
        raise Refused("help_not_called", "a group or a person")
    if call is None:
        raise Refused("help_not_called")
    if call.coming == context.actor.id:
        return ()
    return (HelpPromised(group=command.group, participant_id=call.participant_id, by=context.actor.id),)


def end(command: EndHelp, context: Context) -> Events:
    """Without naming a call: one's own, and where there is none one's group's."""
    state, actor = context.state, context.actor
    who = command.participant_id
    if who is None and command.group is None and own_call(state, actor.id) is not None:
        who = actor.id
    if who is not None:
        state.seat_or_refuse(who)
        return () if own_call(state, who) is None else (ended_for(who, by=actor.id),)
    group_id = command.group or actor.breakout
    if group_id is None:
        if is_staff(actor):
            raise Refused("not_in_breakout")
        return ()
    group = state.group_or_refuse(group_id)
    return () if group.help is None else (HelpEnded(group=group.id, by=actor.id),)


def ended_for(participant_id: str, *, by: str) -> HelpEnded:
    return HelpEnded(group=None, by=by, participant_id=participant_id)
