"""Pairs: open in two clicks, hear only the partner, rotate, visit, come back. Sound only: who is heard is what matters."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPerson, Server
from tests.e2e.person import Person, all_hear_exactly, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

NAMES = ("Nadia", "Karim", "Léa", "Tom", "Inès")


@pytest.fixture(scope="module")
def class_of_five(server: Server, open_person_for_module: OpenPerson) -> dict[str, Person]:
    """A trainer and four participants, cameras off."""
    room = server.create_room()
    people = {}
    for index, name in enumerate(NAMES):
        person = open_person_for_module(index, name)
        person.open(server.invite(room, "trainer" if index == 0 else "participant", name))
        person.button("Turn off camera").click()
        people[name] = person.join()
    return people


def partner_of(person: Person) -> str:
    """Whom the person sees beside themselves, in their group."""
    others = [name for name in NAMES if name != person.name]
    wait_for(
        lambda: sum(person.tile(name).count() for name in others) == 1,
        f"{person.name} is alone with one partner",
    )
    return next(name for name in others if person.tile(name).count() == 1)


def each_hears_only_their_partner(people: dict[str, Person]) -> frozenset[frozenset[str]]:
    partners = {name: partner_of(people[name]) for name in NAMES[1:]}
    pairs = {frozenset(pair) for pair in partners.items()}
    assert len(pairs) == 2
    all_hear_exactly([(people[name], {NAMES.index(partner)}) for name, partner in partners.items()])
    return frozenset(pairs)


def test_pairs_from_opening_to_return(class_of_five: dict[str, Person]) -> None:
    people = class_of_five
    nadia = people["Nadia"]
    connections = {name: person.connection_identity() for name, person in people.items()}

    nadia.panel("Breakouts")
    nadia.button("Pairs").click()
    nadia.page.get_by_role("textbox", name="What should they do?").fill("Present your partner.")
    nadia.button("Start").click()
    for name in NAMES[1:]:
        people[name].sees_text("Present your partner.")
    first = each_hears_only_their_partner(people)
    nadia.hears_exactly(set())

    nadia.button("Next round").click()
    second = first
    for name in NAMES[1:]:
        wait_for(
            lambda n=name: frozenset((n, partner_of(people[n]))) not in first, f"{name} has a new partner"
        )  # type: ignore[misc]
    second = each_hears_only_their_partner(people)
    assert not first & second

    # The trainer is called, visits, and is heard there and nowhere else.
    karim = people["Karim"]
    tom_or_other = partner_of(karim)
    karim.button("Call for help").click()
    expect(nadia.page.get_by_text("Asks for help").first).to_be_visible()
    cards = nadia.page.get_by_role("listitem").filter(has=nadia.page.get_by_role("heading", name="Pair"))
    expect(cards).to_have_count(2)
    cards.filter(has_text="Karim").get_by_role("button", name="Visit").click()
    expect(karim.tile("Nadia")).to_be_visible()
    outsider = next(name for name in NAMES[1:] if name not in ("Karim", tom_or_other))
    all_hear_exactly(
        [
            (karim, {0, NAMES.index(tom_or_other)}),
            (people[outsider], {NAMES.index(partner_of(people[outsider]))}),
        ]
    )
    nadia.button("Return to the main room").first.click()

    # Everybody is back, hears everybody, with the microphone they had, on the page and the connection they had.
    nadia.page.get_by_role("group", name="End the groups").get_by_role("button", name="now").click()
    for person in people.values():
        for other in NAMES:
            expect(person.tile(other)).to_be_visible()
    voices = set(range(len(NAMES)))
    all_hear_exactly([(person, voices - {NAMES.index(name)}) for name, person in people.items()])
    for name, person in people.items():
        expect(person.button("Turn off microphone")).to_be_visible()
        assert person.connection_identity() == connections[name], (
            "media was renegotiated or the page reloaded"
        )
        assert person.errors == []
