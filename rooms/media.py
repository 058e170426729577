"""What people publish, and whom the room looks at.

A flag says what a person wants and may be heard or seen with; the relay forwards nothing whose flag is off,
and nothing of who is not connected. Only the person turns a flag on. Moves between groups leave every flag
alone, so two screen shares may meet in one place; the rule of one share per place is kept where a share
starts.
"""

from __future__ import annotations

from msgspec.structs import replace

from rooms.commands import AskUnmute, MuteAll, MuteMicrophone, SetMedia, SetSpotlight
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import MediaChanged, SpotlightChanged, UnmuteAsked
from rooms.model import MediaFlags, Participant
from rooms.permissions import MAY_PUBLISH
from rooms.rules import check_media
from rooms.state import RoomState, is_staff


def screens_in(state: RoomState, place: str | None, *, besides: str) -> tuple[Participant, ...]:
    """Who shares a screen in this group (None: the main room) now, but for one person. Dropped people do
    not count."""
    return tuple(p for p in state.people_in(place) if p.media.screen and p.connected and p.id != besides)


def set_media(command: SetMedia, context: Context) -> Events:
    """Staff take a screen share over; everybody else waits until it is free ("screen_taken")."""
    actor = context.actor
    flags = MediaFlags(
        microphone=actor.media.microphone if command.microphone is None else command.microphone,
        camera=actor.media.camera if command.camera is None else command.camera,
        screen=actor.media.screen if command.screen is None else command.screen,
    )
    if flags == actor.media:
        return ()
    check_media(context.state, actor, flags)
    own = MediaChanged(participant_id=actor.id, media=flags, by=actor.id)
    if not flags.screen or actor.media.screen:
        return (own,)
    others = screens_in(context.state, actor.breakout, besides=actor.id)
    if others and not is_staff(actor):
        raise Refused("screen_taken", others[0].id)
    return (*(_changed(other, context, screen=False) for other in others), own)


def mute(command: MuteMicrophone, context: Context) -> Events:
    target = context.state.seat_or_refuse(command.participant_id)
    return (_changed(target, context, microphone=False),) if target.media.microphone else ()


def mute_all(command: MuteAll, context: Context) -> Events:
    return tuple(
        _changed(p, context, microphone=False)
        for p in context.state.participants
        if p.media.microphone and not is_staff(p)
    )


def ask_unmute(command: AskUnmute, context: Context) -> Events:
    target = context.state.seat_or_refuse(command.participant_id)
    if "microphone" not in MAY_PUBLISH[target.role]:
        raise Refused("not_allowed", target.role)
    if not target.connected:
        raise Refused("not_here", target.id)
    if target.media.microphone:
        return ()
    return (UnmuteAsked(participant_id=target.id, by=context.actor.id),)


def set_spotlight(command: SetSpotlight, context: Context) -> Events:
    if command.participant_id is not None:
        context.state.seat_or_refuse(command.participant_id)
    if command.participant_id == context.state.spotlight:
        return ()
    return (SpotlightChanged(participant_id=command.participant_id, by=context.actor.id),)


def _changed(target: Participant, context: Context, **off: bool) -> MediaChanged:
    return MediaChanged(participant_id=target.id, media=replace(target.media, **off), by=context.actor.id)
