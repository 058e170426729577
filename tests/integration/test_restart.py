"""The process ends, the rooms go on: killed without warning, or stopped in order."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from rooms.commands import LowerHand, PostChat, RaiseHand
from rooms.events import ChatPosted, HandRaised
from signaling import codec
from signaling.messages import Resume
from tests.support.client import Client, Closed, Refusal
from tests.support.server import running

KILLS = 4


class Talker:
    """Says one thing after the other; whatever a killed server left unanswered is repeated with the same `ref`."""

    def __init__(self, link: str, name: str) -> None:
        self.link, self.name = link, name
        self.acknowledged: list[str] = []
        self.client: Client
        self.point: Resume | None = None
        self._ref = 1
        self._text: str | None = None

    async def talk(self, ws_url: str) -> None:
        """Until the server is gone."""
        self.client = await Client.join(ws_url, self.link, resume=self.point)
        assert self.client.welcome.resumed is (self.point is not None)
        try:
            while True:
                if self._text is None:
                    self._ref += 1
                    self._text = f"{self.name} {self._ref}"
                post = PostChat(channel="room", text=self._text)
                try:
                    await self.client.request_raw(self._ref, codec.encode_request(self._ref, post))
                except Refusal:  # too fast
                    await asyncio.sleep(0.2)
                else:
                    self.acknowledged.append(self._text)
                self._text = None
        except Closed:
            self.point = self.client.resume_point()


async def test_nothing_acknowledged_is_lost_or_done_twice_when_the_process_is_killed(tmp_path: Path) -> None:
    """SIGKILL in the middle of commits, again and again."""
    talkers: list[Talker] = []
    for killed in range(KILLS):
        with running(tmp_path) as server:
            if not talkers:
                room = server.create_room("Web")
                talkers = [Talker(server.invite(room, name=name), name) for name in ("Ana", "Ben", "Cem")]
                tara_link = server.invite(room, "trainer", "Tara")
            talking = [asyncio.create_task(talker.talk(server.ws_url)) for talker in talkers]
            await asyncio.sleep(0.5 + 0.05 * killed)
            server.kill()
            await asyncio.gather(*talking)
    with running(tmp_path) as server:
        kept = [
            recorded.event.message.text
            for recorded in server.history(room)
            if isinstance(recorded.event, ChatPosted)
        ]
        acknowledged = [text for talker in talkers for text in talker.acknowledged]
        assert len(acknowledged) > 10 * KILLS
        assert set(acknowledged) <= set(kept), "every acknowledged message is there"
        assert len(set(kept)) == len(kept), "and once"
        tara = await Client.join(server.ws_url, tara_link)
        connected = {person.name: person.connected for person in tara.snapshot.participants}
        assert connected == {"Ana": False, "Ben": False, "Cem": False, "Tara": True}, "no ghosts"
        await tara.close()


async def test_a_request_whose_reply_was_lost_is_answered_after_the_restart(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        room = server.create_room()
        link = server.invite(room)
        ana = await Client.join(server.ws_url, link)
        seq = (await ana.request(RaiseHand()))["seq"]
        server.kill()
    with running(tmp_path) as server:
        again = await Client.join(server.ws_url, link, resume=ana.resume_point())
        assert again.welcome.resumed
        assert (again.welcome.session_id, again.me) == (ana.welcome.session_id, ana.me)
        assert again.welcome.epoch != ana.welcome.epoch
        assert [hand.participant_id for hand in again.snapshot.hands] == [ana.me]
        await again.request_raw(50, codec.encode_request(50, LowerHand()))
        repeated = await again.request_raw(ana.last_ref, codec.encode_request(ana.last_ref, RaiseHand()))
        assert repeated["seq"] == seq, "answered from the journal"
        assert not [event for _, event in again.events if isinstance(event, HandRaised)], "and not done again"
        forged = msgspec.structs.replace(ana.resume_point(), secret="x" * 40)
        fresh = await Client.join(server.ws_url, link, resume=forged)
        assert not fresh.welcome.resumed, "the secret proves the session"
        assert (await again.closed()).error == "replaced"
        late = await Client.join(server.ws_url, link, resume=ana.resume_point())
        assert not late.welcome.resumed, "only the seat's newest session goes on"
        await late.close()


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
