"""People meet: join, see, hear, raise hands, chat, share a screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPerson, Server
from tests.e2e.person import Person, all_hear_exactly, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def trio(server: Server, open_person_for_module: OpenPerson) -> tuple[Person, Person, Person]:
    """A trainer and two participants, each in the room two clicks after getting a personal link."""
    room, open_person = server.create_room(), open_person_for_module
    nadia = open_person(0, "Nadia").arrive(server.invite(room, "trainer", "Nadia"))
    karim = open_person(1, "Karim").arrive(server.invite(room, "participant", "Karim"))
    lea = open_person(2, "Léa").arrive(server.invite(room, "participant", "Léa"))
    return nadia, karim, lea


def test_three_people_see_and_hear_one_another(trio: tuple[Person, Person, Person]) -> None:
    voices = {"Nadia": 0, "Karim": 1, "Léa": 2}
    for person in trio:
        for other in trio:
            expect(person.tile(other.name)).to_be_visible()
            if other is not person:
                person.sees(other.name)
        decoded = person.frames_decoded()
        wait_for(lambda p=person, d=decoded: p.frames_decoded() > d, f"{person.name} decodes on")  # type: ignore[misc]
        silence = person.audio_energy()
        wait_for(lambda p=person, e=silence: p.audio_energy() > e + 0.001, f"{person.name} hears sound")  # type: ignore[misc]
        assert person.errors == []
    all_hear_exactly([(person, set(voices.values()) - {voices[person.name]}) for person in trio])


def test_the_camera_is_published_in_the_layers_that_are_looked_at(
    trio: tuple[Person, Person, Person],
) -> None:
    """Three are there; the top one rests while no tile is large enough for it (tests/integration/test_media_browser.py lets
    all three flow)."""
    nadia = trio[0]

    def encoded() -> dict[str, int]:
        sending = nadia.stats("outbound-rtp", kind="video")
        return {s["rid"]: s.get("framesEncoded", 0) for s in sending if s.get("rid")}

    before = encoded()
    assert set(before) == {"h", "m", "l"}
    wait_for(lambda: encoded()["l"] > before["l"], "a layer that is looked at is sent")


def test_hands_are_queued_in_order_and_lowered(trio: tuple[Person, Person, Person]) -> None:
    nadia, karim, lea = trio
    karim.button("Raise hand").click()
    expect(karim.button("Lower hand")).to_be_visible()
    lea.button("Raise hand").click()
    expect(lea.button("Lower hand")).to_be_visible()
    nadia.panel("People")
    queue = nadia.page.get_by_role("region", name="Raised hands").get_by_role("listitem")
    expect(queue).to_have_count(2)
    expect(queue.nth(0)).to_contain_text("Karim")
    expect(queue.nth(1)).to_contain_text("Léa")
    karim.button("Lower hand").click()
    expect(queue).to_have_count(1)
    expect(queue.nth(0)).to_contain_text("Léa")
    nadia.button("Lower all").click()
    expect(lea.button("Raise hand")).to_be_visible()


def test_chat_reaches_everybody_in_order(trio: tuple[Person, Person, Person]) -> None:
    nadia, karim, lea = trio
    for person in trio:
        person.panel("Chat")
    nadia.say("Welcome! <b>Ready?</b>")
    karim.sees_text("Welcome! <b>Ready?</b>")
    karim.say("Prêt 👍")
    for person in (nadia, lea):
        log = person.page.get_by_role("log")
        expect(log).to_contain_text("Prêt 👍")
        text = log.inner_text()
        assert text.index("Welcome!") < text.index("Prêt 👍")


def test_a_shared_screen_is_seen_and_taken_back(trio: tuple[Person, Person, Person]) -> None:
    nadia, karim, lea = trio
    nadia.button("Share screen").click()
    expect(nadia.button("Stop sharing")).to_be_visible()
    for person in (karim, lea):
        person.sees("Nadia – screen")
    nadia.button("Stop sharing").click()
    expect(nadia.button("Share screen")).to_be_visible()
    for person in (karim, lea):
        expect(person.tile("Nadia – screen")).to_have_count(0)


def test_a_muted_person_is_silent_and_only_they_unmute(trio: tuple[Person, Person, Person]) -> None:
    nadia, karim, lea = trio
    lea.hears_exactly({0, 1})
    nadia.panel("People")
    nadia.button("Actions for Karim").click()
    nadia.button("Mute Karim").click()
    expect(karim.button("Turn on microphone")).to_be_visible()
    lea.hears_exactly({0})
    expect(nadia.button("Ask Karim to speak")).to_be_visible()
    nadia.button("Ask Karim to speak").click()
    karim.button("Turn on my microphone").click()
    lea.hears_exactly({0, 1})
