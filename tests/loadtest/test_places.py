"""Who is in the same place, from the snapshot and the events."""

from __future__ import annotations

from typing import Any

from loadtest.places import Places


def person(name: str, breakout: str | None = None) -> dict[str, Any]:
    return {"id": name, "breakout": breakout, "name": name.title()}


def places(*names: str) -> Places:
    made = Places("me")
    made.take_snapshot({"participants": [person("me"), *map(person, names)]})
    return made


def groups(**members: list[str]) -> dict[str, Any]:
    return {"breakouts": {"groups": [{"id": key, "members": value} for key, value in members.items()]}}


def test_people_come_and_go() -> None:
    room = places("ann")
    assert room.take_event("participant.joined", {"participant": person("bob")})
    assert room.take_event("participant.left", {"participant_id": "ann", "reason": "left"})
    assert not room.take_event("hand.raised", {"participant_id": "bob"})
    assert room.companions == {"bob"}


def test_breakouts_part_people_and_bring_them_back() -> None:
    room = places("ann", "bob", "trainer")
    assert room.take_event("breakouts.opened", groups(g1=["me", "bob"], g2=["ann"]))
    assert (room.in_group, room.companions) == (True, frozenset({"bob"}))
    assert room.take_event("breakouts.closed", {"by": None})
    assert (room.in_group, room.companions) == (False, frozenset({"ann", "bob", "trainer"}))


def test_people_move_one_by_one() -> None:
    room = places("ann", "bob")
    room.take_event("breakouts.opened", groups(g1=["me", "bob"], g2=["ann"]))
    move = {"participant_id": "ann", "group": "g1", "visiting": False, "by": "trainer"}
    assert room.take_event("breakouts.moved", move)
    assert room.companions == {"ann", "bob"}
    assert not room.take_event("breakouts.moved", move)


def test_a_snapshot_tells_running_breakouts() -> None:
    room = Places("me")
    room.take_snapshot({"participants": [person("me", "g1"), person("ann", "g1"), person("bob")]})
    assert room.companions == {"ann"}
