"""Waiting at the door of a room with a lobby: a real server, real sockets."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from rooms.commands import AdmitFromLobby, RaiseHand, RefuseFromLobby, RemoveParticipant, SetRole, SetRules
from rooms.events import LobbyChanged, ParticipantJoined, RoleChanged, RulesChanged
from signaling import codec
from signaling.messages import LobbyWaiting
from tests.support.client import Client, Closed, Refusal
from tests.support.server import ClassroomServer, running, token_of


class Visitor:
    """Somebody at the door: said hello, and waits for the reply."""

    def __init__(self, client: Client, reply: asyncio.Task[object]) -> None:
        self.client, self.reply = client, reply

    @classmethod
    async def at(cls, server: ClassroomServer, link: str) -> Visitor:
        client = await Client.open(server.ws_url)
        visitor = cls(client, asyncio.create_task(client.hello(token_of(link))))
        await client.push(LobbyWaiting)
        return visitor


async def lobby_of(server: ClassroomServer) -> tuple[str, Client]:
    room = server.create_room()
    trainer = await Client.join(server.ws_url, server.invite(room, "trainer", "Tara"))
    await trainer.request(SetRules(lobby=True))
    return room, trainer


async def test_who_waits_is_told_nothing_until_admitted(classroom_server: ClassroomServer) -> None:
    room, trainer = await lobby_of(classroom_server)
    link = classroom_server.invite(room, "participant", "Ana")
    ana = await Visitor.at(classroom_server, link)
    (waiting,) = (await trainer.event(LobbyChanged)).waiting
    assert waiting.name == "Ana"
    assert ana.client.events == []
    (told,) = ana.client.pushes
    assert isinstance(told, LobbyWaiting)
    assert told.since_at_ms == waiting.since_at_ms <= told.sent_at_ms
    await trainer.request(AdmitFromLobby(participant_id=waiting.participant_id))
    await ana.reply
    assert [person.name for person in ana.client.snapshot.participants] == ["Tara", "Ana"]
    assert ana.client.snapshot.lobby == ()
    await ana.client.close()
    again = await Client.join(classroom_server.ws_url, link)  # known now
    await asyncio.gather(again.close(), trainer.close())


async def test_the_refused_are_sent_away_and_the_removed_do_not_even_wait(
    classroom_server: ClassroomServer,
) -> None:
    room, trainer = await lobby_of(classroom_server)
    link = classroom_server.invite(room, "participant", "Ben")
    ben = await Visitor.at(classroom_server, link)
    (waiting,) = (await trainer.event(LobbyChanged)).waiting
    await trainer.request(RefuseFromLobby(participant_id=waiting.participant_id))
    with pytest.raises(Refusal) as refused:
        await ben.reply
    assert refused.value.code == "not_admitted"
    ben = await Visitor.at(classroom_server, link)
    await trainer.request(AdmitFromLobby(participant_id=None))
    await ben.reply
    await trainer.request(RemoveParticipant(participant_id=ben.client.me))
    with pytest.raises(Refusal) as refused:
        await Client.join(classroom_server.ws_url, link)
    assert refused.value.code == "removed"
    await trainer.close()


async def test_a_lost_socket_keeps_its_rank_and_an_impatient_one_is_closed(
    classroom_server: ClassroomServer,
) -> None:
    room, trainer = await lobby_of(classroom_server)
    links = [classroom_server.invite(room, "participant", name) for name in ("Ana", "Ben")]
    ana = await Visitor.at(classroom_server, links[0])
    ben = await Visitor.at(classroom_server, links[1])
    await ana.client.cut()
    ana.reply.cancel()
    async with asyncio.timeout(20), trainer.news:
        while not any(
            isinstance(event, LobbyChanged) and any(one.gone_at_ms for one in event.waiting)
            for _, event in trainer.events
        ):
            await trainer.news.wait()
    ana = await Visitor.at(classroom_server, links[0])
    queue = [event for _, event in trainer.events if isinstance(event, LobbyChanged)][-1].waiting
    assert [(one.name, one.gone_at_ms) for one in queue] == [("Ana", None), ("Ben", None)]

    await ben.client.send(codec.encode_request(9, RaiseHand()))
    with pytest.raises(Exception, match="hello_expected"):
        await ben.reply
    await trainer.request(SetRules(lobby=False))
    await ana.reply
    await asyncio.gather(ana.client.close(), trainer.close())


async def test_the_queue_outlives_the_server(tmp_path: Path) -> None:
    """Killed or stopped in order, and whoever comes back first: the ranks stay."""
    links: list[str] = []
    with running(tmp_path) as server:
        room, trainer = await lobby_of(server)
        tom = server.invite(room, "co_trainer", "Tom")
        links = [server.invite(room, "participant", name) for name in ("Ana", "Ben", "Cem")]
        visitors = [await Visitor.at(server, link) for link in links]
        (*_, queue) = [event.waiting for _, event in trainer.events if isinstance(event, LobbyChanged)]
        since = [one.since_at_ms for one in queue]
        server.kill()
        for visitor in visitors:
            with pytest.raises(Closed):
                await visitor.reply
    with running(tmp_path) as server:
        visitors = [await Visitor.at(server, links[index]) for index in (1, 0)]
        trainer = await Client.join(server.ws_url, tom)
        assert [one.name for one in trainer.snapshot.lobby] == ["Ana", "Ben", "Cem"]
        assert [one.since_at_ms for one in trainer.snapshot.lobby] == since
        gone = [one.name for one in trainer.snapshot.lobby if one.gone_at_ms is not None]
        assert gone == ["Cem"], "who has not come back yet is shown so"
        assert server.stop() == 0
        for visitor in visitors:
            with pytest.raises((Closed, Refusal)):
                await visitor.reply
        assert '"level": "error"' not in server.log
    with running(tmp_path) as server:
        ben = await Visitor.at(server, links[1])
        trainer = await Client.join(server.ws_url, tom)
        assert [one.name for one in trainer.snapshot.lobby] == ["Ana", "Ben", "Cem"]
        await trainer.request(AdmitFromLobby(participant_id=None))
        await ben.reply
        ana = await Client.join(server.ws_url, links[0])  # admitted while she was away
        await asyncio.gather(ana.close(), ben.client.close(), trainer.close())


async def test_a_locked_room_says_so(classroom_server: ClassroomServer) -> None:
    room = classroom_server.create_room()
    trainer = await Client.join(classroom_server.ws_url, classroom_server.invite(room, "trainer", "Tara"))
    link = classroom_server.invite(room, "participant", "Ana")
    ana = await Client.join(classroom_server.ws_url, link)
    await trainer.request(SetRules(locked=True))
    await ana.event(RulesChanged)
    with pytest.raises(Refusal) as refused:
        await Client.join(classroom_server.ws_url, classroom_server.invite(room, "participant", "Eve"))
    assert refused.value.code == "room_locked"
    await ana.close()
    ana = await Client.join(classroom_server.ws_url, link)
    await asyncio.gather(ana.close(), trainer.close())


async def test_a_new_co_trainer_may_at_once_what_staff_may(classroom_server: ClassroomServer) -> None:
    room, trainer = await lobby_of(classroom_server)
    ana = await Visitor.at(classroom_server, classroom_server.invite(room, "participant", "Ana"))
    await trainer.request(AdmitFromLobby(participant_id=None))
    await ana.reply
    ben = await Visitor.at(classroom_server, classroom_server.invite(room, "participant", "Ben"))
    await trainer.event(ParticipantJoined)
    await trainer.request(SetRole(participant_id=ana.client.me, role="co_trainer"))
    await ana.client.event(RoleChanged)
    await ana.client.request(AdmitFromLobby(participant_id=None))
    await ben.reply
    await asyncio.gather(ana.client.close(), ben.client.close(), trainer.close())
