"""What the endpoint lets through, without a socket."""

from __future__ import annotations

from classroom.media.endpoint import MAX_MEDIA_PER_S, Endpoint
from classroom.media.ice import Path
from classroom.media.model import PeerId

ADA, BOB = PeerId("room", "ada"), PeerId("room", "bob")
HERE, THERE = ("192.0.2.1", 1000), ("192.0.2.2", 2000)
MEDIA = b"\x80\x60" + bytes(30)


def test_whoever_floods_is_handled_at_a_bounded_rate_and_the_others_as_ever() -> None:
    handled: list[PeerId] = []
    endpoint = Endpoint(lambda *_: None, lambda *_: True, lambda peer, *_: handled.append(peer))
    for peer, address in ((ADA, HERE), (BOB, THERE)):
        endpoint.paths[address] = Path(peer, address, checked_at=0.0, heard_at=0.0)
    for number in range(MAX_MEDIA_PER_S + 500):
        endpoint.receive(MEDIA, HERE, 10.0 + number / 10_000)
    endpoint.receive(MEDIA, THERE, 10.4)
    assert handled.count(ADA) == MAX_MEDIA_PER_S
    assert handled.count(BOB) == 1
    assert endpoint.dropped["too_many"] == 500
    endpoint.receive(MEDIA, HERE, 11.0)
    assert handled.count(ADA) == MAX_MEDIA_PER_S + 1
