"""A hello, while what decides about it is still on its way to the disk."""

from __future__ import annotations

import asyncio

import pytest

from classroom.host import RoomHost
from rooms.commands import RevokeInvitation, SetRules
from signaling.messages import LobbyWaiting
from tests.classroom.test_hosts import SlowDisk
from tests.support.client import Client, Refusal
from tests.support.inloop import InLoopServer, serving
from tests.support.server import token_of

FOR_EVER_S = 4_000_000_000


class Disk(SlowDisk):
    """Outlives the process."""

    async def close(self) -> None:
        return None

    def go_on(self) -> None:
        self.slow = False
        for written in self.waiting:
            written.set_result(None)
        self.waiting.clear()


def host_of(server: InLoopServer, room: str) -> RoomHost:
    host = server.runtime.hosts.loaded(room)
    assert host is not None
    return host


async def test_whoever_comes_while_a_lobby_opens_waits_there_and_is_not_sent_away() -> None:
    disk = Disk()
    async with serving(journal=disk) as server:
        room = await server.create_room()
        tara = await Client.join(server.ws_url, server.invite(room, "trainer", "Tara"))
        link = server.invite(room, name="Ana")
        disk.slow = True
        opened = asyncio.create_task(tara.request(SetRules(lobby=True)))
        while not disk.waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        with pytest.raises(Refusal) as refused:
            await Client.join(server.ws_url, link)
        assert refused.value.code == "moved", "come back at once"
        disk.go_on()
        await opened
        ana = await Client.open(server.ws_url)
        hello = asyncio.create_task(ana.hello(token_of(link)))
        await ana.push(LobbyWaiting)
        hello.cancel()
        await asyncio.gather(ana.close(), tara.close())


async def test_a_session_of_the_last_process_is_not_restored_by_a_link_that_is_being_taken_back() -> None:
    disk = Disk()
    async with serving(journal=disk) as server:
        keys, room = server.runtime.keys, await server.create_room()
        link = server.invite(room, name="Ana")
        ana = await Client.join(server.ws_url, link)
        invitation = host_of(server, room).sessions[ana.me].invitation
        point = ana.resume_point()
        await ana.cut()
    async with serving(journal=disk, keys=keys) as server:
        tara = await Client.join(server.ws_url, server.invite(room, "trainer", "Tara"))
        host = host_of(server, room)
        disk.slow = True
        revoked = host.submit(RevokeInvitation(invitation=invitation, until_s=FOR_EVER_S))
        back = asyncio.create_task(Client.join(server.ws_url, link, resume=point))
        while ana.me not in host.sessions:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        disk.go_on()
        await revoked
        with pytest.raises(Refusal) as refused:
            await back
        assert refused.value.code == "token_revoked"
        assert ana.me not in host.sessions
        await tara.close()
