"""Captions over real sockets: letter by letter to those in the same place, the latest lines to whoever comes later."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from rooms.commands import BreakoutPlan, GroupSpec, MoveParticipant, OpenBreakouts
from signaling.captions import Caption, CaptionHistory, WriteCaption
from tests.support.client import Client, Refusal
from tests.support.server import running


def lines(client: Client) -> list[str]:
    """What the person has read so far, line by line as it came."""
    return [push.line.text for push in client.pushes if isinstance(push, Caption)]


async def test_captions_reach_their_place_and_late_comers(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        room = server.create_room()
        links = {name: server.invite(room, name=name) for name in ("Ana", "Ben", "Chen")}
        tara = await Client.join(server.ws_url, server.invite(room, "trainer", "Tara"))
        cleo = await Client.join(server.ws_url, server.invite(room, "captioner", "Cleo"))
        ana, ben = [await Client.join(server.ws_url, links[name]) for name in ("Ana", "Ben")]

        for text in ("He", "Hello", "Hello everybody"):
            await cleo.request(WriteCaption(line=1, text=text, kind="captioner"))
        await cleo.request(WriteCaption(line=1, text="Hello everybody.", kind="captioner", done=True))
        await ana.request(WriteCaption(line=1, text="I type", kind="typing"))
        await ana.request(WriteCaption(line=1, text="", kind="typing", done=True))
        await ana.request(WriteCaption(line=2, text="I\u0007 speak  by typing", kind="typing"))
        async with asyncio.timeout(10), ben.news:
            while "I speak by typing" not in lines(ben):
                await ben.news.wait()
        last = await ben.push(Caption)
        assert (last.line.participant_id, last.line.name, last.line.done) == (ana.me, "Ana", False)
        assert "Hello everybody." in lines(ben)

        chen = await Client.join(server.ws_url, links["Chen"])
        history = await chen.push(CaptionHistory)
        assert [line.text for line in history.lines] == ["Hello everybody.", "I speak by typing"]

        with pytest.raises(Refusal, match="not_allowed"):
            await ana.request(WriteCaption(line=3, text="as if", kind="captioner"))

        groups = (GroupSpec(name="Blue", members=(ana.me, ben.me)),)
        await tara.request(OpenBreakouts(plan=BreakoutPlan(mode="manual", groups=groups)))
        assert (await ana.push(CaptionHistory, lines=())).lines == ()
        await ana.request(WriteCaption(line=4, text="in the group", kind="typing", done=True))
        await ben.request(WriteCaption(line=1, text="heard", kind="speech", done=True))
        assert "in the group" not in lines(chen)
        assert "in the group" not in lines(tara)
        await tara.request(MoveParticipant(participant_id=chen.me, group="1-1"))
        moved = await chen.push(CaptionHistory)
        assert [line.text for line in moved.lines] == ["in the group", "heard"]
