"""Images of the chat: whose they are, how much they take, and when the room has no more use for them."""

from __future__ import annotations

import pytest

from rooms import chat_images
from rooms.commands import AddChatImage, DeleteChat, ImageToPost, PostChat
from rooms.events import ChatImageAdded, Hidden
from rooms.model import ChatImage
from rooms.state import Limits
from tests.rooms.driver import Driver


def image(name: str, size_bytes: int = 10) -> ChatImage:
    return ChatImage(id=name, media_type="image/webp", width=8, height=8, size_bytes=size_bytes)


def post(*names: str, text: str = "", alt: str = "") -> PostChat:
    return PostChat(channel="room", text=text, images=tuple(ImageToPost(id=name, alt=alt) for name in names))


@pytest.fixture
def room() -> Driver:
    driver = Driver(
        limits=Limits(chat_messages=3, chat_images_waiting=2, chat_image_bytes_each=50, chat_image_bytes=100)
    )
    driver.join("trainer", role="trainer")
    driver.join("ann", "bob", "cem")
    return driver


def test_an_image_is_posted_by_who_uploaded_it_and_once(room: Driver) -> None:
    room.do(AddChatImage(image=image("a")), "ann")
    _, shown = room.log[-1]
    assert {type(event) for event, viewers in shown if "bob" in viewers} == {Hidden}
    assert room.refuses(post("a"), "bob") == "image_gone"
    assert room.refuses(post("a", "a"), "ann") == "image_gone"
    room.do(post("a", alt=" My\n page\x00 "), "ann")
    (stored,) = room.state.chat
    assert stored.message.images == (
        ChatImage(id="a", media_type="image/webp", width=8, height=8, size_bytes=10, alt="My page"),
    )
    assert room.refuses(post("a"), "ann") == "image_gone"


def test_words_are_needed_only_without_an_image(room: Driver) -> None:
    assert room.refuses(post(), "ann") == "empty_text"


def test_what_is_never_posted_gives_way_to_what_is_uploaded_later(room: Driver) -> None:
    for name in "abc":
        room.do(AddChatImage(image=image(name)), "ann")
    added = room.log[-1][0].event
    assert isinstance(added, ChatImageAdded)
    assert added.dropped == ("a",)
    assert chat_images.kept(room.state) == {"b", "c"}


def test_a_person_and_the_room_have_their_share(room: Driver) -> None:
    for who, name in (("ann", "a"), ("bob", "b")):
        room.do(AddChatImage(image=image(name, 50)), who)
        room.do(post(name), who)
    assert room.refuses(AddChatImage(image=image("c", 1)), "ann") == "images_full"
    assert room.refuses(AddChatImage(image=image("c", 1)), "cem") == "images_full"
    room.do(DeleteChat(message_id=room.state.chat[-1].message.id), "trainer")
    room.do(AddChatImage(image=image("c", 50)), "cem")


def test_an_image_goes_with_its_message(room: Driver) -> None:
    room.do(AddChatImage(image=image("a")), "ann")
    room.do(post("a", text="Look"), "ann")
    assert chat_images.posted_in(room.state, "a") is not None
    for text in "123":
        room.do(post(text=text), "bob")
    assert chat_images.kept(room.state) == frozenset()
    assert chat_images.posted_in(room.state, "a") is None
