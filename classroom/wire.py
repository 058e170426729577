"""The whole wire vocabulary: the session's messages, the room's commands and events, composed in one
registry.

This is the only place where `rooms/` and `signaling/` meet as message types.
"""

from __future__ import annotations

from typing import get_args

import msgspec

from rooms.commands import GroupSpec, PreviewBreakouts, WireCommand
from rooms.events import ViewedEvent
from signaling.captions import CaptionsPush, CaptionsRequest
from signaling.codec import Registry
from signaling.messages import (
    Answer,
    GetIceServers,
    GetSnapshot,
    Hello,
    IceServers,
    Offer,
    Resync,
    SessionPush,
    SessionRequest,
    Welcome,
)
from signaling.notes import ListNotes, NoteList, NotesPush, NotesRequest, NoteState, OpenNote


class BreakoutsPreview(msgspec.Struct, frozen=True, kw_only=True):
    """The reply to `breakouts.preview`: groups as `breakouts.open` takes them."""

    groups: tuple[GroupSpec, ...]


REGISTRY = Registry.of(
    requests=(
        *get_args(SessionRequest),
        *get_args(NotesRequest),
        *get_args(CaptionsRequest),
        *get_args(WireCommand),
    ),
    events=get_args(ViewedEvent),
    pushes=(*get_args(SessionPush), *get_args(NotesPush), *get_args(CaptionsPush)),
    replies={
        Hello: Welcome,
        GetSnapshot: Resync,
        Offer: Answer,
        OpenNote: NoteState,
        ListNotes: NoteList,
        GetIceServers: IceServers,
        PreviewBreakouts: BreakoutsPreview,
    },
)
