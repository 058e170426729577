"""The client's gallery (client/tests/ui/gallery.tsx): every state of the interface, without a server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from playwright.sync_api import Page

from classroom.files import MEDIA_TYPES
from tests.e2e.conftest import ROOT

CLIENT = ROOT / "client"

STATES: list[tuple[str, tuple[str, ...]]] = [
    ("prejoin-ask", ()),
    ("prejoin-group", ()),
    ("prejoin-ready", ()),
    ("prejoin-denied", ()),
    ("prejoin-missing", ()),
    ("prejoin-ask", ("Display and reading",)),
    ("prejoin-ready", ("What is kept of me?",)),
    ("room", ()),
    ("room", ("People",)),
    ("room", ("More",)),
    ("room", ("More", "Keyboard shortcuts")),
    ("room", ("More", "Settings")),
    ("room", ("More", "Settings", "Display")),
    ("room", ("More", "Settings", "Pictures and data")),
    ("room", ("More", "Settings", "Keyboard shortcuts")),
    (
        "room",
        ("More", "Settings", "Keyboard shortcuts", "Change the keys for: Raise or lower hand"),
    ),
    ("room", ("More", "Settings", "Language")),
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
    ("chat", ("Chat", "palette")),
    ("trainer-chat", ("Chat",)),
    ("trainer", ("People", "Actions for Léa")),
    ("trainer-plan", ("Breakouts",)),
    ("trainer-plan", ("Breakouts", "Pairs")),
    ("trainer-plan", ("Breakouts", "By chance")),
    ("trainer-plan", ("Breakouts", "By hand")),
    ("trainer-plan", ("Breakouts", "Kept groups")),
    ("trainer-plan", ("Breakouts", "Keep these groups")),
    ("trainer-plan-absent", ("Breakouts", "Keep apart or together")),
    ("trainer-plan-nobody", ("Breakouts",)),
    ("trainer-plan-sets", ("Breakouts",)),
    ("trainer-plan-sets", ("Breakouts", "Kept groups")),
    ("trainer-plan-sets", ("Breakouts", "Kept groups", "The same as last time")),
    ("trainer-running", ("Breakouts",)),
    ("trainer-running-alone", ("Breakouts",)),
    ("trainer-visiting", ()),
    ("room-offer", ()),
    ("room-recall-60", ()),
    ("room-recall-10", ()),
    ("waiting", ()),
    ("waiting", ("Display and reading",)),
    ("waiting-denied", ()),
    ("waiting-lost", ()),
    ("trainer-lobby", ()),
    ("trainer-lobby", ("People",)),
    ("trainer-lobby-one", ()),
    ("trainer", ("People", "Room rules")),
    ("trainer-rules", ("People", "Room rules")),
    ("trainer", ("People", "Actions for Léa", "Make Léa a co-trainer")),
    ("trainer-co-trainer", ("People", "Actions for Léa")),
    ("room-rules", ()),
    ("room-rules", ("Chat",)),
    ("room-layout-gallery", ("More",)),
    ("room-captions", ()),
    ("room-captions", ("What was said so far",)),
    ("room-interpreter", ()),
    ("trainer-notes", ("Notes",)),
    ("trainer-notes", ("Notes", "Glossary")),
    ("trainer-notes", ("Notes", "Glossary", "Explain a word")),
    ("trainer-notes", ("Notes", "Glossary", "Change “Pixel”")),
    ("room-network", ("Picture paused",)),
    ("trainer-network", ("People",)),
    ("checkin", ("Activities",)),
    ("checkin-free", ()),
    ("checkin-answered", ()),
    ("checkin-results", ()),
    ("trainer-checkin", ("Activities", "Change Your first page in HTML")),
    ("trainer-agenda", ("Activities", "Your own question…")),
    ("trainer-break", ()),
    ("trainer-ops-message", ()),
    ("floor", ()),
    ("floor-spoken", ()),
    ("trainer-turns", ("People",)),
    ("ended-removed", ()),
    ("ended-replaced", ()),
    ("ended-internal", ()),
    ("ended-left", ()),
    ("obstacle-insecure", ()),
    ("obstacle-token", ()),
    ("ops-overview", ()),
    ("ops-empty", ()),
    ("ops-lost", ()),
    ("ops-room", ()),
    ("ops-room", ("Message the trainer",)),
    ("ops-person", ()),
    ("ops-gone", ()),
    ("ops-expired", ()),
]
"""
Scenes of client/tests/ui/scenes.ts, and the buttons (entries of "More", tabs) pressed there, by their English names. A new
state is one more line here: axe, the narrow screens, the large text and the screenshots take it from this list.
"""


class _Quiet(SimpleHTTPRequestHandler):
    """Says nothing about each file. The types are not left to the system's table."""

    extensions_map = MEDIA_TYPES

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    """
    The gallery's address, as long as it is served. It is built first: Vite's own server would load the page again whenever
    a script that comes later brings a package that it had not met.
    """
    with TemporaryDirectory() as folder:
        built = subprocess.run(
            [
                *("node", "node_modules/vite/bin/vite.js", "build", "--logLevel", "error"),
                *("--config", "tests/ui/gallery.config.ts", "--outDir", folder),
            ],
            cwd=CLIENT, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        assert built.returncode == 0, built.stdout + built.stderr
        answers = Path(folder, "api")
        answers.mkdir()
        (answers / "retention").write_text('{"history_days": 90, "room_days": null}')
        with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
            thread = Thread(target=server.serve_forever)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/tests/ui/gallery.html"
            finally:
                server.shutdown()
                thread.join()


def press(page: Page, name: str) -> None:
    """A button, a tab or what unfolds, or an entry of "More", where the phone's toolbar has no room for the button."""
    button = page.get_by_role("button", name=name, exact=True).or_(
        page.get_by_role("tab", name=name, exact=True)
    )
    button = button.or_(page.locator("summary").filter(has_text=name))
    entry = page.locator("[role^=menuitem]").filter(has_text=name)
    # A modal dialog takes the rest of the page out of reach, and out of its roles.
    in_dialog = page.locator("dialog[open]").last
    if in_dialog.count() > 0:
        button, entry = button.and_(in_dialog.locator("*")), entry.and_(in_dialog.locator("*"))
    elif not button.first.is_visible() and not entry.first.is_visible():
        page.get_by_role("button", name="More", exact=True).click()
    button.or_(entry).first.click()


def enter(page: Page, gallery: str) -> None:
    """Once per page, before `visit`."""
    page.goto(f"{gallery}?scene=obstacle-token")
    page.locator("h1").first.wait_for()


def visit(page: Page, scene: str, buttons: tuple[str, ...], people: int = 6) -> None:
    """Shows a state in English, light, with text as the browser has it."""
    page.evaluate(
        """([scene, people]) => {
          gallery.choose({ lang: "en", colours: "light", textSize: 100 });
          gallery.show(scene, people);
        }""",
        [scene, people],
    )
    page.locator("h1").first.wait_for()
    for name in buttons:
        press(page, name)
        if name in ("Settings", "Keyboard shortcuts", "Display and reading", "What is kept of me?"):
            page.locator("dialog[open]").wait_for()  # comes with a script of its own
    page.wait_for_timeout(150)  # the broadcast scene speaks 100 ms after it opens


def look(page: Page, **choices: Any) -> None:
    """Changes the open state in place: `lang`, `colours`, `textSize` (percent), as a person would choose them."""
    page.evaluate(
        """async (choices) => {
          gallery.choose(choices);
          for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
          await Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {})));
        }""",
        choices,
    )
