"""Everyone knows: a lossy network, a silent one, a paused picture, and who is told what about it.

The rooms, sessions and sockets are real; the relay is real too, and has synthetic browsers around it on seeded lossy links in
simulated time. The watch is ticked by hand with that time.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from random import Random

import pytest

from classroom.media.model import LAYERS, PeerId, Publication, RoomPlan, Route, SubscriberPlan
from classroom.media.pyrelay import PyRelay
from classroom.media.relay import PeerStats
from classroom.quality_watch import CONNECTING_S, QUIET_S, SILENT_S, QualityWatch
from rooms.commands import SetMedia
from rooms.model import Role
from signaling.messages import GetSnapshot, People, PersonQuality, Quality, Report, SourceReport
from tests.media.netem import PERFECT
from tests.media.synthetic import SyntheticPeer
from tests.media.world import World
from tests.network.impairment import Impairment
from tests.support.client import PATIENCE_S, Client
from tests.support.inloop import InLoopServer, serving
from tests.support.server import token_of

ROLES: dict[str, Role] = {
    "Tara": "trainer",
    "Cleo": "co_trainer",
    "Ana": "participant",
    "Ben": "participant",
    "Olga": "observer",
    "Ines": "interpreter",
    "Carl": "captioner",
}
STAFF = ("Tara", "Cleo")
LOSSY = Impairment(loss=0.15)
REPORTS_EVERY_S = 1.0


class Class:
    """Everybody's socket, and for those who were `connected` a synthetic browser of the same name."""

    def __init__(self, server: InLoopServer, room_id: str, clients: dict[str, Client]) -> None:
        self.server = server
        self.room_id = room_id
        self.clients = clients
        self.names = {client.me: name for name, client in clients.items()}
        self.world = World(lambda send: PyRelay(send, random=Random(1)))
        self.world.now = 1e9  # far ahead of the sockets' clock, which is the real one
        self.plan = RoomPlan()
        self.heard: dict[str, float] = {}
        self.links: dict[str, str] = {}
        """Everybody's invitation."""
        self.watch = QualityWatch(server.runtime.hosts.loaded, self, lambda _: self.plan)
        host = server.runtime.hosts.loaded(room_id)
        assert host is not None
        self.host = host
        # The server's own watch would tell after a while that nobody has real media.
        server.runtime.switchboard.quality.forget_room(room_id)
        for client in clients.values():
            self.watch.welcome(host, client.me, self.world.now)

    # --- MediaView

    def connected(self, peer: PeerId) -> bool:
        return self.names[peer.participant_id] in self.heard

    def heard_at(self, peer: PeerId) -> float | None:
        return self.heard.get(self.names[peer.participant_id])

    def peer_stats(self, peer: PeerId) -> PeerStats | None:
        return self.world.relay.stats(PeerId("room", self.names[peer.participant_id]))

    # --- what happens

    def connect(self, *names: str) -> None:
        """These publish microphone and camera, and are to hear and see one another."""
        for name in names:
            peer = self.world.add(name)
            peer.publish("microphone")
            for layer in LAYERS:
                peer.publish("camera", layer, fps=10, packets_per_frame=1, size=200)
            self.heard[name] = self.world.now
        subscribers = {}
        for name in names:
            others = [other for other in names if other != name]
            routes = [Route(f"a{n}", Publication(other, "microphone")) for n, other in enumerate(others)]
            routes += [Route(f"v{n}", Publication(other, "camera"), "h") for n, other in enumerate(others)]
            self.world.relay.set_routes(self.world.peers[name].id, routes, self.world.now)
            me = self.clients[name].me
            ids = [
                route._replace(
                    publication=route.publication._replace(
                        participant_id=self.clients[route.publication.participant_id].me
                    )
                )
                for route in routes
            ]
            subscribers[me] = SubscriberPlan(tuple(ids))
        self.plan = RoomPlan(subscribers)

    async def run(self, seconds: float) -> None:
        """Media flow, receivers report, and the watch is ticked each second."""
        for _ in range(int(seconds / REPORTS_EVERY_S)):
            before = {name: peer.up.sent - peer.up.lost for name, peer in self.world.peers.items()}
            self.world.run(REPORTS_EVERY_S)
            for name, peer in self.world.peers.items():
                report_reception(peer, self.world.now)
                if peer.up.sent - peer.up.lost > before[name]:
                    self.heard[name] = self.world.now
            list(self.watch.tick(self.room_id, self.world.now))
        await self.read()

    async def read(self) -> None:
        """Everybody has read what was pushed so far: a reply comes after it."""
        for client in self.clients.values():
            await client.request(GetSnapshot())

    # --- what people read

    def told(self, reader: str) -> dict[str, PersonQuality]:
        pushes = [push for push in self.clients[reader].pushes if isinstance(push, People)]
        return {self.names[one.participant_id]: one for one in pushes[-1].people} if pushes else {}

    async def until_told(self, reader: str, about: str, **facts: object) -> PersonQuality:
        client = self.clients[reader]
        async with asyncio.timeout(PATIENCE_S), client.news:
            while True:
                known = self.told(reader).get(about)
                if known is not None and all(getattr(known, key) == value for key, value in facts.items()):
                    return known
                await client.news.wait()

    async def own(self, reader: str, rating: str, direction: str) -> Quality:
        client = self.clients[reader]
        async with asyncio.timeout(PATIENCE_S), client.news:
            while True:
                pushes = [push for push in client.pushes if isinstance(push, Quality)]
                way = getattr(pushes[-1], direction) if pushes else None
                if way is not None and way.rating == rating:
                    return pushes[-1]
                await client.news.wait()


def report_reception(peer: SyntheticPeer, now: float) -> None:
    """A receiver report on everything that this synthetic browser gets (RFC 3550 section 6.4.2)."""
    blocks = []
    for ssrc, received in peer.received.items():
        if received.highest < 0:
            continue
        own = [packet for packet in received.order if not packet.repaired]
        lost = received.highest - received.first + 1 - len({packet.sequence for packet in own})
        highest = received.highest & 0xFFFFFFFF
        blocks.append(struct.pack(">IIIIII", ssrc, max(0, lost) & 0xFFFFFF, highest, 96, 0, 0))
    body = struct.pack(">I", 1) + b"".join(blocks)
    peer.send_rtcp(struct.pack(">BBH", 0x80 | len(blocks), 201, len(body) // 4) + body, now)


@pytest.fixture
async def room() -> AsyncIterator[Class]:
    async with serving() as server:
        room_id = await server.create_room()
        links = {name: server.invite(room_id, role, name) for name, role in ROLES.items()}
        clients = {name: await Client.join(server.ws_url, link) for name, link in links.items()}
        made = Class(server, room_id, clients)
        made.links = {name: token_of(link) for name, link in links.items()}
        for name in ("Tara", "Ana", "Ben"):
            await clients[name].request(SetMedia(microphone=True, camera=True))
        yield made
        await asyncio.gather(*(client.close() for client in clients.values()))


async def test_on_good_networks_everybody_hears_and_is_heard(room: Class) -> None:
    room.connect("Tara", "Ana", "Ben")
    await room.run(8)
    for reader in ROLES:
        for about in ("Tara", "Ana", "Ben"):
            known = await room.until_told(reader, about, path="ok", hears=True, heard=True, video="ok")
            assert known.sees == "ok"
    quality = await room.own("Ana", "excellent", "sending")
    assert quality.sending is not None
    assert quality.receiving is not None
    assert quality.receiving.rating == "excellent"
    assert quality.sending.reasons == quality.receiving.reasons == ()
    assert quality.sending.mos > 4


async def test_a_lossy_network_is_rated_poor_for_its_own_person_only(room: Class) -> None:
    room.connect("Tara", "Ana", "Ben")
    await room.run(6)
    room.world.peers["Ana"].up.impairment = LOSSY
    room.world.peers["Ana"].down.impairment = LOSSY
    await room.run(8)
    quality = await room.own("Ana", "poor", "sending")
    quality = await room.own("Ana", "poor", "receiving")
    assert quality.sending is not None
    assert quality.receiving is not None
    assert quality.sending.reasons == ("uplink_loss",)
    assert quality.receiving.reasons == ("downlink_loss",)
    assert quality.receiving.mos < 3
    for reader in STAFF:
        known = await room.until_told(reader, "Ana", hears=True, heard=True)
        assert known.sending is not None
        assert known.sending.rating == "poor"
    figures = {room.names[one.known.participant_id]: one for one in room.watch.figures(room.room_id)}
    for other in ("Tara", "Ben"):
        sending, receiving = figures[other].sending, figures[other].receiving
        assert sending is not None
        assert receiving is not None
        assert (sending.score.rating, receiving.score.rating) == ("excellent", "excellent"), other
    room.world.peers["Ana"].up.impairment = room.world.peers["Ana"].down.impairment = PERFECT
    await room.run(40)
    await room.own("Ana", "excellent", "sending")
    await room.own("Ana", "excellent", "receiving")


async def test_others_read_no_figures(room: Class) -> None:
    """Every role, about everybody: ratings and scores are for staff, and one's own."""
    room.connect("Tara", "Ana", "Ben")
    room.world.peers["Ana"].up.impairment = LOSSY
    await room.run(12)
    for reader in ROLES:
        await room.until_told(reader, "Ana", path="ok")
        people = [
            one for push in room.clients[reader].pushes if isinstance(push, People) for one in push.people
        ]
        told = [one for one in people if one.sending is not None or one.receiving is not None]
        if reader in STAFF:
            assert {room.names[one.participant_id] for one in told} == {"Tara", "Ana", "Ben"}
        else:
            assert told == [], reader


async def test_silence_is_told_within_seconds_and_so_is_the_return(room: Class) -> None:
    room.connect("Tara", "Ana", "Ben")
    await room.run(6)
    ana = room.world.peers["Ana"]
    ana.up.impairment = ana.down.impairment = Impairment(loss=1)
    await room.run(int(SILENT_S) + 1)
    for reader in ("Tara", "Ben", "Olga"):
        known = await room.until_told(reader, "Ana", path="lost")
        assert (known.hears, known.heard, known.video, known.sees) == (False, False, "lost", "lost")
    quality = await room.own("Ana", "lost", "sending")
    assert quality.receiving is not None
    assert quality.receiving.reasons == ("network_lost",)
    ana.up.impairment = ana.down.impairment = PERFECT
    await room.run(4)
    for reader in ("Tara", "Ben", "Olga"):
        await room.until_told(reader, "Ana", path="ok", hears=True, heard=True, video="ok")
    (figures,) = [one for one in room.watch.figures(room.room_id) if one.known.participant_id == ana_id(room)]
    assert figures.interruptions == 1
    assert figures.deaf_s > 0


async def test_who_sends_nothing_is_given_the_time_of_a_consent_check(room: Class) -> None:
    room.connect("Tara", "Ana")
    ana = room.world.peers["Ana"]
    await room.run(4)
    for outgoing in ana.outgoing.values():
        outgoing.active = False
    await room.clients["Ana"].request(SetMedia(microphone=False, camera=False))
    room.world.relay.set_routes(ana.id, [], room.world.now)
    room.plan.subscribers.pop(ana_id(room))
    ana.up.impairment = Impairment(loss=1)
    await room.run(int(QUIET_S))
    await room.until_told("Tara", "Ana", path="ok")
    await room.run(3)
    await room.until_told("Tara", "Ana", path="lost")


async def test_a_socket_that_lives_tells_that_only_media_are_interrupted(room: Class) -> None:
    room.connect("Tara", "Ana")
    await room.run(4)
    room.world.peers["Ana"].up.impairment = Impairment(loss=1)
    session = room.host.sessions[ana_id(room)]
    assert session.connection is not None
    session.connection._heard_at = room.world.now + 3
    await room.run(5)
    await room.until_told("Tara", "Ana", path="interrupted", heard=False)


async def test_a_paused_camera_is_told_and_the_sound_goes_on(room: Class) -> None:
    room.connect("Tara", "Ana", "Ben")
    await room.run(6)
    for outgoing in room.world.peers["Ana"].outgoing.values():
        outgoing.active = not outgoing.video
    await room.run(12)
    await room.until_told("Ben", "Ana", path="ok", heard=True, hears=True, video="paused")
    quality = await room.own("Ana", "poor", "sending")
    assert quality.sending is not None
    assert "video_paused" in quality.sending.reasons


async def test_pictures_held_back_are_told(room: Class) -> None:
    room.connect("Tara", "Ana", "Ben")
    await room.run(6)
    ana = room.world.peers["Ana"]
    sound = [Route(f"a{n}", Publication(who, "microphone")) for n, who in enumerate(("Tara", "Ben"))]
    room.world.relay.set_routes(ana.id, sound, room.world.now)
    await room.run(12)
    await room.until_told("Tara", "Ana", path="ok", hears=True, heard=True, sees="paused", video="ok")
    quality = await room.own("Ana", "poor", "receiving")
    assert quality.receiving is not None
    assert "video_paused" in quality.receiving.reasons


async def test_who_never_connects_is_told_after_a_while(room: Class) -> None:
    room.connect("Tara", "Ana")
    await room.run(CONNECTING_S - 1)
    assert "Ben" not in room.told("Tara")
    await room.run(2)
    known = await room.until_told("Ana", "Ben", path="none", hears=False, heard=False)
    assert (known.sending, known.receiving) == (None, None)


async def test_nothing_is_pushed_while_nothing_changes(room: Class) -> None:
    room.connect("Tara", "Ana", "Ben")
    await room.run(30)
    await room.until_told("Ana", "Ben", path="ok", hears=True)

    def told() -> int:
        return sum(isinstance(p, People | Quality) for client in room.clients.values() for p in client.pushes)

    before = told()
    await room.run(30)
    assert told() == before


async def test_a_client_tells_what_it_hears(room: Class) -> None:
    """Over the wire to the server's own watch; absurd figures in a report harm nobody."""
    report = Report(
        round_trip_ms=1e300,
        slots=(
            SourceReport(slot="a0", packets_received=250, packets_lost=-5, jitter_ms=1e300, concealed=1.0),
            SourceReport(slot="zz", packets_received=2**60, packets_lost=2**60, jitter_ms=0),
        ),
    )
    await room.clients["Ana"].request(report)
    watch = room.server.runtime.switchboard.quality
    list(watch.tick(room.room_id, room.world.now))
    assert room.server.runtime.quality(room.room_id) == watch.figures(room.room_id)
    assert room.server.runtime.quality("no such room") == ()


async def test_a_newcomer_is_told_how_things_stand(room: Class) -> None:
    room.connect("Tara", "Ana")
    await room.run(6)
    await room.until_told("Ben", "Ana", path="ok", hears=True)
    dan = await Client.join(room.server.ws_url, room.server.invite(room.room_id, "participant", "Dan"))
    room.clients["Dan"], room.names[dan.me] = dan, "Dan"
    room.watch.welcome(room.host, dan.me, room.world.now)
    known = await room.until_told("Dan", "Ana", path="ok", hears=True)
    assert known.sending is None


async def test_a_resumed_session_is_told_how_things_stand(room: Class) -> None:
    ana = room.clients["Ana"]
    assert await ana.push(Quality, sending=None, receiving=None)
    point = ana.resume_point()
    await ana.cut()
    again = await Client.open(room.server.ws_url)
    room.clients["Ana"] = again
    await again.hello(room.links["Ana"], resume=point)
    assert again.welcome.resumed
    assert await again.push(Quality, sending=None, receiving=None)
    assert await again.push(People, people=())


def ana_id(room: Class) -> str:
    return room.clients["Ana"].me
