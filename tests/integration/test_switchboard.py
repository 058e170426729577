"""From what happens in a room to who is in whose slots: the whole server, offers by aiortc, no packet sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection

from classroom.media.model import PeerId, RoomPlan
from classroom.switchboard import PLANNED_PER_TURN
from rooms.commands import (
    BreakoutPlan,
    BroadcastVoice,
    CloseBreakouts,
    GroupSpec,
    MuteMicrophone,
    OpenBreakouts,
    SetMedia,
    SetSpotlight,
    VisitBreakout,
)
from rooms.events import BreakoutsOpened
from signaling.messages import Offer, Published, Slots, Speaking, Tile, View, Wanted
from tests.support.client import PATIENCE_S, Client
from tests.support.inloop import InLoopServer, serving

Heard = tuple[list[str | None], list[str | None]]


class Room:
    """Tara (trainer), Ana, Ben and Cem, all negotiated with two slots of each kind, all switched on."""

    def __init__(self, server: InLoopServer, room_id: str, clients: dict[str, Client]) -> None:
        self.server = server
        self.id = room_id
        self.clients = clients
        self.names = {client.me: name for name, client in clients.items()}

    def slots(self, name: str) -> Heard:
        """Who is in this person's audio and video slots, by the last push."""
        pushes = [push for push in self.clients[name].pushes if isinstance(push, Slots)]
        return self._named(pushes[-1].audio), self._named(pushes[-1].video)

    def _named(self, row: tuple[Published | None, ...]) -> list[str | None]:
        return [None if item is None else self.names[item.participant_id] for item in row]


async def offer_of(slots: int) -> str:
    """An offer with a microphone, a camera, and so many slots of each kind."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
    for kind in ("audio", "video"):
        connection.addTransceiver(kind, "sendonly")
    for kind in ("audio", "video"):
        for _ in range(slots):
            connection.addTransceiver(kind, "recvonly")
    await connection.setLocalDescription(await connection.createOffer())
    sdp: str = connection.localDescription.sdp
    await connection.close()
    return sdp


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    async with serving() as server:
        room_id = await server.create_room()
        clients = {}
        for name in ("Tara", "Ana", "Ben", "Cem"):
            link = server.invite(room_id, "trainer" if name == "Tara" else "participant", name)
            clients[name] = await Client.join(server.ws_url, link)
            offer = Offer(sdp=await offer_of(2), sources={"0": "microphone", "1": "camera"})
            answer = await clients[name].request(offer)
            assert "a=ice-lite" in answer["sdp"]
        made = Room(server, room_id, clients)
        for client in clients.values():
            await client.request(SetMedia(microphone=True, camera=True))
        yield made
        await asyncio.gather(*(client.close() for client in clients.values()))


def pairs(room: Room) -> OpenBreakouts:
    ids = {name: client.me for name, client in room.clients.items()}
    groups = (
        GroupSpec(name="1", members=(ids["Ana"], ids["Ben"])),
        GroupSpec(name="2", members=(ids["Cem"],)),
    )
    return OpenBreakouts(plan=BreakoutPlan(mode="manual", groups=groups))


async def until(room: Room, name: str, expected: Heard) -> None:
    """Waits for the push after which these are in this person's slots."""
    client = room.clients[name]
    async with asyncio.timeout(PATIENCE_S), client.news:
        while room.slots(name) != expected:
            await client.news.wait()


async def test_people_are_in_one_anothers_slots(room: Room) -> None:
    await until(room, "Ana", (["Tara", "Ben"], ["Tara", "Ben"]))
    await until(room, "Cem", (["Tara", "Ana"], ["Tara", "Ana"]))


async def test_breakouts_change_slots_at_once_and_give_them_back(room: Room) -> None:
    tara = room.clients["Tara"]
    await tara.request(pairs(room))
    await until(room, "Ana", ([None, "Ben"], [None, "Ben"]))
    await until(room, "Ben", ([None, "Ana"], [None, "Ana"]))
    await until(room, "Cem", ([None, None], [None, None]))
    await tara.request(CloseBreakouts())
    await until(room, "Cem", (["Tara", "Ana"], ["Tara", "Ana"]))


async def test_a_visit_and_a_broadcast(room: Room) -> None:
    tara = room.clients["Tara"]
    await tara.request(pairs(room))
    opened = await tara.event(BreakoutsOpened)
    first = opened.breakouts.groups[0].id
    await tara.request(VisitBreakout(group=first))
    await until(room, "Tara", (["Ana", "Ben"], ["Ana", "Ben"]))
    await tara.request(BroadcastVoice(on=True))
    await until(room, "Cem", (["Tara", None], [None, None]))


async def test_a_trainers_mute_empties_the_slot(room: Room) -> None:
    await until(room, "Ana", (["Tara", "Ben"], ["Tara", "Ben"]))
    await room.clients["Tara"].request(MuteMicrophone(participant_id=room.clients["Ben"].me))
    await until(room, "Ana", (["Tara", "Cem"], ["Tara", "Ben"]))


async def test_the_screen_decides_which_pictures_come(room: Room) -> None:
    ana, ids = room.clients["Ana"], {name: client.me for name, client in room.clients.items()}
    view = View(
        tiles=(
            Tile(participant_id=ids["Cem"], kind="camera", width=640, height=360),
            Tile(participant_id=ids["Ben"], kind="camera", width=0, height=0),
            Tile(participant_id=ids["Tara"], kind="camera", width=0, height=0),
        )
    )
    await ana.request(view)
    await until(room, "Ana", (["Tara", "Ben"], ["Cem", None]))


async def test_publishers_are_told_which_layers_anybody_takes(room: Room) -> None:
    """Two slots each: everybody sees Tara, and only Tara sees Cem until he is looked at larger."""
    tara, ana, cem = (room.clients[name] for name in ("Tara", "Ana", "Cem"))
    everything = {"camera": ("l", "m", "h")}
    assert (await cem.push(Wanted, layers=everything)).layers == everything
    for name, client in room.clients.items():
        others = [one.me for other, one in room.clients.items() if other != name]
        small = tuple(Tile(participant_id=who, kind="camera", width=160, height=90) for who in others)
        await client.request(View(tiles=small, only=True))
    await tara.push(Wanted, layers={"camera": ("l",)})
    await ana.request(
        View(tiles=(Tile(participant_id=cem.me, kind="camera", width=640, height=360),), only=True)
    )
    await cem.push(Wanted, layers={"camera": ("l", "m")})
    for client in room.clients.values():
        await client.request(View(tiles=(), only=True))
    await tara.push(Wanted, layers={"camera": ()})
    await ana.request(View(tiles=(Tile(participant_id=tara.me, kind="camera", width=1280, height=720),)))
    await tara.push(Wanted, layers=everything)
    await tara.request(SetMedia(camera=False))
    await tara.push(Wanted, layers={})


async def test_the_spotlight_is_seen_when_slots_are_short(room: Room) -> None:
    await until(room, "Ana", (["Tara", "Ben"], ["Tara", "Ben"]))
    await room.clients["Tara"].request(SetSpotlight(participant_id=room.clients["Cem"].me))
    await until(room, "Ana", (["Tara", "Ben"], ["Tara", "Cem"]))


async def test_speakers_are_told_to_those_who_may_hear_them(room: Room) -> None:
    tara, cem = room.clients["Tara"], room.clients["Cem"]
    ana, ben = room.clients["Ana"], room.clients["Ben"]
    await tara.request(pairs(room))
    room.server.runtime.switchboard.speakers_changed(room.id, ((ana.me, 0.9), (cem.me, 0.5)))
    assert (await ben.push(Speaking, participant_ids=(ana.me,))).participant_ids == (ana.me,)
    await cem.push(Speaking, participant_ids=())
    # The trainer, who hears nobody in the main room, sees which groups talk; others learn nothing of other groups.
    assert await tara.push(Speaking, participant_ids=(ana.me, cem.me))
    assert all(
        cem.me not in push.participant_ids
        for name in ("Ana", "Ben")
        for push in room.clients[name].pushes
        if isinstance(push, Speaking)
    )
    await tara.request(CloseBreakouts())
    await tara.push(Speaking, participant_ids=(ana.me, cem.me))
    await cem.push(Speaking, participant_ids=(ana.me,))


async def test_who_speaks_takes_the_slots_of_who_is_silent(room: Room) -> None:
    await until(room, "Ana", (["Tara", "Ben"], ["Tara", "Ben"]))
    room.server.runtime.switchboard.speakers_changed(room.id, ((room.clients["Cem"].me, 0.9),))
    await until(room, "Ana", (["Tara", "Cem"], ["Tara", "Cem"]))


async def test_who_left_is_in_nobodys_slots(room: Room) -> None:
    await room.clients["Ben"].close()
    await until(room, "Ana", (["Tara", "Cem"], ["Tara", "Cem"]))


async def test_however_many_move_nobody_receives_from_another_place() -> None:
    """More people than are planned for in one turn: what ends, ends at once."""
    people = 3 * PLANNED_PER_TURN + 1  # the trainer among them
    async with serving() as server:
        room_id = await server.create_room(people)
        host = await server.runtime.hosts.get(room_id)
        set_plan = server.runtime.plane.set_plan
        plans: list[RoomPlan] = []

        def checked(to_room: str, plan: RoomPlan) -> None:
            plans.append(plan)
            places = {someone.id: someone.breakout for someone in host.state.participants}
            for who, subscriber in plan.subscribers.items():
                sources = {route.publication.participant_id for route in subscriber.routes}
                assert {places[source] for source in sources} <= {places[who]}
            set_plan(to_room, plan)

        server.runtime.plane.set_plan = checked  # type: ignore[method-assign]
        clients = []
        offer = Offer(sdp=await offer_of(2), sources={"0": "microphone", "1": "camera"})
        for number in range(people):
            link = server.invite(room_id, "participant" if number else "trainer", f"Person {number}")
            clients.append(await Client.join(server.ws_url, link))
            await clients[-1].request(offer)
            await clients[-1].request(SetMedia(microphone=True, camera=True))

        async def until_each_receives(routes: int, *, receivers: int) -> None:
            async with asyncio.timeout(PATIENCE_S):
                while [len(plan.routes) for plan in plans[-1].subscribers.values()] != [routes] * receivers:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)

        await until_each_receives(4, receivers=people)
        await clients[0].request(OpenBreakouts(plan=BreakoutPlan(mode="random", group_size=2)))
        await until_each_receives(2, receivers=people - 1)
        await clients[0].request(CloseBreakouts())
        await until_each_receives(4, receivers=people)
        await asyncio.gather(*(client.close() for client in clients))


async def test_what_was_switched_on_before_the_offer_is_forwarded() -> None:
    async with serving() as server:
        room_id = await server.create_room()
        ana = await Client.join(server.ws_url, server.invite(room_id))
        await ana.request(SetMedia(microphone=True))
        await ana.request(Offer(sdp=await offer_of(1), sources={"0": "microphone", "1": "camera"}))
        assert server.runtime.plane._enabled[PeerId(room_id, ana.me)] == {"microphone"}
        await ana.close()
