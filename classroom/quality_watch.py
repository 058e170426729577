"""Watches how everybody's media do, and tells: each person their own, everybody in coarse, staff in detail, ops all figures.

`tick` is called for each room about once a second. Every second it looks whether anybody's network has fallen silent; every
other second it measures and scores. What comes of it is pushed only when it changed, encoded once for all who read the same.

Silence is noticed long before the WebSocket's heartbeat (12.5 s) and ICE's consent (15 s) run out: a microphone that is on is
heard many times a second, and whoever sends nothing sends consent checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from msgspec.structs import replace

from classroom import logs
from classroom.hosts import RoomHost
from classroom.media.measurements import (
    Measured,
    Measurements,
    Picture,
    Situation,
    best_layer,
    flowing_layers,
)
from classroom.media.model import LAYERS, Layer, PeerId, Publication, PublicationKind, RoomPlan
from classroom.media.planner import enabled_kinds
from classroom.media.quality import Direction, Score, Scorer, Window
from classroom.media.relay import PeerStats
from classroom.quality_figures import DirectionFigures, PersonFigures, WatchTotals
from rooms.model import STAFF, Participant
from signaling import codec
from signaling.messages import (
    DirectionQuality,
    MediaPath,
    People,
    PersonQuality,
    Push,
    Quality,
    Report,
)
from signaling.session import Session

log = logs.get("quality")

LOOK_EVERY_S: Final = 2.0
SILENT_S: Final = 3.5
"""Whose microphone was on and arriving is lost when nothing has come for so long. (Pictures stop for good reasons, too: nobody
wants them, or the page is in the background.)"""
QUIET_S: Final = 7.5
"""Who may be sending nothing but consent checks: Firefox sends one every 4 to 6 s (RFC 7675 section 5.1)."""
CONNECTING_S: Final = 8.0
"""Media need a second to come up; after this long without, others are told."""
ALIVE_S: Final = 1.0
"""A frame on the WebSocket so long after the last datagram shows that the network itself lives."""
MOS_STEP: Final = 0.3
"""A score that moves less is not told again."""
PICTURES: Final[tuple[PublicationKind, ...]] = ("camera", "screen")
SILENCE: Final = Window(arriving=False, path=False)


@dataclass(slots=True)
class _Way:
    """One direction of one person."""

    scorer: Scorer
    figures: DirectionFigures | None = None
    told: DirectionQuality | None = None

    def measured(self, window: Window, elapsed_s: float) -> None:
        score = self.scorer.update(window, elapsed_s)
        self.figures = DirectionFigures(score, window)
        self.told = _worth_telling(score, self.told)


@dataclass(slots=True)
class _Person:
    seen_at: float
    measurements: Measurements = field(default_factory=Measurements)
    path: MediaPath = "none"
    silent_since: float = 0.0
    measured: Measured | None = None
    known: PersonQuality | None = None
    """What everybody may know; None: they have just come."""
    ways: dict[Direction, _Way] = field(
        default_factory=lambda: {"sending": _Way(Scorer("sending")), "receiving": _Way(Scorer("receiving"))}
    )
    own: Quality = field(default_factory=lambda: Quality(sending=None, receiving=None))
    """What the person was told."""
    deaf_s: float = 0.0
    mute_s: float = 0.0
    interruptions: int = 0

    @property
    def first_word_ms(self) -> int | None:
        """From joining until sound went either way."""
        first_at = self.measurements.first_sound_at
        return None if first_at is None else max(0, round(1000 * (first_at - self.seen_at)))


@dataclass(slots=True)
class _Room:
    looked_at: float | None = None
    people: dict[str, _Person] = field(default_factory=dict)
    known: dict[bool, tuple[PersonQuality, ...]] = field(default_factory=lambda: {False: (), True: ()})
    """What participants (False) and staff (True) were told of everybody."""


class MediaView(Protocol):
    """What is looked at; `MediaPlane` has it."""

    def connected(self, peer: PeerId) -> bool: ...

    def heard_at(self, peer: PeerId) -> float | None: ...

    def peer_stats(self, peer: PeerId) -> PeerStats | None: ...


class QualityWatch:
    """One per process."""

    def __init__(
        self,
        host_of: Callable[[str], RoomHost | None],
        plane: MediaView,
        plan_of: Callable[[str], RoomPlan],
    ) -> None:
        """`host_of`: the loaded room of this id. `plan_of`: who is to receive what there now."""
        self._host_of = host_of
        self._plane = plane
        self._plan_of = plan_of
        self._rooms: dict[str, _Room] = {}
        self.totals = WatchTotals()

    # --- from sessions --------------------------------------------------------------------------------------

    def welcome(self, host: RoomHost, who: str, now: float) -> None:
        """A session was opened or resumed: it is told how things stand."""
        person = self._person(host.room_id, who, now)
        _push(host.sessions.get(who), person.own)
        _push(host.sessions.get(who), People(people=self._rooms[host.room_id].known[_is_staff(host, who)]))

    def reported(self, host: RoomHost, who: str, report: Report, now: float) -> None:
        self._person(host.room_id, who, now).measurements.reported(report, now)

    def forget(self, peer: PeerId) -> None:
        """The session is over."""
        room = self._rooms.get(peer.room_id)
        if room is not None:
            room.people.pop(peer.participant_id, None)

    def forget_room(self, room_id: str) -> None:
        self._rooms.pop(room_id, None)

    # --- from the clock -------------------------------------------------------------------------------------

    def tick(self, room_id: str, now: float) -> Iterator[None]:
        """Looks at one room, and tells what changed; to be called about once a second. Between two steps other work may
        be done: a look at everybody takes too long for one turn of the loop."""
        host, room = self._host_of(room_id), self._rooms.get(room_id)
        if host is None or room is None:
            return
        for who in host.sessions:
            self._follow_path(host, who, now)
        if room.looked_at is None or now - room.looked_at >= LOOK_EVERY_S:
            elapsed_s = 0.0 if room.looked_at is None else now - room.looked_at
            room.looked_at = now
            yield from self._look(host, room, elapsed_s, now)
        self._tell(host, room, now)

    # --- for ops --------------------------------------------------------------------------------------------

    def figures(self, room_id: str) -> tuple[PersonFigures, ...]:
        """How everybody's media in the room did at the last look."""
        room = self._rooms.get(room_id)
        if room is None:
            return ()
        return tuple(
            PersonFigures(
                known=person.known,
                sending=person.ways["sending"].figures,
                receiving=person.ways["receiving"].figures,
                deaf_s=person.deaf_s,
                mute_s=person.mute_s,
                interruptions=person.interruptions,
                first_word_ms=person.first_word_ms,
                way=person.measurements.way,
            )
            for person in room.people.values()
            if person.known is not None
        )

    # --- the network ----------------------------------------------------------------------------------------

    def _person(self, room_id: str, who: str, now: float) -> _Person:
        people = self._rooms.setdefault(room_id, _Room()).people
        if who not in people:
            people[who] = _Person(seen_at=now)
        return people[who]

    def _follow_path(self, host: RoomHost, who: str, now: float) -> None:
        person = self._person(host.room_id, who, now)
        before, person.path = person.path, self._path_of(host, who, person, now)
        if person.path == before or person.path in ("ok", "none"):
            return
        log.info("media silent", path=person.path, **logs.whose(host.room_id, who, host.sessions.get(who)))
        if before == "ok":
            person.interruptions += 1
            self.totals.interruptions += 1
            self._score(host, who, person, SILENCE, SILENCE, 0.0)

    def _path_of(self, host: RoomHost, who: str, person: _Person, now: float) -> MediaPath:
        peer = PeerId(host.room_id, who)
        heard_at = self._plane.heard_at(peer) if self._plane.connected(peer) else None
        if heard_at is not None:
            person.silent_since = heard_at
            if now - heard_at < (SILENT_S if _should_be_heard(host, who, person) else QUIET_S):
                return "ok"
        elif person.path == "none":
            return "none"
        elif person.path == "ok":
            person.silent_since = now
        session = host.sessions.get(who)
        connection = None if session is None else session.connection
        alive = connection is not None and connection.heard_at > person.silent_since + ALIVE_S
        return "interrupted" if alive else "lost"

    # --- measuring ------------------------------------------------------------------------------------------

    def _look(self, host: RoomHost, room: _Room, elapsed_s: float, now: float) -> Iterator[None]:
        stats: dict[str, PeerStats] = {}
        for who, someone in tuple(room.people.items()):
            counters = self._plane.peer_stats(PeerId(host.room_id, who)) if someone.path == "ok" else None
            if counters is not None:
                stats[who] = counters
                yield
        plan = self._plan_of(host.room_id)
        cameras = _cameras_wanted(plan)
        flowing: dict[Publication, frozenset[Layer | None]] = {
            Publication(who, kind): flowing_layers(counters, kind)
            for who, counters in stats.items()
            for kind in PICTURES
        }
        for participant in host.state.participants:
            who = participant.id
            person = room.people.get(who)
            if person is None or person.path == "none":
                continue
            if who in stats:
                situation = Situation(
                    enabled=enabled_kinds(participant.media),
                    camera_wanted=cameras.get(who),
                    pictures=_pictures(plan, who, flowing),
                )
                measured = person.measurements.measure(stats[who], situation, now)
                person.measured = measured
                self._score(host, who, person, measured.sending, measured.receiving, elapsed_s)
                yield
            else:
                self._score(host, who, person, SILENCE, SILENCE, elapsed_s)
            if person.known is not None:
                deaf_s = elapsed_s if person.known.hears is False else 0.0
                mute_s = elapsed_s if person.known.heard is False else 0.0
                person.deaf_s += deaf_s
                person.mute_s += mute_s
                self.totals.deaf_s += deaf_s
                self.totals.mute_s += mute_s

    def _score(
        self, host: RoomHost, who: str, person: _Person, sending: Window, receiving: Window, elapsed_s: float
    ) -> None:
        windows: tuple[tuple[Direction, Window], ...] = (("sending", sending), ("receiving", receiving))
        for direction, window in windows:
            way = person.ways[direction]
            before = way.told.rating if way.told is not None else "excellent"
            way.measured(window, elapsed_s)
            assert way.told is not None
            assert way.figures is not None
            self.totals.scores[direction].observe(way.figures.score.mos)
            if way.told.rating != before:
                log.info(
                    "quality changed",
                    direction=direction,
                    rating=way.told.rating,
                    before=before,
                    reasons=way.told.reasons,
                    **logs.whose(host.room_id, who, host.sessions.get(who)),
                )

    # --- telling --------------------------------------------------------------------------------------------

    def _tell(self, host: RoomHost, room: _Room, now: float) -> None:
        shown: dict[bool, list[PersonQuality]] = {False: [], True: []}
        for participant in host.state.participants:
            person = room.people.get(participant.id)
            if person is None or (person.path == "none" and now - person.seen_at < CONNECTING_S):
                continue
            person.known = _known(participant, person)
            own = Quality(sending=person.ways["sending"].told, receiving=person.ways["receiving"].told)
            shown[False].append(person.known)
            shown[True].append(replace(person.known, sending=own.sending, receiving=own.receiving))
            if own != person.own:
                person.own = own
                _push(host.sessions.get(participant.id), own)
        for staff, people in shown.items():
            if tuple(people) == room.known[staff]:
                continue
            room.known[staff] = tuple(people)
            frame = codec.encode_push(People(people=room.known[staff]))
            for who, session in host.sessions.items():
                if session.connection is not None and _is_staff(host, who) == staff:
                    session.push(codec.tag_of(People), frame)


def _push(session: Session | None, push: Push) -> None:
    if session is not None and session.connection is not None:
        session.push(codec.tag_of(type(push)), codec.encode_push(push))


def _is_staff(host: RoomHost, who: str) -> bool:
    """Whoever is not known to be staff is not: others' figures are for staff alone."""
    seat = host.state.seat(who)
    return seat is not None and seat.role in STAFF


def _should_be_heard(host: RoomHost, who: str, person: _Person) -> bool:
    seat = host.state.seat(who)
    heard = person.measured is not None and person.measured.heard is True
    return heard and seat is not None and seat.media.microphone


def _cameras_wanted(plan: RoomPlan) -> dict[str, Layer]:
    """The highest layer of everybody's camera that somebody is to get."""
    wanted: dict[str, Layer] = {}
    for subscriber in plan.subscribers.values():
        for route in subscriber.routes:
            publication = route.publication
            if publication.kind == "camera":
                known = wanted.get(publication.participant_id, "l")
                wanted[publication.participant_id] = max(known, route.layer, key=LAYERS.index)
    return wanted


def _pictures(
    plan: RoomPlan, who: str, flowing: Mapping[Publication, frozenset[Layer | None]]
) -> tuple[Picture, ...]:
    """The pictures that this person is to get and that their publishers send."""
    subscriber = plan.subscribers.get(who)
    return tuple(
        Picture(route.slot, best_layer(flowing[route.publication], route.layer))
        for route in (subscriber.routes if subscriber is not None else ())
        if flowing.get(route.publication)
    )


def _known(participant: Participant, person: _Person) -> PersonQuality:
    """What everybody may know: plain facts, no figures."""
    measured, media = person.measured, participant.media
    if person.path != "ok" or measured is None:
        lost = person.path != "ok"
        return PersonQuality(
            participant_id=participant.id,
            path=person.path,
            hears=False if lost else None,
            heard=False if lost and media.microphone else None,
            sees="lost" if lost and measured is not None and measured.sees is not None else None,
            video="lost" if lost and media.camera else None,
        )
    return PersonQuality(
        participant_id=participant.id,
        path="ok",
        hears=measured.hears,
        heard=measured.heard if media.microphone else None,
        sees=measured.sees,
        video=measured.video if media.camera else None,
    )


def _worth_telling(score: Score, before: DirectionQuality | None) -> DirectionQuality:
    """The score as it is told: what was told before, while it is about the same."""
    if (
        before is not None
        and (before.rating, before.reasons) == (score.rating, score.reasons)
        and abs(before.mos - score.mos) < MOS_STEP
    ):
        return before
    return DirectionQuality(rating=score.rating, mos=round(score.mos, 1), reasons=score.reasons)
