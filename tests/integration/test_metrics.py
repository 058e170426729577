"""A real meeting, and those who disturb it, in the figures; and scrapers that disturb."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import InvalidStatus

from classroom import http_protocol
from classroom.metrics import page
from rooms.commands import LowerAllHands, PostChat, RaiseHand
from signaling.limits import MAX_FRAME_BYTES
from tests.support.client import Client, Closed, Refusal, packed
from tests.support.inloop import InLoopServer, serving

PATIENCE_S = 30.0


class Figures:
    """One scrape: values by name and labels."""

    def __init__(self, text: str) -> None:
        self._samples = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def __call__(self, name: str, **labels: str) -> float:
        return self._samples[f"classroom_{name}", frozenset(labels.items())]


async def scrape(server: InLoopServer) -> Figures:
    async with httpx.AsyncClient(timeout=PATIENCE_S) as http:
        answer = await http.get(f"http://127.0.0.1:{server.runtime.config.port}/metrics")
        assert answer.status_code == 200
        return Figures(answer.text)


async def until(server: InLoopServer, name: str, value: float, **labels: str) -> None:
    """Scrapes until the figure is so high."""
    async with asyncio.timeout(PATIENCE_S):
        while (await scrape(server))(name, **labels) < value:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def test_what_people_do_is_in_the_figures() -> None:
    async with serving() as server:
        room = await server.create_room()
        tara = await Client.join(server.ws_url, server.invite(room, "trainer", "Tara"))
        link = server.invite(room)
        ana = await Client.join(server.ws_url, link)
        await ana.request(RaiseHand())
        await tara.request(PostChat(text="Hello", channel="room"))
        await ana.cut()
        back = await Client.join(server.ws_url, link, resume=ana.resume_point())
        figures = await scrape(server)
        assert figures("rooms", use="together") == 1
        assert figures("room_people", room=room, state="connected") == 2
        assert figures("room_hands", room=room) == 1
        assert figures("sessions_total", how="opened") == 2
        assert figures("sessions_total", how="resumed") == 1
        assert figures("join_seconds_count") == 3
        assert figures("connections_open") == 2
        assert figures("connections_closed_total", code="lost") == 1
        assert figures("request_seconds_count", type="hand.raise") == 1
        assert figures("journal_commit_seconds_count") >= 4
        assert figures("signaling_bytes_total", direction="sent") > 1_000
        assert figures("loop_lag_seconds_count") > 0
        assert figures("ready") == 1
        await back.close()
        await tara.close()


async def test_each_who_is_refused_is_counted_by_part_and_code_and_the_neighbour_goes_on() -> None:
    async with serving() as server:
        room = await server.create_room()
        ana = await Client.join(server.ws_url, server.invite(room))

        with pytest.raises(Refusal):
            await ana.request(LowerAllHands())
        with pytest.raises(Refusal):
            await ana.request_raw(3, packed(3, "no.such.message", {}))
        ana.last_ref = 3
        with pytest.raises((Refusal, Closed)):
            await Client.join(server.ws_url, "http://x/join#t=not.a.token")
        with pytest.raises(InvalidStatus):
            await Client.open(server.ws_url, origin="https://evil.example")
        broken = await Client.join(server.ws_url, server.invite(room, name="Ben"))
        await broken.send(b"\xc1")
        await broken.closed()
        huge = await Client.open(server.ws_url)
        await huge.send(bytes(3 * MAX_FRAME_BYTES))
        await huge.closed()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for datagram in (
                b"\xff junk",
                b"",
                b"\x00\x01 no check",
                bytes([22]) * 40,
                bytes([0x80, 111]) * 20,
            ):
                stranger.sendto(datagram, ("127.0.0.1", server.runtime.plane.port))
        port = server.runtime.config.port
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            await http.get("/api/nothing")
            await http.get("/api/v1/rooms")
            await http.get("/metrics", headers={"Host": "class.example.org"})
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"not HTTP at all\r\n\r\n")
        await reader.read()
        writer.close()

        await until(server, "media_dropped_datagrams_total", 1, stage="front", reason="unknown_protocol")
        figures = await scrape(server)
        for part, code in (
            ("request", "not_allowed"),
            ("request", "unknown_message"),
            ("hello", "token_invalid"),
            ("hello", "frame_too_large"),
            ("session", "malformed_frame"),
            ("socket", "origin"),
            ("http", "not_found"),
            ("http", "metrics_forbidden"),
            ("http", "malformed_request"),
            ("api", "key_missing"),
        ):
            assert figures("refusals_total", part=part, code=code) == 1, (part, code)
        for reason in ("empty", "stun_malformed", "unknown_source"):
            assert figures("media_dropped_datagrams_total", stage="front", reason=reason) >= 1, reason
        assert figures("connections_closed_total", code="malformed_frame") == 1
        assert figures("http_responses_total", status="404") == 1

        await ana.request(RaiseHand())
        await ana.close()


async def test_a_scraper_that_reads_nothing_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "STALL_S", 0.3)
    async with serving() as server:
        ana = await Client.join(server.ws_url, server.invite(await server.create_room()))
        with socket.socket() as scraper:
            scraper.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            scraper.setblocking(False)
            await asyncio.get_running_loop().sock_connect(scraper, ("127.0.0.1", server.runtime.config.port))
            with suppress(ConnectionError):
                ask = b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 400
                await asyncio.get_running_loop().sock_sendall(scraper, ask)
            await until(server, "refusals_total", 1, part="http", code="reader_stalled")
        await ana.request(RaiseHand())
        await ana.close()


async def test_many_scrapers_are_answered_from_one_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "FRESH_S", 1_000.0)
    async with serving() as server:
        address = f"http://127.0.0.1:{server.runtime.config.port}/metrics"
        async with httpx.AsyncClient(timeout=PATIENCE_S) as http:
            answers = await asyncio.gather(*(http.get(address) for _ in range(100)))
        statuses = {answer.status_code for answer in answers}
        assert statuses <= {200, 503}
        assert 200 in statuses
        assert len({answer.content for answer in answers if answer.status_code == 200}) == 1
