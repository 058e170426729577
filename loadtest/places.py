"""Where everybody is: the little of a room's state that a synthetic participant needs (docs/protocol.md)."""

from __future__ import annotations

from typing import Any


class Places:
    """Who is here, in which breakout group. Folds the snapshot and the events of one viewer."""

    def __init__(self, you: str) -> None:
        self.you = you
        self._group_of: dict[str, str | None] = {}
        self.companions: frozenset[str] = frozenset()
        """Everybody else in the viewer's place."""

    def take_snapshot(self, snapshot: dict[str, Any]) -> None:
        self._settle({person["id"]: person["breakout"] for person in snapshot["participants"]})

    def take_event(self, kind: str, payload: dict[str, Any]) -> bool:
        """Whether anybody's place changed."""
        groups = dict(self._group_of)
        if kind == "participant.joined":
            person = payload["participant"]
            groups[person["id"]] = person["breakout"]
        elif kind == "participant.left":
            groups.pop(payload["participant_id"], None)
        elif kind in ("breakouts.opened", "breakouts.closed"):
            opened = payload["breakouts"]["groups"] if kind == "breakouts.opened" else []
            group_of = {member: group["id"] for group in opened for member in group["members"]}
            groups = {person: group_of.get(person) for person in groups}
        elif kind == "breakouts.moved":
            groups[payload["participant_id"]] = payload["group"]
        if groups == self._group_of:
            return False
        self._settle(groups)
        return True

    def _settle(self, groups: dict[str, str | None]) -> None:
        self._group_of = groups
        mine = groups.get(self.you)
        self.companions = frozenset(
            person for person, group in groups.items() if group == mine and person != self.you
        )

    @property
    def in_group(self) -> bool:
        return self._group_of.get(self.you) is not None
