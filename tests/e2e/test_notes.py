"""Shared notes and the glossary: two people write one text, a group has its own, the trainer brings it home."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenPerson, Server
from tests.e2e.person import Person, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def field(person: Person, name: str = "The whole room") -> Locator:
    return person.page.get_by_role("textbox", name=f"Shared notes: {name}")


def saved(person: Person) -> None:
    person.sees_text("Saved. Everybody here sees it.")


def test_notes_and_glossary(server: Server, open_person: OpenPerson, tmp_path: Path) -> None:
    room = server.create_room()
    nadia = open_person(0, "Nadia").arrive(server.invite(room, "trainer", "Nadia"))
    karim = open_person(1, "Karim").arrive(server.invite(room, "participant", "Karim"))
    open_person(2, "Lea").arrive(server.invite(room, "participant", "Léa"))
    for person in (nadia, karim):
        person.panel("Notes")
        expect(field(person)).to_be_editable()
        saved(person)

    # Letters typed at the same time meet in one text; keys that are shortcuts elsewhere are letters here.
    field(nadia).press_sequentially("# Plan\nmicrophone")
    expect(field(karim)).to_contain_text("microphone")
    field(karim).press("Control+End")
    field(karim).press_sequentially("\nKarim writes")
    expect(field(nadia)).to_contain_text("Karim writes")
    expect(nadia.button("Turn off microphone")).to_be_visible()
    expect(nadia.page.locator(".caret__name", has_text="Karim")).to_be_visible()
    expect(field(nadia).locator(".md-heading--1").last).to_have_text(" Plan")
    saved(karim)

    # What is written in the last moment before the panel closes is not lost.
    field(karim).press_sequentially(" fast")
    karim.button(re.compile("^Notes")).click()
    expect(field(nadia)).to_contain_text("Karim writes fast")

    # A group's own text, and how the trainer brings it into the room's.
    nadia.panel("Breakouts")
    nadia.button("Pairs").click()
    nadia.button("Start").click()
    karim.panel("Notes")
    group = karim.page.get_by_role("textbox", name=re.compile("Shared notes: (Pair|Group)"))
    group.press_sequentially("What we found")
    saved(karim)
    nadia.panel("Notes")
    nadia.button("Copy the groups’ notes here").click()
    nadia.sees_text("1 note was copied to the end.")
    expect(field(nadia)).to_contain_text("What we found")
    with nadia.page.expect_download() as downloading:
        nadia.button("Save as a file").click()
    path = tmp_path / "notes.md"
    downloading.value.save_as(path)
    text = path.read_text()
    assert text.startswith("# Plan\nmicrophone\nKarim writes fast\n\n## "), text
    assert text.endswith("What we found\n"), text
    assert downloading.value.suggested_filename.endswith(".md")

    # The glossary.
    nadia.page.get_by_role("tab", name="Glossary").click()
    nadia.button("Explain a word").click()
    nadia.page.get_by_label("Word", exact=True).fill("Pixel")
    nadia.page.get_by_label("What it means, in plain words").fill("A dot of a picture")
    nadia.button("Save").click()
    karim.page.get_by_role("tab", name="Shared notes").press("ArrowRight")
    expect(karim.page.get_by_role("term").filter(has_text="Pixel")).to_be_visible()
    karim.sees_text("A dot of a picture")
    assert karim.button("Change “Pixel”").count() == 0
    nadia.button("Remove “Pixel”").click()
    karim.sees_text("No words yet. Your trainer explains words of the trade here.")

    wait_for(lambda: nadia.errors == [] == karim.errors, "no error on any page")
    for person in (nadia, karim):
        assert not [line for line in person.console if "Content Security Policy" in line]
