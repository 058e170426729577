"""A day without a mouse: join, raise a hand, work in a pair, write, leave; the focus always to be seen, never trapped."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPerson, Server
from tests.e2e.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

STOPS = 80
"""More than there are stops on any screen: after so many Tabs one has been everywhere."""

FOCUS_JS = """
() => {
  const e = document.activeElement;
  if (e === null || e === document.body) return null;
  const outline = (style) => (style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth));
  const box = e.getBoundingClientRect();
  const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    name: (e.getAttribute("aria-label") ?? e.labels?.[0]?.textContent ?? e.textContent ?? "").trim(),
    html: e.outerHTML.slice(0, 120),
    // A card whose button covers it all shows the focus by its edge.
    outline: Math.max(...[null, "::before", "::after"].map((part) => outline(getComputedStyle(e, part)))),
    onScreen: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    covered: middle !== null && !e.contains(middle) && !middle.contains(e) && !e.closest("label")?.contains(middle),
  };
}
"""


def tab_to(person: Person, name: str | re.Pattern[str]) -> None:
    """Presses Tab until what is called `name` has the focus. Every stop shows that it has it (WCAG 2.4.7, 2.4.11)."""
    pattern = re.compile(f"^{re.escape(name)}$") if isinstance(name, str) else name
    seen: list[str] = []
    for _ in range(STOPS):
        person.page.keyboard.press("Tab")
        focus = person.page.evaluate(FOCUS_JS)
        if focus is None:  # the browser's own buttons, between the last stop and the first
            continue
        seen.append(focus["name"])
        assert focus["outline"] >= 2, f"focus is not visible on {focus['html']}"
        assert focus["onScreen"], f"focus is off the screen: {focus['html']}"
        assert not focus["covered"], f"focus is covered: {focus['html']}"
        if pattern.search(focus["name"]):
            return
    raise AssertionError(f"Tab never comes to {name}: {list(dict.fromkeys(seen))}")


def use(person: Person, name: str | re.Pattern[str], key: str = "Enter") -> None:
    tab_to(person, name)
    person.page.keyboard.press(key)


def test_a_day_without_a_mouse(server: Server, open_person: OpenPerson) -> None:
    room = server.create_room()
    nadia = open_person(0, "Nadia").open(server.invite(room, "trainer", "Nadia"))
    karim = open_person(1, "Karim").open(server.invite(room, "participant", "Karim"))
    lea = open_person(2, "Léa").open(server.invite(room, "participant", "Léa"))

    # Before joining: what is kept of people, as this server is set up. Escape gives the focus back.
    days = lea.page.request.get(f"{server.url}/api/retention").json()["history_days"]
    kept = lea.page.get_by_role("dialog", name="What is kept, and for how long")
    use(lea, "What is kept of me?")
    expect(kept).to_contain_text(f"Deleted after {days} days.")
    lea.page.keyboard.press("Escape")
    expect(kept).to_have_count(0)
    expect(lea.button("What is kept of me?")).to_be_focused()

    for person in (nadia, karim, lea):
        use(person, "Join")
        expect(person.button("Leave")).to_be_visible()

    # The same from within: the menu's last entry.
    use(lea, "More")
    lea.page.keyboard.press("End")
    lea.page.keyboard.press("Enter")
    expect(kept).to_contain_text(f"Deleted after {days} days.")
    lea.page.keyboard.press("Escape")
    expect(kept).to_have_count(0)
    expect(lea.button("More")).to_be_focused()

    # A hand: by its button, and down again by its shortcut.
    use(karim, "Raise hand", "Space")
    expect(karim.button("Lower hand")).to_be_visible()
    nadia.page.keyboard.press("Alt+p")
    hands = nadia.page.get_by_role("region", name="Raised hands").get_by_role("listitem")
    expect(hands).to_have_count(1)
    karim.page.keyboard.press("Alt+h")
    expect(hands).to_have_count(0)

    # Escape closes the panel and gives the focus back to the page.
    nadia.page.keyboard.press("Escape")
    expect(nadia.page.locator("#panel-people")).to_have_count(0)

    # Pairs: the panel by its shortcut, the rest by Tab.
    nadia.page.keyboard.press("Alt+b")
    use(nadia, re.compile("^Pairs"))
    use(nadia, "Start")
    for person in (karim, lea):
        expect(person.page.get_by_role("region", name="Pair 1")).to_be_visible()

    # Writing: the shortcut opens the panel with the focus where one writes.
    karim.page.keyboard.press("Alt+c")
    expect(karim.page.get_by_role("textbox", name="Message", exact=True)).to_be_focused()
    karim.page.keyboard.type("Shall we begin?")
    karim.page.keyboard.press("Enter")
    expect(karim.page.get_by_role("log")).to_contain_text("Shall we begin?")

    # The question mark shows the shortcuts, but not while one is typing.
    karim.page.keyboard.type("?")
    expect(karim.page.get_by_role("dialog")).to_have_count(0)
    karim.page.keyboard.press("Backspace")
    karim.page.keyboard.press("Escape")
    karim.page.keyboard.press("?")
    shortcuts = karim.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shortcuts).to_contain_text("Raise or lower hand")
    karim.page.keyboard.press("Escape")
    expect(shortcuts).to_have_count(0)

    use(karim, "Leave")
    expect(karim.button("Join again")).to_be_visible()
    assert [*nadia.errors, *karim.errors, *lea.errors] == []
