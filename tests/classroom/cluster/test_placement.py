"""Where a new room goes."""

from __future__ import annotations

from classroom.cluster.placement import WORTH_IT, NodeInfo, choose


def node(name: str, sessions: int = 0, rooms: int = 0, *, draining: bool = False) -> NodeInfo:
    return NodeInfo(node_id=name, url=f"http://{name}", sessions=sessions, rooms=rooms, draining=draining)


def test_the_node_that_was_asked_keeps_it_unless_another_has_much_less_to_do() -> None:
    here = node("here", sessions=WORTH_IT - 1)
    assert choose(here, [node("idle")]) is here
    busy = node("here", sessions=WORTH_IT)
    assert choose(busy, [node("idle")]).node_id == "idle"
    assert choose(node("here"), []).node_id == "here"


def test_rooms_count_beside_the_people_in_them() -> None:
    assert choose(node("here", rooms=8), [node("b", sessions=20), node("c", sessions=2)]).node_id == "c"


def test_nobody_gives_a_room_to_a_node_that_stops() -> None:
    busy = node("here", sessions=500)
    assert choose(busy, [node("idle", draining=True)]) is busy
    stopping = node("here", draining=True)
    assert choose(stopping, [node("busy", sessions=900)]).node_id == "busy"
    assert choose(stopping, [node("b", draining=True)]) is stopping
