"""What is asked of the chat."""

from __future__ import annotations

from typing import Annotated

import msgspec

from rooms.commands.base import Command, Id
from rooms.model import Channel, ChatImage

MAX_MENTIONS = 20
MAX_IMAGES = 4
MAX_ALT_CHARS = 300

MessageId = Annotated[int, msgspec.Meta(ge=1)]
MessageText = Annotated[str, msgspec.Meta(max_length=4000)]
"""May be empty where images speak."""
Mentions = Annotated[tuple[Id, ...], msgspec.Meta(max_length=MAX_MENTIONS)]


class ImageToPost(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An image that the sender has uploaded and not posted yet."""

    id: Id
    alt: Annotated[str, msgspec.Meta(max_length=MAX_ALT_CHARS)] = ""


class PostChat(Command, frozen=True, tag="chat.post"):
    """Say something in the room, in one's breakout, or privately with the trainers.

    `to` is for staff in channel "trainers": whose private thread is answered (None: a word among staff).
    Others' messages in that channel go to their own thread. `reply_to`: a message of the same conversation.
    `mentions`: whom the text calls by name; those who will not read it are left out.
    """

    channel: Channel
    text: MessageText
    to: Id | None = None
    reply_to: MessageId | None = None
    mentions: Mentions = ()
    images: Annotated[tuple[ImageToPost, ...], msgspec.Meta(max_length=MAX_IMAGES)] = ()


class EditChat(Command, frozen=True, tag="chat.edit"):
    """Change the text of one's own message, for a while after it was said (`Limits.chat_change_ms`)."""

    message_id: MessageId
    text: MessageText
    mentions: Mentions = ()


class DeleteChat(Command, frozen=True, tag="chat.delete"):
    """Take a message back: one's own for a while, as with `EditChat`; staff any that they read, always."""

    message_id: MessageId


class AddChatImage(Command, frozen=True, tag="chat.image"):
    """By the server, for the seat that uploaded it: an image is there to be posted."""

    image: ChatImage


ChatCommand = PostChat | EditChat | DeleteChat
"""What clients ask of the chat."""
