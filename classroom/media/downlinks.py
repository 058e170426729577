"""What every subscriber gets of what the plan wants for them: their path's estimate, shared out, again and again.

Ten times a second, and at once when an estimate falls: sound is taken off the estimate, what is left is shared among the
pictures (`allocator`), and the relay is told the layers and their frame rates. Rooms know nothing of it; whoever looks at the
slots sees which are paused.

Sans-I/O: `now` is monotonic seconds, rates are bits per second and include packets' overhead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from classroom.media.allocator import Allocation, Allocator, Demand, wanted_bps
from classroom.media.model import (
    Layer,
    PeerId,
    PeerMedia,
    Publication,
    PublicationKind,
    Route,
    Step,
    SubscriberPlan,
)
from classroom.media.relay import Relay

EVERY_S: Final = 0.1
TICKS_PER_ROUND: Final = 4
"""Fewer than there are in `EVERY_S`, so that nobody waits for long."""
SETTLED_S: Final = 2.0
"""The same while everything fits: only what publishers send may change that."""
RATES_EVERY_S: Final = 0.5
RATE_DECAY_PER_S: Final = 0.9
"""A publisher's rate is believed at once when it rises, and slowly when it falls: a still picture moves again."""
STALL_S: Final = 0.1
CATCHING_UP_S: Final = 2.0
"""After a turn that came so late: what waited meanwhile comes all at once, and is no publisher's rate."""
VIDEO_OVERHEAD: Final = 1.06
"""44 bytes of UDP, IP and SRTP to packets of about 1,000."""
AUDIO_OVERHEAD_BPS: Final = 20_000.0
"""The same and RTP's header, 50 times a second."""
LEAST_AUDIO_BPS: Final = 50_000.0
"""Kept for sound in any case: somebody will speak."""
SILENT_BELOW_BPS: Final = 8_000.0
"""An Opus stream below this is silent (DTX)."""
TOLD_AFTER_S: Final = 1.0
"""A picture that is away for less is not told to be paused: a path is found out, or a keyframe is on its way."""
CROWDED: Final = 0.75
"""Where voices alone are more than this share of what a path with a queue carries, the loudest goes on alone: all of them
together would keep the queue, and come a second late for as long as it stands."""
FACE_HELD_S: Final = 2.0
"""Who spoke stays first for so long after their last word, whoever else says one."""
SELF_LIMITED: Final = 1.3
"""An estimate by the subscriber (REMB) grows only with what is sent. This far above that it says nothing of the path, and the
next step is tried."""
CAMERA_RATES: Final[Mapping[Layer, float]] = {"l": 140_000.0, "m": 400_000.0, "h": 1_000_000.0}
SCREEN_RATES: Final[Mapping[Layer, float]] = {"h": 800_000.0}
"""Assumed of what does not flow yet."""

SHARE_MOVES: Final = 0.2
"""How much one look at a share of upper temporal layers moves the view of it: single pictures differ."""

NOTHING: Final[Mapping[Layer, float]] = {}


@dataclass(slots=True)
class _Published:
    """The rates of one publisher, and what share of them is above the base temporal layer, where there are others."""

    rates: dict[PublicationKind, dict[Layer, float]] = field(default_factory=dict)
    upper_shares: dict[PublicationKind, dict[Layer, float]] = field(default_factory=dict)
    at: float = float("-inf")


@dataclass(slots=True)
class _Subscriber:
    routes: tuple[Route, ...] = ()
    plan: SubscriberPlan = field(default_factory=SubscriberPlan)
    audio_measured: bool = False
    allocator: Allocator = field(default_factory=Allocator)
    steps: Allocation = field(default_factory=dict)
    spent_bps: float = 0.0
    wanted_bps: float = 0.0
    due: float = 0.0
    withheld: dict[str, float] = field(default_factory=dict)
    """Slots whose picture flows and is withheld: since when."""


def _pictures(routes: tuple[Route, ...], plan: SubscriberPlan) -> tuple[object, ...]:
    """All that the shares of pictures depend on."""
    return [route for route in routes if route.slot[0] == "v"], plan.order, plan.essential


class Downlinks:
    """All subscribers of one plane."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._subscribers: dict[PeerId, _Subscriber] = {}
        self._published: dict[PeerId, _Published] = {}
        self._faces: dict[str, tuple[str, float]] = {}
        """By room: who spoke loudest, and when last."""
        self._ticked_at = float("inf")
        self._catching_up_until = float("-inf")

    def set_plan(
        self, peer: PeerId, media: PeerMedia, routes: tuple[Route, ...], plan: SubscriberPlan, now: float
    ) -> None:
        """What `peer` is to receive: `routes`, of those of `plan`. To be called before the relay is told of them."""
        subscriber = self._subscribers.setdefault(peer, _Subscriber())
        settled = _pictures(routes, plan) == _pictures(subscriber.routes, subscriber.plan)
        subscriber.routes, subscriber.plan = routes, plan
        subscriber.audio_measured = any(slot.measured and slot.media == "audio" for slot in media.slots)
        if settled:
            subscriber.due = now  # somebody else is heard: that can wait for the next turn
        else:
            self._share_out(peer, subscriber, now)

    def remove(self, peer: PeerId) -> None:
        """The relay has forgotten this peer."""
        self._subscribers.pop(peer, None)
        self._published.pop(peer, None)

    def forget_room(self, room_id: str) -> None:
        self._faces.pop(room_id, None)

    def speaking(self, room_id: str, speakers: Sequence[tuple[str, float]], now: float) -> None:
        """Who speaks in a room, loudest first; to be called several times a second."""
        if not speakers:
            return
        known = [who for who, _ in speakers]
        face, at = self._faces.get(room_id, (known[0], now))
        if face in known:
            self._faces[room_id] = face, now
        elif now - at >= FACE_HELD_S:
            self._faces[room_id] = known[0], now

    def withheld(self, peer: PeerId, now: float) -> frozenset[str]:
        """The slots whose picture the path has had no room for, for a while."""
        subscriber = self._subscribers.get(peer)
        if subscriber is None:
            return frozenset()
        return frozenset(slot for slot, since in subscriber.withheld.items() if now - since >= TOLD_AFTER_S)

    def tick(self, now: float) -> None:
        """To be called every 10 to 25 ms."""
        if now - self._ticked_at > STALL_S:
            self._catching_up_until = now + CATCHING_UP_S
        self._ticked_at = now
        # Everybody's turn comes as often, but not everybody's at once: the loop has media to forward.
        turns = 1 + len(self._subscribers) // TICKS_PER_ROUND
        for peer, subscriber in self._subscribers.items():
            if now >= subscriber.due and turns > 0:
                turns -= 1
                self._share_out(peer, subscriber, now)
        for peer in self._relay.pressed():
            pressed = self._subscribers.get(peer)
            if pressed is not None:
                self._share_out(peer, pressed, now)

    def _share_out(self, peer: PeerId, subscriber: _Subscriber, now: float) -> None:
        subscriber.due = now + EVERY_S
        state = self._relay.downlink(peer)
        if state is None:
            if subscriber.steps:
                subscriber.steps = {}
                self._relay.set_layers(peer, {}, 0.0, now)
            subscriber.withheld.clear()
            return
        flowing: set[str] = set()
        demands = self._demands(peer.room_id, subscriber, flowing, now)
        audio_bps = self._audio_bps(peer.room_id, subscriber, state.repeats, now)
        budget_bps = state.target_bps
        if state.self_estimated and budget_bps > SELF_LIMITED * (subscriber.spent_bps + audio_bps):
            budget_bps *= 2
        steps = subscriber.allocator.allocate(budget_bps, audio_bps, demands, now, silent=state.silent)
        wanted = wanted_bps(audio_bps, demands)
        if wanted <= budget_bps and all(steps[demand.slot] == Step(demand.wanted) for demand in demands):
            subscriber.due = now + SETTLED_S
        subscriber.spent_bps = sum(
            [demand.cost(step) for demand in demands if (step := steps[demand.slot]) is not None]
        )
        if state.draining and state.arriving_bps is not None and audio_bps > CROWDED * state.arriving_bps:
            steps = steps | dict.fromkeys(self._hushed(peer.room_id, subscriber, now))
        if steps != subscriber.steps or abs(wanted - subscriber.wanted_bps) > 0.02 * wanted:
            subscriber.steps, subscriber.wanted_bps = steps, wanted
            self._relay.set_layers(peer, steps, wanted, now)
        held = subscriber.withheld
        subscriber.withheld = {
            slot: held.get(slot, now) for slot, step in steps.items() if step is None and slot in flowing
        }

    def _demands(self, room_id: str, subscriber: _Subscriber, flowing: set[str], now: float) -> list[Demand]:
        """The pictures, most important first; adds the slots of those that flow to `flowing`."""
        plan = subscriber.plan
        face = self._faces.get(room_id, ("", 0.0))[0]
        routes = {route.slot: route for route in subscriber.routes if route.slot[0] == "v"}
        first: list[Demand] = []
        others: list[Demand] = []
        for slot in plan.order or routes:
            route = routes.get(slot)
            if route is None:
                continue
            who, kind = route.publication
            rates = self._rates(room_id, route.publication, now)
            if rates:
                flowing.add(slot)
            else:
                rates = SCREEN_RATES if kind == "screen" else CAMERA_RATES
            known = self._published.get(PeerId(room_id, who))
            shares = NOTHING if known is None else known.upper_shares.get(kind, NOTHING)
            if who == face and kind == "camera":
                first.append(Demand(slot, route.layer, rates, True, shares))
            else:
                others.append(Demand(slot, route.layer, rates, slot in plan.essential, shares))
        return first + others

    def _hushed(self, room_id: str, subscriber: _Subscriber, now: float) -> list[str]:
        """The slots of all voices but one: who spoke loudest, else who is planned first."""
        face = self._faces.get(room_id, ("", 0.0))[0]
        voices = [
            route
            for route in subscriber.routes
            if route.slot[0] == "a"
            and sum(self._rates(room_id, route.publication, now).values()) > SILENT_BELOW_BPS
        ]
        voices.sort(key=lambda route: route.publication.participant_id != face)
        return [route.slot for route in voices[1:]]

    def _audio_bps(self, room_id: str, subscriber: _Subscriber, repeats: int, now: float) -> float:
        """What sound takes of the measured packets; 0 where the peer does not measure them."""
        if not subscriber.audio_measured:
            return 0.0
        total = 0.0
        for route in subscriber.routes:
            if route.slot[0] == "a":
                rate = sum(self._rates(room_id, route.publication, now).values())
                if rate > SILENT_BELOW_BPS:
                    total += (1 + repeats) * rate + AUDIO_OVERHEAD_BPS
        return max(total, LEAST_AUDIO_BPS)

    def _rates(self, room_id: str, publication: Publication, now: float) -> Mapping[Layer, float]:
        """What flows of a publication, by layer; a stream without layers counts as the top one."""
        publisher = PeerId(room_id, publication.participant_id)
        known = self._published.get(publisher)
        if known is None:
            known = self._published[publisher] = _Published()
        if now - known.at >= RATES_EVERY_S:
            self._refresh(publisher, known, now)
        return known.rates.get(publication.kind, {})

    def _refresh(self, publisher: PeerId, known: _Published, now: float) -> None:
        decay = RATE_DECAY_PER_S ** min(now - known.at, 10.0)
        known.at = now
        fresh: dict[PublicationKind, dict[Layer, float]] = {}
        shares: dict[PublicationKind, dict[Layer, float]] = {}
        for kind, layer, bitrate_bps, share in self._relay.bitrates(publisher, now):
            video = kind in ("camera", "screen")
            key: Layer = layer or "h"
            rate = bitrate_bps * (VIDEO_OVERHEAD if video else 1 - share)
            if not bitrate_bps and video:  # too young to have been measured
                rate = (CAMERA_RATES if kind == "camera" else SCREEN_RATES)[key]
            before = known.rates.get(kind, {}).get(key, 0.0)
            if before and now < self._catching_up_until:
                rate = min(rate, before)
            fresh.setdefault(kind, {})[key] = max(rate, before * decay)
            if share and video:
                seen = known.upper_shares.get(kind, {}).get(key, share)
                shares.setdefault(kind, {})[key] = seen + (share - seen) * SHARE_MOVES
        known.rates, known.upper_shares = fresh, shares
