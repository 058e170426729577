"""People choose what pictures may cost; what nobody looks at is not even encoded."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPerson, Server
from tests.e2e.person import Person, all_hear_exactly, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def pair(server: Server, open_person: OpenPerson) -> tuple[Person, Person]:
    room = server.create_room()
    nadia = open_person(0, "Nadia").arrive(server.invite(room, "trainer", "Nadia"))
    karim = open_person(1, "Karim").arrive(server.invite(room, "participant", "Karim"))
    karim.sees("Nadia")
    return nadia, karim


def layers_sent(person: Person) -> set[str]:
    """The layers of the camera that are encoded, as the browser counts them."""
    return {s["rid"] for s in person.stats("outbound-rtp", kind="video", active=True) if s.get("rid")}


def frames_encoded(person: Person) -> int:
    return sum(s.get("framesEncoded", 0) for s in person.stats("outbound-rtp", kind="video") if s.get("rid"))


def test_who_wants_sound_only_costs_nobody_a_picture(pair: tuple[Person, Person]) -> None:
    nadia, karim = pair
    karim.more("Settings")
    karim.page.get_by_role("tab", name="Pictures and data").click()
    karim.page.get_by_role("radio", name="Sound only").check()
    karim.page.get_by_role("dialog").get_by_role("button", name="Close", exact=True).click()
    karim.sees_text("You chose not to receive pictures")
    expect(karim.button("Turn on camera")).to_be_visible()
    wait_for(lambda: layers_sent(nadia) == set(), "Nadia's camera is encoded for nobody")
    idle = frames_encoded(nadia)
    all_hear_exactly([(karim, {0}), (nadia, {1})])
    assert frames_encoded(nadia) == idle
    assert karim.frames_of("Nadia") == 0
    karim.page.reload()
    karim.join()
    karim.sees_text("You chose not to receive pictures")
    assert layers_sent(nadia) == set()
    karim.button("Show pictures").click()
    karim.sees("Nadia")
    assert layers_sent(nadia)
    expect(karim.button("Turn on camera")).to_be_visible()
    assert karim.errors == []
    assert nadia.errors == []


def test_a_tab_in_the_background_receives_no_pictures_and_goes_on_hearing(
    pair: tuple[Person, Person],
) -> None:
    nadia, karim = pair
    hide = "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true}); %s }"
    hide %= "document.dispatchEvent(new Event('visibilitychange'))"
    karim.page.evaluate(hide, True)
    wait_for(lambda: layers_sent(nadia) == set(), "nobody looks at Nadia")
    karim.hears_exactly({0})
    karim.page.evaluate(hide, False)
    karim.sees("Nadia")
