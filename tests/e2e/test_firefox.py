"""Firefox ESR among Chromium: join, hear, see, mute, a pair and back, the same connection past consent's end, reload."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OPEN, OpenPerson, Server
from tests.e2e.firefox import FirefoxPerson, firefox

pytestmark = [pytest.mark.browser, pytest.mark.firefox, pytest.mark.timeout(900)]

CONSENT_EXPIRES_S = 30.0
"""Without answered checks a path is dead after this (RFC 7675 section 5.1)."""


@pytest.fixture
def karim(tmp_path: Path) -> Iterator[FirefoxPerson]:
    with firefox(tmp_path / "firefox", 1, "Karim") as karim:
        OPEN.append(karim)
        yield karim
        OPEN.remove(karim)


def test_somebody_with_firefox_takes_part(
    server: Server, open_person: OpenPerson, karim: FirefoxPerson
) -> None:
    room = server.create_room()
    nadia = open_person(0, "Nadia").arrive(server.invite(room, "trainer", "Nadia"))
    lea = open_person(2, "Léa").arrive(server.invite(room, "participant", "Léa"))
    karim.open(server.invite(room, "participant", "Karim")).join()
    joined = time.monotonic()

    karim.sees("Nadia")
    karim.sees("Léa")
    nadia.sees("Karim")
    connection = karim.connection_identity()
    karim.hears_voices(2)
    lea.hears_exactly({0, 1})

    karim.click("Turn off microphone")
    lea.hears_exactly({0})
    karim.click("Turn on microphone")
    lea.hears_exactly({0, 1})

    nadia.panel("Breakouts")
    nadia.button("Pairs").click()
    nadia.button("Start").click()
    karim.lacks("group", "Nadia")
    karim.hears_voices(1)
    karim.sees("Léa")
    lea.hears_exactly({1})
    lea.sees("Karim")
    nadia.page.get_by_role("group", name="End the groups").get_by_role("button", name="now").click()
    karim.sees("Nadia")

    time.sleep(max(0.0, joined + CONSENT_EXPIRES_S + 5 - time.monotonic()))
    karim.hears_voices(2)
    nadia.hears_exactly({1, 2})
    assert karim.connection_identity() == connection, "media was renegotiated or the page reloaded"

    karim.reload()
    karim.join()
    karim.sees("Nadia")
    lea.hears_exactly({0, 1})
    expect(nadia.tile("Karim")).to_have_count(1)
    assert karim.errors == []
