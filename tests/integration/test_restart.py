"""The process ends, the rooms go on: killed without warning, or stopped in order."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from rooms.commands import PostChat, RaiseHand
from rooms.events import ChatPosted
from tests.support.client import Client, Refusal
from tests.support.server import running


async def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        room = server.create_room("Web")
        links = {name: server.invite(room, name=name) for name in ("Ana", "Ben")}
        tara_link = server.invite(room, "trainer", "Tara")
        tara = await Client.join(server.ws_url, tara_link)
        people = [await Client.join(server.ws_url, link) for link in links.values()]
        acknowledged: list[str] = []

        async def talk(who: Client, name: str) -> None:
            for number in range(1_000):
                try:
                    await who.request(PostChat(channel="room", text=f"{name} {number}"))
                except Refusal:
                    await asyncio.sleep(0.1)
                    continue
                except Exception:
                    return  # the server was killed under us
                acknowledged.append(f"{name} {number}")

        await people[0].request(RaiseHand())
        talking = [asyncio.create_task(talk(who, name)) for who, name in zip(people, links, strict=True)]
        await asyncio.sleep(0.5)
        server.kill()
        await asyncio.gather(*talking)
        assert len(acknowledged) > 10
    with running(tmp_path) as server:
        kept = [
            recorded.event.message.text
            for recorded in server.history(room)
            if isinstance(recorded.event, ChatPosted)
        ]
        assert set(acknowledged) <= set(kept), "every acknowledged message is there"
        assert len(set(kept)) == len(kept), "and once"
        again = await Client.join(server.ws_url, links["Ana"], resume=people[0].resume_point())
        assert not again.welcome.resumed
        assert again.me == people[0].me
        assert [hand.participant_id for hand in again.snapshot.hands] == [again.me]
        others = {person.id: person.connected for person in again.snapshot.participants}
        assert others == {tara.me: False, people[0].me: True, people[1].me: False}, "no ghosts"
        await again.close()


async def test_people_are_told_when_the_server_stops(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        room = server.create_room()
        ana = await Client.join(server.ws_url, server.invite(room))
        idle = await Client.open(server.ws_url)
        assert server.stop() == 0
        closed = await ana.closed()
        assert (closed.code, closed.error) == (4503, "shutting_down")
        await idle.closed()
        assert "server stopped" in server.log
        assert '"level": "error"' not in server.log


async def test_logs_hold_no_secrets(tmp_path: Path) -> None:
    with running(tmp_path, "--demo", LOG_LEVEL="debug") as server:
        room = server.create_room("Topsecretroom")
        link = server.invite(room, name="Ana Anonyme")
        ana = await Client.join(server.ws_url, link)
        await ana.request(PostChat(channel="room", text="my salary"))
        with pytest.raises(Refusal):
            await Client.join(server.ws_url, link + "x")
        server.stop()
        log = "\n".join(line for line in server.log.splitlines() if line.startswith("{"))
        for secret in (link.split("=", 1)[1][:40], ana.welcome.secret, "my salary", "Ana Anonyme"):
            assert secret not in log
