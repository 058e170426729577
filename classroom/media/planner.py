"""Who hears and sees whom, in which slot, at which layer: a pure function of the room, its speech and its
screens.

Places decide what may be received at all: people hear and see those who are in the same place (the main
room, or one breakout group; staff on a visit count as in the group), and everybody hears the voice
broadcast. Nobody receives themselves, and nobody receives what is switched off.

What may be received and does not fit is chosen. A plan moves as little as it can: whatever stays chosen
stays in its slot, because a change of slot costs the picture a keyframe and the ear a switch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from classroom.media.model import (
    Layer,
    Publication,
    PublicationKind,
    RoomPlan,
    Route,
    SubscriberPlan,
)
from classroom.media.precedence import LANGUAGE_ROLES, precedence
from rooms.model import STAFF, MediaFlags, Participant

HIGH_FROM_PX: Final = 540
"""Pictures drawn this high get the top layer (720 lines), down to `MEDIUM_FROM_PX` the middle one (360)."""
MEDIUM_FROM_PX: Final = 200
HOLD_BONUS: Final = 1.5
"""A voice that has a slot keeps it against one that is not this much louder."""
STAFF_BONUS: Final = 2.0
NOTHING: Final = SubscriberPlan()
SLOT_NAMES: Final = {prefix: tuple(f"{prefix}{index}" for index in range(64)) for prefix in ("a", "v")}
"""More than any peer negotiates."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What of a room's state media depends on. `participants` in the order of joining."""

    participants: tuple[Participant, ...]
    spotlight: str | None = None
    voice_broadcast: str | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """What one person's browser can take in."""

    audio_slots: int
    video_slots: int
    tiles: Mapping[Publication, int] | None = None
    """Height in device pixels of each picture, most important first; 0: not visible now. None: not told
    yet."""
    only: bool = False
    """Pictures without a tile are not wanted either."""

    def hides(self, item: Publication) -> bool:
        """Whether the picture is drawn nowhere. One that was not told of yet may be."""
        return (self.tiles or {}).get(item, 0 if self.only else None) == 0


@dataclass(frozen=True, slots=True)
class Speech:
    """Who speaks: loudness (0..1) by participant id, loudest first; and who spoke before, the latest
    first."""

    now: Mapping[str, float] = field(default_factory=dict)
    before: tuple[str, ...] = ()


def enabled_kinds(media: MediaFlags) -> frozenset[PublicationKind]:
    """What a person with these flags publishes. A screen comes with its sound."""
    kinds: set[PublicationKind] = set()
    if media.microphone:
        kinds.add("microphone")
    if media.camera:
        kinds.add("camera")
    if media.screen:
        kinds |= {"screen", "screen_audio"}
    return frozenset(kinds)


class _Sound(NamedTuple):
    """A sound that should be heard now. Sorts by how much: the lower rank, then the louder, then the order of joining."""

    rank: int
    quietness: float
    order: int
    item: Publication


@dataclass(slots=True)
class _Stage:
    """What may be received in one place."""

    needed: list[_Sound] = field(default_factory=list)
    """The sound of screens, the broadcast, those who speak, and silent staff."""
    silent: list[Publication] = field(default_factory=list)
    """The other microphones, the latest to speak first."""
    pictures: list[Publication] = field(default_factory=list)
    """In the order of joining."""
    vital: frozenset[Publication] = frozenset()
    """The pictures without which somebody follows nothing: interpreters'."""
    faces: list[Publication] = field(default_factory=list)
    """The pictures of those who speak."""

    @property
    def everything(self) -> frozenset[Publication]:
        return frozenset((*(sound.item for sound in self.needed), *self.silent, *self.pictures))


def receivable(scene: Scene, viewer_id: str) -> tuple[Publication, ...]:
    """Everything that this person may hear and see, in the order of joining; the rule above, and nothing else."""
    me = next((someone for someone in scene.participants if someone.id == viewer_id), None)
    if me is None or not me.connected:
        return ()
    return tuple(
        Publication(someone.id, kind)
        for someone in scene.participants
        if someone.connected and someone.id != viewer_id
        for kind in sorted(enabled_kinds(someone.media))
        if someone.breakout == me.breakout or (kind == "microphone" and someone.id == scene.voice_broadcast)
    )


def speakers_told(scene: Scene, speech: Speech) -> dict[str, tuple[str, ...]]:
    """For each person who is here: who of those that speak now they are told of, loudest first. Participants are told of those
    they may hear; staff of everybody, so that they see which groups talk."""
    people = {someone.id: someone for someone in scene.participants if someone.connected}
    speaking = [people[who] for who in speech.now if who in people and people[who].media.microphone]
    return {
        me.id: tuple(
            one.id
            for one in speaking
            if one is not me
            and (me.role in STAFF or one.breakout == me.breakout or one.id == scene.voice_broadcast)
        )
        for me in people.values()
    }


def plan(scene: Scene, viewers: Mapping[str, Viewer], speech: Speech, previous: RoomPlan) -> RoomPlan:
    """What every viewer receives from now on. `previous` is the plan in force, which this one disturbs least."""
    roles = _roles(scene)
    subscribers = {}
    for me, viewer, stage, before, held in _served(scene, viewers, speech, previous):
        routes = _hear(stage, me.id, viewer, held) + _see(stage, me.id, viewer, held, scene.spotlight, speech)
        if routes:
            made = SubscriberPlan(routes, *precedence(routes, scene.spotlight, roles, STAFF, viewer.tiles))
            subscribers[me.id] = before if made == before else made
    return RoomPlan(subscribers)


def permitted(scene: Scene, plans: Mapping[str, SubscriberPlan]) -> dict[str, SubscriberPlan]:
    """What of these plans, made for another scene, may still be received in this one."""
    stages = _stages(scene, Speech())
    offered = {place: stage.everything for place, stage in stages.items()}
    places = {someone.id: someone.breakout for someone in scene.participants if someone.connected}
    allowed = {}
    for who, plan in plans.items():
        here = offered[places[who]] if who in places else frozenset()
        if here.issuperset(route.publication for route in plan.routes):
            allowed[who] = plan
        elif routes := tuple(route for route in plan.routes if route.publication in here):
            allowed[who] = replace(plan, routes=routes)
    return allowed


def follow_speech(
    scene: Scene, viewers: Mapping[str, Viewer], speech: Speech, current: RoomPlan
) -> dict[str, SubscriberPlan]:
    """The plans that change, of a `current` plan made for the same scene and viewers, because `speech` is what it is now.

    The same as `plan` would give, for a small part of its price: people start and stop to speak several times a second, and
    mostly whoever speaks has a slot already.
    """
    roles = _roles(scene)
    changed = {}
    for me, viewer, stage, before, held in _served(scene, viewers, speech, current):
        made = before
        sounds = [sound.item for sound in stage.needed if sound.item.participant_id != me.id]
        if len(sounds) > viewer.audio_slots or not held.keys() >= set(sounds):
            made = replace(before, routes=_hear(stage, me.id, viewer, held) + before.pictures)
        tiles = viewer.tiles or {}
        if not viewer.only and any(
            item not in held and item not in tiles for item in stage.faces if item.participant_id != me.id
        ):
            sound = tuple(route for route in made.routes if route.slot[0] == "a")
            routes = sound + _see(stage, me.id, viewer, held, scene.spotlight, speech)
            made = SubscriberPlan(routes, *precedence(routes, scene.spotlight, roles, STAFF, viewer.tiles))
        if made != before:
            changed[me.id] = made
    return changed


def _served(
    scene: Scene, viewers: Mapping[str, Viewer], speech: Speech, plan: RoomPlan
) -> Iterator[tuple[Participant, Viewer, _Stage, SubscriberPlan, dict[Publication, str]]]:
    """Each viewer who is here: what may be received there, the plan they have, and what is in which slot by it."""
    stages = _stages(scene, speech)
    for me in scene.participants:
        viewer = viewers.get(me.id)
        if viewer is not None and me.connected:
            had = plan.subscribers.get(me.id, NOTHING)
            held = {route.publication: route.slot for route in had.routes}
            yield me, viewer, stages[me.breakout], had, held


def layer_for(item: Publication, viewer: Viewer, *, vital: bool = False) -> Layer:
    """The simulcast layer that fits the picture's height. A screen is one stream: text must stay readable. `vital`: an
    interpreter's hands must be, at the frame rate that only the upper layers have."""
    if item.kind == "screen":
        return "h"
    height = MEDIUM_FROM_PX if viewer.tiles is None else viewer.tiles.get(item, MEDIUM_FROM_PX)
    if height >= HIGH_FROM_PX:
        return "h"
    return "m" if vital or height >= MEDIUM_FROM_PX else "l"


def _roles(scene: Scene) -> dict[str, str]:
    return {someone.id: someone.role for someone in scene.participants}


def _stages(scene: Scene, speech: Speech) -> dict[str | None, _Stage]:
    """What may be received, by place: every place where somebody is."""
    stages = {someone.breakout: _Stage() for someone in scene.participants}
    silent_since = {who: rank for rank, who in enumerate(speech.before)}
    silent: list[tuple[int, Participant]] = []
    for order, someone in enumerate(scene.participants):
        if not someone.connected:
            continue
        who, here, media = someone.id, stages[someone.breakout], someone.media
        if media.camera:
            here.pictures.append(Publication(who, "camera"))
        if media.screen:
            here.pictures.append(Publication(who, "screen"))
            here.needed.append(_Sound(0, 0.0, order, Publication(who, "screen_audio")))
        if not media.microphone:
            continue
        microphone = Publication(who, "microphone")
        if who == scene.voice_broadcast:
            for stage in stages.values():
                stage.needed.append(_Sound(1, 0.0, order, microphone))
        elif who in speech.now:
            bonus = STAFF_BONUS if someone.role in STAFF else 1.0
            here.needed.append(_Sound(2, -speech.now[who] * bonus, order, microphone))
        elif someone.role in STAFF:
            here.needed.append(_Sound(3, 0.0, order, microphone))
        else:
            silent.append((silent_since.get(who, len(silent_since)), someone))
    silent.sort(key=lambda entry: entry[0])
    for _, someone in silent:
        stages[someone.breakout].silent.append(Publication(someone.id, "microphone"))
    language = frozenset(someone.id for someone in scene.participants if someone.role in LANGUAGE_ROLES)
    for stage in stages.values():
        stage.vital = frozenset(
            item for item in stage.pictures if item.kind == "camera" and item.participant_id in language
        )
        stage.faces = [item for item in stage.pictures if item.participant_id in speech.now]
    return stages


def _hear(stage: _Stage, me: str, viewer: Viewer, held: Mapping[Publication, str]) -> tuple[Route, ...]:
    """What is needed, as far as there are slots. What is left stays with whoever has it, or goes to the latest to speak."""
    slots = viewer.audio_slots
    needed = [sound for sound in stage.needed if sound.item.participant_id != me]
    if len(needed) > slots:
        needed = sorted(
            sound._replace(quietness=sound.quietness * HOLD_BONUS) if sound.item in held else sound
            for sound in needed
        )
    chosen = [sound.item for sound in needed[:slots]]
    if len(chosen) < slots:
        silent = [item for item in stage.silent if item.participant_id != me]
        if len(silent) > slots - len(chosen):
            silent.sort(key=lambda item: item not in held)
        chosen += silent[: slots - len(chosen)]
    return tuple(Route(slot, item, "h") for item, slot in _seat("a", chosen, held, slots))


def _see(
    stage: _Stage,
    me: str,
    viewer: Viewer,
    held: Mapping[Publication, str],
    spotlight: str | None,
    speech: Speech,
) -> tuple[Route, ...]:
    """Screens, the spotlight, interpreters, the largest pictures, then those not placed yet. None that is hidden."""
    tiles, slots = viewer.tiles or {}, viewer.video_slots
    shown = [item for item in stage.pictures if item.participant_id != me and not viewer.hides(item)]
    if len(shown) > slots:
        placed = {item: order for order, item in enumerate(tiles)}

        def rank(entry: tuple[int, Publication]) -> tuple[float, ...]:
            order, item = entry
            if item.kind == "screen":
                return (0, order)
            if item.participant_id == spotlight:
                return (1, order)
            if item in stage.vital:
                return (2, order)
            if item in placed:
                return (3, -tiles[item], placed[item])
            return (4, item.participant_id not in speech.now, item not in held, order)

        shown = [item for _, item in sorted(enumerate(shown), key=rank)[:slots]]
    return tuple(
        Route(slot, item, layer_for(item, viewer, vital=item in stage.vital))
        for item, slot in _seat("v", shown, held, slots)
    )


def _seat(
    prefix: str, chosen: Sequence[Publication], held: Mapping[Publication, str], slots: int
) -> list[tuple[Publication, str]]:
    """Gives each chosen publication a slot: the one it has, else the first free one. In the order of the slots."""
    names = SLOT_NAMES[prefix][:slots]
    kept = {held[item]: item for item in chosen if held.get(item) in names}
    settled = set(kept.values())
    newcomers = iter([item for item in chosen if item not in settled])
    seated = [(kept[name] if name in kept else next(newcomers, None), name) for name in names]
    return [(item, name) for item, name in seated if item is not None]
