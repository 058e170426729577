"""People who write numbered messages through whatever happens, and what must be true of them afterwards."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from websockets.exceptions import InvalidHandshake

from classroom.journal.base import History
from rooms.commands import PostChat
from rooms.events import ChatPosted
from signaling import codec
from signaling.messages import Resume
from tests.support.client import Client, Closed, Refusal

SILENCE_S = 12.5
"""A client that has heard nothing for so long gives its socket up, as ours does."""
AGAIN_S = 0.1
PAUSE_S = 0.15
CERTAIN = frozenset({"rate_limited", "storage_unavailable"})
"""Refusals that say: it was not done, and will not be."""


class Writer:
    """`doors`: the WebSocket addresses that it tries in turn."""

    def __init__(self, name: str, link: str, doors: Sequence[str]) -> None:
        self.name = name
        self.acknowledged: list[str] = []
        self.refused: set[str] = set()
        self.seen: dict[int, str] = {}
        """By `seq`, what it was shown."""
        self.came_back = 0
        self.longest_s = 0.0
        """Between one acknowledgement and the next."""
        self._acknowledged_at = time.monotonic()
        self._link = link
        self._doors = doors
        self._door = sum(name.encode())
        self._point: Resume | None = None
        self._ref = 1
        self._number = 0
        self._unanswered: str | None = None
        self._stopping = False

    async def write(self) -> None:
        """Until `stop`, and then until nothing is unanswered."""
        while not self._stopping or self._unanswered is not None:
            client = await self._connected()
            try:
                while not self._stopping or self._unanswered is not None:
                    await self._write_one(client)
                    await asyncio.sleep(PAUSE_S)
            except (Closed, OSError, TimeoutError):
                self.came_back += 1
            finally:
                self._look(client)
                with suppress(Closed, OSError):
                    await client.cut()

    def stop(self) -> None:
        self._stopping = True

    async def _connected(self) -> Client:
        pause = AGAIN_S
        while True:
            self._door += 1
            with suppress(OSError, Closed, Refusal, InvalidHandshake, TimeoutError):
                async with asyncio.timeout(SILENCE_S):
                    door = self._doors[self._door % len(self._doors)]
                    client = await Client.join(door, self._link, resume=self._point)
                    if self._point is not None and not client.welcome.resumed:
                        self._unanswered = None  # nobody knows what became of it
                    return client
            await asyncio.sleep(pause)
            pause = min(1.0, 1.5 * pause)

    async def _write_one(self, client: Client) -> None:
        if self._unanswered is None:
            self._ref += 1
            self._number += 1
            self._unanswered = f"{self.name} {self._number}"
        text = self._unanswered
        frame = codec.encode_request(self._ref, PostChat(channel="room", text=text))
        asked = asyncio.ensure_future(client.request_raw(self._ref, frame))
        try:
            while not asked.done():
                await asyncio.wait((asked,), timeout=0.5)
                if time.monotonic() - client.heard_at > SILENCE_S:
                    raise TimeoutError
            await asked
        except Refusal as refusal:
            if refusal.code in CERTAIN:
                self.refused.add(text)
            await asyncio.sleep(0.2)
        else:
            self.acknowledged.append(text)
            now = time.monotonic()
            self.longest_s, self._acknowledged_at = max(self.longest_s, now - self._acknowledged_at), now
        finally:
            if not asked.done():
                asked.cancel()
        self._unanswered = None

    def _look(self, client: Client) -> None:
        for seq, event in client.events:
            if isinstance(event, ChatPosted):
                self.seen[seq] = event.message.text
        self._point = client.resume_point()


def kept_in(history: History) -> dict[int, str]:
    """By `seq`, the messages that a journal has, in its checkpoint or behind it."""
    earlier = () if history.checkpoint is None else history.checkpoint.state.chat
    kept = {stored.message.id: stored.message.text for stored in earlier}
    return kept | {
        one.seq: one.event.message.text for one in history.events if isinstance(one.event, ChatPosted)
    }


def check(kept: Mapping[int, str], writers: Sequence[Writer]) -> str:
    """Compares what people were told with what is kept; returns what there was. Raises AssertionError."""
    texts = list(kept.values())
    acknowledged = [text for writer in writers for text in writer.acknowledged]
    lost = set(acknowledged) - set(texts)
    assert not lost, f"acknowledged and lost: {sorted(lost)[:10]}"
    assert len(set(texts)) == len(texts), "done twice"
    refused = {text for writer in writers for text in writer.refused}
    assert not refused & set(texts), "refused, and done"
    for writer in writers:
        own = [int(text.rsplit(" ", 1)[1]) for text in texts if text.rsplit(" ", 1)[0] == writer.name]
        assert own == sorted(own), f"{writer.name}: out of order"
        wrong = {seq: text for seq, text in writer.seen.items() if kept.get(seq, text) != text}
        assert not wrong, f"{writer.name} was shown another history: {wrong}"
    assert acknowledged, "nothing was written"
    back = sum(writer.came_back for writer in writers)
    longest = max(writer.longest_s for writer in writers)
    return (
        f"{len(acknowledged)} acknowledged, 0 lost, 0 twice; {len(refused)} refused; {back} times back; "
        f"nothing acknowledged to somebody for {longest:.1f} s at most"
    )
