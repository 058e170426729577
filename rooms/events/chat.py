"""What happened in the chat."""

from __future__ import annotations

from rooms.events.base import EventBody
from rooms.model import ChatImage, ChatMessage


class ChatPosted(EventBody, frozen=True, tag="chat.posted"):
    """`evicted`: ids of messages that leave the bounded history with this one, of any channel, seen or
    not."""

    message: ChatMessage
    evicted: tuple[int, ...] = ()


class ChatEdited(EventBody, frozen=True, tag="chat.edited"):
    """Seen by those who may read the message. `evicted` as in `ChatPosted`: a longer text takes more room."""

    message_id: int
    text: str
    mentions: tuple[str, ...]
    at_ms: int
    evicted: tuple[int, ...] = ()


class ChatDeleted(EventBody, frozen=True, tag="chat.deleted"):
    """Seen by those who may read the message: only that it was there remains."""

    message_id: int
    by: str


class ChatExpired(EventBody, frozen=True, tag="chat.expired"):
    """Messages were kept long enough. `evicted`: their ids, of any channel, seen or not; the oldest there are."""

    evicted: tuple[int, ...]


class ChatImageAdded(EventBody, frozen=True, tag="chat.image_added"):
    """Somebody uploaded an image, to be posted later. Seen by them alone.

    `dropped`: ids of earlier ones that this person never posted, given up.
    """

    participant_id: str
    image: ChatImage
    dropped: tuple[str, ...] = ()


ChatEvent = ChatPosted | ChatEdited | ChatDeleted | ChatExpired | ChatImageAdded
