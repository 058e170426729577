"""Sharing out, against a relay that remembers what it was told."""

from __future__ import annotations

from classroom.media.downlinks import Downlinks
from classroom.media.model import PeerId, Publication, Route, Step, SubscriberPlan
from classroom.media.relay import DownlinkState, Flow
from tests.media.recording import RecordingRelay
from tests.media.synthetic_packets import media

ME, ANN, BO = PeerId("room", "me"), PeerId("room", "ann"), PeerId("room", "bo")
ROUTES = (
    Route("v0", Publication("ann", "camera")),
    Route("v1", Publication("bo", "camera")),
    Route("a0", Publication("ann", "microphone")),
)
PLAN = SubscriberPlan(ROUTES, ("v0", "v1"), frozenset())
L, M, H = Step("l"), Step("m"), Step("h")
FLOWING = [
    Flow("camera", "l", 100_000),
    Flow("camera", "m", 300_000),
    Flow("camera", "h", 900_000),
    Flow("microphone", None, 32_000),
]


def start(target_bps: float) -> tuple[RecordingRelay, Downlinks]:
    relay = RecordingRelay(lambda _datagram, _address: None)
    relay.flowing = {ANN: FLOWING, BO: FLOWING}
    relay.downlinks[ME] = DownlinkState(target_bps)
    downlinks = Downlinks(relay)
    downlinks.set_plan(ME, media(0, downlink="transport-cc"), ROUTES, PLAN, 0.0)
    return relay, downlinks


def test_sound_first_then_the_pictures_in_the_plans_order() -> None:
    relay, _ = start(52_000 + 1.3 * 110_000)
    assert relay.allowed[ME] == {"v0": L, "v1": None}
    assert relay.wanted_bps[ME] > 2 * 900_000


def test_who_speaks_comes_first_and_stays_for_a_while_after() -> None:
    relay, downlinks = start(500_000)
    assert relay.allowed[ME] == {"v0": L, "v1": L}
    downlinks.speaking("room", [("bo", 0.5)], 1.0)
    downlinks.tick(1.0)
    assert relay.allowed[ME] == {"v0": L, "v1": M}
    downlinks.speaking("room", [("ann", 0.5)], 2.0)
    downlinks.tick(2.1)
    assert relay.allowed[ME] == {"v0": L, "v1": M}, "a short word changes no picture"
    downlinks.speaking("room", [("ann", 0.5)], 3.1)
    downlinks.tick(3.1)
    assert relay.allowed[ME] == {"v0": M, "v1": L}


def test_a_pause_is_told_after_a_second_and_only_of_what_flows() -> None:
    relay, downlinks = start(60_000)
    assert relay.allowed[ME] == {"v0": None, "v1": None}
    assert downlinks.withheld(ME, 0.5) == frozenset()
    downlinks.tick(1.1)
    assert downlinks.withheld(ME, 1.1) == {"v0", "v1"}
    relay.flowing = {ANN: FLOWING}
    downlinks.tick(2.0)
    assert downlinks.withheld(ME, 2.0) == {"v0"}
    relay.downlinks[ME] = DownlinkState(5_000_000)
    downlinks.tick(5.0)
    assert relay.allowed[ME] == {"v0": H, "v1": H}
    assert downlinks.withheld(ME, 5.0) == frozenset()


def test_a_peer_that_tells_nothing_is_not_limited() -> None:
    relay, downlinks = start(60_000)
    relay.downlinks.clear()
    downlinks.tick(1.0)
    assert relay.allowed[ME] == {}
    downlinks.remove(ME)
    relay.calls.clear()
    downlinks.tick(2.0)
    assert relay.calls == []


def test_a_narrow_path_gets_every_second_picture_by_the_measured_share() -> None:
    relay, downlinks = start(52_000 + 1.3 * 110_000)
    assert relay.allowed[ME] == {"v0": L, "v1": None}
    layered = [flow._replace(upper_share=0.4) if flow.kind == "camera" else flow for flow in FLOWING]
    relay.flowing = {ANN: layered, BO: layered}
    relay.downlinks[ME] = DownlinkState(52_000 + 2 * 1.3 * 66_000)
    for n in range(60):
        downlinks.tick(1.0 + n * 0.1)
    assert relay.allowed[ME] == {"v0": L, "v1": Step("l", True)}
