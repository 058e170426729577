"""Messages that are edited and deleted: by who wrote them for a while, by staff (deleted only) always."""

from __future__ import annotations

from msgspec.structs import replace

from rooms import chat
from rooms.commands import DeleteChat, EditChat
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import ChatDeleted, ChatEdited
from rooms.model import ChatMessage
from rooms.rules import check_chat
from rooms.state import RoomState, StoredMessage, is_staff
from rooms.text import clean_instruction, clean_text

# --- commands
# ------------------------------------------------------------------------------------------------


def edit(command: EditChat, context: Context) -> Events:
    state = context.state
    stored = chat.message_or_refuse(state, command.message_id, context.actor)
    message = stored.message
    if message.deleted_by is not None:
        raise Refused("message_gone", str(message.id))
    _refuse_unless_own_and_fresh(stored, context)
    check_chat(state, context.actor, message.channel)
    text = clean_instruction(command.text) if message.images else clean_text(command.text)
    mentions = chat.heard_mentions(state, stored, command.mentions)
    if (text, mentions) == (message.text, message.mentions):
        return ()
    chars = state.chat_chars - len(message.text) + len(text)
    evicted = chat.evicted_by(state, message.id, len(state.chat), chars)
    return (
        ChatEdited(
            message_id=message.id, text=text, mentions=mentions, at_ms=context.now_ms, evicted=evicted
        ),
    )


def delete(command: DeleteChat, context: Context) -> Events:
    """Deleting what is deleted changes nothing and is no error."""
    stored = chat.message_or_refuse(context.state, command.message_id, context.actor)
    if stored.message.deleted_by is not None:
        return ()
    if not is_staff(context.actor):
        _refuse_unless_own_and_fresh(stored, context)
    return (ChatDeleted(message_id=stored.message.id, by=context.actor.id),)


def _refuse_unless_own_and_fresh(stored: StoredMessage, context: Context) -> None:
    message = stored.message
    if message.sender_id != context.actor.id:
        raise Refused("not_allowed", "somebody else's message")
    if context.now_ms - message.at_ms > context.state.limits.chat_change_ms:
        raise Refused("too_late", str(message.id))


# --- what the events change: the message, for the server's state and for a viewer's snapshot
# --------------------------------------------------------------------------------


def edited(message: ChatMessage, event: ChatEdited) -> ChatMessage:
    return replace(message, text=event.text, mentions=event.mentions, edited_at_ms=event.at_ms)


def deleted(message: ChatMessage, event: ChatDeleted) -> ChatMessage:
    """What was said is gone; who said it, when and where stays."""
    return replace(message, text="", mentions=(), images=(), deleted_by=event.by)


def remember_edited(state: RoomState, event: ChatEdited) -> RoomState:
    after = chat.changed(state, event.message_id, lambda message: edited(message, event))
    return chat.without(after, event.evicted)


def remember_deleted(state: RoomState, event: ChatDeleted) -> RoomState:
    return chat.changed(state, event.message_id, lambda message: deleted(message, event))
