"""One person's slowness, one room's bug, one disk's failure: the others notice nothing."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from classroom.config import Config
from classroom.journal.base import JournalUnavailable
from classroom.journal.memory import MemoryJournal
from classroom.switchboard import Switchboard
from rooms import room
from rooms.commands import Command, PostChat, RaiseHand
from rooms.events import AnyEvent, ChatPosted, HandRaised, PresenceChanged, Recorded
from rooms.state import Limits as RoomLimits
from rooms.state import RoomState
from signaling import codec
from signaling.limits import SessionLimits
from signaling.messages import GetSnapshot
from tests.support.client import Client, Closed, Refusal
from tests.support.inloop import serving


async def test_a_slow_reader_loses_only_its_own_connection() -> None:
    """Ben stops reading; Ana and Tara talk on. Ben's connection ends; his session comes back to a snapshot."""
    config = Config(
        session_limits=SessionLimits(
            history_bytes=100_000, outbox_bytes=200_000, requests_per_s=5_000, request_burst=5_000
        ),
        room_limits=RoomLimits(chat_chars=20_000),
    )
    async with serving(config) as server:
        room_id = await server.create_room()
        tara = await Client.join(server.ws_url, server.invite(room_id, "trainer", "Tara"))
        ana = await Client.join(server.ws_url, server.invite(room_id, name="Ana"))
        link = server.invite(room_id, name="Ben")
        ben = await Client.join(server.ws_url, link, sock=_narrow_socket(server.ws_url))
        point = ben.resume_point()
        ben.socket.transport.pause_reading()
        count = 0
        while server.runtime.hosts.loaded(room_id).sessions[ben.me].connection is not None:  # type: ignore[union-attr]
            await ana.request(PostChat(channel="room", text="x" * 4000))
            count += 1
            assert count < 20_000, "no limit was reached"
        await tara.event(PresenceChanged, participant_id=ben.me, connected=False)
        said = [event for _, event in tara.events if isinstance(event, ChatPosted)]
        assert len(said) == count, "the others were served all along"
        ben.socket.transport.abort()
        again = await Client.join(server.ws_url, link, resume=point)
        assert again.welcome.resumed
        assert again.welcome.snapshot is not None
        await asyncio.gather(*(client.close() for client in (tara, ana, again)))


def _narrow_socket(ws_url: str) -> socket.socket:
    """Takes little in advance, so that not reading shows soon."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    parts = urlsplit(ws_url)
    made.connect((parts.hostname, parts.port))
    return made


async def test_a_bug_ends_one_room_which_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    real = room.decide

    def buggy(state: RoomState, command: Command, *rest: Any) -> tuple[AnyEvent, ...]:
        if isinstance(command, PostChat) and command.text == "boom":
            raise ZeroDivisionError("a bug")
        return real(state, command, *rest)

    monkeypatch.setattr(room, "decide", buggy)
    async with serving() as server:
        here, there = await server.create_room(), await server.create_room()
        link = server.invite(here, name="Ana")
        ana = await Client.join(server.ws_url, link)
        ben = await Client.join(server.ws_url, server.invite(there, name="Ben"))
        await ana.request(RaiseHand())
        with pytest.raises((Closed, Refusal)):
            await ana.request(PostChat(channel="room", text="boom"))
        closed = await ana.closed()
        assert (closed.code, closed.error) == (4500, "internal")
        again = await Client.join(server.ws_url, link, resume=ana.resume_point())
        assert again.welcome.resumed
        assert again.welcome.epoch != ana.welcome.epoch
        assert [hand.participant_id for hand in again.snapshot.hands] == [ana.me], (
            "nothing acknowledged is lost"
        )
        await ben.request(RaiseHand())
        await asyncio.gather(again.close(), ben.close())


async def test_a_room_that_fails_while_somebody_joins_lets_them_try_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The refusal must not be `replaced`: that one is final, and the client would stay out."""
    real = Switchboard.room_changed

    def buggy(self: Switchboard, *rest: Any) -> None:
        raise ZeroDivisionError("a bug")

    async with serving() as server:
        link = server.invite(await server.create_room(), name="Ana")
        monkeypatch.setattr(Switchboard, "room_changed", buggy)
        with pytest.raises((Closed, Refusal)) as refused:
            await Client.join(server.ws_url, link)
        assert "internal" in str(refused.value)
        monkeypatch.setattr(Switchboard, "room_changed", real)
        ana = await Client.join(server.ws_url, link)
        await ana.request(RaiseHand())
        await ana.close()


class BrokenDisk(MemoryJournal):
    """Fails on demand, for one room."""

    broken: str | None = None
    problem: Exception = OSError("a bug")

    def append(self, room_id: str, events: Sequence[Recorded], token: int = 0) -> asyncio.Future[None]:
        if room_id == self.broken:
            failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            failed.set_exception(self.problem)
            return failed
        return super().append(room_id, events, token)


async def test_a_full_disk_refuses_with_a_code_and_ends_nothing() -> None:
    disk = BrokenDisk()
    disk.problem = JournalUnavailable("disk full")
    async with serving(journal=disk) as server:
        here = await server.create_room()
        ana_link = server.invite(here, name="Ana")
        ana = await Client.join(server.ws_url, ana_link)
        ben = await Client.join(server.ws_url, server.invite(here, name="Ben"))
        disk.broken = here
        for _ in range(3):
            with pytest.raises(Refusal) as refused:
                await ana.request(RaiseHand())
            assert refused.value.code == "storage_unavailable"
        with pytest.raises(Refusal) as refused:
            await Client.join(server.ws_url, server.invite(here, name="Cem"))
        assert refused.value.code == "storage_unavailable"
        point = ana.resume_point()
        await ana.cut()
        again = await Client.join(server.ws_url, ana_link, resume=point)
        assert again.welcome.resumed, "whoever is in comes back in"
        disk.broken = None
        await again.request_raw(40, codec.encode_request(40, RaiseHand()))
        assert (await ben.event(HandRaised)).participant_id == again.me
        await asyncio.gather(again.close(), ben.close())


async def test_what_the_disk_did_not_take_is_not_acknowledged_nor_shown() -> None:
    disk = BrokenDisk()
    async with serving(journal=disk) as server:
        here, there = await server.create_room(), await server.create_room()
        ana_link = server.invite(here, name="Ana")
        ana = await Client.join(server.ws_url, ana_link)
        ben = await Client.join(server.ws_url, server.invite(here, name="Ben"))
        cem = await Client.join(server.ws_url, server.invite(there, name="Cem"))
        disk.broken = here
        with pytest.raises((Closed, Refusal)):
            await ana.request(RaiseHand())
        await asyncio.gather(ana.closed(), ben.closed())
        assert not [event for _, event in ben.events if isinstance(event, HandRaised)]
        await cem.request(RaiseHand())
        disk.broken = None
        again = await Client.join(server.ws_url, ana_link)
        assert again.snapshot.hands == ()
        await asyncio.gather(again.close(), cem.close())


async def test_a_room_leaves_the_memory_and_comes_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    from classroom import hosts

    monkeypatch.setattr(hosts, "LINGER_S", 0.0)
    async with serving() as server:
        room_id = await server.create_room()
        link = server.invite(room_id)
        ana = await Client.join(server.ws_url, link)
        await ana.request(PostChat(channel="room", text="note"))
        host = server.runtime.hosts.loaded(room_id)
        assert host is not None
        host.touched_at -= 1
        assert host not in server.runtime.hosts.idle(), "not while somebody is there"
        server.runtime.hosts.drop(host)  # as when everybody has been gone for long
        again = await server.runtime.hosts.get(room_id)
        assert again is not host
        assert [stored.message.text for stored in again.state.chat] == ["note"]
        await ana.close()


async def test_two_hundred_joins_leave_no_ghosts() -> None:
    config = Config(session_limits=SessionLimits(requests_per_s=1e6, request_burst=1e6))
    async with serving(config) as server:
        server.runtime.turnstile._limits = replace(config.limits, joins_per_s=1e6, join_burst=10_000_000)
        room_id = await server.create_room()
        watcher = await Client.join(server.ws_url, server.invite(room_id, "trainer", "Tara"))
        links = [server.invite(room_id, name=f"P{number}") for number in range(10)]

        async def come_and_go(link: str) -> None:
            for number in range(20):
                client = await Client.join(server.ws_url, link)
                await (client.cut() if number % 2 else client.close())

        await asyncio.gather(*(come_and_go(link) for link in links))
        while len(server.runtime.connections) > 1:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await watcher.request(RaiseHand())
        snapshot = (await watcher.request(GetSnapshot()))["snapshot"]
        connected = [person["id"] for person in snapshot["participants"] if person["connected"]]
        assert connected == [watcher.me]
        assert len(snapshot["participants"]) == 11
        assert len(server.runtime.sessions) == 11
        await watcher.close()
