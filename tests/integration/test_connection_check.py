"""What the page before joining says about the network, in real Chromium, on networks that let through more or less."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.support.coturn import SECRET, Coturn, coturn, installed
from tests.support.pages import CHROMIUM, FLAGS, PATIENCE_MS, UDP_BLOCKED, join, open_page
from tests.support.server import ClassroomServer, running

pytestmark = pytest.mark.browser

FAILED = "Sound and picture cannot get through this network."
WORKS, DETOUR = "Your connection works.", "Your connection works by a detour"


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running_playwright:
        yield running_playwright


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield chromium
    chromium.close()


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    if not installed():
        pytest.skip("needs Debian's package coturn")
    with coturn(tmp_path_factory.mktemp("coturn")) as running_relay:
        yield running_relay


def says(page: Page, words: str, way: str) -> None:
    """What is said in the end, and which way it names."""
    told = page.get_by_role("status").filter(has_text=words)
    expect(told).to_be_visible(timeout=PATIENCE_MS)
    if way:
        expect(told).to_contain_text(f"{way}, ")
        expect(told).to_contain_text(" ms")


def visit(browser: Browser, server: ClassroomServer, *options: str) -> Page:
    return open_page(browser, server.invite(server.create_room()), *options)


def test_a_network_that_lets_udp_through(tmp_path: Path, browser: Browser) -> None:
    with running(tmp_path) as server:
        page = visit(browser, server)
        says(page, WORKS, "UDP")
        join(page)
        page.context.close()


def test_a_network_that_lets_no_udp_through(tmp_path: Path, playwright: Playwright) -> None:
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, UDP_BLOCKED])
    try:
        with running(tmp_path / "tcp") as server:
            says(visit(chromium, server), DETOUR, "TCP")
        with running(tmp_path / "none", MEDIA_TCP_PORT="off") as server:
            page = visit(chromium, server)
            says(page, FAILED, "")
            expect(page.get_by_role("button", name="Test again")).to_be_visible()
            join(page)  # the chat works
    finally:
        chromium.close()


@pytest.mark.parametrize("way", ["udp", "tcp"])
def test_a_network_that_leaves_only_turn(tmp_path: Path, browser: Browser, relay: Coturn, way: str) -> None:
    with running(tmp_path, TURN_URLS=relay.url(way), TURN_SECRET=SECRET) as server:
        page = visit(browser, server, "transport=relay")
        says(page, DETOUR, f"TURN ({way.upper()})")
        join(page)
        page.context.close()
