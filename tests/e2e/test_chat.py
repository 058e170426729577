"""Three people write to one another: answers, names, changes, code, pictures, what is new, and what others may not see."""

from __future__ import annotations

import re
import struct
import zlib

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenPerson, Server
from tests.e2e.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

CODE = "Look:\n```js\nconst a = '<img src=x onerror=alert(1)>';\n```"


def photo() -> bytes:
    """A PNG that says where it was taken."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 64, 40, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\x10\x80\xc0" * 64) * 40
    place = chunk(b"tEXt", b"GPS\x0048.8566 2.3522")
    pixels = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + b"".join((chunk(b"IHDR", header), place, pixels, chunk(b"IEND", b"")))


def message(person: Person, text: str) -> Locator:
    log = person.page.get_by_role("log", name="What was written")
    return log.get_by_role("article").filter(has_text=text).first


def box(person: Person) -> Locator:
    return person.page.get_by_role("textbox", name="Message", exact=True)


def act(person: Person, text: str, action: str) -> None:
    one = message(person, text)
    one.hover()
    one.get_by_role("button", name=action, exact=True).click()


def test_three_people_write_to_one_another(server: Server, open_person: OpenPerson) -> None:
    room = server.create_room()
    links = {
        name: server.invite(room, role, name)
        for name, role in (("Nadia", "trainer"), ("Karim", "participant"), ("Inès", "participant"))
    }
    nadia, karim, ines = (open_person(index, name).arrive(links[name]) for index, name in enumerate(links))

    # A name, chosen from the list with the keyboard; whoever is called is told, with the chat closed.
    karim.panel("Chat")
    box(karim).press_sequentially("@in")
    expect(karim.page.get_by_role("option", name="Inès")).to_be_visible()
    box(karim).press("Enter")
    box(karim).press_sequentially("**can** you see this?")
    box(karim).press("Enter")
    ines.sees_text("Karim mentioned you in the chat.")
    expect(ines.button(re.compile("^Chat"))).to_have_accessible_description(re.compile("1"))

    # The line before what is new; an answer with what it answers.
    ines.panel("Chat")
    expect(ines.page.get_by_text("New messages")).to_be_visible()
    expect(message(ines, "can you see this?").locator("strong", has_text="can")).to_be_visible()
    act(ines, "can you see this?", "Reply")
    box(ines).fill("Yes, I cann")
    box(ines).press("Enter")
    expect(
        message(karim, "Yes, I cann").get_by_role("button", name=re.compile("In reply to"))
    ).to_be_visible()

    # One's own is changed and deleted; a trainer deletes anybody's; nobody else can.
    box(ines).press("ArrowUp")
    ines.page.get_by_role("textbox", name="Edit your message").fill("Yes, I can")
    ines.button("Save").click()
    expect(message(karim, "Yes, I can")).to_contain_text("edited")
    message(karim, "Yes, I can").hover()
    expect(message(karim, "Yes, I can").get_by_role("button", name="Delete", exact=True)).to_have_count(0)
    nadia.panel("Chat")
    act(nadia, "Yes, I can", "Delete")
    nadia.page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(message(ines, "Message deleted by a trainer")).to_be_visible()

    # Code is code: coloured, copied, and never run.
    nadia.say(CODE)
    expect(message(karim, "Look:").locator(".hljs-keyword", has_text="const")).to_be_visible()
    expect(message(karim, "Look:").locator("img")).to_have_count(0)
    karim.context.grant_permissions(["clipboard-read", "clipboard-write"])
    message(karim, "Look:").get_by_role("button", name="Copy").click()
    copied = karim.page.evaluate("navigator.clipboard.readText()")
    assert copied == CODE.split("\n")[2]

    # A picture, in private to the trainers: described, shown, without the place where it was taken.
    karim.page.get_by_role("tab", name="Trainers").click()
    with karim.page.expect_response(re.compile(r"/api/chat-images\?")) as uploaded:
        karim.page.locator("[data-chat-files]").set_input_files(
            {"name": "page.png", "mimeType": "image/png", "buffer": photo()}
        )
    assert uploaded.value.status == 201
    karim.page.get_by_label("What does it show?").fill("My first page")
    box(karim).press("Enter")
    nadia.page.get_by_role("tab", name=re.compile("Private")).click()
    nadia.page.get_by_label("Conversation with").select_option(label="Karim · 1 new")
    picture = nadia.page.get_by_role("button", name="Show large: My first page")
    expect(picture).to_be_visible()
    shown = picture.locator("img")
    expect(shown).to_have_attribute("src", re.compile("^blob:"))
    assert shown.evaluate("async i => { await i.decode(); return i.naturalWidth; }") == 64
    assert not any(b"48.8566" in file.read_bytes() for file in (server.data_dir / "chat-images").glob("*/*"))
    expect(ines.page.get_by_role("button", name="Show large: My first page")).to_have_count(0)

    # Found without its accents; drafts stay with their conversation; a sentence offers the hand and raises nothing.
    ines.button("Search the messages").click()
    ines.page.get_by_role("searchbox").fill("INES CAN")
    ines.page.get_by_role("searchbox").press("ArrowDown")
    ines.page.keyboard.press("Enter")
    expect(message(ines, "can you see this?")).to_be_focused()
    box(ines).fill("je lève la main")
    ines.page.reload()
    ines.join().panel("Chat")
    expect(box(ines)).to_have_value("je lève la main")
    expect(nadia.button(re.compile("^People"))).not_to_have_accessible_description(re.compile("hand"))
    ines.page.get_by_role("status").get_by_role("button", name="Raise my hand").click()
    expect(ines.button(re.compile("^Lower hand"))).to_be_visible()
    for person in (nadia, karim, ines):
        assert person.errors == []
