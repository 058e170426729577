"""What people do of their own accord while they are in a room: chat, hands, notes, reactions, with time to think."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

from pycrdt import Doc, Text

from loadtest.participant import STAMPED, Participant
from loadtest.scenario import Activity
from loadtest.session import SessionError

_WORDS = (
    "why",
    "how",
    "when",
    "loops",
    "lists",
    "class",
    "test",
    "branch",
    "commit",
    "style",
    "colour",
    "perhaps",
    "later",
)
_REACTIONS = ("applause", "thumbs_up", "heart", "celebrate")
_NOTE = "room"


class Actor:
    """One person's own doing. `seed` decides what and when, as far as the server's replies let it."""

    def __init__(self, participant: Participant, activity: Activity, seed: str) -> None:
        self._participant = participant
        self._activity = activity
        self._draw = random.Random(seed)
        self._notes: Doc[Text] | None = None

    async def act(self) -> None:
        """Until it is cancelled."""
        activity = self._activity
        habits: tuple[tuple[float, Callable[[], Awaitable[None]]], ...] = (
            (activity.chat_per_min, self._chat),
            (activity.hands_per_min, self._hand),
            (activity.notes_per_min, self._write_note),
            (activity.reactions_per_min, self._react),
        )
        async with asyncio.TaskGroup() as group:
            for per_minute, habit in habits:
                if per_minute:
                    group.create_task(self._now_and_then(per_minute, habit))

    async def _now_and_then(self, per_minute: float, habit: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(self._draw.expovariate(per_minute / 60))
            try:
                await habit()
            except SessionError as error:
                # What is refused, or lost with a session that could not be resumed, is told; what others have done
                # meanwhile (a hand that was lowered) is nobody's fault.
                if error.code not in ("hand_not_raised", "not_here", "closed", "left", "rate_limited"):
                    self._participant.note_error(f"{habit.__name__.strip('_')}: {error}")

    async def _think(self) -> None:
        await asyncio.sleep(self._draw.uniform(*self._activity.think_s))

    async def _chat(self) -> None:
        words = " ".join(self._draw.choices(_WORDS, k=self._draw.randint(1, 12)))
        await self._post(words)
        if self._draw.random() < self._activity.answers:
            await self._think()
            await self._post("thanks")

    async def _post(self, words: str) -> None:
        text = f"{STAMPED}{time.time_ns()} {words}"
        await self._participant.session.request("chat.post", {"channel": "room", "text": text})

    async def _hand(self) -> None:
        await self._participant.session.request("hand.raise", {})
        await self._think()
        await self._participant.session.request("hand.lower", {})

    async def _react(self) -> None:
        await self._participant.session.request("reaction.send", {"reaction": self._draw.choice(_REACTIONS)})

    async def _write_note(self) -> None:
        """One's own words only: others' updates are not merged, which the server does not need."""
        session = self._participant.session
        if self._notes is None:
            opened = await session.request("notes.open", {"note": _NOTE, "state_vector": b""})
            self._notes = Doc()
            self._notes.apply_update(opened["update"])
        before = self._notes.get_state()
        text = self._notes.get("text", type=Text)
        text += self._draw.choice(_WORDS) + " "
        update = self._notes.get_update(before)
        try:
            await session.request("notes.update", {"note": _NOTE, "update": update})
        except SessionError as error:
            self._notes = None  # opened anew next time
            if error.code not in ("note_full", "note_not_open"):
                raise
