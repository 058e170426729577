"""Every state of the interface, from the client's gallery, under axe-core; nothing may scroll sideways at 320 px either."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.e2e.conftest import CHROMIUM, ROOT, free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

CLIENT = ROOT / "client"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STATES: list[tuple[str, tuple[str, ...]]] = [
    ("prejoin-ask", ()),
    ("prejoin-group", ()),
    ("prejoin-ready", ()),
    ("prejoin-denied", ()),
    ("prejoin-missing", ()),
    ("room", ()),
    ("room", ("People",)),
    ("room", ("More",)),
    ("room", ("More", "Settings")),
    ("room-listener", ()),
    ("room-screen", ()),
    ("room-spotlight", ()),
    ("room-trouble", ()),
    ("room-sound", ()),
    ("room-absent", ()),
    ("room-notices", ()),
    ("room-asked", ()),
    ("room-broadcast", ()),
    ("room-group", ()),
    ("room-group-help", ()),
    ("chat", ("Chat",)),
    ("trainer-chat", ("Chat",)),
    ("trainer", ("People", "Actions for Léa")),
    ("trainer-plan", ("Breakouts",)),
    ("trainer-plan", ("Breakouts", "Pairs")),
    ("trainer-plan", ("Breakouts", "By chance")),
    ("trainer-plan", ("Breakouts", "By hand")),
    ("trainer-running", ("Breakouts",)),
    ("room-network", ("Picture paused",)),
    ("trainer-network", ("People",)),
    ("ended-removed", ()),
    ("ended-replaced", ()),
    ("ended-internal", ()),
    ("ended-left", ()),
    ("obstacle-insecure", ()),
    ("obstacle-token", ()),
]
"""Scenes of client/tests/ui/scenes.ts, and the buttons pressed there."""


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    port = free_port()
    vite = subprocess.Popen(
        ["node", "node_modules/vite/bin/vite.js", "--host", "127.0.0.1", "--port", str(port), "--strictPort"],
        cwd=CLIENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert vite.poll() is None, "the gallery did not start"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/tests/ui/gallery.html"
    finally:
        vite.terminate()
        vite.wait(10)


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield launched
    launched.close()


def press(page: Page, name: str) -> None:
    """A button, or an entry of "More", where the phone's toolbar has no room for the button."""
    button = page.get_by_role("button", name=name, exact=True)
    entry = page.locator("[role^=menuitem]").filter(has_text=name).first
    if not button.is_visible() and not entry.is_visible():
        page.get_by_role("button", name="More", exact=True).click()
    button.or_(entry).first.click()


def visit(page: Page, gallery: str, scene: str, buttons: tuple[str, ...], lang: str) -> None:
    page.goto(f"{gallery}?scene={scene}&people=6&lang={lang}")
    page.locator("h1").first.wait_for()
    for name in buttons:
        press(page, name)
    page.wait_for_timeout(250)  # the broadcast scene speaks 100 ms after it opens


@pytest.mark.parametrize(
    ("size", "scheme"), [((1280, 800), "light"), ((360, 740), "dark")], ids=["desktop-light", "phone-dark"]
)
def test_no_state_violates_wcag(browser: Browser, gallery: str, size: tuple[int, int], scheme: Any) -> None:
    axe = (CLIENT / "node_modules/axe-core/axe.min.js").read_text()
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
    )
    found: list[str] = []
    for scene, buttons in STATES:
        visit(page, gallery, scene, buttons, "en")
        page.evaluate(axe)
        report = page.evaluate("(runOnly) => axe.run(document, { runOnly })", RULES)
        assert report["passes"], "axe looked at nothing"
        found += [
            f"{scene} {buttons}: {v['id']}: {v['nodes'][0]['html'][:160]}" for v in report["violations"]
        ]
    page.close()
    assert found == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_nothing_scrolls_sideways_on_the_narrowest_screen(browser: Browser, gallery: str, lang: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    wide: list[str] = []
    for scene in sorted({scene for scene, _ in STATES}):
        visit(page, gallery, scene, (), lang)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(scene)
    page.close()
    assert wide == []
