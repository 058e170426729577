"""Every relay: audio comes through bad networks, repaired on each hop, in simulated time."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classroom.media.model import PeerMedia
from classroom.media.pyrelay.limits import RelayLimits
from loadtest.packetize import red_frames
from tests.media.contract import IMPLEMENTATIONS, microphone
from tests.media.netem import PERFECT
from tests.media.synthetic import NACK_INTERVAL, Outgoing, Packet, SyntheticPeer
from tests.media.synthetic_packets import OPUS, media, read_audio
from tests.media.world import RelayFactory, World
from tests.network.impairment import Impairment

SECONDS = 30.0
PATIENCE_S = 0.2
"""What a listener's jitter buffer waits for a late frame, beyond the quickest one."""


def audio_media(index: int, *, red: bool = True, nack: bool = True) -> PeerMedia:
    return media(index, red=red, audio_nack=nack)


def talk(
    factory: RelayFactory, *, up: Impairment = PERFECT, down: Impairment = PERFECT, seed: int = 1,
    speaker: PeerMedia | None = None, listener: PeerMedia | None = None,
) -> tuple[World, Outgoing, SyntheticPeer]:  # fmt: skip
    """a speaks, sending RED if it has it; b listens."""
    world = World(factory, seed)
    a = world.add("a", speaker or audio_media(0), conditions=up)
    b = world.add("b", listener or audio_media(1), conditions=down)
    b.sends_nacks = b.media.slots[0].nack
    sound = a.publish("microphone")
    sound.red = len(a.media.sources[0].codecs) == 2
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    for _ in range(int(SECONDS)):
        world.run(1)
        b.report_blocks(world.now)
    sound.active = False
    world.run(1)
    return world, sound, b


def heard(listener: SyntheticPeer) -> dict[int, float]:
    """When each frame first came, by the speaker's count."""
    frames: dict[int, float] = {}
    for packet in listener.slot("a0").order:
        for payload in frames_of(packet):
            frames.setdefault(read_audio(payload)[1], packet.at)
    return frames


def frames_of(packet: Packet) -> list[bytes]:
    """A synthetic frame begins with a digit; RED with a payload type of 111 or more."""
    return red_frames(packet.payload) if packet.payload[0] >= OPUS else [packet.payload]


def unplayable(sound: Outgoing, listener: SyntheticPeer, after: int = 200) -> float:
    """The share of frames that never came, or too late; the first ones, before loss is known, left out."""
    frames = heard(listener)
    delays = {number: at - number * 0.02 for number, at in frames.items() if number >= after}
    base = min(delays.values())
    played = sum(delay <= base + PATIENCE_S for delay in delays.values())
    return 1 - played / (sound.number - after)


LOSSES = [(0.3, 1.0), (0.1, 4.0)]
"""(share, mean length of a run): independent losses, and bursts, which outlast redundancy."""


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("round_trip_s", [0.02, 0.15])
@pytest.mark.parametrize(("loss", "burst"), LOSSES)
def test_what_is_lost_on_the_way_to_a_listener_is_hardly_heard(
    factory: RelayFactory, round_trip_s: float, loss: float, burst: float, seed: int
) -> None:
    delay = Impairment(delay_s=round_trip_s / 2)
    lossy = Impairment(loss=loss, burst=burst, delay_s=round_trip_s / 2)
    _, sound, listener = talk(factory, up=delay, down=lossy, seed=seed)
    assert listener.down.lost > 20
    # Over a slow path the rest of a burst is asked for, and comes too late to be waited for.
    limit = 0.03 if burst == 1 or round_trip_s < 0.1 else 0.06
    assert unplayable(sound, listener) < limit


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("loss", "burst"), LOSSES)
def test_what_is_lost_on_the_way_from_a_speaker_is_repaired_before_it_is_relayed(
    factory: RelayFactory, loss: float, burst: float, seed: int
) -> None:
    world, sound, listener = talk(factory, up=Impairment(loss=loss, burst=burst, delay_s=0.01), seed=seed)
    assert world.peers["a"].up.lost > 20
    assert unplayable(sound, listener) < 0.03
    stats = world.relay.stats(world.peers["a"].id)
    assert stats is not None
    assert stats.received[0].repaired > 20


@pytest.mark.parametrize("seed", range(3))
def test_both_hops_at_30_percent(factory: RelayFactory, seed: int) -> None:
    lossy = Impairment(loss=0.3, delay_s=0.01)
    _, sound, listener = talk(factory, up=lossy, down=lossy, seed=seed)
    assert unplayable(sound, listener) < 0.05


@pytest.mark.parametrize(
    ("speaker", "listener", "limit"),
    [
        # Without any means of repair all of the loss stays; requests alone do much, and redundancy does not need the speaker's.
        (audio_media(0), audio_media(1, red=False, nack=False), 0.36),
        (audio_media(0), audio_media(1, red=False), 0.07),
        (audio_media(0, red=False), audio_media(1), 0.03),
    ],
)
def test_who_takes_no_red_or_sends_no_nack_gets_what_there_is(
    factory: RelayFactory, speaker: PeerMedia, listener: PeerMedia, limit: float
) -> None:
    lossy = Impairment(loss=0.3, delay_s=0.01)
    _, sound, ear = talk(factory, down=lossy, speaker=speaker, listener=listener)
    lost = unplayable(sound, ear)
    assert lost < limit
    if limit > 0.3:
        assert lost > 0.24


def test_redundancy_costs_nothing_where_nothing_is_lost(factory: RelayFactory) -> None:
    """The speaker's RED is taken off for a listener on a good path, and put on again when the path gets bad."""
    world, sound, listener = talk(factory)
    packets = listener.slot("a0").in_order()
    assert all(len(frames_of(packet)) == 1 for packet in packets)
    listener.down.impairment = Impairment(loss=0.1, delay_s=0.01)
    sound.active = True
    world.run(10)
    newest = listener.slot("a0").in_order()[-50:]
    assert all(len(frames_of(packet)) in (3, 4) for packet in newest)
    listener.down.impairment = PERFECT
    world.run(20)
    newest = listener.slot("a0").in_order()[-50:]
    assert all(len(frames_of(packet)) == 1 for packet in newest)


def test_a_packet_sent_again_is_the_same_datagram(factory: RelayFactory) -> None:
    """SRTP must never encrypt two different packets of one number (RFC 3711 section 9.1)."""
    world = World(factory, 5)
    a, b = world.add("a", audio_media(0)), world.add("b", audio_media(1))
    sent: dict[int, set[bytes]] = {}
    deliver = b.down.send

    def record(datagram: bytes, now: float) -> None:
        if not 64 <= datagram[1] & 0x7F < 96 or datagram[1] & 0x7F == 63:
            sent.setdefault(int.from_bytes(datagram[2:4], "big"), set()).add(datagram)
        deliver(datagram, now)

    b.down.send = record  # type: ignore[method-assign]
    a.publish("microphone").red = True
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    b.down.impairment = Impairment(loss=0.3, delay_s=0.01)
    world.run(10)
    stats = world.relay.stats(b.id)
    assert stats is not None
    assert stats.retransmitted_packets > 50
    assert {len(datagrams) for datagrams in sent.values()} == {1}


def test_nothing_said_before_is_repeated_to_who_was_not_there(factory: RelayFactory) -> None:
    """Redundancy begins with the first frame that the slot carries, and ends with its source."""
    world = World(factory, 2)
    for name in ("a", "c"):
        index = len(world.peers)
        world.add(name, audio_media(index)).publish("microphone")
    b = world.add("b", audio_media(2), conditions=Impairment(loss=0.2, delay_s=0.01))
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    world.run(8)
    for name in ("c", "a", "c"):
        began = len(b.slot("a0").order)
        world.relay.set_routes(b.id, [microphone("a0", name)], world.now)
        publisher = world.peers[name]
        spoken = next(iter(publisher.outgoing.values())).number
        world.run(0.4)
        for packet in b.slot("a0").order[began:]:
            who = [read_audio(frame) for frame in frames_of(packet)]
            assert len({speaker for speaker, _ in who}) == 1, "one packet, one voice"
            if who[0][0] == publisher.index:
                # One frame may have been under way when the route changed.
                assert min(number for _, number in who) >= spoken - 1


def test_nobody_is_asked_for_audio_over_a_slow_path(factory: RelayFactory) -> None:
    world = World(factory, 3)
    slow = Impairment(loss=0.2, delay_s=0.2)
    a, b = world.add("a", audio_media(0), conditions=slow), world.add("b", audio_media(1))
    sound = a.publish("microphone")
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    world.relay.set_routes(a.id, [microphone("a0", "b")], world.now)
    b.publish("microphone")
    for _ in range(6):
        world.run(1)
        a.report_blocks(world.now)
    before = sound.nacks
    assert before > 0, "the round trip was not known yet"
    world.run(4)
    assert sound.nacks == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, 1 << 16), st.floats(0, 0.5), st.floats(1, 5), st.floats(0.001, 0.12), st.floats(0, 0.04),
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_whatever_is_lost_what_arrives_is_true(
    seed: int, loss: float, burst: float, delay: float, jitter: float, red: bool, nack: bool
) -> None:
    """One frame for each number, each at its own time, no frame twice under two timestamps."""
    path = Impairment(loss=loss, burst=burst, delay_s=delay, jitter_s=jitter, reorder=0.02, duplicate=0.02)
    world = World(next(iter(IMPLEMENTATIONS.values())), seed)
    a = world.add("a", audio_media(0, red=red, nack=nack), conditions=path)
    b = world.add("b", audio_media(1), conditions=path)
    a.publish("microphone").red = red
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    world.run(4)
    assert b.undecryptable <= b.slot("a0").duplicates + b.down.sent
    times: dict[int, int] = {}
    for packet in b.slot("a0").in_order():
        frames = [read_audio(frame)[1] for frame in frames_of(packet)]
        assert frames == sorted(set(frames))
        for frame in frames[-1:]:
            assert times.setdefault(frame, packet.rtp_ts) == packet.rtp_ts
    for (before, before_ts), (after, after_ts) in itertools.pairwise(sorted(times.items())):
        assert after_ts - before_ts == 960 * (after - before)


def test_the_interval_of_requests_is_the_listeners(factory: RelayFactory) -> None:
    """The synthetic listener repeats a request every 60 ms: it is answered at most three times in all."""
    world = World(factory, 4)
    world.add("a", audio_media(0)).publish("microphone")
    b = world.add("b", audio_media(1))
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    world.run(1)
    ssrc = b.media.slots[0].ssrc
    newest = b.slot("a0").in_order()[-1].sequence
    sent = world.relay.stats(b.id)
    assert sent is not None
    for _ in range(20):
        b.request_packets(ssrc, [newest], world.now)
        world.run(2 * NACK_INTERVAL)
    stats = world.relay.stats(b.id)
    assert stats is not None
    assert stats.retransmitted_packets == RelayLimits().retransmit_tries


def test_it_is_known_when_the_first_sound_came_and_went(factory: RelayFactory) -> None:
    """Of the one who spoke from when they spoke, of the one who listened from when they were let in, whatever came between."""
    world = World(factory, 4)
    a, b = world.add("a", audio_media(0)), world.add("b", audio_media(1))
    world.run(3)
    began = world.now
    a.publish("microphone")
    world.run(0.5)
    let_in = world.now
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    world.run(4)
    world.relay.set_routes(b.id, [], world.now)
    world.run(1)
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    world.run(1)
    spoke, heard = world.relay.stats(a.id), world.relay.stats(b.id)
    assert spoke is not None
    assert heard is not None
    ((came,), (went,)) = (
        [stream.began_at for stream in spoke.received],
        [slot.began_at for slot in heard.sent],
    )
    assert came is not None
    assert went is not None
    assert began <= came <= began + 0.05
    assert let_in <= went <= let_in + 0.05
