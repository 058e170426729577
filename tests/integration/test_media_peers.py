"""The media plane over real UDP, with aiortc as the other side."""

from __future__ import annotations

import asyncio
import random
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aioice.stun import Message, parse_message
from aiortc import rtcdtlstransport

from classroom.media import stun
from classroom.media.config import MediaConfig
from classroom.media.ice import SILENT_AFTER_S, Credentials
from classroom.media.model import PeerId, Publication, RoomPlan, Route, SubscriberPlan
from classroom.media.plane import MediaPlane
from classroom.media.pyrelay import PyRelay
from classroom.media.sdp import OfferError
from signaling.errors import ErrorCode
from tests.integration.aiortc_peer import Person, Watcher, until
from tests.media.checks import check
from tests.media.recording import RecordingRelay
from tests.media.sdp.offers import AIORTC, AIORTC_SOURCES

ADA, BOB, EVE = (PeerId("room", name) for name in ("ada", "bob", "eve"))
ALL = frozenset({"microphone", "camera"})
EACH_OTHER = RoomPlan(
    {
        to.participant_id: SubscriberPlan(
            (
                Route("a0", Publication(of.participant_id, "microphone")),
                Route("v0", Publication(of.participant_id, "camera")),
            )
        )
        for to, of in ((ADA, BOB), (BOB, ADA))
    }
)


@asynccontextmanager
async def running(config: MediaConfig = MediaConfig()) -> AsyncIterator[tuple[MediaPlane, Watcher]]:  # noqa: B008
    watcher = Watcher()
    plane = MediaPlane(config, PyRelay, watcher)
    await plane.start()
    try:
        yield plane, watcher
    finally:
        await plane.close()


@asynccontextmanager
async def pair(plane: MediaPlane) -> AsyncIterator[tuple[Person, Person]]:
    """Ada and Bob, who hear and see each other."""
    ada, bob = Person(plane, ADA, hertz=400, luma=40), Person(plane, BOB, hertz=1000, luma=200)
    for peer in (ADA, BOB):
        plane.set_enabled(peer, ALL)
    plane.set_plan("room", EACH_OTHER)
    try:
        await asyncio.gather(ada.join(), bob.join())
        yield ada, bob
    finally:
        await asyncio.gather(ada.leave(), bob.leave())


async def goes_on(*people: Person) -> None:
    """Media reaches everybody from now on."""
    before = {p.peer: (p.audio_frames, p.video_frames) for p in people}
    await until(
        lambda: all(
            p.audio_frames > before[p.peer][0] + 10 and p.video_frames > before[p.peer][1] + 3 for p in people
        ),
        "audio and video going on",
    )


async def test_two_people_hear_and_see_each_other_and_say_goodbye() -> None:
    async with running() as (plane, watcher):
        async with pair(plane) as (ada, bob):
            await goes_on(ada, bob)
            await until(lambda: abs(ada.heard_hertz - 1000) < 100, "Ada hears Bob's tone")
            await until(lambda: abs(bob.heard_hertz - 400) < 100, "Bob hears Ada's tone")
            await until(lambda: abs(ada.seen_luma - 200) < 20, "Ada sees Bob's picture")
            await until(lambda: abs(bob.seen_luma - 40) < 20, "Bob sees Ada's picture")
            assert plane.connected(ADA)
            assert plane.slot_count(ADA, "audio") == plane.slot_count(ADA, "video") == 1
            assert [(s.slot, s.publication) for s in plane.current_slots(ADA)] == [
                ("a0", Publication("bob", "microphone")),
                ("v0", Publication("bob", "camera")),
            ]
            stats = plane.peer_stats(ADA)
            assert stats is not None
            assert {stream.kind for stream in stats.received} == ALL
        await until(lambda: {("ada", "closed"), ("bob", "closed")} <= set(watcher.events), "both left")
        assert plane.stats().peers == 0
        assert not plane.connected(ADA)


async def test_who_can_do_no_better_profile_begins_the_handshake_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rtcdtlstransport, "SRTP_PROFILES", [rtcdtlstransport.SRTP_AES128_CM_SHA1_80])
    async with running() as (plane, watcher):
        first, second = Person(plane, EVE), Person(plane, EVE)
        try:
            await first.join()
            await until(lambda: ("eve", "dtls_failed") in watcher.events, "the first attempt fails")
            assert ("eve", "connected") not in watcher.events
            await second.join()
            await until(lambda: plane.connected(EVE), "the second comes up")
        finally:
            await asyncio.gather(first.leave(), second.leave())


async def test_a_wrong_certificate_ends_its_own_connection_only() -> None:
    async with running() as (plane, watcher), pair(plane) as (ada, bob):
        await goes_on(ada, bob)
        eve = Person(plane, EVE)
        try:
            await eve.join(lambda sdp: re.sub(r"(sha-\d+ )..", r"\g<1>00", sdp))
            await until(lambda: ("eve", "dtls_failed") in watcher.events, "Eve is refused")
        finally:
            await eve.leave()
        assert ("eve", "connected") not in watcher.events
        assert plane.peer_stats(EVE) is None
        await goes_on(ada, bob)


async def test_a_flood_of_hostile_datagrams_ends_nothing() -> None:
    """Empty, short, random and forged datagrams, from a stranger: dropped, counted, and not one reply."""
    dice = random.Random(7)
    async with running() as (plane, watcher), pair(plane) as (ada, bob):
        await goes_on(ada, bob)
        forged = bytes(check(Credentials("ours1234", "guessedguessedguessed!"), "them"))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.setblocking(False)
            target = ("127.0.0.1", plane.port)
            for index in range(4000):
                noise = dice.randbytes(dice.choice((1, 2, 12, 40, 300, 1400)))
                first = dice.choice(
                    (b"\x80\x60", b"\x80\xc8", b"\x16\xfe\xff", b"\x17\xfe\xfd", b"\x00\x01", b"\x50")
                )
                kind = (b"", noise, first + noise, forged, forged[: index % len(forged)])[index % 5]
                stranger.sendto(kind, target)
                if index % 200 == 199:
                    await asyncio.sleep(0.01)
            await goes_on(ada, bob)
            with pytest.raises(BlockingIOError):
                stranger.recv(2048)
        dropped = plane.stats().dropped
        assert dropped["empty"] > 0
        assert dropped["unknown_source"] > 0
        assert dropped["unknown_protocol"] > 0
        assert dropped["stun_malformed"] > 0
        assert dropped["stun_unknown_user"] > 0
        assert "internal_error" not in dropped
        assert [event for event in watcher.events if event[1] not in ("connected", "layers")] == []


async def test_a_new_connection_of_the_same_person_replaces_the_old() -> None:
    async with running() as (plane, watcher), pair(plane) as (ada, bob):
        await goes_on(ada, bob)
        again = Person(plane, BOB, hertz=2000, luma=120)
        try:
            await again.join()
            await until(lambda: abs(ada.heard_hertz - 2000) < 200, "Ada hears the new Bob, in the same slot")
            await goes_on(ada, again)
            await until(lambda: bob.connection.connectionState == "closed", "the old one was told")
        finally:
            await again.leave()
        assert plane.stats().peers <= 2
        assert watcher.events.count(("bob", "connected")) == 2


async def test_the_server_says_goodbye() -> None:
    async with running() as (plane, watcher):
        person = Person(plane, ADA)
        try:
            await person.join()
            await until(lambda: plane.connected(ADA), "connected")
            plane.remove(ADA)
            plane.remove(ADA)
            await until(lambda: person.connection.connectionState == "closed", "the person was told")
        finally:
            await person.leave()
        assert ("ada", "closed") not in watcher.events, "whoever removes a peer knows"


async def test_consent_ends_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aioice.ice.CONSENT_INTERVAL", 2.5)
    async with running(MediaConfig(consent_timeout_s=1.0)) as (plane, watcher):
        person = Person(plane, ADA)
        try:
            await person.join()
            await until(lambda: ("ada", "consent_lost") in watcher.events, "consent lost")
            await until(
                lambda: watcher.events.count(("ada", "connected")) == 2, "the next check brings it back"
            )
        finally:
            await person.leave()


async def test_who_stays_away_is_forgotten_and_may_come_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aioice.ice.CONSENT_INTERVAL", 60)
    async with running(MediaConfig(consent_timeout_s=1.0, path_timeout_s=1.0)) as (plane, watcher):
        person, again = Person(plane, ADA), Person(plane, ADA)
        try:
            await person.join()
            await until(lambda: ("ada", "path_timeout") in watcher.events, "forgotten")
            assert watcher.events[-2:] == [("ada", "consent_lost"), ("ada", "path_timeout")]
            assert plane.stats().peers == 0
            assert plane.peer_stats(ADA) is None
            await again.join()
            await until(lambda: plane.connected(ADA), "a new connection")
        finally:
            await person.leave()
            await again.leave()


async def test_who_never_connects_is_forgotten() -> None:
    async with running(MediaConfig(connect_timeout_s=0.1)) as (plane, watcher):
        plane.answer(ADA, AIORTC, AIORTC_SOURCES)
        assert plane.stats().peers == 1
        await until(lambda: watcher.events == [("ada", "connect_timeout")], "the peer is forgotten")
        assert plane.stats().peers == 0


async def test_offers_that_cannot_be_served() -> None:
    plane = MediaPlane(MediaConfig(max_peers=1), PyRelay, Watcher())
    with pytest.raises(OfferError) as stopped:
        plane.answer(ADA, AIORTC, AIORTC_SOURCES)
    assert stopped.value.code == ErrorCode.MEDIA_UNAVAILABLE
    await plane.start()
    try:
        plane.answer(ADA, AIORTC, AIORTC_SOURCES)
        with pytest.raises(OfferError) as full:
            plane.answer(BOB, AIORTC, AIORTC_SOURCES)
        assert full.value.code == ErrorCode.MEDIA_UNAVAILABLE
        with pytest.raises(OfferError) as malformed:
            plane.answer(ADA, "hello", AIORTC_SOURCES)
        assert malformed.value.code == ErrorCode.OFFER_MALFORMED
        assert plane.stats().peers == 1, "a bad offer leaves the connection as it was"
    finally:
        await plane.close()


async def test_a_taken_port_is_an_error() -> None:
    async with running(MediaConfig(host="127.0.0.1")) as (plane, _):
        other = MediaPlane(MediaConfig(host="127.0.0.1", port=plane.port), PyRelay, Watcher())
        with pytest.raises(OSError, match="in use"):
            await other.start()


class Stranger:
    """A bare socket with somebody's ICE credentials: a browser after its network changed."""

    def __init__(self, port: int, host: str = "127.0.0.1", family: int = socket.AF_INET) -> None:
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._target = (host, port)

    async def ask(self, request: Message) -> Message:
        return await self.asked(bytes(request))

    async def asked(self, datagram: bytes) -> Message:
        """Sends it; returns what comes back."""
        self._socket.sendto(datagram, self._target)
        return parse_message(
            await asyncio.wait_for(asyncio.get_running_loop().sock_recv(self._socket, 2048), 5)
        )

    def send(self, datagram: bytes) -> None:
        self._socket.sendto(datagram, self._target)

    @property
    def address(self) -> tuple[str, int]:
        name = self._socket.getsockname()
        return (name[0], name[1])

    def close(self) -> None:
        self._socket.close()


@asynccontextmanager
async def recorded(
    host: str = "0.0.0.0",
) -> AsyncIterator[tuple[MediaPlane, RecordingRelay, Credentials, Watcher]]:
    """A plane around a recording relay, with Ada answered and not yet connected; and our credentials for her."""
    relays: list[RecordingRelay] = []
    watcher = Watcher()
    plane = MediaPlane(
        MediaConfig(host=host), lambda send: relays.append(RecordingRelay(send)) or relays[0], watcher
    )
    await plane.start()
    answer = plane.answer(ADA, AIORTC, AIORTC_SOURCES)
    ufrag, password = (re.search(rf"a=ice-{name}:(\S+)", answer) for name in ("ufrag", "pwd"))
    assert ufrag is not None
    assert password is not None
    try:
        yield plane, relays[0], Credentials(ufrag[1], password[1]), watcher
    finally:
        await plane.close()


async def test_a_path_moves_to_where_the_same_credentials_come_from() -> None:
    async with recorded() as (plane, relay, local, _):
        home, mobile = Stranger(plane.port), Stranger(plane.port)
        try:
            await home.ask(check(local, "uXHV", nominate=True))
            at_home = relay.addresses[ADA]
            assert at_home is not None
            assert at_home[1] == home.address[1]
            await mobile.ask(check(local, "uXHV"))
            assert relay.addresses[ADA] == at_home, "home was heard just now, and nothing was nominated"
            await mobile.ask(check(local, "uXHV", nominate=True))
            moved = relay.addresses[ADA]
            assert moved is not None
            assert moved[1] == mobile.address[1]
        finally:
            home.close()
            mobile.close()


async def test_media_from_elsewhere_bring_the_path_once_the_peer_has_answered_for_it() -> None:
    remote = re.search(r"a=ice-pwd:(\S+)", AIORTC)
    assert remote is not None
    media = b"\x80\x60" + bytes(200)
    async with recorded() as (plane, relay, local, _):
        relay.claimed[media] = (ADA,)
        home, mobile, copier = Stranger(plane.port), Stranger(plane.port), Stranger(plane.port)
        try:
            await home.ask(check(local, "uXHV", nominate=True))
            at_home = relay.addresses[ADA]
            await asyncio.sleep(1.2 * SILENT_AFTER_S)

            stolen = await copier.asked(media)
            copier.send(stun.success(stolen, copier.address, local.password))
            await until(lambda: plane.stats().dropped.get("stun_unauthenticated") == 1, "a forged answer")
            assert relay.addresses[ADA] == at_home

            request = await mobile.asked(media)
            assert len(bytes(request)) <= len(media)
            mobile.send(stun.success(stolen, copier.address, remote[1]))
            await until(lambda: plane.stats().dropped.get("stun_not_asked") == 1, "another's question")
            assert relay.received == [], "nothing from there is handled yet"
            mobile.send(stun.success(request, mobile.address, remote[1]))
            await until(lambda: relay.addresses[ADA] != at_home, "the path has moved")
            moved = relay.addresses[ADA]
            assert moved is not None
            assert moved[1] == mobile.address[1]
            mobile.send(media)
            await until(lambda: relay.received == [(ADA, media)], "media from it")
        finally:
            for stranger in (home, mobile, copier):
                stranger.close()


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on loopback here")
async def test_an_ipv6_socket_serves_both_families() -> None:
    async with recorded("::") as (plane, relay, local, _):
        for host, family in (("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)):
            stranger = Stranger(plane.port, host, family)
            try:
                reply = await stranger.ask(check(local, "uXHV", nominate=True))
                assert reply.attributes["XOR-MAPPED-ADDRESS"] == (host, stranger.address[1])
                relay.received.clear()
                stranger.send(b"\x80\x60" + bytes(30))
                await until(lambda: len(relay.received) == 1, "media from it")
            finally:
                stranger.close()


async def test_media_counts_from_authenticated_paths_only() -> None:
    async with recorded() as (plane, relay, local, _):
        stranger = Stranger(plane.port)
        try:
            stranger.send(b"\x80\x60" + bytes(30))
            reply = await stranger.ask(check(local, "uXHV"))
            assert reply.attributes["XOR-MAPPED-ADDRESS"][1] == stranger.address[1]
            assert relay.received == []
            assert plane.stats().dropped == {"unknown_source": 1}
            stranger.send(b"\x80\x60" + bytes(30))
            await until(lambda: len(relay.received) == 1, "the packet is handed on")
            stranger.send(b"")
            stranger.send(b"\x16")
            stranger.send(b"\x16" + bytes(40))
            await until(lambda: plane.stats().received_datagrams >= 6, "all are read")
            assert plane.stats().dropped == {"unknown_source": 1, "empty": 1, "dtls_refused": 1}
        finally:
            stranger.close()


async def test_a_bug_behind_one_datagram_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with recorded() as (plane, relay, local, _):
        stranger = Stranger(plane.port)
        try:
            await stranger.ask(check(local, "uXHV"))
            handled = relay.receive

            def fail(peer: PeerId, datagram: bytes, now: float) -> None:
                raise RuntimeError("a bug")

            monkeypatch.setattr(relay, "receive", fail)
            stranger.send(b"\x80\x60" + bytes(30))
            await until(lambda: plane.stats().dropped.get("internal_error") == 1, "the bug is counted")
            monkeypatch.setattr(relay, "receive", handled)
            stranger.send(b"\x80\x60" + bytes(30))
            await until(lambda: len(relay.received) == 1, "the next datagram is handled")
        finally:
            stranger.close()


async def test_flags_and_plans_outlive_a_connection_and_end_with_the_room() -> None:
    async with recorded() as (plane, relay, _, _):
        plane.set_enabled(ADA, ALL)
        plane.set_plan("room", EACH_OTHER)
        assert relay.enabled[ADA] == ALL
        plane.answer(ADA, AIORTC.replace("4004308783", "5"), AIORTC_SOURCES)
        assert relay.calls[-3:] == ["remove ada", "add ada", "enabled ada"], "a new session replaces the old"
        assert relay.enabled[ADA] == ALL
        plane.remove(ADA)
        plane.set_plan("room", RoomPlan())
        plane.answer(ADA, AIORTC, AIORTC_SOURCES)
        assert relay.enabled[ADA] == frozenset()


async def test_an_observer_that_fails_stops_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    async with recorded() as (plane, relay, _, watcher):

        def fail(room_id: str, speakers: tuple[tuple[str, float], ...]) -> None:
            raise RuntimeError("a bug")

        told = watcher.speakers_changed
        monkeypatch.setattr(watcher, "speakers_changed", fail)
        relay.loud = (("ada", 0.5),)
        ticks = relay.ticks
        await until(lambda: relay.ticks > ticks + 5, "the timer goes on")
        monkeypatch.setattr(watcher, "speakers_changed", told)
        relay.loud = (("bob", 0.5), ("ada", 0.4))
        await until(lambda: watcher.speaking == ("bob", "ada"), "the next change is told")
        assert plane.speakers("room") == relay.loud
