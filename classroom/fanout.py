"""An event on its way to everybody in the room: encoded once per distinct view, and never waiting for anybody.

Sessions take the frame into their bounded outbox and history; a reader that is too slow for its outbox loses its
connection there, and nobody else notices.
"""

from __future__ import annotations

from collections.abc import Mapping

from rooms.events import Recorded
from rooms.state import RoomState
from rooms.views import views
from signaling import codec
from signaling.session import Session


def fan_out(state_after: RoomState, recorded: Recorded, sessions: Mapping[str, Session]) -> None:
    """Shows `recorded` to the sessions (by participant id) of the room. `state_after`: right after this event."""
    for shown, viewers in views(state_after, recorded):
        present = [sessions[viewer] for viewer in viewers if viewer in sessions]
        if present:
            frame = codec.encode_event(recorded.seq, recorded.at_ms, shown)
            for session in present:
                session.event(recorded.seq, frame)
