"""What the media plane tells of its peers."""

from __future__ import annotations

from typing import Literal, Protocol

from classroom.media.model import PeerId

DisconnectReason = Literal["consent_lost", "closed", "dtls_failed", "connect_timeout", "path_timeout"]
"""consent_lost: the path went silent; the peer is kept for a while, and comes back by itself or by an ICE restart. The
others are final: the peer is forgotten, and only a new offer brings it back. closed: the client closed its
connection."""


class MediaObserver(Protocol):
    """Told of what happens, from the loop, synchronously; must not block and may call the plane back."""

    def peer_connected(self, peer: PeerId) -> None:
        """Media flows: keys are there and the path is alive. Also when it comes back after `consent_lost`."""

    def peer_disconnected(self, peer: PeerId, reason: DisconnectReason) -> None:
        """Media flows no more. Not called for peers that were removed by `MediaPlane.remove`."""

    def speakers_changed(self, room_id: str, speakers: tuple[tuple[str, float], ...]) -> None:
        """Who speaks, loudest first (participant id, loudness 0..1); called when the ids or their order
        change."""

    def layers_changed(self, peer: PeerId) -> None:
        """Another layer flows in one of the peer's slots; see `MediaPlane.current_slots`."""
