"""Joining, being shown what happens, losing the socket and coming back: a real server, a real socket."""

from __future__ import annotations

import asyncio

import pytest

from rooms.commands import Leave, LowerHand, PostChat, RaiseHand, RemoveParticipant, SetMedia
from rooms.events import (
    ChatPosted,
    HandRaised,
    HandsLowered,
    MediaChanged,
    ParticipantJoined,
    ParticipantLeft,
    PresenceChanged,
)
from signaling.messages import GetSnapshot, MediaState, React, Reacted
from tests.support.client import Client, Closed, Refusal
from tests.support.server import ClassroomServer


async def test_two_people_meet(classroom_server: ClassroomServer) -> None:
    room = classroom_server.create_room("Café & code")
    url = classroom_server.ws_url
    trainer = await Client.join(url, classroom_server.invite(room, "trainer", "Tara"))
    assert trainer.welcome.role == "trainer"
    assert trainer.snapshot.name == "Café & code"
    assert [person.name for person in trainer.snapshot.participants] == ["Tara"]
    ana = await Client.join(url, classroom_server.invite(room, "participant", "Ana"))
    joined = await trainer.event(ParticipantJoined)
    assert joined.participant.name == "Ana"
    assert [person.name for person in ana.snapshot.participants] == ["Tara", "Ana"]
    reply = await ana.request(RaiseHand())
    assert (await trainer.event(HandRaised)).participant_id == ana.me
    assert reply["seq"] == trainer.seq
    await trainer.request(LowerHand(participant_id=ana.me))
    assert (await ana.event(HandsLowered)).participant_ids == (ana.me,)
    await trainer.close()
    assert (await ana.event(PresenceChanged)).participant_id == trainer.me
    await ana.close()


async def test_a_late_joiner_reads_what_was_said(classroom_server: ClassroomServer) -> None:
    room = classroom_server.create_room()
    tara = await Client.join(classroom_server.ws_url, classroom_server.invite(room, "trainer", "Tara"))
    await tara.request(PostChat(channel="room", text="print('bonjour')"))
    ana = await Client.join(classroom_server.ws_url, classroom_server.invite(room))
    assert [message.text for message in ana.snapshot.chat] == ["print('bonjour')"]
    await asyncio.gather(tara.close(), ana.close())


async def test_what_is_refused_is_said_and_harms_nothing(classroom_server: ClassroomServer) -> None:
    room = classroom_server.create_room()
    ana = await Client.join(classroom_server.ws_url, classroom_server.invite(room))
    with pytest.raises(Refusal) as refused:
        await ana.request(RemoveParticipant(participant_id=ana.me))
    assert refused.value.code == "not_allowed"
    await ana.request(RaiseHand())
    await ana.close()


class TestComingBack:
    async def test_a_session_is_resumed_with_what_was_missed(self, classroom_server: ClassroomServer) -> None:
        room = classroom_server.create_room()
        url, link = classroom_server.ws_url, classroom_server.invite(room)
        tara = await Client.join(url, classroom_server.invite(room, "trainer", "Tara"))
        ana = await Client.join(url, link)
        await ana.request(RaiseHand())
        await ana.event(HandRaised)
        point = ana.resume_point()
        await ana.cut()
        await tara.event(PresenceChanged, participant_id=ana.me, connected=False)
        await tara.request(PostChat(channel="room", text="while you were out"))
        again = await Client.join(url, link, resume=point)
        assert again.welcome.resumed
        assert again.welcome.snapshot is None
        assert again.welcome.session_id == ana.welcome.session_id
        assert (await again.event(ChatPosted)).message.text == "while you were out"
        assert again.events[0][0] == point.seq + 1
        back = await tara.event(PresenceChanged, participant_id=ana.me, connected=True)
        assert back.presence == "joined"
        assert await again.push(MediaState, connected=False)
        snapshot = (await again.request(GetSnapshot()))["snapshot"]
        assert [hand["participant_id"] for hand in snapshot["hands"]] == [ana.me]
        await asyncio.gather(tara.close(), again.close())

    async def test_the_same_link_on_another_day_is_the_same_seat(
        self, classroom_server: ClassroomServer
    ) -> None:
        room = classroom_server.create_room()
        url, link = classroom_server.ws_url, classroom_server.invite(room)
        first = await Client.join(url, link)
        await first.request(RaiseHand())
        await first.request(SetMedia(microphone=True))
        await first.close()
        second = await Client.join(url, link)
        assert second.me == first.me
        assert second.welcome.session_id != first.welcome.session_id
        assert [hand.participant_id for hand in second.snapshot.hands] == [first.me]
        assert not second.snapshot.participants[0].media.microphone, "nobody comes back unmuted"
        await second.close()

    async def test_a_second_tab_replaces_the_first(self, classroom_server: ClassroomServer) -> None:
        room = classroom_server.create_room()
        url, link = classroom_server.ws_url, classroom_server.invite(room)
        first = await Client.join(url, link)
        second = await Client.join(url, link)
        closed = await first.closed()
        assert (closed.code, closed.error) == (4409, "replaced")
        await second.request(RaiseHand())
        assert [person.connected for person in second.snapshot.participants] == [True]
        await second.close()

    async def test_two_tabs_at_once_leave_one(self, classroom_server: ClassroomServer) -> None:
        room = classroom_server.create_room()
        link = classroom_server.invite(room)
        refusals: set[str] = set()

        async def join() -> Client | None:
            try:
                return await Client.join(classroom_server.ws_url, link)
            except Refusal as refusal:
                refusals.add(refusal.code)
                return None

        tabs = [tab for tab in await asyncio.gather(*(join() for _ in range(8))) if tab is not None]
        alive = [tab for tab in tabs if await _answers(tab)]
        assert len(alive) == 1
        assert refusals <= {"replaced"}
        await asyncio.gather(*(tab.close() for tab in tabs))

    async def test_a_secret_does_not_open_another_seat(self, classroom_server: ClassroomServer) -> None:
        room = classroom_server.create_room()
        url = classroom_server.ws_url
        ana = await Client.join(url, classroom_server.invite(room, name="Ana"))
        eve = await Client.join(url, classroom_server.invite(room, name="Eve"), resume=ana.resume_point())
        assert not eve.welcome.resumed
        assert eve.me != ana.me
        await ana.request(RaiseHand())
        await asyncio.gather(ana.close(), eve.close())


async def _answers(client: Client) -> bool:
    try:
        await client.request(GetSnapshot())
    except Closed:
        return False
    return True


class TestGoing:
    async def test_leaving_is_acknowledged_and_gives_the_seat_up(
        self, classroom_server: ClassroomServer
    ) -> None:
        room = classroom_server.create_room()
        url = classroom_server.ws_url
        tara = await Client.join(url, classroom_server.invite(room, "trainer", "Tara"))
        ana = await Client.join(url, classroom_server.invite(room))
        assert (await ana.request(Leave()))["seq"] > 0
        closed = await ana.closed()
        assert (closed.code, closed.error) == (4411, "left")
        assert (await tara.event(ParticipantLeft)).reason == "left"
        await tara.close()

    async def test_a_removed_person_is_told_and_stays_out(self, classroom_server: ClassroomServer) -> None:
        room = classroom_server.create_room()
        url, link = classroom_server.ws_url, classroom_server.invite(room)
        tara = await Client.join(url, classroom_server.invite(room, "trainer", "Tara"))
        ana = await Client.join(url, link)
        await tara.request(RemoveParticipant(participant_id=ana.me))
        closed = await ana.closed()
        assert (closed.code, closed.error) == (4410, "removed")
        for resume in (None, ana.resume_point()):
            with pytest.raises(Refusal) as refused:
                await Client.join(url, link, resume=resume)
            assert refused.value.code == "removed"
        await tara.close()


async def test_a_group_link_gives_each_browser_a_seat(classroom_server: ClassroomServer) -> None:
    room = classroom_server.create_room()
    url, link = classroom_server.ws_url, classroom_server.invite_group(room)
    ana = await Client.join(url, link, name="Ana", seat="a" * 20)
    ben = await Client.join(url, link, name="Ben", seat="b" * 20)
    assert ana.me != ben.me
    again = await Client.join(url, link, name="Ana", seat="a" * 20)
    assert again.me == ana.me
    with pytest.raises(Refusal) as refused:
        await Client.join(url, link, seat="c" * 20)
    assert refused.value.code == "name_needed"
    await asyncio.gather(again.close(), ben.close(), ana.close())


async def test_media_flags_are_shown_to_others(classroom_server: ClassroomServer) -> None:
    room = classroom_server.create_room()
    url = classroom_server.ws_url
    ana = await Client.join(url, classroom_server.invite(room, name="Ana"))
    ben = await Client.join(url, classroom_server.invite(room, name="Ben"))
    await ana.request(SetMedia(microphone=True, camera=True))
    changed = await ben.event(MediaChanged)
    assert (changed.media.microphone, changed.media.camera, changed.by) == (True, True, ana.me)
    await asyncio.gather(ana.close(), ben.close())


async def test_a_reaction_is_seen_at_once_by_all_and_a_storm_of_them_is_refused(
    classroom_server: ClassroomServer,
) -> None:
    room = classroom_server.create_room()
    url = classroom_server.ws_url
    tara = await Client.join(url, classroom_server.invite(room, "trainer", "Tara"))
    ana = await Client.join(url, classroom_server.invite(room, "participant", "Ana"))
    seq = (await ana.request(React(reaction="applause")))["seq"]
    shown = await tara.push(Reacted)
    assert (shown.participant_id, shown.reaction, seq) == (ana.me, "applause", 0)
    storm = (ana.request(React(reaction="heart")) for _ in range(20))
    answers = await asyncio.gather(*storm, return_exceptions=True)
    assert {answer.code for answer in answers if isinstance(answer, Refusal)} == {"rate_limited"}
    await asyncio.gather(tara.close(), ana.close())
