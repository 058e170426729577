"""Traces of media: from a person's offer until their media flow; from a change of a room until all have their new slots."""

from __future__ import annotations

from classroom.media.model import PeerId
from classroom.tracing import Span, Tracer


class MediaTraces:
    """One per process; bounded by the peers and rooms that there are."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._connecting: dict[PeerId, Span] = {}
        self._planning: dict[str, Span] = {}

    def offered(self, peer: PeerId, parent: str) -> None:
        """An answer was given to somebody whose media do not flow. `parent`: how they came in."""
        self.ended(peer, "offered_again")
        self._connecting[peer] = self._tracer.begin("media.connect", parent, room=peer.room_id)

    def connected(self, peer: PeerId) -> None:
        self.ended(peer, "")

    def ended(self, peer: PeerId, problem: str) -> None:
        """Media of this peer will not flow, or do already."""
        span = self._connecting.pop(peer, None)
        if span is not None:
            span.end(problem)

    def replanned(self, room_id: str) -> None:
        """What a room's people are to receive changes, by something that is being traced or not."""
        if self._tracer.here and room_id not in self._planning:
            self._planning[room_id] = self._tracer.begin("media.plan", room=room_id)

    def settled(self, room_id: str) -> None:
        """Everybody there has their new plan, and was told."""
        span = self._planning.pop(room_id, None)
        if span is not None:
            span.end()
