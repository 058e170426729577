"""Between rooms and the media plane: what happens in a room becomes a plan, what happens in the plane becomes a push.

Every event that changes who may receive what is answered in the same turn of the loop with a new plan: whoever enters
a breakout hears their partner with the next packet. Nothing here waits, and nothing is renegotiated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

import msgspec

from classroom import logs
from classroom.hosts import RoomHost
from classroom.media import planner
from classroom.media.model import Layer, PeerId, Publication, PublicationKind, RoomPlan
from classroom.media.plane import DisconnectReason, MediaPlane
from classroom.quality_watch import QualityWatch
from rooms import events
from signaling import codec
from signaling.messages import Answer, MediaState, Offer, Published, Push, Report, Slots, Speaking, View
from signaling.session import Session

log = logs.get("media")

MOVES_MEDIA: Final = (
    events.ParticipantJoined,
    events.PresenceChanged,
    events.ParticipantLeft,
    events.MediaChanged,
    events.SpotlightChanged,
    events.BreakoutsOpened,
    events.BreakoutsClosed,
    events.ParticipantMoved,
    events.VoiceBroadcastChanged,
)
"""The events that can change who receives what."""
REMEMBERED_SPEAKERS: Final = 64


@dataclass(slots=True)
class _Screen:
    """One person's end: what they told of their screen, and what they were last told."""

    tiles: dict[Publication, int] | None = None
    pushed: dict[str, Push] = field(default_factory=dict)


@dataclass(slots=True)
class _RoomMedia:
    plan: RoomPlan = field(default_factory=RoomPlan)
    speech: planner.Speech = field(default_factory=planner.Speech)
    screens: dict[str, _Screen] = field(default_factory=dict)
    enabled: dict[str, frozenset[PublicationKind]] = field(default_factory=dict)


class Switchboard:
    """One per process. It is the plane's `MediaObserver`; `attach` the plane before use."""

    def __init__(self, host_of: Callable[[str], RoomHost | None]) -> None:
        """`host_of`: the loaded room of this id."""
        self._host_of = host_of
        self._rooms: dict[str, _RoomMedia] = {}
        self._plane: MediaPlane

    def attach(self, plane: MediaPlane) -> None:
        self._plane = plane
        self.quality = QualityWatch(self._host_of, plane, lambda room_id: self._media(room_id).plan)

    # --- from rooms and sessions ----------------------------------------------------------------------------

    def room_changed(self, host: RoomHost, happened: Iterable[events.AnyEvent]) -> None:
        """Events became visible; `host.state` is after them."""
        if not any(isinstance(event, MOVES_MEDIA) for event in happened):
            return
        media = self._media(host.room_id)
        for someone in host.state.participants:
            kinds = planner.enabled_kinds(someone.media)
            if media.enabled.get(someone.id) != kinds:
                media.enabled[someone.id] = kinds
                self._plane.set_enabled(PeerId(host.room_id, someone.id), kinds)
        self._replan(host, host.sessions)

    def offer(self, host: RoomHost, session: Session, offer: Offer) -> Answer:
        """Negotiates a participant's media. Raises `OfferError`, which changes nothing."""
        who = session.seat.participant_id
        peer = PeerId(host.room_id, who)
        sdp = self._plane.answer(peer, offer.sdp, offer.sources)
        # The plane forgets flags together with peers that failed, and with rooms that had none yet.
        self._plane.set_enabled(peer, self._media(host.room_id).enabled.get(who, frozenset()))
        self._replan(host, (who,))
        return Answer(sdp=sdp)

    def view(self, host: RoomHost, session: Session, view: View) -> None:
        """A participant told what their screen shows."""
        who = session.seat.participant_id
        heights: dict[Publication, int] = {}
        for tile in view.tiles:
            item = Publication(tile.participant_id, tile.kind)
            heights[item] = max(heights.get(item, 0), tile.height if tile.width else 0)
        self._screen(host.room_id, who).tiles = heights
        self._replan(host, (who,))

    def report(self, host: RoomHost, session: Session, report: Report) -> None:
        """A participant told how well they receive."""
        self.quality.reported(host, session.seat.participant_id, report, monotonic())

    def welcome(self, host: RoomHost, session: Session) -> None:
        """A session was opened or resumed: it is told everything that is not in the snapshot."""
        who = session.seat.participant_id
        self._screen(host.room_id, who).pushed.clear()
        peer = PeerId(host.room_id, who)
        self._push(host, who, MediaState(connected=self._plane.connected(peer)))
        self._push_slots(host, who)
        self._push_speaking(host, (who,))
        self.quality.welcome(host, who, monotonic())

    def forget(self, peer: PeerId) -> None:
        """The session is over: its media ends, and what its screen shows is forgotten."""
        self._plane.remove(peer)
        self.quality.forget(peer)
        media = self._rooms.get(peer.room_id)
        if media is not None:
            media.screens.pop(peer.participant_id, None)
            media.enabled.pop(peer.participant_id, None)
            media.plan.subscribers.pop(peer.participant_id, None)

    def forget_room(self, room_id: str) -> None:
        """The room leaves the memory; all its sessions are over."""
        self._rooms.pop(room_id, None)
        self._plane.set_plan(room_id, RoomPlan())
        self.quality.forget_room(room_id)

    # --- from the plane: MediaObserver ----------------------------------------------------------------------

    def peer_connected(self, peer: PeerId) -> None:
        log.info("media connected", room=peer.room_id, seat=peer.participant_id)
        self._peer_changed(peer, connected=True)

    def peer_disconnected(self, peer: PeerId, reason: DisconnectReason) -> None:
        log.info("media disconnected", room=peer.room_id, seat=peer.participant_id, reason=reason)
        self._peer_changed(peer, connected=False)

    def speakers_changed(self, room_id: str, speakers: tuple[tuple[str, float], ...]) -> None:
        host = self._host_of(room_id)
        if host is None:
            return
        media = self._media(room_id)
        now = dict(speakers)
        silent = [who for who in (*media.speech.now, *media.speech.before) if who not in now]
        media.speech = planner.Speech(now, tuple(dict.fromkeys(silent))[:REMEMBERED_SPEAKERS])
        self._replan(host, host.sessions)

    def layers_changed(self, peer: PeerId) -> None:
        host = self._host_of(peer.room_id)
        if host is not None:
            self._push_slots(host, peer.participant_id)

    # --- inside ---------------------------------------------------------------------------------------------

    def _media(self, room_id: str) -> _RoomMedia:
        return self._rooms.setdefault(room_id, _RoomMedia())

    def _screen(self, room_id: str, who: str) -> _Screen:
        return self._media(room_id).screens.setdefault(who, _Screen())

    def _peer_changed(self, peer: PeerId, *, connected: bool) -> None:
        host = self._host_of(peer.room_id)
        if host is None:
            return
        self._push(host, peer.participant_id, MediaState(connected=connected))
        self._replan(host, host.sessions)

    def _scene(self, host: RoomHost) -> planner.Scene:
        """Whoever lost the WebSocket but not the media is still heard: a session that can be resumed, on a path that
        lives, counts as connected."""
        state = host.state
        people = []
        for someone in state.participants:
            if not someone.connected and someone.id in host.sessions:
                alive = self._plane.connected(PeerId(host.room_id, someone.id))
                someone = msgspec.structs.replace(someone, connected=alive)
            people.append(someone)
        return planner.Scene(tuple(people), state.spotlight, state.voice_broadcast)

    def _replan(self, host: RoomHost, viewers: Iterable[str]) -> None:
        """Plans anew for these viewers, hands the whole plan to the plane, and tells whose slots changed."""
        media = self._media(host.room_id)
        screens: dict[str, planner.Viewer] = {}
        for who in viewers:
            peer = PeerId(host.room_id, who)
            screens[who] = planner.Viewer(
                self._plane.slot_count(peer, "audio"),
                self._plane.slot_count(peer, "video"),
                media.screens[who].tiles if who in media.screens else None,
            )
        scene = self._scene(host)
        made = planner.plan(scene, screens, media.speech, media.plan)
        unchanged = {who: plan for who, plan in media.plan.subscribers.items() if who not in screens}
        media.plan = RoomPlan({**unchanged, **made.subscribers})
        self._plane.set_plan(host.room_id, media.plan)
        for who in screens:
            self._push_slots(host, who)
        self._push_speaking(host, tuple(screens), scene)

    def _push_slots(self, host: RoomHost, who: str) -> None:
        audio: list[Published | None] = []
        video: list[Published | None] = []
        for state in self._plane.current_slots(PeerId(host.room_id, who)):
            row = audio if state.media == "audio" else video
            row.append(_published(state.publication, state.layer))
        if audio or video:
            self._push(host, who, Slots(audio=tuple(audio), video=tuple(video)))

    def _push_speaking(
        self, host: RoomHost, viewers: Sequence[str], scene: planner.Scene | None = None
    ) -> None:
        heard = planner.speakers_heard(scene or self._scene(host), self._media(host.room_id).speech)
        for who in viewers:
            self._push(host, who, Speaking(participant_ids=heard.get(who, ())))

    def _push(self, host: RoomHost, who: str, push: Push) -> None:
        """Tells a participant, unless that is what they were told last."""
        session = host.sessions.get(who)
        if session is None or session.connection is None:
            return
        pushed = self._screen(host.room_id, who).pushed
        name = codec.tag_of(type(push))
        if pushed.get(name) != push:
            pushed[name] = push
            session.push(name, codec.encode_push(push))


def _published(publication: Publication | None, layer: Layer | None) -> Published | None:
    if publication is None:
        return None
    return Published(participant_id=publication.participant_id, kind=publication.kind, layer=layer)
