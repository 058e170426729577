"""
Pictures of every state of the interface, for eyes: `make screenshots`, then open test-results/screenshots/index.html.

    python -m tests.e2e.screenshots [part of a state's name]

The states are those of tests/e2e/gallery.py; the rooms also stand empty, with two and with sixteen people.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import CHROMIUM, ROOT
from tests.e2e.gallery import STATES, enter, look, served, visit

FOLDER = ROOT / "test-results" / "screenshots"
SIZES = {"phone": (360, 740), "laptop": (1024, 768), "wall": (1920, 1080)}
CROWDS = {"room": (1, 2, 5, 16), "room-screen": (2, 16), "trainer": (1, 2, 16), "room-group": (3, 16)}
"""How many people, for the scenes whose look depends on it; five everywhere else."""


@dataclass(frozen=True)
class Shot:
    scene: str
    buttons: tuple[str, ...]
    people: int
    size: str
    choices: dict[str, object] = field(default_factory=dict)

    @property
    def state(self) -> str:
        return " › ".join((self.scene, *self.buttons))

    @property
    def variant(self) -> str:
        return " ".join([self.size, str(self.people), *map(str, self.choices.values())])

    @property
    def file(self) -> str:
        name = f"{self.state} {self.variant}".replace(" › ", "-")
        return "".join(c if c.isalnum() or c == "-" else "_" for c in name) + ".png"


def shots(part: str) -> Iterator[Shot]:
    """Each state at each size, in English and light; on the phone in French and dark too, and in large text."""
    for scene, buttons in STATES:
        crowds = CROWDS.get(scene, (5,)) if not buttons else (5,)
        for size in SIZES:
            for people in crowds:
                plain = Shot(scene, buttons, people, size)
                if part not in plain.state:
                    continue
                yield plain
                if people in (5, 16) and size != "wall":
                    yield Shot(scene, buttons, people, size, {"lang": "fr", "colours": "dark"})
                if people == 5 and size == "laptop":
                    yield Shot(scene, buttons, people, size, {"lang": "fr", "colours": "contrast_light"})
                if people == 5 and size == "phone":
                    yield Shot(scene, buttons, people, size, {"lang": "fr", "textSize": 200})


def take(page: Page, shot: Shot) -> None:
    width, height = SIZES[shot.size]
    page.set_viewport_size({"width": width, "height": height})
    visit(page, shot.scene, shot.buttons, shot.people)
    look(page, **shot.choices)
    page.screenshot(path=FOLDER / shot.file)


def contact_sheet(taken: list[Shot]) -> str:
    parts = []
    for state in dict.fromkeys(shot.state for shot in taken):
        pictures = "".join(
            f'<figure class="{shot.size}"><a href="{shot.file}"><img loading="lazy" src="{shot.file}" alt=""></a>'
            f"<figcaption>{html.escape(shot.variant)}</figcaption></figure>"
            for shot in taken
            if shot.state == state
        )
        parts.append(f"<h2>{html.escape(state)}</h2><section>{pictures}</section>")
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Every state</title><style>
body {{ margin: 1rem; background: #777; color: #fff; font: 14px sans-serif }}
section {{ display: flex; flex-wrap: wrap; gap: 8px; align-items: start }}
figure {{ margin: 0 }} img {{ display: block; height: 300px }} h2 {{ margin: 1rem 0 .25rem }}
</style>{"".join(parts)}</html>
"""


def main(part: str = "") -> Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    taken = list(shots(part))
    with sync_playwright() as playwright, served() as gallery:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(reduced_motion="reduce")
        enter(page, gallery)
        for shot in taken:
            take(page, shot)
        browser.close()
    index = FOLDER / "index.html"
    index.write_text(contact_sheet(taken))
    return index


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
