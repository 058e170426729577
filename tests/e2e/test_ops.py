"""The ops page beside a running server: it says who is in which trouble, and what is done there is done. The people are
synthetic (loadtest); their sockets, sound and faults are real."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from loadtest import media
from loadtest.network import NetworkPath
from loadtest.pacer import Pacer
from loadtest.participant import Participant
from tests.e2e.conftest import CHROMIUM, ROOT, Server
from tests.e2e.person import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

T = TypeVar("T")
FOREVER_S = 3_600.0
NO_PICTURES = {layer.rid: () for layer in media.LAYERS}
"""Nobody turns a camera on here, and encoding pictures takes a while."""
PICTURES = ROOT / "test-results" / "ops"


class Crowd:
    """People in a room, on a loop of their own: Playwright has this thread's."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._media = media.Media(media.load_speech(), media.make_quiet(), NO_PICTURES)
        self._directory: dict[int, str] = {}
        self.paths: dict[str, NetworkPath] = {}
        self.people: dict[str, Participant] = {}

        async def begin() -> Pacer:
            return Pacer()

        self._pacer = self.run(begin())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        done: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return done.result(60)

    def join(self, name: str, link: str, role: str = "participant") -> Participant:
        async def joined() -> Participant:
            self.paths[name] = NetworkPath(None, name)
            person = Participant(
                number=len(self.people), name=name, role=role, link=link, directory=self._directory,
                media=self._media, pacer=self._pacer, voice=True, microphone_on=True, screen=(640, 360),
                receives="audio", camera_on=False, network=self.paths[name],
            )  # fmt: skip
            assert await person.join(), person.measured.errors
            return person

        self.people[name] = self.run(joined())
        return self.people[name]

    def ask(self, name: str, request: str) -> None:
        self.run(self.people[name].session.request(request, {}))

    def silence(self, name: str, until: float) -> None:
        """Their media do not pass until then (`Pacer` time); their WebSocket does."""
        self.paths[name]._cut_until = until

    def drop(self, name: str) -> None:
        """Their network is gone, for everything."""

        async def cut() -> None:
            self.people[name].cut(FOREVER_S)

        self.run(cut())

    @property
    def now(self) -> float:
        return self._pacer.now()

    def close(self) -> None:
        async def end() -> None:
            await asyncio.gather(*(one.leave() for one in self.people.values()), return_exceptions=True)
            self._pacer.close()

        self.run(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    people = Crowd()
    yield people
    people.close()


@pytest.fixture
def browser(playwright: Playwright) -> Iterator[Browser]:
    opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield opened
    opened.close()


def ops_link(server: Server, *arguments: str) -> str:
    link = server.classroom("ops-link", *arguments).strip()
    return link.replace("/ops#", "/ops?lang=en#")


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def test_the_right_people_are_in_the_right_trouble(server: Server, crowd: Crowd, browser: Browser) -> None:
    room, calm = server.create_room("Web workshop"), server.create_room("Calm room")
    crowd.join("Tara", server.invite(room, "trainer", "Tara"), "trainer")
    for name in ("Lea", "Ben", "Cleo", "Dan"):
        crowd.join(name, server.invite(room, "participant", name))
    crowd.join("Olga", server.invite(calm, "trainer", "Olga"), "trainer")
    crowd.ask("Ben", "hand.raise")
    crowd.ask("Cleo", "help.call")
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.set_default_timeout(PATIENCE_MS)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(ops_link(server, "--name", "Nadia"))
    expect(page.get_by_text("2 rooms")).to_be_visible()
    assert "#t=" not in page.url
    expect(page.get_by_text("Nadia")).to_be_visible()

    crowd.silence("Lea", crowd.now + FOREVER_S)
    crowd.drop("Dan")
    workshop = row(page, "Web workshop")
    for words in ("1 person hears nothing", "1 person is not heard", "1 person missing", "1 call for help"):
        expect(workshop).to_contain_text(words)
    expect(workshop).to_contain_text("Serious")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Web workshop")
    expect(row(page, "Calm room")).to_contain_text("Fine")
    photograph(page, "overview")

    page.get_by_role("link", name="Web workshop").click()
    for name, words in [
        ("Lea", "Hears nothing"),
        ("Lea", "Is not heard"),
        ("Dan", "Missing"),
        ("Ben", "Hand up"),
        ("Cleo", "Calls for help"),
        ("Tara", "Fine"),
    ]:
        expect(row(page, name)).to_contain_text(words)
    for name in ("Tara", "Ben", "Cleo"):
        expect(row(page, name)).not_to_contain_text("Hears nothing")
    expect(row(page, "Ben")).to_contain_text("UDP")
    photograph(page, "room")

    page.get_by_role("button", name="Message the trainer").click()
    page.get_by_role("textbox").fill("Lea hears nothing; we are on it.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("1 trainer reads it now.")).to_be_visible()

    page.get_by_role("link", name="Lea").click()
    for words in ("Came in", "Sound and picture connected (UDP)", "Nothing arrives any more"):
        expect(page.get_by_role("listitem").filter(has_text=words).first).to_be_visible()
    page.get_by_role("button", name="Ask for a new way").click()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text="Was asked from here")).to_be_visible()
    crowd.silence("Lea", float("-inf"))
    for words in ("Sound and picture are back", "Hears again", "Is heard again"):
        expect(page.get_by_role("listitem").filter(has_text=words)).to_be_visible()
    expect(page.get_by_text("Hears nothing (")).to_have_count(0)
    photograph(page, "person")

    page.context.set_offline(True)
    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("The server does not answer.")).to_have_count(0)

    page.get_by_role("link", name="Web workshop").click()
    page.get_by_role("button", name="Close the room").click()
    page.get_by_role("button", name="Close for everybody").click()
    expect(page.get_by_text("The room is closed.")).to_be_visible()
    expect(page.get_by_text("This room is empty and no longer on the server.")).to_be_visible()
    assert errors == []

    page.goto(ops_link(server, "--role", "viewer") + "&again")
    page.reload()
    expect(page.get_by_text("You can watch.")).to_be_visible()
    listed = json.loads(server.classroom("ops-link", "list", "--json"))
    (viewer,) = [one["id"] for one in listed if one["role"] == "viewer"]
    server.classroom("ops-link", "revoke", viewer)
    expect(page.get_by_role("heading", name="This link was taken back")).to_be_visible()
    expect(page.get_by_text("No room is open")).to_have_count(0)
    photograph(page, "revoked")
    page.goto(f"{server.url}/ops?lang=en#t=broken")
    page.reload()
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()


def photograph(page: Page, what: str) -> None:
    """For eyes: how it looks with real people in it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for size in ((360, 740), (1024, 768), (1920, 1080)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.screenshot(path=PICTURES / f"{what}-{size[0]}.png", full_page=True)
