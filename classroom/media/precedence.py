"""Whose picture stays when a viewer's path cannot carry all: what a plan says of it, before anybody speaks.

The spotlight first, then the interpreters and captioners without whom somebody follows nothing, then the screen; these are to
be legible before any other picture is shown. Then the trainers, then the visible pictures by size.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from classroom.media.model import Publication, Route

LANGUAGE_ROLES = frozenset({"interpreter", "captioner"})


def precedence(
    routes: Collection[Route],
    spotlight: str | None,
    roles: Mapping[str, str],
    staff: Collection[str],
    tiles: Mapping[Publication, int] | None,
) -> tuple[tuple[str, ...], frozenset[str]]:
    """(video slots, most important first; those that are essential). `roles`: by participant id. `staff`: their roles.
    `tiles`: the heights that pictures are drawn at, where the viewer told."""

    def rank(route: Route) -> tuple[int, int]:
        item = route.publication
        role = roles.get(item.participant_id, "")
        height = 0 if tiles is None else tiles.get(item, 0)
        if item.kind == "screen":
            return 2, -height
        if item.participant_id == spotlight:
            return 0, -height
        if role in LANGUAGE_ROLES:
            return 1, -height
        return (3 if role in staff else 4), -height

    ranked = sorted((rank(route), route.slot) for route in routes if route.slot[0] == "v")
    return (
        tuple(slot for _, slot in ranked),
        frozenset(slot for (first, _), slot in ranked if first <= 2),
    )
