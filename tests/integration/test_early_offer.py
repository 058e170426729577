"""An offer that comes with the hello: answered with the welcome, and only then. The whole server, no packet sent."""

from __future__ import annotations

import pytest

from classroom.media.model import PeerId
from signaling.messages import SDP_BYTES, EarlyOffer, MediaState, Offer, Slots
from signaling.packing import pack, unpack
from tests.integration.test_switchboard import offer_of
from tests.support.client import Client, Refusal
from tests.support.inloop import InLoopServer, serving

SOURCES = {"0": "microphone", "1": "camera"}


async def early(*, spare: bool = False) -> EarlyOffer:
    return EarlyOffer(sdp=pack(await offer_of(1)), sources=SOURCES, spare=spare)  # type: ignore[arg-type]


def negotiated(server: InLoopServer, room: str, who: str) -> bool:
    return PeerId(room, who) in server.runtime.plane.peers


def answer_of(client: Client) -> str:
    assert client.welcome.answer is not None
    return unpack(client.welcome.answer, SDP_BYTES)


async def test_the_answer_comes_with_the_welcome() -> None:
    async with serving() as server:
        room = await server.create_room()
        ana = await Client.join(server.ws_url, server.invite(room), offer=await early())
        assert "a=ice-lite" in answer_of(ana)
        assert negotiated(server, room, ana.me)
        assert len((await ana.push(Slots)).audio) == 1
        await ana.push(MediaState, connected=False)
        await ana.close()


async def test_an_offer_that_is_refused_is_as_if_it_had_not_been_made() -> None:
    async with serving() as server:
        room = await server.create_room()
        for sdp in (b"v=0", pack("v=0\r\n"), pack("a" * (SDP_BYTES + 1))):
            link = server.invite(room)
            ana = await Client.join(server.ws_url, link, offer=EarlyOffer(sdp=sdp, sources={}))
            assert ana.welcome.answer is None
            assert not negotiated(server, room, ana.me)
            assert "a=ice-lite" in (await ana.request(Offer(sdp=await offer_of(1), sources=SOURCES)))["sdp"]  # type: ignore[arg-type]
            await ana.close()


async def test_a_refused_hello_has_no_media() -> None:
    async with serving() as server:
        room = await server.create_room(capacity=2)
        offer = await early()
        people = [await Client.join(server.ws_url, server.invite(room), offer=offer) for _ in range(2)]
        with pytest.raises(Refusal) as refused:
            await Client.join(server.ws_url, server.invite(room), offer=offer)
        assert refused.value.code == "room_full"
        assert {peer.participant_id for peer in server.runtime.plane.peers} == {each.me for each in people}
        for person in people:
            await person.close()


async def test_a_spare_is_answered_only_where_the_media_are_gone() -> None:
    async with serving() as server:
        room = await server.create_room()
        link = server.invite(room)
        ana = await Client.join(server.ws_url, link, offer=await early())
        point = ana.resume_point()
        await ana.cut()
        spare = await early(spare=True)
        again = await Client.join(server.ws_url, link, resume=point, offer=spare)
        assert again.welcome.resumed
        assert again.welcome.answer is None, "her media live on"
        await again.cut()
        reloaded = await Client.join(server.ws_url, link, resume=point, offer=await early())
        assert reloaded.welcome.resumed
        assert "a=ice-lite" in answer_of(reloaded), "her page was loaded anew"
        # Another tab takes the seat, and then she comes back: a fresh session, in which nothing of hers is left.
        other = await Client.join(server.ws_url, link)
        assert not negotiated(server, room, other.me)
        back = await Client.join(server.ws_url, link, resume=point, offer=spare)
        assert not back.welcome.resumed
        assert "a=ice-lite" in answer_of(back)
        await back.close()
