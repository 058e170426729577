"""What is said in writing, who may read it, and how much of it is kept.

Who may read a message is settled when it is said:
- "room": everybody, those who come later too;
- "breakout": those who are in the group at that moment (members, dropped ones too, and visitors), and nobody
  else ever;
- "trainers": staff, whenever they come, and the participant whose thread it is.
"""

from __future__ import annotations

import itertools

from msgspec.structs import replace

from rooms.commands import BroadcastText, PostChat
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import ChatExpired, ChatPosted
from rooms.model import ChatMessage, Participant
from rooms.rules import check_chat
from rooms.state import RoomState, StoredMessage, is_staff
from rooms.text import clean_text

# --- commands
# ------------------------------------------------------------------------------------------------


def post(command: PostChat, context: Context) -> Events:
    state, actor = context.state, context.actor
    check_chat(state, actor, command.channel)
    breakout: str | None = None
    to: str | None = None
    if command.channel == "breakout":
        if actor.breakout is None:
            raise Refused("not_in_breakout")
        breakout = actor.breakout
    elif command.channel == "trainers":
        to = actor.id
        if is_staff(actor):
            to = command.to
            if to is not None:
                state.seat_or_refuse(to)
    return _posted(
        context,
        ChatMessage(
            id=state.seq + 1,
            sender_id=actor.id,
            sender_name=actor.name,
            channel=command.channel,
            text=clean_text(command.text),
            at_ms=context.now_ms,
            breakout=breakout,
            to=to,
        ),
    )


def broadcast_text(command: BroadcastText, context: Context) -> Events:
    """Works with and without breakouts: it is a message to the room, shown over whatever people do."""
    return _posted(
        context,
        ChatMessage(
            id=context.state.seq + 1,
            sender_id=context.actor.id,
            sender_name=context.actor.name,
            channel="room",
            text=clean_text(command.text),
            at_ms=context.now_ms,
            broadcast=True,
        ),
    )


def _posted(context: Context, message: ChatMessage) -> Events:
    """The event is the first of its command, so that the message's id is the event's `seq`."""
    return (ChatPosted(message=message, evicted=_evicted_by(context.state, message)),)


def expire(state: RoomState, now_ms: int) -> Events:
    """Time's part of the bound: the oldest messages, as far as each was kept long enough. Decided with every `Tick`;
    no deadline of its own, because a room that sleeps has nobody to show anything to."""
    kept_ms = state.limits.chat_kept_ms
    if kept_ms is None:
        return ()
    old = tuple(
        stored.message.id
        for stored in itertools.takewhile(lambda stored: stored.message.at_ms + kept_ms <= now_ms, state.chat)
    )
    return (ChatExpired(evicted=old),) if old else ()


def _evicted_by(state: RoomState, message: ChatMessage) -> tuple[int, ...]:
    """The oldest messages that must go so that the history keeps its limits with the new one."""
    count = len(state.chat) + 1
    chars = state.chat_chars + len(message.text)
    evicted: list[int] = []
    for old in state.chat:
        if count <= state.limits.chat_messages and chars <= state.limits.chat_chars:
            break
        evicted.append(old.message.id)
        count -= 1
        chars -= len(old.message.text)
    return tuple(evicted)


# --- what only the server keeps
# ------------------------------------------------------------------------------


def remember_posted(state: RoomState, event: ChatPosted) -> RoomState:
    message = event.message
    audience: frozenset[str] | None = None
    if message.channel == "breakout":
        audience = frozenset(p.id for p in state.people_in(message.breakout))
    # The evicted are always the oldest: cutting the front costs one copy of a bounded tuple.
    gone = state.chat[: len(event.evicted)]
    return replace(
        state,
        chat=(*state.chat[len(event.evicted) :], StoredMessage(message=message, audience=audience)),
        chat_chars=state.chat_chars + len(message.text) - sum(len(old.message.text) for old in gone),
    )


def may_read(stored: StoredMessage, viewer: Participant) -> bool:
    """Whether the viewer may read a message of the history, now as when it was said."""
    if stored.audience is not None:
        return viewer.id in stored.audience
    if stored.message.channel == "trainers":
        return is_staff(viewer) or viewer.id == stored.message.to
    return True


def remember_expired(state: RoomState, event: ChatExpired) -> RoomState:
    count = len(event.evicted)
    chars = sum(len(stored.message.text) for stored in state.chat[:count])
    return replace(state, chat=state.chat[count:], chat_chars=state.chat_chars - chars)
