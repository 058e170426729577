"""Routes and headers, without a network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from classroom.app import create_app
from classroom.config import Config
from classroom.demo import DemoRoom
from classroom.journal.memory import MemoryJournal
from classroom.runtime import Runtime
from signaling.tokens import KeyRing

KEYS = KeyRing({"k": b"k" * 32}, "k")


@pytest.fixture
def static(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Classroom</title>")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    (tmp_path / "assets" / "index-4f2a.js").write_text("export {}")
    return tmp_path


@pytest.fixture
async def runtime() -> Runtime:
    return Runtime(Config(), KEYS, MemoryJournal())


def client_of(
    runtime: Runtime, static: Path, *, demo: bool = False, address: str = "127.0.0.1"
) -> httpx.AsyncClient:
    app = create_app(runtime, demo_room=DemoRoom(runtime) if demo else None, static=static)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=(address, 1)), base_url="http://localhost:8080"
    )


@pytest.fixture
async def http(runtime: Runtime, static: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(runtime, static) as client:
        yield client


async def test_the_page_is_fetched_anew_and_its_parts_are_kept(http: httpx.AsyncClient) -> None:
    for path in ("/", "/join", "/join?lang=fr"):
        page = await http.get(path)
        assert page.status_code == 200
        assert "Classroom" in page.text
        assert page.headers["cache-control"] == "no-cache"
    part = await http.get("/assets/index-4f2a.js")
    assert part.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert part.headers["content-type"].startswith("text/javascript")
    icon = await http.get("/favicon.svg")
    assert icon.text == "<svg/>"


class TestForms:
    """`index-9c1d.js` also lies there compressed."""

    @pytest.fixture
    def static(self, static: Path) -> Path:
        for suffix, body in (("", "plain " * 100), (".br", "as br"), (".gz", "as gzip")):
            (static / "assets" / f"index-9c1d.js{suffix}").write_text(body)
        return static

    @pytest.mark.parametrize(
        ("accepts", "coding"),
        [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip;q=0.5", "gzip"),
            ("BR ; q=0.001", "br"),
            ("*", "br"),
            ("*;q=0.0", None),
            ("identity", None),
            ("", None),
            (",;;q=,", None),
        ],
    )
    async def test_the_best_form_that_the_client_takes(
        self, http: httpx.AsyncClient, accepts: str, coding: str | None
    ) -> None:
        async with http.stream(
            "GET", "/assets/index-9c1d.js", headers={"Accept-Encoding": accepts}
        ) as answer:
            body = b"".join([part async for part in answer.aiter_raw()])
        assert answer.headers.get("content-encoding") == coding
        assert body.startswith({"br": b"as br", "gzip": b"as gzip", None: b"plain"}[coding])
        assert int(answer.headers["content-length"]) == len(body)
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"].startswith("text/javascript")
        assert "immutable" in answer.headers["cache-control"]

    async def test_each_form_has_its_own_etag_and_is_not_sent_twice(self, http: httpx.AsyncClient) -> None:
        tags = set()
        for accepts in ("br", "gzip", "identity"):
            headers = {"Accept-Encoding": accepts}
            async with http.stream("GET", "/assets/index-9c1d.js", headers=headers) as first:
                tag = first.headers["etag"]
            tags.add(tag)
            again = await http.get(
                "/assets/index-9c1d.js", headers={**headers, "If-None-Match": f'"other", W/{tag}'}
            )
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
            assert again.headers["vary"] == "Accept-Encoding"
        assert len(tags) == 3

    async def test_compressed_forms_have_no_address(self, http: httpx.AsyncClient) -> None:
        assert (await http.get("/assets/index-9c1d.js.br")).status_code == 404


async def test_the_page_too_is_not_sent_twice(http: httpx.AsyncClient) -> None:
    first = await http.get("/join")
    again = await http.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, "no-cache")


@pytest.mark.parametrize(
    "path",
    ["/nothing.js", "/assets/nothing.js", "/a/b", "/api/demo", "/..%2fconfig.py", "/assets/..%2f..%2fapp.py"],
)
async def test_what_is_not_there_is_said_so(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 404


async def test_every_answer_has_the_security_headers(http: httpx.AsyncClient) -> None:
    for path in ("/", "/assets/index-4f2a.js", "/healthz", "/nothing.js"):
        headers = (await http.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "connect-src 'self' ws://localhost:8080 wss://localhost:8080;" in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert "microphone=(self)" in headers["permissions-policy"]
        assert "strict-transport-security" not in headers


async def test_a_strange_host_header_is_not_repeated(http: httpx.AsyncClient) -> None:
    policy = (await http.get("/", headers={"Host": "x; script-src *"})).headers["content-security-policy"]
    assert "*" not in policy


async def test_https_is_asked_for_again(static: Path) -> None:
    runtime = Runtime(replace(Config(), public_url="https://class.example"), KEYS, MemoryJournal())
    async with client_of(runtime, static) as http:
        assert "max-age=" in (await http.get("/")).headers["strict-transport-security"]


async def test_a_client_that_is_not_built_is_said_so(runtime: Runtime, tmp_path: Path) -> None:
    async with client_of(runtime, tmp_path / "empty") as http:
        page = await http.get("/join")
        assert page.status_code == 503
        assert "make build" in page.text
        assert (await http.get("/healthz")).status_code == 200


async def test_how_long_things_are_kept_is_told_to_all(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/retention")).json() == {"history_days": 30, "room_days": 365}


async def test_readiness_ends_before_liveness(runtime: Runtime, http: httpx.AsyncClient) -> None:
    assert (await http.get("/readyz")).json() == {"ready": True, "rooms": 0, "sessions": 0}
    await runtime.drain()
    assert (await http.get("/readyz")).status_code == 503
    assert (await http.get("/healthz")).text == "ok\n"


async def test_only_reading_is_possible(http: httpx.AsyncClient) -> None:
    assert (await http.post("/join")).status_code == 405


class TestDemo:
    async def test_rooms_are_made_for_this_machine(self, runtime: Runtime, static: Path) -> None:
        async with client_of(runtime, static, demo=True) as http:
            made = await http.post("/api/demo/rooms")
            assert made.status_code == 201
            links = made.json()
            assert set(links) == {"room_id", "trainer_link", "participant_link"}
            assert links["trainer_link"].startswith("http://localhost:8080/join#t=")
            assert [listing.room_id for listing in await runtime.journal.rooms()] == [links["room_id"]]
            assert (await http.get("/api/demo")).json()["room_id"] == "demo"

    @pytest.mark.parametrize(
        ("address", "headers"),
        [
            ("192.0.2.1", {}),
            ("127.0.0.1", {"Origin": "https://evil.example"}),
            ("127.0.0.1", {"Host": "evil.example"}),
        ],
        ids=["another machine", "another page", "another name"],
    )
    async def test_nobody_else_gets_a_link(
        self, runtime: Runtime, static: Path, address: str, headers: dict[str, str]
    ) -> None:
        async with client_of(runtime, static, demo=True, address=address) as http:
            for answer in (
                await http.get("/api/demo", headers=headers),
                await http.post("/api/demo/rooms", headers=headers),
            ):
                assert answer.status_code == 403
                assert "link" not in answer.text
        assert await runtime.journal.rooms() == []

    async def test_nobody_gets_a_link_where_a_proxy_may_stand_in_front(self, static: Path) -> None:
        runtime = Runtime(replace(Config(), public_url="https://class.example"), KEYS, MemoryJournal())
        async with client_of(runtime, static, demo=True) as http:
            assert (await http.get("/api/demo")).status_code == 403
            assert (await http.post("/api/demo/rooms")).status_code == 403
        assert await runtime.journal.rooms() == []
