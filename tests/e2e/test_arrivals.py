"""Arriving when something is in the way, and coming back: each case in its own clear words, and nobody else is disturbed."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from classroom import invitations, keys
from tests.e2e.conftest import OpenPerson, Server
from tests.e2e.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def room(server: Server) -> str:
    return server.create_room()


@pytest.fixture(scope="module")
def nadia(server: Server, room: str, open_person_for_module: OpenPerson) -> Person:
    """A trainer who is there all the time, and must never notice."""
    return open_person_for_module(0, "Nadia").arrive(server.invite(room, "trainer", "Nadia"))


def test_a_refused_microphone_still_joins_as_a_listener(
    server: Server, room: str, nadia: Person, open_person: OpenPerson
) -> None:
    karim = open_person(1, "Karim", refuse_microphone=True).arrive(
        server.invite(room, "participant", "Karim")
    )
    karim.sees("Nadia")
    karim.hears_exactly({0})
    expect(karim.button("Turn on my microphone")).to_be_visible()
    expect(nadia.tile("Karim")).to_be_visible()


def test_no_devices_at_all_still_joins(
    server: Server, room: str, nadia: Person, open_person: OpenPerson
) -> None:
    lea = open_person(2, "Léa", no_devices=True).arrive(server.invite(room, "participant", "Léa"))
    lea.sees("Nadia")
    lea.say("Bonjour !")
    nadia.panel("Chat").sees_text("Bonjour !")


def test_a_killed_browser_has_its_seat_again(
    server: Server, room: str, nadia: Person, open_person: OpenPerson
) -> None:
    link = server.invite(room, "participant", "Tom")
    tom = open_person(3, "Tom", profile="tom").arrive(link)
    tom.button("Raise hand").click()
    expect(tom.button("Lower hand")).to_be_visible()
    expect(nadia.tile("Tom")).to_be_visible()
    tom.kill()
    nadia.sees_text("Connection lost…")
    back = open_person(3, "Tom", profile="tom").arrive(link)
    expect(back.button("Lower hand")).to_be_visible()  # the rank in the queue was kept
    expect(nadia.tile("Tom")).to_have_count(1)
    back.sees("Nadia")
    back.button("Lower hand").click()


def test_a_reload_comes_back_to_the_same_seat(
    server: Server, room: str, nadia: Person, open_person: OpenPerson
) -> None:
    ines = open_person(4, "Inès").arrive(server.invite(room, "participant", "Inès"))
    ines.say("Avant le rechargement")
    ines.page.reload()
    ines.join()
    ines.panel("Chat").sees_text("Avant le rechargement")
    expect(nadia.tile("Inès")).to_have_count(1)


def test_a_second_tab_takes_the_seat_and_the_first_says_so(
    server: Server, room: str, nadia: Person, open_person: OpenPerson
) -> None:
    link = server.invite(room, "participant", "Karim Deux")
    karim = open_person(1, "Karim Deux").arrive(link)
    tab = karim.second_tab(link)
    tab.get_by_role("button", name="Join", exact=True).click()
    expect(tab.get_by_role("button", name="Leave", exact=True)).to_be_visible()
    karim.sees_text("You opened the room somewhere else")
    expect(nadia.tile("Karim Deux")).to_have_count(1)
    karim.button("Continue here").click()
    expect(karim.button("Leave")).to_be_visible()
    expect(tab.get_by_text("You opened the room somewhere else").first).to_be_visible()


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "This link does not work"), ("fr", "Ce lien ne fonctionne pas")]
)
def test_a_wrong_link_says_so(
    server: Server, nadia: Person, open_person: OpenPerson, lang: str, words: str
) -> None:
    karim = open_person(1, "Karim", lang=lang)
    karim.open(f"{server.url}/join#t=eyJhbGciOiJIUzI1NiJ9.eyJyb29tIjoieCJ9.c2lnbmF0dXJl")
    join = karim.button("Join" if lang == "en" else "Entrer")
    name = karim.page.get_by_role("textbox").first
    if name.is_visible():
        name.fill("Karim")
    join.click()
    karim.sees_text(words)


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "This link has expired"), ("fr", "Ce lien n’est plus valable")]
)
def test_an_expired_link_says_so(
    server: Server, room: str, open_person: OpenPerson, lang: str, words: str
) -> None:
    long_ago = int(time.time()) - 60 * invitations.DAY_S
    invitation = invitations.personal(room, "Web workshop", "participant", "Karim", now_s=long_ago)
    karim = open_person(1, "Karim", lang=lang)
    karim.open(invitations.link(server.url, invitation, keys.load_or_create(server.data_dir)))
    karim.button("Join" if lang == "en" else "Entrer").click()
    karim.sees_text(words)


def test_a_full_room_says_so(server: Server, open_person: OpenPerson) -> None:
    small = server.create_room("Small", capacity=2)
    open_person(0, "Nadia").arrive(server.invite(small, "trainer", "Nadia"))
    open_person(1, "Karim").arrive(server.invite(small, "participant", "Karim"))
    lea = open_person(2, "Léa").open(server.invite(small, "participant", "Léa"))
    lea.button("Join").click()
    lea.sees_text("The room is full")


def test_an_insecure_address_says_so(server: Server, room: str, open_person: OpenPerson) -> None:
    link = server.invite(room, "participant", "Léa")
    lea = open_person(2, "Léa", arguments=["--host-resolver-rules=MAP classroom.test 127.0.0.1"])
    lea.open(link.replace("127.0.0.1", "classroom.test").replace("localhost", "classroom.test"))
    lea.sees_text("This address is not secure")


def test_a_browser_without_webrtc_says_so(server: Server, room: str, open_person: OpenPerson) -> None:
    lea = open_person(2, "Léa")
    lea.page.add_init_script("delete globalThis.RTCPeerConnection")
    lea.open(server.invite(room, "participant", "Léa"))
    lea.sees_text("This browser cannot do live sound and pictures")


def test_an_address_without_an_invitation_says_so(server: Server, open_person: OpenPerson) -> None:
    lea = open_person(2, "Léa", lang="fr")
    lea.page.goto(f"{server.url}/?lang=fr")
    expect(lea.page.get_by_role("heading", level=1)).to_contain_text("lien personnel")


def test_nobody_else_was_disturbed(nadia: Person) -> None:
    """Last in this module: after all of the above the trainer is still there, without an error."""
    expect(nadia.button("Leave")).to_be_visible()
    expect(nadia.page.get_by_text("Connected", exact=True).first).to_be_visible()
    assert nadia.errors == []
