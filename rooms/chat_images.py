"""Images of the chat, as far as a room knows them: whose they are, how much they take, where they were posted.

Their bytes are the server's business. An image is added by the server for whoever uploaded it, waits for the message
that posts it, and is gone with that message, or when its owner uploads others without posting it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from rooms.commands import AddChatImage, ImageToPost
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import ChatImageAdded
from rooms.model import ChatImage
from rooms.state import RoomState, StoredMessage, WaitingImage
from rooms.text import clean_instruction


def add(command: AddChatImage, context: Context) -> Events:
    """Refused ("images_full") when it would take more than the person or the room may have."""
    state, owner = context.state, context.actor.id
    mine = [waiting.image for waiting in state.images_waiting if waiting.owner == owner]
    dropped = mine[: max(0, len(mine) + 1 - state.limits.chat_images_waiting)]
    freed = sum(image.size_bytes for image in dropped)
    refuse_if_full(state, owner, command.image.size_bytes - freed)
    return (
        ChatImageAdded(
            participant_id=owner, image=command.image, dropped=tuple(image.id for image in dropped)
        ),
    )


def refuse_if_full(state: RoomState, owner: str, size_bytes: int) -> None:
    """Raises `Refused("images_full")` if so much more of this person's does not fit."""
    everybody = own = size_bytes
    for who, image in _owned(state):
        everybody += image.size_bytes
        own += image.size_bytes if who == owner else 0
    if everybody > state.limits.chat_image_bytes or own > state.limits.chat_image_bytes_each:
        raise Refused("images_full")


def take(state: RoomState, owner: str, wanted: tuple[ImageToPost, ...]) -> tuple[ChatImage, ...]:
    """The owner's waiting images, as they are posted. Raises `Refused("image_gone")`."""
    waiting = {one.image.id: one.image for one in state.images_waiting if one.owner == owner}
    taken = []
    for one in wanted:
        image = waiting.pop(one.id, None)
        if image is None:
            raise Refused("image_gone", one.id)
        taken.append(replace(image, alt=" ".join(clean_instruction(one.alt).split())))
    return tuple(taken)


def remember_added(state: RoomState, event: ChatImageAdded) -> RoomState:
    kept = tuple(one for one in state.images_waiting if one.image.id not in event.dropped)
    added = WaitingImage(owner=event.participant_id, image=event.image)
    return replace(state, images_waiting=(*kept, added))


def kept(state: RoomState) -> frozenset[str]:
    """The ids of all images that the room still has a use for."""
    return frozenset(image.id for _, image in _owned(state))


def posted_in(state: RoomState, image_id: str) -> tuple[StoredMessage, ChatImage] | None:
    """The message that shows an image, and the image."""
    for stored in state.chat:
        for image in stored.message.images:
            if image.id == image_id:
                return stored, image
    return None


def _owned(state: RoomState) -> Iterator[tuple[str, ChatImage]]:
    for waiting in state.images_waiting:
        yield waiting.owner, waiting.image
    for stored in state.chat:
        for image in stored.message.images:
            yield stored.message.sender_id, image
