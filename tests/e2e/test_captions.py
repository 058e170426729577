"""Captions: typed by a captioner, spoken by typing, read letter by letter, restyled, and to be read again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenPerson, Server
from tests.e2e.person import Person, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def strip(person: Person) -> Locator:
    return person.page.get_by_role("region", name="Captions")


def more(person: Person, *names: str) -> None:
    person.button("More").click()
    for name in names:
        person.page.locator("[role^=menuitem]").filter(has_text=name).first.click()


def test_captions(server: Server, open_person: OpenPerson, tmp_path: Path) -> None:
    room = server.create_room()
    nadia = open_person(0, "Nadia").arrive(server.invite(room, "trainer", "Nadia"))
    cleo = open_person(1, "Cleo").arrive(server.invite(room, "captioner", "Cleo"))
    assert strip(nadia).count() == 0, "nothing is there before anybody writes"

    # A captioner types; the words are read before the line is finished, and can be taken back.
    field = cleo.page.get_by_role("textbox", name="Captions")
    field.press_sequentially("Good mornnig")
    expect(strip(nadia)).to_contain_text("Cleo Good mornnig")
    for _ in range(3):
        field.press("Backspace")
    field.press_sequentially("ing everybody.")
    field.press("Enter")
    expect(strip(nadia)).to_contain_text("Good morning everybody.")
    expect(field).to_have_value("")

    # Somebody who does not speak speaks by typing: it counts as speaking.
    karim = open_person(2, "Karim").arrive(server.invite(room, "participant", "Karim"))
    expect(strip(karim)).to_contain_text("Good morning everybody.")
    more(karim, "Captions", "Speak by typing")
    own = karim.page.get_by_role("textbox", name="Speak by typing")
    expect(own).to_be_focused()
    own.press_sequentially("Hello, I am Karim", delay=30)
    expect(strip(nadia)).to_contain_text("Hello, I am Karim")
    expect(nadia.tile("Karim").get_by_text("speaking", exact=True)).to_be_attached()
    own.press("Enter")

    # Each reads as they like, and reads again.
    more(nadia, "Captions", "Size, colours")
    dialog = nadia.page.get_by_role("dialog", name="Captions")
    dialog.get_by_label("Very large").check()
    dialog.get_by_label("Yellow on black").check()
    expect(dialog.get_by_role("list", name="What was said so far")).to_contain_text("Hello, I am Karim")
    with nadia.page.expect_download() as downloading:
        dialog.get_by_role("button", name="Save as a file").click()
    path = tmp_path / "captions.txt"
    downloading.value.save_as(path)
    assert "Cleo: Good morning everybody.\n" in path.read_text()
    nadia.page.keyboard.press("Escape")
    size = strip(nadia).locator(".captions__box").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size > 30
    nadia.page.reload()
    nadia.join()
    expect(strip(nadia).locator(".captions__box--yellow")).to_be_visible()
    more(nadia, "Captions", "Show captions")
    expect(strip(nadia)).to_have_count(0)

    wait_for(lambda: nadia.errors == [] == karim.errors, "no error on any page")
