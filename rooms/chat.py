"""What is said in writing, who may read it, and how much of it is kept.

Who may read a message is settled when it is said:
- "room": everybody, those who come later too;
- "breakout": those who are in the group at that moment (members, dropped ones too, and visitors), and nobody
  else ever;
- "trainers": staff, whenever they come, and the participant whose thread it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from msgspec.structs import replace

from rooms import chat_images
from rooms.commands import BroadcastText, PostChat
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import ChatExpired, ChatPosted
from rooms.model import ChatMessage, Participant
from rooms.rules import check_chat
from rooms.state import RoomState, StoredMessage, is_staff
from rooms.text import clean_instruction, clean_text

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
    message = ChatMessage(
        id=state.seq + 1,
        sender_id=actor.id,
        sender_name=actor.name,
        channel=command.channel,
        text=clean_instruction(command.text) if command.images else clean_text(command.text),
        at_ms=context.now_ms,
        breakout=breakout,
        to=to,
        reply_to=command.reply_to,
        images=chat_images.take(state, actor.id, command.images),
    )
    if message.reply_to is not None:
        answered = message_or_refuse(state, message.reply_to, actor).message
        if conversation(answered) != conversation(message):
            raise Refused("message_gone", str(answered.id))
    stored = StoredMessage(message=message, audience=_audience(state, message))
    message = replace(message, mentions=heard_mentions(state, stored, command.mentions))
    return _posted(context, message)


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
    state = context.state
    evicted = evicted_by(state, message.id, len(state.chat) + 1, state.chat_chars + len(message.text))
    return (ChatPosted(message=message, evicted=evicted),)


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


def evicted_by(state: RoomState, newest_id: int, count: int, chars: int) -> tuple[int, ...]:
    """The oldest messages that must go so that a history of so many messages and characters keeps its limits; the one
    with `newest_id` stays."""
    evicted: list[int] = []
    for old in state.chat:
        if count <= state.limits.chat_messages and chars <= state.limits.chat_chars:
            break
        if old.message.id == newest_id:
            continue
        evicted.append(old.message.id)
        count -= 1
        chars -= len(old.message.text)
    return tuple(evicted)


# --- what only the server keeps
# ------------------------------------------------------------------------------


def remember_posted(state: RoomState, event: ChatPosted) -> RoomState:
    message = event.message
    stored = StoredMessage(message=message, audience=_audience(state, message))
    posted = frozenset(image.id for image in message.images)
    kept = without(state, event.evicted)
    return replace(
        kept,
        chat=(*kept.chat, stored),
        chat_chars=kept.chat_chars + len(message.text),
        images_waiting=tuple(one for one in kept.images_waiting if one.image.id not in posted),
    )


def without(state: RoomState, evicted: tuple[int, ...]) -> RoomState:
    """The state without these messages."""
    if not evicted:
        return state
    gone = frozenset(evicted)
    chars = sum(len(stored.message.text) for stored in state.chat if stored.message.id in gone)
    chat = tuple(stored for stored in state.chat if stored.message.id not in gone)
    return replace(state, chat=chat, chat_chars=state.chat_chars - chars)


def changed(state: RoomState, message_id: int, change: Callable[[ChatMessage], ChatMessage]) -> RoomState:
    """The state with one message changed; the same without that message."""
    for index, stored in enumerate(state.chat):
        if stored.message.id == message_id:
            after = replace(stored, message=change(stored.message))
            return replace(
                state,
                chat=(*state.chat[:index], after, *state.chat[index + 1 :]),
                chat_chars=state.chat_chars - len(stored.message.text) + len(after.message.text),
            )
    return state


# --- who reads what
# ------------------------------------------------------------------------------------------


def _audience(state: RoomState, message: ChatMessage) -> frozenset[str] | None:
    if message.channel != "breakout":
        return None
    return frozenset(p.id for p in state.people_in(message.breakout))


def conversation(message: ChatMessage) -> tuple[str, str | None]:
    """What a reply must share with what it answers."""
    return message.channel, message.breakout or message.to


def may_read(stored: StoredMessage, viewer: Participant) -> bool:
    """Whether the viewer may read a message of the history, now as when it was said."""
    if stored.audience is not None:
        return viewer.id in stored.audience
    if stored.message.channel == "trainers":
        return is_staff(viewer) or viewer.id == stored.message.to
    return True


def find(state: RoomState, message_id: int) -> StoredMessage | None:
    for stored in reversed(state.chat):  # what is asked for is mostly new
        if stored.message.id == message_id:
            return stored
    return None


def message_or_refuse(state: RoomState, message_id: int, actor: Participant) -> StoredMessage:
    """Raises `Refused("message_gone")`, for what the actor may not read as for what is not there."""
    stored = find(state, message_id)
    if stored is None or not may_read(stored, actor):
        raise Refused("message_gone", str(message_id))
    return stored


def heard_mentions(state: RoomState, stored: StoredMessage, ids: tuple[str, ...]) -> tuple[str, ...]:
    """Of those mentioned, each once, the others who are here and read it."""
    seats = (state.seat(one) for one in dict.fromkeys(ids))
    return tuple(
        seat.id
        for seat in seats
        if seat is not None and seat.id != stored.message.sender_id and may_read(stored, seat)
    )
