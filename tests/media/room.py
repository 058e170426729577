"""A room around a relay in simulated time: publishers on good paths, subscribers each with a path that is shared out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from classroom.media.downlinks import Downlinks
from classroom.media.model import DownlinkFeedback, Layer, Publication, Route, SubscriberPlan
from tests.media.netem import PERFECT
from tests.media.synthetic import SyntheticPeer
from tests.media.synthetic_packets import media
from tests.media.world import RelayFactory, World
from tests.network.impairment import Impairment

TICK = 0.02
FAST = replace(PERFECT, delay_s=0.03, rate_bps=4_000_000.0)

LAYER_PACKETS: dict[Layer, tuple[int, int]] = {"h": (4, 900), "m": (2, 900), "l": (1, 600)}


class Room:
    """`publishers` with a camera (l 130, m 370, h 740 kb/s) and a microphone (45 kb/s); `trainer` is the first."""

    def __init__(
        self, factory: RelayFactory, publishers: Sequence[str] = ("trainer", "b", "c"), seed: int = 1
    ) -> None:
        self.world = World(factory, seed)
        self.downlinks = Downlinks(self.world.relay)
        self.publishers = tuple(publishers)
        self.subscribers: list[str] = []
        self.queue_s: dict[str, float] = {}
        """The longest queue of each subscriber's path in the last `run`."""
        self.switches: dict[str, int] = {}
        """How often a subscriber's pictures got another layer, or none, in the last `run`."""
        for name in publishers:
            peer = self.world.add(name)
            for layer, (packets, size) in LAYER_PACKETS.items():
                peer.publish("camera", layer, packets_per_frame=packets, size=size)
            peer.publish("microphone")

    def subscribe(
        self,
        name: str,
        path: Impairment = FAST,
        feedback: DownlinkFeedback = "transport-cc",
        layer: Layer = "h",
        audio_slots: int = 4,
    ) -> SyntheticPeer:
        """Hears and sees everybody who publishes; the trainer's picture is essential."""
        index, count = len(self.world.peers), len(self.publishers)
        negotiated = media(
            index, audio_slots=audio_slots, video_slots=count, audio_nack=True, downlink=feedback
        )
        peer = self.world.add(name, negotiated, enable=(), conditions=path)
        routes = tuple(
            Route(f"v{n}", Publication(publisher, "camera"), layer)
            for n, publisher in enumerate(self.publishers)
        ) + tuple(
            Route(f"a{n}", Publication(publisher, "microphone"))
            for n, publisher in enumerate(self.publishers[:audio_slots])
        )
        plan = SubscriberPlan(routes, tuple(f"v{n}" for n in range(count)), frozenset({"v0"}))
        self.downlinks.set_plan(peer.id, negotiated, routes, plan, self.world.now)
        self.world.relay.set_routes(peer.id, routes, self.world.now)
        self.subscribers.append(name)
        return peer

    def change_path(self, name: str, **changes: float) -> None:
        link = self.world.peers[name].down
        link.impairment = replace(link.impairment, **changes)

    def run(self, seconds: float) -> None:
        self.queue_s = dict.fromkeys(self.subscribers, 0.0)
        self.switches = dict.fromkeys(self.subscribers, 0)
        before = {name: self.layers(name) for name in self.subscribers}
        end = self.world.now + seconds
        while self.world.now < end:
            self.world.run(TICK)
            if not self.world.frozen:
                self.downlinks.tick(self.world.now)
            for name in self.subscribers:
                queue_s = self.world.peers[name].down.queue_s(self.world.now)
                self.queue_s[name] = max(self.queue_s[name], queue_s)
                layers = self.layers(name)
                self.switches[name] += sum(a != b for a, b in zip(before[name], layers, strict=True))
                before[name] = layers

    def freeze(self, seconds: float) -> None:
        """The server has no time for so long."""
        self.world.frozen = True
        self.run(seconds)
        self.world.frozen = False

    def layers(self, name: str) -> list[Layer | None]:
        peer = self.world.peers[name]
        return [self.world.relay.current_layer(peer.id, f"v{n}") for n in range(len(self.publishers))]

    def rate_bps(self, name: str, seconds: float) -> float:
        """What came to the subscriber over the last `seconds`."""
        measurement = self.world.peers[name].measurement
        assert measurement is not None
        since = self.world.now - seconds
        return sum(size for at, size in measurement.bytes if at > since) * 8 / seconds

    def longest_silence(self, name: str, slot: str, since: float) -> float:
        """The longest time without a packet of a sound, from `since` to now."""
        arrivals = [packet.at for packet in self.world.peers[name].slot(slot).order if packet.at >= since]
        times = [since, *arrivals, self.world.now]
        return max(b - a for a, b in pairwise(times))
