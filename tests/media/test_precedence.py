from __future__ import annotations

from classroom.media.model import Publication, Route
from classroom.media.precedence import precedence

STAFF = frozenset({"trainer", "co_trainer"})
ROLES = {
    "tom": "trainer",
    "ina": "interpreter",
    "cap": "captioner",
    "ann": "participant",
    "bo": "participant",
}


def camera(slot: str, who: str) -> Route:
    return Route(slot, Publication(who, "camera"))


def test_the_spotlight_then_languages_then_the_screen_then_trainers_then_by_size() -> None:
    routes = [
        camera("v0", "ann"),
        camera("v1", "bo"),
        camera("v2", "tom"),
        Route("v3", Publication("tom", "screen")),
        camera("v4", "ina"),
        camera("v5", "spot"),
        Route("a0", Publication("tom", "microphone")),
    ]
    tiles = {Publication("bo", "camera"): 300, Publication("ann", "camera"): 200}
    order, essential = precedence(routes, "spot", ROLES, STAFF, tiles)
    assert order == ("v5", "v4", "v3", "v2", "v1", "v0")
    assert essential == {"v5", "v4", "v3"}


def test_without_tiles_the_order_of_the_slots_decides_among_equals() -> None:
    order, essential = precedence([camera("v1", "bo"), camera("v0", "ann")], None, ROLES, STAFF, None)
    assert (order, essential) == (("v0", "v1"), frozenset())
