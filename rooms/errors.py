"""How a room says no."""

from __future__ import annotations

from rooms.commands import Refusal


class Refused(Exception):
    """The user's fault or bad luck, never a bug: replied with `code`, and the room is unchanged."""

    def __init__(self, code: Refusal, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code: Refusal = code
        self.detail = detail
