"""A trainer teaches: the floor, check-ins, calls for help, the agenda and a break."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenPerson, Server
from tests.e2e.person import Person, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

Trio = tuple[Person, Person, Person]

WRONG_CLOCK_JS = "const right = Date.now; Date.now = () => right() + 3_700_000;"


@pytest.fixture(scope="module")
def trio(server: Server, open_person_for_module: OpenPerson) -> Trio:
    """A trainer and two participants, cameras off; Léa's clock is an hour and more ahead."""
    room = server.create_room()
    people = []
    for index, name in enumerate(("Nadia", "Karim", "Léa")):
        person = open_person_for_module(index, name)
        if name == "Léa":
            person.page.add_init_script(WRONG_CLOCK_JS)
        person.open(server.invite(room, "participant" if index else "trainer", name))
        person.button("Turn off camera").click()
        people.append(person.join())
    return people[0], people[1], people[2]


def part(person: Person, heading: str) -> Locator:
    """A part of the open panel, by its heading."""
    return person.page.get_by_role("region", name=re.compile(f"^{heading}"))


def card(person: Person, title: str | re.Pattern[str]) -> Locator:
    return person.page.get_by_role("region", name=title)


def test_the_floor_is_given_and_after_speaking_the_hand_is_asked_about(trio: Trio) -> None:
    nadia, karim, lea = trio
    karim.button("Turn off microphone").click()
    karim.button("Raise hand").click()
    nadia.panel("People")
    nadia.button("Give the floor to Karim").click()
    turn = card(karim, "You have the floor")
    turn.get_by_role("button", name="Turn on my microphone").click()
    expect(turn.get_by_role("button", name="I am done")).to_be_visible()
    for other in (nadia, lea):
        expect(other.tile("Karim")).to_contain_text("Has the floor")
    lea.hears_exactly({0, 1})  # Karim has his say meanwhile
    karim.button("Turn off microphone").click()
    still = card(karim, re.compile("Do you still need your hand up"))
    still.get_by_role("button", name="Keep it up").click()
    expect(still).to_have_count(0)
    expect(part(nadia, "Raised hands")).to_contain_text("Has the floor")
    nadia.button("End the turn of Karim").click()
    expect(karim.button("Raise hand")).to_be_visible()
    expect(lea.tile("Karim")).not_to_contain_text("Has the floor")
    nadia.page.get_by_text("Not heard from lately").click()
    nadia.sees_text("Everybody has spoken or written in the last 15 minutes.")


def test_a_check_in_lists_who_has_not_answered_and_stuck_calls_for_help(trio: Trio) -> None:
    nadia, karim, lea = trio
    nadia.panel("Activities")
    nadia.button("Done or stuck?").click()
    question = card(karim, "Where are you?")
    question.get_by_role("button", name="Stuck", exact=True).click()
    answers = part(nadia, "Check-in")
    expect(answers).to_contain_text("1 of 2 have answered")
    expect(answers).to_contain_text("Not answered yet (1): Léa")
    expect(answers.get_by_role("listitem").filter(has_text="Stuck")).to_contain_text("Karim")

    nadia.page.get_by_role("checkbox", name=re.compile("Show the results")).check()
    results = karim.page.get_by_role("region", name="Where are you?").get_by_role("listitem")
    expect(results.filter(has_text="Stuck")).to_contain_text("1")
    lea_asked = card(lea, "Where are you?")
    expect(lea_asked).not_to_contain_text("Karim")
    lea_asked.get_by_role("button", name="Done", exact=True).click()
    expect(results.filter(has_text="Done")).to_contain_text("1")
    expect(karim.page.get_by_role("region", name="Where are you?")).not_to_contain_text("Léa")

    nadia.panel("People")
    queue = part(nadia, "Asking for help")
    expect(queue).to_contain_text("is stuck")
    queue.get_by_role("button", name="I am coming, Karim").click()
    expect(card(karim, "Nadia is coming to help.")).to_be_visible()
    queue.get_by_role("button", name="Done: Karim").click()
    expect(card(karim, "Nadia is coming to help.")).to_have_count(0)

    nadia.panel("Activities")
    nadia.button("End the check-in").click()
    nadia.button("Put the results away").click()
    expect(card(lea, "Where are you?")).to_have_count(0)


def test_one_queue_for_calls_from_the_room_and_from_groups(trio: Trio) -> None:
    nadia, karim, lea = trio
    lea.button("More").click()
    lea.page.get_by_role("menuitemcheckbox", name=re.compile("^Ask for help")).click()
    expect(card(lea, "A trainer knows that you need help")).to_be_visible()
    nadia.panel("Breakouts")
    nadia.button("Pairs").click()
    nadia.button("Start").click()
    karim.button("Call for help").click()
    nadia.panel("People")
    calls = part(nadia, "Asking for help").get_by_role("listitem")
    expect(calls).to_have_count(2)
    expect(calls.nth(0)).to_contain_text("Léa")
    expect(calls.nth(1)).to_contain_text("called by Karim")
    calls.nth(1).get_by_role("button", name=re.compile("^Visit")).click()
    expect(karim.tile("Nadia")).to_be_visible()
    expect(calls).to_have_count(1)
    calls.nth(0).get_by_role("button", name="Done: Léa").click()
    expect(calls).to_have_count(0)
    nadia.panel("Breakouts")
    nadia.page.get_by_role("group", name="End the groups").get_by_role("button", name="now").click()
    expect(nadia.tile("Léa")).to_be_visible()


def seconds_left(person: Person) -> int:
    """On the break's card."""
    clock = card(person, re.compile("^Back at")).get_by_role("timer").inner_text()
    minutes, seconds = clock.split(":")
    return int(minutes) * 60 + int(seconds)


def test_everybody_sees_the_agenda_and_the_same_end_of_the_break_whatever_their_clock(trio: Trio) -> None:
    nadia, karim, lea = trio
    nadia.panel("Activities")
    nadia.button("Add a line").click()
    nadia.page.get_by_label("Title").fill("Your first page")
    nadia.page.get_by_label("Minutes").fill("30")
    nadia.button("Add").click()
    nadia.button("Start: Your first page").click()
    karim.panel("Activities")
    expect(part(karim, "Agenda").get_by_role("listitem")).to_contain_text("Your first page")
    expect(karim.page.get_by_role("banner")).to_contain_text("Your first page")

    nadia.page.get_by_role("group", name="Break now").get_by_role("button", name="10").click()
    for person in trio:
        expect(card(person, re.compile("^Back at"))).to_be_visible()
    wait_for(lambda: abs(seconds_left(karim) - seconds_left(lea)) <= 2, "both clocks count to one end")
    assert 9 * 60 <= seconds_left(lea) <= 600
    card(nadia, re.compile("^Back at")).get_by_role("button", name="+5 min").click()
    wait_for(lambda: seconds_left(lea) > 13 * 60, "five minutes more")
    card(nadia, re.compile("^Back at")).get_by_role("button", name="End the break").click()
    expect(card(lea, re.compile("^Back at"))).to_have_count(0)
    for person in trio:
        assert person.errors == []
