"""What makes many sources look like one stream: a slot's continuous sequence numbers, timestamps and VP8 fields.

For as long as a slot carries one received layer, everything a packet needs is its own number plus a constant. The constants
are a `Mapping`; they are found when the layer begins and kept a while after it ended, to answer requests for lost packets.
"""

from __future__ import annotations

from collections import deque
from typing import Generic, NamedTuple, TypeVar

REMEMBERED_MAPPINGS = 8
AUDIO_PACKET_TICKS = 960
"""20 ms at 48 kHz: a switch without concealment."""
AUDIO_GAP_S = 0.1

SourceT = TypeVar("SourceT")


class Position(NamedTuple):
    """A packet of a received layer: where it begins for a slot, or how far it has come. VP8 fields are -1 if absent."""

    dense: int
    rtp_ts: int
    at: float
    """When it came (monotonic seconds)."""
    picture_id: int = -1
    tl0picidx: int = -1
    keyidx: int = -1
    above: int = 0
    """Packets of upper temporal layers before it."""
    base_picture: int = -1
    """Counts the base layer's frames; see `temporal`."""

    def number(self, thinned: bool) -> int:
        """Its number among the stream's packets, or among the base layer's."""
        return self.dense - self.above if thinned else self.dense

    def picture(self, thinned: bool) -> int:
        """Its frame's number, likewise; -1: it carries none."""
        return self.base_picture if thinned and self.picture_id >= 0 else self.picture_id


class Mapping(Generic[SourceT]):
    """Offsets from a layer's numbers to a slot's. `thinned`: from the numbers that its base temporal layer has for itself."""

    __slots__ = (
        "first",
        "keyidx",
        "picture_id",
        "rtp_ts",
        "sequence",
        "source",
        "start",
        "thinned",
        "tl0picidx",
    )

    def __init__(
        self,
        source: SourceT,
        start: int,
        first: int,
        sequence: int,
        rtp_ts: int,
        picture_id: int,
        tl0picidx: int,
        keyidx: int,
        thinned: bool,
    ) -> None:
        self.source = source
        self.start = start
        """The first dense number that belongs here; earlier ones are late packets of before."""
        self.sequence = sequence
        self.rtp_ts = rtp_ts
        self.picture_id = picture_id
        self.tl0picidx = tl0picidx
        self.keyidx = keyidx
        self.thinned = thinned
        self.first = first
        """Its first number in the slot, not wrapped."""


class Rewriter(Generic[SourceT]):
    """One for each slot."""

    __slots__ = (
        "_audio",
        "_clock_rate",
        "_keyidx",
        "_last_at",
        "_mappings",
        "_next",
        "_picture_id",
        "_rtp_ts",
        "_tl0picidx",
    )

    def __init__(self, clock_rate: int, audio: bool, first_sequence: int, first_rtp_ts: int) -> None:
        self._clock_rate = clock_rate
        self._audio = audio
        self._next = 0x10000 + first_sequence
        self._rtp_ts = first_rtp_ts
        self._last_at: float | None = None
        self._picture_id = 0
        self._tl0picidx = 0
        self._keyidx = 0
        self._mappings: deque[Mapping[SourceT]] = deque(maxlen=REMEMBERED_MAPPINGS)

    @property
    def started(self) -> bool:
        """Whether anything was sent yet."""
        return self._last_at is not None

    def begin(
        self, source: SourceT, first: Position, ticks: int | None = None, *, thinned: bool = False
    ) -> Mapping[SourceT]:
        """A layer begins with its packet `first`. `ticks`: distance to the last frame of the slot, if known better than from
        the time that has passed (layers of one camera are captured together)."""
        if self._last_at is None:
            rtp_ts = self._rtp_ts
        else:
            gap = first.at - self._last_at
            if ticks is None:
                ticks = (
                    AUDIO_PACKET_TICKS if self._audio and gap < AUDIO_GAP_S else round(gap * self._clock_rate)
                )
            rtp_ts = self._rtp_ts + max(1, ticks)
        picture = first.picture(thinned)
        mapping = Mapping(
            source,
            first.dense,
            self._next,
            self._next - first.number(thinned),
            rtp_ts - first.rtp_ts,
            self._picture_id + 1 - picture if picture >= 0 else 0,
            self._tl0picidx + 1 - first.tl0picidx if first.tl0picidx >= 0 else 0,
            self._keyidx + 1 - first.keyidx if first.keyidx >= 0 else 0,
            thinned,
        )
        self._mappings.append(mapping)
        return mapping

    def thin(
        self, mapping: Mapping[SourceT], first: Position, thinned: bool, upper: bool
    ) -> Mapping[SourceT]:
        """The same layer goes on from its newest packet, `first`, with or without its upper temporal layers. `upper`: that
        packet belongs to one, its frame follows the base layer's."""
        sequence = first.number(mapping.thinned) + mapping.sequence
        picture = first.picture(mapping.thinned) + mapping.picture_id + (mapping.thinned and upper)
        changed = Mapping(
            mapping.source,
            first.dense,
            sequence,
            sequence - first.number(thinned),
            mapping.rtp_ts,
            picture - first.picture(thinned),
            mapping.tl0picidx,
            mapping.keyidx,
            thinned,
        )
        self._mappings.append(changed)
        return changed

    def end(self, mapping: Mapping[SourceT], last: Position) -> None:
        """The layer came as far as `last` in this slot; nothing after it is sent."""
        self._next = max(self._next, last.number(mapping.thinned) + mapping.sequence + 1)
        self._rtp_ts = last.rtp_ts + mapping.rtp_ts & 0xFFFFFFFF
        self._last_at = last.at
        picture = last.picture(mapping.thinned)
        if picture >= 0:
            self._picture_id = picture + mapping.picture_id & 0x7FFF
        if last.tl0picidx >= 0:
            self._tl0picidx = last.tl0picidx + mapping.tl0picidx & 0xFF
        if last.keyidx >= 0:
            self._keyidx = last.keyidx + mapping.keyidx & 0x1F

    def find(self, sequence: int, highest: int) -> tuple[Mapping[SourceT], int] | None:
        """The mapping and the layer's number behind a 16-bit `sequence` that was sent; `highest` is the last number, not
        wrapped."""
        extended = highest - (highest - sequence & 0xFFFF)
        for mapping in reversed(self._mappings):
            if extended >= mapping.first:
                return mapping, extended - mapping.sequence
        return None

    @property
    def next_sequence(self) -> int:
        """Not wrapped; of the next layer to begin."""
        return self._next

    def forget(self) -> None:
        """Nothing sent so far may be sent again (the slot was given to somebody else)."""
        self._mappings.clear()
