"""Who hears and sees whom, in which slot, at which layer: a pure function of the room, its speech and its
screens.

Places decide what may be received at all: people hear and see those who are in the same place (the main
room, or one breakout group; staff on a visit count as in the group), and everybody hears the voice
broadcast. Nobody receives themselves, and nobody receives what is switched off.

What may be received and does not fit is chosen. A plan moves as little as it can: whatever stays chosen
stays in its slot, because a change of slot costs the picture a keyframe and the ear a switch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from classroom.media.model import (
    Layer,
    Publication,
    PublicationKind,
    RoomPlan,
    Route,
    SubscriberPlan,
    media_type,
)
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


class _Offered(NamedTuple):
    """A publication, and where it may be received."""

    item: Publication
    place: str | None
    everywhere: bool

    def reaches(self, me: Participant) -> bool:
        return (self.everywhere or self.place == me.breakout) and self.item.participant_id != me.id


def receivable(scene: Scene, viewer_id: str) -> tuple[Publication, ...]:
    """Everything that this person may hear and see, in the order of joining; the rule above, and nothing else."""
    me = next((someone for someone in scene.participants if someone.id == viewer_id), None)
    if me is None or not me.connected:
        return ()
    return tuple(offered.item for offered in _offered(scene) if offered.reaches(me))


def speakers_heard(scene: Scene, speech: Speech) -> dict[str, tuple[str, ...]]:
    """For each person who is here: who of those that speak now they may hear, loudest first."""
    voices = {one.item.participant_id: one for one in _offered(scene) if one.item.kind == "microphone"}
    speaking = [voices[who] for who in speech.now if who in voices]
    return {
        me.id: tuple(one.item.participant_id for one in speaking if one.reaches(me))
        for me in scene.participants
        if me.connected
    }


def plan(scene: Scene, viewers: Mapping[str, Viewer], speech: Speech, previous: RoomPlan) -> RoomPlan:
    """What every viewer receives from now on. `previous` is the plan in force, which this one disturbs least."""
    staff = frozenset(someone.id for someone in scene.participants if someone.role in STAFF)
    offered = _offered(scene)
    voices = [one for one in offered if media_type(one.item.kind) == "audio"]
    pictures = [one for one in offered if media_type(one.item.kind) == "video"]
    subscribers = {}
    for me in scene.participants:
        viewer = viewers.get(me.id)
        if viewer is None or not me.connected:
            continue
        held = {route.publication: route.slot for route in previous.subscribers.get(me.id, NOTHING).routes}
        audio = [one.item for one in voices if one.reaches(me)]
        video = [one.item for one in pictures if one.reaches(me)]
        heard = _choose_audio(audio, held, viewer.audio_slots, scene, staff, speech)
        seen = _choose_video(video, held, viewer, scene, speech)
        routes = [Route(slot, item, "h") for item, slot in _seat("a", heard, held, viewer.audio_slots)]
        routes += [
            Route(slot, item, layer_for(item, viewer))
            for item, slot in _seat("v", seen, held, viewer.video_slots)
        ]
        if routes:
            subscribers[me.id] = SubscriberPlan(tuple(routes))
    return RoomPlan(subscribers)


def layer_for(item: Publication, viewer: Viewer) -> Layer:
    """The simulcast layer that fits the picture's height. A screen is one stream: text must stay readable."""
    if item.kind == "screen":
        return "h"
    height = MEDIUM_FROM_PX if viewer.tiles is None else viewer.tiles.get(item, MEDIUM_FROM_PX)
    if height >= HIGH_FROM_PX:
        return "h"
    return "m" if height >= MEDIUM_FROM_PX else "l"


def _offered(scene: Scene) -> list[_Offered]:
    return [
        _Offered(
            Publication(someone.id, kind),
            someone.breakout,
            kind == "microphone" and someone.id == scene.voice_broadcast,
        )
        for someone in scene.participants
        if someone.connected
        for kind in sorted(enabled_kinds(someone.media))
    ]


def _choose_audio(
    audio: Sequence[Publication],
    held: Mapping[Publication, str],
    slots: int,
    scene: Scene,
    staff: frozenset[str],
    speech: Speech,
) -> Sequence[Publication]:
    """Everything if it fits; else the sound of screens, the broadcast, the loudest, silent staff, the latest to speak."""
    if len(audio) <= slots:
        return audio
    silent_since = {participant_id: rank for rank, participant_id in enumerate(speech.before)}

    def rank(entry: tuple[int, Publication]) -> tuple[float, ...]:
        order, item = entry
        who = item.participant_id
        holding = item in held
        if item.kind == "screen_audio":
            return (0, order)
        if who == scene.voice_broadcast:
            return (1, order)
        if who in speech.now:
            bonus = (HOLD_BONUS if holding else 1.0) * (STAFF_BONUS if who in staff else 1.0)
            return (2, -speech.now[who] * bonus, order)
        if who in staff:
            return (3, order)
        return (4, silent_since.get(who, len(silent_since)), not holding, order)

    return [item for _, item in sorted(enumerate(audio), key=rank)[:slots]]


def _choose_video(
    video: Sequence[Publication],
    held: Mapping[Publication, str],
    viewer: Viewer,
    scene: Scene,
    speech: Speech,
) -> Sequence[Publication]:
    """Screens, the spotlight, the largest pictures, then those the viewer has not placed yet. None that is hidden."""
    tiles = viewer.tiles or {}
    shown = [item for item in video if tiles.get(item) != 0]
    placed = {item: order for order, item in enumerate(tiles)}

    def rank(entry: tuple[int, Publication]) -> tuple[float, ...]:
        order, item = entry
        if item.kind == "screen":
            return (0, order)
        if item.participant_id == scene.spotlight:
            return (1, order)
        if item in placed:
            return (2, -tiles[item], placed[item])
        return (3, item.participant_id not in speech.now, item not in held, order)

    return [item for _, item in sorted(enumerate(shown), key=rank)[: viewer.video_slots]]


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
