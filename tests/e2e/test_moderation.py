"""A trainer sets the room's rules, lets people in from the lobby, hands the room on, removes somebody and lets them back."""

from __future__ import annotations

import asyncio
import re
import threading

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPerson, Server
from tests.e2e.person import Person
from tests.support.client import Client

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

COUNT_CLICKS_JS = """
() => { globalThis.clicks = 0; document.addEventListener("click", (e) => { globalThis.clicks += e.isTrusted; }, true); }
"""


def set_rule(trainer: Person, name: str) -> None:
    """Flips one of the room's rules, which the open panel shows."""
    rule = trainer.page.get_by_role("checkbox", name=name, exact=True)
    before = rule.is_checked()
    rule.click()
    expect(rule).to_be_checked(checked=not before)


def test_a_trainer_moderates(server: Server, open_person_for_module: OpenPerson) -> None:
    room = server.create_room()
    nadia = open_person_for_module(0, "Nadia").arrive(server.invite(room, "trainer", "Nadia"))
    nadia.panel("People")
    nadia.page.get_by_text("Room rules").click()
    set_rule(nadia, "New people wait until let in")

    # Karim waits: he sees himself and nothing of the room, until Nadia lets him in.
    karim = open_person_for_module(1, "Karim")
    karim.open(server.invite(room, "participant", "Karim"))
    karim.button("Join").click()
    expect(karim.page.get_by_role("heading", name="Your trainer will let you in")).to_be_visible()
    expect(karim.page.locator(".preview__video")).to_be_visible()
    expect(karim.page.get_by_text("Nadia")).to_have_count(0)
    nadia.button("Let in Karim").first.click()
    expect(karim.tile("Nadia")).to_be_visible()
    karim.sees("Nadia")
    nadia.hears_exactly({1})

    # Rules bind Karim at once, and say so in words; whom Nadia asks may speak.
    set_rule(nadia, "Participants may turn their microphone on")
    set_rule(nadia, "Participants may write to everyone")
    set_rule(nadia, "Participants may share their screen")
    nadia.button("Mute everyone").click()
    expect(karim.button("Turn on microphone")).to_be_visible()
    karim.button("Turn on microphone").click()
    karim.sees_text(re.compile("Microphones are off for now"))
    nadia.hears_exactly(set())
    karim.panel("Chat").sees_text(re.compile("Only the trainers write to everyone for now"))

    # Everybody's layout is the trainer's.
    nadia.page.get_by_label("Layout for everyone").select_option("speaker")
    expect(nadia.page.get_by_label("Layout for everyone")).to_have_value("speaker")

    # A co-trainer has the trainer's means at once.
    nadia.button("Actions for Karim").click()
    nadia.button("Make Karim a co-trainer").click()
    nadia.button("Make co-trainer").click()
    karim.sees_text(re.compile("made you a co-trainer"))
    karim.panel("People")
    expect(karim.button("Mute everyone")).to_be_visible()
    karim.button("Turn on microphone").click()
    nadia.hears_exactly({1})

    # Removed is kept out; the list is the way back.
    nadia.button(re.compile("^Remove Karim")).click()
    nadia.button("Remove").click()
    expect(karim.page.get_by_role("heading", name="A trainer removed you from the room")).to_be_visible()
    nadia.button("Let back in Karim").click()
    karim.page.reload()
    karim.join()
    expect(nadia.tile("Karim")).to_be_visible()
    for person in (nadia, karim):
        assert person.errors == []


def test_pairs_for_sixteen_in_two_clicks(server: Server, open_person_for_module: OpenPerson) -> None:
    room = server.create_room()
    links = [server.invite(room, "participant", f"Person {n}") for n in range(15)]
    seated, over = threading.Event(), threading.Event()

    async def fill() -> None:
        clients = [await Client.join(server.url.replace("http", "ws") + "/ws", link) for link in links]
        seated.set()
        await asyncio.to_thread(over.wait)
        for client in clients:
            await client.close()

    crowd = threading.Thread(target=lambda: asyncio.run(fill()))
    crowd.start()
    try:
        assert seated.wait(60)
        nadia = open_person_for_module(0, "Nadia").arrive(server.invite(room, "trainer", "Nadia"))
        nadia.page.evaluate(COUNT_CLICKS_JS)
        nadia.button("Breakouts").click()
        nadia.button("Start").click()
        cards = nadia.page.get_by_role("heading", name=re.compile("^Pair "))
        expect(cards).to_have_count(7)  # fifteen people: six pairs and a trio
        assert nadia.page.evaluate("clicks") == 2
    finally:
        over.set()
        crowd.join()
