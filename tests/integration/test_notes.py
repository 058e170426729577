"""Shared notes over real sockets: written by several, kept through a SIGKILL, closed to whoever may not read them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from pycrdt import Doc, Text

from rooms.commands import BreakoutPlan, CloseBreakouts, GroupSpec, OpenBreakouts
from signaling.codec import BINARY
from signaling.notes import (
    ListNotes,
    NoteCursor,
    NoteList,
    NoteState,
    NoteUpdated,
    OpenNote,
    PointInNote,
    UpdateNote,
)
from tests.support.client import Client, Refusal
from tests.support.server import ClassroomServer, running


class Pad:
    """One person's copy of a note."""

    def __init__(self, client: Client, note: str = "room") -> None:
        self.client, self.note = client, note
        self.doc: Doc[Text] = Doc()
        self.text: Text = self.doc.get("text", type=Text)

    async def open(self) -> Pad:
        request = OpenNote(note=self.note, state_vector=self.doc.get_state())
        state = msgspec.convert(await self.client.request(request), NoteState, builtin_types=BINARY)
        self.doc.apply_update(state.update)
        lacking = self.doc.get_update(state.state_vector)
        if lacking != b"\x00\x00":
            await self.client.request(UpdateNote(note=self.note, update=lacking))
        return self

    async def write(self, words: str) -> None:
        """Returns when it is acknowledged."""
        state = self.doc.get_state()
        self.text += words
        update = self.doc.get_update(state)
        await self.client.request(UpdateNote(note=self.note, update=update))

    def take_in(self) -> str:
        for push in self.client.pushes:
            if isinstance(push, NoteUpdated) and push.note == self.note:
                self.doc.apply_update(push.update)
        return str(self.text)


async def person(server: ClassroomServer, room: str, role: str, name: str) -> Client:
    return await Client.join(server.ws_url, server.invite(room, role, name))  # type: ignore[arg-type]


async def test_acknowledged_words_survive_a_kill_and_offline_words_merge(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        room = server.create_room()
        links = {name: server.invite(room, name=name) for name in ("Ana", "Ben")}
        pads = {
            name: await Pad(await Client.join(server.ws_url, link)).open() for name, link in links.items()
        }
        acknowledged: list[str] = []

        async def type_on(name: str, pad: Pad) -> None:
            for number in range(2_000):
                word = f"{name}{number} "
                try:
                    await pad.write(word)
                except Refusal:
                    return  # the server's limit on requests; the next one would be refused as well
                except Exception:
                    return  # it was killed under us
                acknowledged.append(word)
                await asyncio.sleep(0.02)

        typing = [asyncio.create_task(type_on(name, pad)) for name, pad in pads.items()]
        await asyncio.sleep(1.0)
        server.kill()
        await asyncio.gather(*typing)
        assert len(acknowledged) > 10
    # While nobody is connected, Ana goes on writing.
    pads["Ana"].text += "offline "
    with running(tmp_path) as server:
        room_link = links["Ana"]
        newcomer = await Pad(await Client.join(server.ws_url, links["Ben"])).open()
        kept = str(newcomer.text)
        for word in acknowledged:
            assert kept.count(word) == 1, word
        pads["Ana"].client = await Client.join(server.ws_url, room_link)
        await pads["Ana"].open()
        pushed = await newcomer.client.push(NoteUpdated, note="room")
        assert pushed.participant_id == pads["Ana"].client.me
        assert newcomer.take_in().count("offline ") == 1
        assert newcomer.take_in() == str(pads["Ana"].text)


async def test_a_groups_note_is_for_the_group_and_staff(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        room = server.create_room()
        tara = await person(server, room, "trainer", "Tara")
        ana, ben, chen = [await person(server, room, "participant", name) for name in ("Ana", "Ben", "Chen")]
        groups = (GroupSpec(name="Blue", members=(ana.me, ben.me)), GroupSpec(name="Red", members=(chen.me,)))
        await tara.request(OpenBreakouts(plan=BreakoutPlan(mode="manual", groups=groups)))
        blue, bens, taras = Pad(ana, "1-1"), Pad(ben, "1-1"), Pad(tara, "1-1")
        for pad in (blue, bens, taras):
            await pad.open()
        await blue.write("our plan")
        for pad in (bens, taras):
            await pad.client.push(NoteUpdated, note="1-1")
            assert pad.take_in() == "our plan"
        with pytest.raises(Refusal, match="not_allowed"):
            await Pad(chen, "1-1").open()
        with pytest.raises(Refusal, match="not_allowed"):
            await chen.request(UpdateNote(note="1-1", update=b"\x00\x00"))
        with pytest.raises(Refusal, match="unknown_group"):
            await Pad(tara, "9-9").open()

        await ben.request(PointInNote(note="1-1", anchor=b"\x00\x01\x00", head=b"\x00\x01\x00"))
        pointed = await ana.push(NoteCursor, note="1-1")
        assert (pointed.participant_id, pointed.head) == (ben.me, b"\x00\x01\x00")

        await tara.request(CloseBreakouts())
        with pytest.raises(Refusal, match="not_allowed"):
            await bens.write("too late")
        listed = msgspec.convert(await tara.request(ListNotes()), NoteList)
        assert [(one.note, one.name, one.text_bytes) for one in listed.notes] == [("1-1", "Blue", 8)]
        again = await Pad(tara, "1-1").open()
        assert str(again.text) == "our plan"
        with pytest.raises(Refusal, match="unknown_group"):
            await again.write("nobody would see it")
        with pytest.raises(Refusal, match="not_allowed"):
            await ana.request(ListNotes())
        assert not [push for push in chen.pushes if isinstance(push, NoteUpdated | NoteCursor)]


async def test_nonsense_and_haste_are_refused(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        room = server.create_room()
        ana = await person(server, room, "participant", "Ana")
        with pytest.raises(Refusal, match="note_not_open"):
            await ana.request(UpdateNote(note="room", update=b"\x00\x00"))
        pad = await Pad(ana).open()
        with pytest.raises(Refusal, match="note_bad_update"):
            await ana.request(UpdateNote(note="room", update=b"nonsense"))

        async def paste_without_end() -> None:
            for _ in range(20):
                await pad.write("x" * 40_000)

        with pytest.raises(Refusal, match="rate_limited"):
            await paste_without_end()
        observer = await person(server, room, "observer", "Olga")
        seen = await Pad(observer).open()
        assert len(str(seen.text)) >= 40_000
        with pytest.raises(Refusal, match="not_allowed"):
            await seen.write("me too")
