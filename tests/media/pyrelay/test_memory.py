"""What is kept in memory, and when it is let go."""

from __future__ import annotations

import gc
import weakref

from classroom.media.pyrelay import PyRelay
from tests.media.contract import camera, two


def test_who_goes_leaves_nothing_to_the_garbage_collector() -> None:
    """Full collections are rare (classroom/collector.py), and a peer's packets are megabytes."""
    world = two(PyRelay)
    a, b = world.peers["a"], world.peers["b"]
    a.publish_simulcast()
    for peer, other in ((a, "b"), (b, "a")):
        world.relay.set_routes(peer.id, [camera("v0", other)], world.now)
    world.run(1)
    assert isinstance(world.relay, PyRelay)
    states = {peer.id.participant_id: world.relay._peers[peer.id] for peer in (a, b)}
    assert len(states["a"].publications["camera"].streams) == 3
    kept = {name: weakref.ref(state) for name, state in states.items()}
    states.clear()
    gc.collect()
    gc.disable()
    try:
        for name in ("a", "b"):
            world.remove(name)
            world.run(0.1)
            assert kept[name]() is None
    finally:
        gc.enable()
