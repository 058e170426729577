"""Every state of the interface: axe-core in both languages, light and dark, desktop and phone; large text; small screens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from tests.e2e.conftest import CHROMIUM
from tests.e2e.gallery import CLIENT, STATES, enter, look, served, visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP, PHONE, NARROW = (1280, 800), (360, 740), (320, 640)
"""NARROW is also DESKTOP at 400 % zoom."""
HIGH_CONTRAST = ("prejoin-denied", "room", "chat", "trainer", "trainer-running", "room-trouble")
"""Scenes that hold every kind of component: the two high-contrast themes are looked at there."""

SMALL_TARGETS_JS = """
() => [...document.querySelectorAll("button, input, select, textarea, a[href], [role=button], [role=tab], [role^=menuitem]")]
  .filter((e) => e.checkVisibility() && !e.closest("[aria-hidden=true], [inert]") && getComputedStyle(e).display !== "inline")
  .filter((e) => !document.querySelector("dialog[open]") || e.closest("dialog[open]"))
  .filter((e) => !e.matches(".room__skip, .visually-hidden"))
  .map((e) => [e, (e.closest("label") ?? e).getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (Math.min(box.width, box.height) < 23.5))
  .map(([e, box]) => `${e.outerHTML.slice(0, 100)}: ${box.width} x ${box.height}`)
"""

CUT_JS = """
() => [...document.querySelectorAll("button, [role=tab], [role^=menuitem], dialog[open] p, dialog[open] label, h1, h2, h3")]
  .filter((e) => e.checkVisibility() && !e.closest(".visually-hidden, [aria-hidden=true]"))
  .filter((e) => !document.querySelector("dialog[open]") || e.closest("dialog[open]"))
  .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline"
    && getComputedStyle(e).textOverflow !== "ellipsis")
  .map((e) => `${e.outerHTML.slice(0, 100)}: ${e.scrollWidth} > ${e.clientWidth}`)
"""


UNREACHABLE_JS = """
() => {
  const over = document.querySelector(".menu, .network-card") ?? document.querySelector("dialog[open]");
  return [...(over ?? document).querySelectorAll("button, a[href], [role=tab], [role^=menuitem]")]
    .filter((e) => e.checkVisibility() && !e.closest("[aria-hidden=true], [inert]"))
    .filter((e) => !e.matches(".room__skip, .visually-hidden, .tile__pin") && getComputedStyle(e).pointerEvents !== "none")
    .filter((e) => {
      e.scrollIntoView({ block: "center", inline: "nearest" });
      const box = e.getBoundingClientRect();
      const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return there === null || !(e.contains(there) || there.contains(e));
    })
    .map((e) => e.outerHTML.slice(0, 100));
}
"""
"""What cannot be brought under a finger by scrolling. A card may lie over a tile and its pin."""


@pytest.fixture(scope="module")
def page(playwright: Playwright) -> Iterator[Page]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    opened = browser.new_page(reduced_motion="reduce")
    with served() as address:
        opened.add_init_script(path=CLIENT / "node_modules/axe-core/axe.min.js")
        enter(opened, address)
        yield opened
    browser.close()


def violations(page: Page, **run_only: Any) -> list[str]:
    report = page.evaluate(
        "(runOnly) => axe.run(document, { runOnly, resultTypes: ['violations'] })", run_only
    )
    assert report["violations"] or report["passes"], "axe looked at nothing"
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:160]} {v['nodes'][0]['failureSummary']}"
        for v in report["violations"]
    ]


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def overflow(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    found = [f"scrolls sideways by {wide}"] if wide > 0 else []
    return found + [f"cut: {cut}" for cut in page.evaluate(CUT_JS)]


@pytest.mark.parametrize("state", STATES, ids=lambda state: "-".join((state[0], *state[1])))
def test_state(page: Page, state: tuple[str, tuple[str, ...]]) -> None:
    resize(page, DESKTOP)
    visit(page, *state)
    found = violations(page, type="tag", values=RULES)
    look(page, textSize=200)
    found += [f"desktop 200 %: {one}" for one in overflow(page)]
    look(page, textSize=100)
    if state[0] in HIGH_CONTRAST:
        for colours in ("contrast_light", "contrast_dark"):
            look(page, colours=colours)
            found += [f"{colours}: {one}" for one in violations(page, type="rule", values=["color-contrast"])]
    resize(page, PHONE)
    look(page, lang="fr", colours="dark")
    found += [f"phone: {one}" for one in violations(page, type="tag", values=RULES)]
    found += [f"target: {one}" for one in page.evaluate(SMALL_TARGETS_JS)]
    look(page, textSize=200)
    found += [f"phone 200 %: {one}" for one in overflow(page)]
    found += [f"phone 200 %, out of reach: {one}" for one in page.evaluate(UNREACHABLE_JS)]
    look(page, textSize=100)
    resize(page, NARROW)
    for lang in ("fr", "en"):
        look(page, lang=lang)
        found += [f"narrow {lang}: {one}" for one in overflow(page)]
    assert not found, "\n".join(found)
