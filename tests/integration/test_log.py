"""What a real meeting leaves in the log: who was when in which session, by ids; nothing of what people are called and say."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from classroom import keys
from rooms.commands import LowerHand, PostChat, RaiseHand, RemoveParticipant, SetTerm
from signaling.captions import WriteCaption
from signaling.messages import Offer
from tests.support.client import Client, Closed, Refusal, packed
from tests.support.server import ClassroomServer, running, token_of

ROOM_NAME = "Quaggelstein Zimmerchen"
NAMES = ("Zebulonia", "Xanthippus")
SAID = "pineapple-7731 on the roof"
CLIENT = "Brauser-4711"


async def meeting(server: ClassroomServer) -> tuple[list[str], str, str]:
    """Everything that may happen, with words that are nowhere else; returns the secrets, the room, and Ana's session."""
    room = server.create_room(ROOM_NAME)
    links = [
        server.invite(room, role, name) for role, name in zip(("trainer", "participant"), NAMES, strict=True)
    ]
    tara = await Client.join(server.ws_url, links[0])
    ana = await Client.join(server.ws_url, links[1])
    await tara.request(PostChat(text=SAID, channel="room"))
    await tara.request(SetTerm(term=SAID[:20], meaning=SAID))
    await ana.request(RaiseHand())
    for refused in (
        LowerHand(participant_id=SAID.replace(" ", "")),
        Offer(sdp=f"v=0\r\ns={SAID}\r\n", sources={}),
        WriteCaption(line=1, text=SAID, kind="captioner", done=True),
    ):
        with pytest.raises(Refusal):
            await ana.request(refused)
    with pytest.raises(Refusal):
        await ana.request_raw(999, packed(999, SAID, {SAID: SAID}))
    resume = ana.resume_point()
    await ana.cut()
    back = await Client.join(server.ws_url, links[1], resume=resume)
    await back.send(packed(1, 2, 3, SAID))
    await back.closed()
    with pytest.raises((Refusal, Closed)):
        await Client.join(server.ws_url, f"{links[1]}{SAID.split()[0]}")
    with pytest.raises(InvalidStatus):
        await Client.open(server.ws_url, origin=f"https://{NAMES[0].lower()}.example")
    async with httpx.AsyncClient(base_url=server.url) as http:
        await http.get(f"/api/{SAID}", headers={"User-Agent": CLIENT, "Authorization": f"Bearer {SAID}"})
        await http.get(f"/join?name={NAMES[1]}")
    await tara.request(RemoveParticipant(participant_id=ana.me))
    await tara.close()
    signing = keys.load_or_create(server.data_dir)
    secrets = [
        *(token_of(link) for link in links),
        *(token_of(link).rsplit(".", 1)[1] for link in links),
        resume.secret,
        tara.welcome.secret,
        signing.keys[signing.current].hex(),
    ]
    return secrets, room, resume.session_id


def lines_of(server: ClassroomServer) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.log.splitlines() if line.startswith("{")]


async def test_a_meeting_in_the_log(tmp_path: Path) -> None:
    with running(tmp_path, LOG_LEVEL="debug") as server:
        secrets, room, session = await meeting(server)
        async with asyncio.timeout(30):
            while not any(line["event"] == "session closed" for line in lines_of(server)):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    log = server.log.casefold()
    for word in (*NAMES, ROOM_NAME, SAID, SAID.split()[0], CLIENT, *secrets):
        assert word.casefold() not in log, word
    lines = lines_of(server)
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)
    about_sessions = [line for line in lines if line.get("component") == "sessions" or "seat" in line]
    assert {"session opened", "session detached", "session resumed", "session closed", "offer refused"} <= {
        line["event"] for line in about_sessions
    }
    for line in about_sessions:
        if line["event"] != "hello refused":
            assert {"room", "seat", "session", "connection"} <= line.keys(), line
            assert line["room"] == room
    opened, resumed = (
        next(line for line in lines if line["event"] == event and line["session"] == session[:8])
        for event in ("session opened", "session resumed")
    )
    assert opened["connection"] != resumed["connection"]
    refused = [line for line in lines if line["event"] == "hello refused"]
    assert [line["why"] for line in refused] == ["token_invalid"]
    assert "connection" in refused[0]
