from __future__ import annotations

from classroom.media.pyrelay.keyframes import KeyframeRequester
from classroom.media.pyrelay.limits import RelayLimits


def test_at_once_then_throttled_then_repeated_until_it_comes() -> None:
    requester = KeyframeRequester(RelayLimits())
    assert not requester.due(0.0)
    requester.request()
    assert requester.due(0.1)
    assert not requester.due(0.1)
    requester.request()
    assert not requester.due(0.59)
    assert requester.due(0.61)
    assert requester.due(1.12)
    requester.arrived()
    assert not requester.wanted
    assert not requester.due(5.0)


def test_a_new_need_soon_after_is_served_when_the_interval_is_over() -> None:
    requester = KeyframeRequester(RelayLimits())
    requester.request()
    assert requester.due(0.0)
    requester.arrived()
    requester.request()
    assert not requester.due(0.3)
    assert requester.due(0.5)
