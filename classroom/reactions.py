"""Shows a person's reaction to those in the same place, at once and to nobody later."""

from __future__ import annotations

import weakref

from classroom.hosts import RoomHost
from rooms.reactions import audience
from signaling import codec
from signaling.buckets import TokenBucket
from signaling.errors import ErrorCode
from signaling.messages import Done, React, Reacted
from signaling.session import Session

PER_S = 1.0
BURST = 5.0
"""Per session. More would be noise, and what it costs grows with the room."""


class Reactions:
    """One per process."""

    def __init__(self) -> None:
        self._buckets: weakref.WeakKeyDictionary[Session, TokenBucket] = weakref.WeakKeyDictionary()

    def react(self, host: RoomHost, session: Session, ref: int, message: React, now: float) -> None:
        """`now`: monotonic seconds. Raises `Refused`."""
        who = session.seat.participant_id
        seen_by = audience(host.state, who)
        bucket = self._buckets.get(session)
        if bucket is None:
            bucket = self._buckets[session] = TokenBucket(PER_S, BURST, now)
        if not bucket.take(now):
            session.refuse_request(ref, ErrorCode.RATE_LIMITED.value)
            return
        frame = codec.encode_push(Reacted(participant_id=who, reaction=message.reaction))
        # A reader who is too slow for all of them gets the newest of each person.
        name = f"reaction.shown {who}"
        for viewer in seen_by:
            present = host.sessions.get(viewer)
            if present is not None:
                present.push(name, frame)
        session.reply(ref, Done(seq=0))
