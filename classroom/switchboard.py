"""Between rooms and the media plane: what happens in a room becomes a plan, what happens in the plane becomes a push.

Every event that changes who may receive what is answered with a new plan: whoever enters a breakout hears their partner with
the next packet. Nothing is renegotiated.

Media share the loop, so a turn of it is kept short. What somebody may not receive any more ends in the same turn in which the
room changed; new plans are made for some people now and for the others in the next turns, and so is everybody told of their
slots. Who speaks changes several times a second, and mostly changes nobody's slots: then nothing is planned.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from time import monotonic, time_ns
from typing import Final

import msgspec

from classroom import logs
from classroom.hosts import RoomHost
from classroom.media import planner
from classroom.media.model import (
    Layer,
    PeerId,
    Publication,
    PublicationKind,
    RoomPlan,
    SubscriberPlan,
    media_type,
)
from classroom.media.observer import DisconnectReason
from classroom.media.plane import MediaPlane
from classroom.media_traces import MediaTraces
from classroom.quality_watch import QualityWatch
from classroom.room_media import RoomMedia, Screen, published
from classroom.speech_watch import SpeechWatch
from classroom.tracing import Tracer
from rooms import events
from signaling import codec
from signaling.messages import (
    Answer,
    MediaState,
    Offer,
    Published,
    Push,
    Report,
    Slots,
    Speaking,
    View,
    Wanted,
)
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
    events.RoleChanged,
)
"""The events that can change who receives what."""
REMEMBERED_SPEAKERS: Final = 64
PLANNED_PER_TURN: Final = 8
"""For how many people new plans are made, and given to the plane, in one turn of the loop: two or three milliseconds' work."""
TOLD_PER_TURN: Final = 8
"""How many people are told of their slots in one turn of the loop: less than a millisecond's work."""


class Switchboard:
    """One per process. It is the plane's `MediaObserver`; `attach` the plane before use."""

    def __init__(self, host_of: Callable[[str], RoomHost | None], tracer: Tracer) -> None:
        """`host_of`: the loaded room of this id."""
        self._host_of = host_of
        self._traces = MediaTraces(tracer)
        self._rooms: dict[str, RoomMedia] = {}
        self._speech = SpeechWatch(self._push, lambda: time_ns() // 1_000_000)
        self._plane: MediaPlane
        self.endings: Counter[DisconnectReason] = Counter()
        """How often media ended, by reason, since the start."""

    def attach(self, plane: MediaPlane) -> None:
        self._plane = plane
        self.quality = QualityWatch(self._host_of, plane, lambda room_id: self._media(room_id).plan)

    # --- from rooms and sessions ----------------------------------------------------------------------------

    def room_changed(self, host: RoomHost, happened: Iterable[events.AnyEvent]) -> None:
        """Events became visible; `host.state` is after them."""
        happened = tuple(happened)
        self._speech.room_changed(host, happened, monotonic())
        if not any(isinstance(event, MOVES_MEDIA) for event in happened):
            return
        media = self._media(host.room_id)
        for someone in host.state.participants:
            kinds = planner.enabled_kinds(someone.media)
            if media.enabled.get(someone.id) != kinds:
                media.enabled[someone.id] = kinds
                self._plane.set_enabled(PeerId(host.room_id, someone.id), kinds)
        self._traces.replanned(host.room_id)
        self._replan(host, host.sessions)

    def offer(self, host: RoomHost, session: Session, offer: Offer) -> Answer:
        """Negotiates a participant's media. Raises `OfferError`, which changes nothing."""
        who = session.seat.participant_id
        peer = PeerId(host.room_id, who)
        sdp = self._plane.answer(peer, offer.sdp, offer.sources)
        # The plane forgets flags together with peers that failed, and with rooms that had none yet.
        self._plane.set_enabled(peer, self._media(host.room_id).enabled.get(who, frozenset()))
        if not self._plane.connected(peer):
            self._traces.offered(peer, session.trace)
        self._count_slots(peer)
        self._replan(host, (who,))
        self._push_slots(host, who)
        return Answer(sdp=sdp)

    def view(self, host: RoomHost, session: Session, view: View) -> None:
        """A participant told what their screen shows."""
        who = session.seat.participant_id
        heights: dict[Publication, int] = {}
        for tile in view.tiles:
            item = Publication(tile.participant_id, tile.kind)
            heights[item] = max(heights.get(item, 0), tile.height if tile.width else 0)
        screen = self._screen(host.room_id, who)
        screen.tiles, screen.only = heights, view.only
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
        self._push_wanted(host, monotonic())
        self.quality.welcome(host, who, monotonic())
        self._speech.tell(host, who)

    def forget(self, peer: PeerId) -> None:
        """The session is over: its media ends, and what its screen shows is forgotten."""
        self._plane.remove(peer)
        self._traces.ended(peer, "left")
        self.quality.forget(peer)
        media = self._rooms.get(peer.room_id)
        if media is not None:
            media.screens.pop(peer.participant_id, None)
            media.enabled.pop(peer.participant_id, None)
            media.unplanned.pop(peer.participant_id, None)
            media.plan.subscribers.pop(peer.participant_id, None)

    def forget_room(self, room_id: str) -> None:
        """The room leaves the memory; all its sessions are over."""
        self._rooms.pop(room_id, None)
        self._plane.set_plan(room_id, RoomPlan())
        self.quality.forget_room(room_id)
        self._speech.forget_room(room_id)
        self._traces.settled(room_id)

    def connected(self, peer: PeerId) -> bool:
        """Whether media flow to and from this person."""
        return self._plane.connected(peer)

    def silent(self, room_id: str) -> bool:
        """Whether nobody in the room speaks."""
        media = self._rooms.get(room_id)
        return media is None or not media.speech.now

    @property
    def rooms(self) -> tuple[str, ...]:
        """Those with anything to `sweep`."""
        return tuple(self._rooms)

    def sweep(self, room_id: str, now: float) -> Iterator[None]:
        """Every second: how everybody's media do, and what has not been taken for a while is not wanted any more. In steps,
        for one turn of the loop each. `now`: monotonic seconds."""
        host = self._host_of(room_id)
        if host is not None:
            self._push_wanted(host, now)
            self._speech.tick(host, now)
            yield
            yield from self.quality.tick(room_id, now)

    # --- from the plane: MediaObserver ----------------------------------------------------------------------

    def peer_connected(self, peer: PeerId) -> None:
        self._traces.connected(peer)
        log.info("media connected", **self._whose(peer))
        self._peer_changed(peer, connected=True)

    def peer_disconnected(self, peer: PeerId, reason: DisconnectReason) -> None:
        self.endings[reason] += 1
        self._traces.ended(peer, reason)
        log.info("media disconnected", reason=reason, **self._whose(peer))
        self._peer_changed(peer, connected=False)

    def speakers_changed(self, room_id: str, speakers: tuple[tuple[str, float], ...]) -> None:
        host = self._host_of(room_id)
        if host is None:
            return
        media = self._media(room_id)
        now = dict(speakers)
        silent = [who for who in (*media.speech.now, *media.speech.before) if who not in now]
        self._speech.speakers_changed(host, now, monotonic())
        media.speech = planner.Speech(now, tuple(dict.fromkeys(silent))[:REMEMBERED_SPEAKERS])
        scene = self._scene(host)
        viewers = self._viewers(host, [who for who in host.sessions if who not in media.unplanned])
        changed = planner.follow_speech(scene, viewers, media.speech, media.plan)
        if changed:
            before = media.plan.subscribers
            self._set_plan(host.room_id, {**before, **changed})
            if any(
                made.pictures != before.get(who, planner.NOTHING).pictures for who, made in changed.items()
            ):
                self._push_wanted(host, monotonic())
        self._push_speaking(host, host.sessions, scene)

    def layers_changed(self, peer: PeerId) -> None:
        host = self._host_of(peer.room_id)
        if host is not None:
            self._push_slots(host, peer.participant_id)

    # --- inside ---------------------------------------------------------------------------------------------

    def _whose(self, peer: PeerId) -> dict[str, str]:
        host = self._host_of(peer.room_id)
        return logs.whose(*peer, None if host is None else host.sessions.get(peer.participant_id))

    def _media(self, room_id: str) -> RoomMedia:
        return self._rooms.setdefault(room_id, RoomMedia())

    def _screen(self, room_id: str, who: str) -> Screen:
        return self._media(room_id).screens.setdefault(who, Screen())

    def _peer_changed(self, peer: PeerId, *, connected: bool) -> None:
        host = self._host_of(peer.room_id)
        if host is None:
            return
        self._count_slots(peer)
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

    def _count_slots(self, peer: PeerId) -> None:
        """The peer has negotiated, or is forgotten."""
        screen = self._screen(*peer)
        screen.audio_slots = self._plane.slot_count(peer, "audio")
        screen.video_slots = self._plane.slot_count(peer, "video")

    def _viewers(self, host: RoomHost, people: Iterable[str]) -> dict[str, planner.Viewer]:
        viewers = {}
        for who in people:
            screen = self._screen(host.room_id, who)
            viewers[who] = planner.Viewer(screen.audio_slots, screen.video_slots, screen.tiles, screen.only)
        return viewers

    def _replan(self, host: RoomHost, people: Iterable[str]) -> None:
        """Plans anew for these people, and tells them who of those they may hear speaks."""
        self._media(host.room_id).unplanned.update(dict.fromkeys(people))
        self._plan_some(host)
        self._push_speaking(host, people)

    def _plan_some(self, host: RoomHost) -> None:
        """Makes the next plans, and takes from all others what they may not receive any more."""
        media, scene = self._media(host.room_id), self._scene(host)
        people = tuple(itertools.islice(media.unplanned, PLANNED_PER_TURN))
        for who in people:
            del media.unplanned[who]
        if media.unplanned and not media.planning:
            media.planning = True
            asyncio.get_running_loop().call_soon(self._plan_more, host.room_id)
        made = planner.plan(scene, self._viewers(host, people), media.speech, media.plan)
        others = {who: plan for who, plan in media.plan.subscribers.items() if who not in people}
        self._set_plan(host.room_id, {**planner.permitted(scene, others), **made.subscribers})
        self._push_wanted(host, monotonic())

    def _plan_more(self, room_id: str) -> None:
        host, media = self._host_of(room_id), self._rooms.get(room_id)
        if media is not None:
            media.planning = False
            if host is not None:
                self._plan_some(host)

    def _set_plan(self, room_id: str, plans: dict[str, SubscriberPlan]) -> None:
        """Puts plans in force, and has those told whose slots changed and who have their new plan."""
        media = self._media(room_id)
        media.plan = RoomPlan(plans)
        self._plane.set_plan(room_id, media.plan)
        telling = bool(media.untold)
        planned = [who for who in media.screens if who not in media.unplanned]
        media.untold.update(dict.fromkeys(self._plane.take_rerouted(room_id, planned)))
        if not telling:
            self._tell_some(room_id)

    def _tell_some(self, room_id: str) -> None:
        """Tells some of those who wait for it of their slots; the others in the loop's next turns."""
        host, media = self._host_of(room_id), self._rooms.get(room_id)
        if media is None:
            return
        for who in tuple(itertools.islice(media.untold, TOLD_PER_TURN)):
            del media.untold[who]
            if host is not None:
                self._push_slots(host, who)
        if media.untold:
            asyncio.get_running_loop().call_soon(self._tell_some, room_id)
        elif not media.unplanned:
            self._traces.settled(room_id)

    def _push_slots(self, host: RoomHost, who: str) -> None:
        audio: list[Published | None] = []
        video: list[Published | None] = []
        for state in self._plane.current_slots(PeerId(host.room_id, who)):
            row = audio if state.media == "audio" else video
            row.append(published(state))
        if audio or video:
            self._push(host, who, Slots(audio=tuple(audio), video=tuple(video)))

    def _push_wanted(self, host: RoomHost, now: float) -> None:
        """Tells publishers which layers of their pictures anybody takes."""
        media = self._media(host.room_id)
        offered = [
            Publication(who, kind)
            for who, kinds in media.enabled.items()
            for kind in sorted(kinds)
            if media_type(kind) == "video"
        ]
        wanted: dict[str, dict[PublicationKind, tuple[Layer, ...]]] = {who: {} for who in media.enabled}
        for item, layers in media.demand.update(offered, media.plan, now).items():
            wanted[item.participant_id][item.kind] = layers
        for who, layers_of in wanted.items():
            self._push(host, who, Wanted(layers=layers_of))

    def _push_speaking(
        self, host: RoomHost, people: Iterable[str], scene: planner.Scene | None = None
    ) -> None:
        told = planner.speakers_told(scene or self._scene(host), self._media(host.room_id).speech)
        frames: dict[tuple[str, ...], bytes] = {}
        for who in people:
            speaking = Speaking(participant_ids=told.get(who, ()))
            frame = self._push(host, who, speaking, frames.get(speaking.participant_ids))
            if frame is not None:
                frames[speaking.participant_ids] = frame

    def _push(self, host: RoomHost, who: str, push: Push, frame: bytes | None = None) -> bytes | None:
        """Tells a participant, unless that is what they were told last. `frame`: the push, where somebody else was told the
        same; returns it if it was needed."""
        session = host.sessions.get(who)
        if session is None or session.connection is None:
            return None
        pushed = self._screen(host.room_id, who).pushed
        name = codec.tag_of(type(push))
        if pushed.get(name) == push:
            return None
        pushed[name] = push
        frame = frame or codec.encode_push(push)
        session.push(name, frame)
        return frame
