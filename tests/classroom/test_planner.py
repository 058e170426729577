"""What everybody may and does receive. Names: t is the trainer, a to z are participants."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from classroom.media.model import Publication, RoomPlan, Route, media_type
from classroom.media.planner import (
    Scene,
    Speech,
    Viewer,
    enabled_kinds,
    follow_speech,
    permitted,
    plan,
    receivable,
    speakers_told,
)
from rooms.model import STAFF, MediaFlags, Participant, Role

EMPTY = RoomPlan()
ON = MediaFlags(microphone=True, camera=True)


def person(
    who: str,
    *,
    role: Role = "participant",
    media: MediaFlags = ON,
    breakout: str | None = None,
    connected: bool = True,
    visiting: bool = False,
) -> Participant:
    return Participant(
        id=who,
        name=who,
        role="trainer" if who == "t" else role,
        presence="joined",
        connected=connected,
        joined_at_ms=0,
        presence_at_ms=0,
        media=media,
        breakout=breakout,
        visiting=visiting,
    )


def everyone(scene: Scene, viewer: Viewer | None = None) -> dict[str, Viewer]:
    return {someone.id: viewer or Viewer(4, 16) for someone in scene.participants}


def routes(made: RoomPlan, who: str) -> dict[str, tuple[str, str, str]]:
    """Slot to (publisher, kind, layer)."""
    if who not in made.subscribers:
        return {}
    return {
        slot: (item.participant_id, item.kind, layer) for slot, item, layer in made.subscribers[who].routes
    }


def heard(made: RoomPlan, who: str) -> set[str]:
    return {publisher for slot, (publisher, _, _) in routes(made, who).items() if slot.startswith("a")}


def test_three_people_get_one_another() -> None:
    scene = Scene((person("t"), person("a"), person("b")))
    made = plan(scene, everyone(scene), Speech(), EMPTY)
    assert routes(made, "a") == {
        "a0": ("t", "microphone", "h"),
        "a1": ("b", "microphone", "h"),
        "v0": ("t", "camera", "m"),
        "v1": ("b", "camera", "m"),
    }


def test_a_breakout_hears_itself_and_nobody_else() -> None:
    scene = Scene(
        (person("t"), person("a", breakout="1"), person("b", breakout="1"), person("c", breakout="2"))
    )
    made = plan(scene, everyone(scene), Speech(), EMPTY)
    assert [heard(made, who) for who in "tabc"] == [set(), {"b"}, {"a"}, set()]


def test_a_visitor_hears_and_is_heard() -> None:
    scene = Scene((person("t", breakout="1", visiting=True), person("a", breakout="1"), person("b")))
    made = plan(scene, everyone(scene), Speech(), EMPTY)
    assert [heard(made, who) for who in "tab"] == [{"a"}, {"t"}, set()]


def test_a_voice_broadcast_is_heard_everywhere_but_not_seen() -> None:
    scene = Scene((person("t"), person("a", breakout="1"), person("b", breakout="2")), voice_broadcast="t")
    made = plan(scene, everyone(scene), Speech(), EMPTY)
    assert routes(made, "a") == routes(made, "b") == {"a0": ("t", "microphone", "h")}
    assert heard(made, "t") == set()


def test_a_broadcast_is_heard_even_when_slots_are_short() -> None:
    group = [person(who, breakout="1") for who in "abcdefg"]
    scene = Scene((*group, person("t")), voice_broadcast="t")
    loud = Speech(now=dict.fromkeys("abcdefg", 1.0))
    assert "t" in heard(plan(scene, everyone(scene), loud, EMPTY), "a")


def test_the_disconnected_and_the_switched_off_are_not_routed() -> None:
    scene = Scene(
        (
            person("a"),
            person("b", connected=False),
            person("c", media=MediaFlags(camera=True)),
            person("d", media=MediaFlags()),
        )
    )
    made = plan(scene, everyone(scene), Speech(), EMPTY)
    assert routes(made, "a") == {"v0": ("c", "camera", "m")}
    assert routes(made, "b") == {}


def test_an_interpreter_keeps_a_slot_and_the_frame_rate_however_small() -> None:
    people = (*(person(name) for name in "tabcd"), person("i", role="interpreter"))
    small = {Publication(one.id, "camera"): 120 for one in people}
    scene = Scene(people)
    viewer = Viewer(4, 2, tiles={item: 1000 if item.participant_id in "tabc" else 120 for item in small})
    seen = routes(plan(scene, {"d": viewer}, Speech(), EMPTY), "d")
    assert ("i", "camera", "m") in seen.values()
    viewer = Viewer(4, 16, tiles=small)
    layers = {
        who: layer for who, _, layer in routes(plan(scene, {"d": viewer}, Speech(), EMPTY), "d").values()
    }
    assert layers["i"] == "m"
    assert layers["a"] == "l"


def test_whoever_wants_no_picture_but_the_interpreters_gets_that_alone() -> None:
    scene = Scene((person("t"), person("a"), person("i", role="interpreter")), spotlight="t")
    viewer = Viewer(4, 16, tiles={Publication("i", "camera"): 150}, only=True)
    seen = routes(plan(scene, {"a": viewer}, Speech(), EMPTY), "a")
    assert [route for slot, route in seen.items() if slot.startswith("v")] == [("i", "camera", "m")]


def test_a_screen_brings_its_sound_and_comes_first() -> None:
    scene = Scene((person("a"), person("b"), person("c", media=MediaFlags(screen=True))))
    made = plan(scene, {"a": Viewer(1, 1)}, Speech(now={"b": 1.0}), EMPTY)
    assert routes(made, "a") == {"a0": ("c", "screen_audio", "h"), "v0": ("c", "screen", "h")}


class TestVoices:
    scene = Scene(tuple(person(who) for who in "tabcdefgh"))
    viewers = {"h": Viewer(4, 0)}  # noqa: RUF012

    def test_the_loudest_get_the_slots_and_silent_staff_one(self) -> None:
        speech = Speech(now={"g": 0.9, "f": 0.8, "e": 0.7})
        assert heard(plan(self.scene, self.viewers, speech, EMPTY), "h") == {"g", "f", "e", "t"}

    def test_a_voice_keeps_its_slot_against_one_a_little_louder(self) -> None:
        before = plan(self.scene, self.viewers, Speech(now={"a": 0.6, "b": 0.6, "c": 0.6, "d": 0.6}), EMPTY)
        after = Speech(now={"e": 0.8, "a": 0.6, "b": 0.6, "c": 0.6, "d": 0.6})
        assert plan(self.scene, self.viewers, after, before) == before

    def test_a_voice_much_louder_takes_the_slot_of_the_quietest(self) -> None:
        before = plan(self.scene, self.viewers, Speech(now={"a": 0.6, "b": 0.6, "c": 0.6, "d": 0.5}), EMPTY)
        after = Speech(now={"e": 0.9, "a": 0.6, "b": 0.6, "c": 0.6, "d": 0.5})
        made = plan(self.scene, self.viewers, after, before)
        assert heard(made, "h") == {"a", "b", "c", "e"}
        assert routes(made, "h")["a3"] == ("e", "microphone", "h")
        assert {slot: routes(made, "h")[slot] for slot in ("a0", "a1", "a2")} == {
            slot: routes(before, "h")[slot] for slot in ("a0", "a1", "a2")
        }

    def test_a_new_speaker_takes_the_slot_of_who_has_been_silent_longest(self) -> None:
        before = plan(self.scene, self.viewers, Speech(before=("a", "b", "c")), EMPTY)
        assert heard(before, "h") == {"t", "a", "b", "c"}
        made = plan(self.scene, self.viewers, Speech(now={"g": 0.5}, before=("a", "b", "c")), before)
        assert heard(made, "h") == {"t", "a", "b", "g"}

    def test_nothing_moves_when_speech_ends(self) -> None:
        before = plan(self.scene, self.viewers, Speech(now={"g": 0.5}, before=("a", "b", "c")), EMPTY)
        after = plan(self.scene, self.viewers, Speech(before=("g", "a", "b", "c")), before)
        assert after == before


class TestWhoIsTold:
    scene = Scene(
        (
            person("t"),
            person("o", role="observer"),
            person("a", breakout="1"),
            person("b", breakout="1"),
            person("c", breakout="2"),
            person("d", breakout="2", media=MediaFlags(camera=True)),
        )
    )

    def test_participants_are_told_of_those_they_may_hear(self) -> None:
        told = speakers_told(self.scene, Speech(now={"c": 0.9, "a": 0.5}))
        assert [told[who] for who in "oabcd"] == [(), (), ("a",), (), ("c",)]

    def test_staff_are_told_which_groups_talk(self) -> None:
        assert speakers_told(self.scene, Speech(now={"c": 0.9, "a": 0.5}))["t"] == ("c", "a")

    def test_nobody_is_told_of_who_is_switched_off_or_gone(self) -> None:
        told = speakers_told(self.scene, Speech(now={"d": 0.9, "x": 0.8}))
        assert set(told.values()) == {()}

    def test_a_broadcast_is_told_everywhere(self) -> None:
        scene = Scene(self.scene.participants, voice_broadcast="t")
        told = speakers_told(scene, Speech(now={"t": 0.9}))
        assert [told[who] for who in "toac"] == [(), ("t",), ("t",), ("t",)]


class TestPictures:
    scene = Scene(tuple(person(who, media=MediaFlags(camera=True)) for who in "abcdef"))

    def tiles(self, **heights: int) -> Viewer:
        return Viewer(4, 3, {Publication(who, "camera"): height for who, height in heights.items()})

    def test_the_largest_come_first_at_the_layer_of_their_size(self) -> None:
        made = plan(self.scene, {"a": self.tiles(b=100, c=720, d=300, e=90, f=540)}, Speech(), EMPTY)
        assert routes(made, "a") == {
            "v0": ("c", "camera", "h"),
            "v1": ("f", "camera", "h"),
            "v2": ("d", "camera", "m"),
        }

    def test_hidden_pictures_get_no_slot(self) -> None:
        made = plan(self.scene, {"a": self.tiles(b=0, c=0, d=150, e=0, f=0)}, Speech(), EMPTY)
        assert routes(made, "a") == {"v0": ("d", "camera", "l")}

    def test_pictures_not_placed_yet_take_what_is_left(self) -> None:
        made = plan(self.scene, {"a": self.tiles(b=300)}, Speech(now={"f": 0.5}), EMPTY)
        assert [publisher for publisher, _, _ in routes(made, "a").values()] == ["b", "f", "c"]

    def test_nothing_is_taken_but_what_is_placed_if_so_wished(self) -> None:
        viewers = {"a": Viewer(0, 3, self.tiles(b=300).tiles, only=True)}
        made = plan(self.scene, viewers, Speech(), EMPTY)
        assert routes(made, "a") == {"v0": ("b", "camera", "m")}
        assert follow_speech(self.scene, viewers, Speech(now={"f": 0.5}), made) == {}
        assert routes(plan(self.scene, {"a": Viewer(0, 3, {}, only=True)}, Speech(), made), "a") == {}

    def test_the_spotlight_comes_before_larger_pictures(self) -> None:
        scene = Scene(self.scene.participants, spotlight="e")
        made = plan(scene, {"a": self.tiles(b=700, c=700, d=700, e=100, f=700)}, Speech(), EMPTY)
        assert routes(made, "a")["v0"] == ("e", "camera", "l")

    def test_a_picture_that_stays_keeps_its_slot(self) -> None:
        before = plan(self.scene, {"a": self.tiles(b=700, c=600, d=500, e=0, f=0)}, Speech(), EMPTY)
        made = plan(self.scene, {"a": self.tiles(e=900, d=700, c=100, b=0, f=0)}, Speech(), before)
        assert routes(made, "a") == {
            "v0": ("e", "camera", "h"),
            "v1": ("c", "camera", "l"),
            "v2": ("d", "camera", "h"),
        }

    def test_fewer_slots_after_a_new_offer(self) -> None:
        before = plan(self.scene, {"a": Viewer(0, 5)}, Speech(), EMPTY)
        made = plan(self.scene, {"a": Viewer(0, 2)}, Speech(), before)
        assert sorted(routes(made, "a")) == ["v0", "v1"]


# --- what always holds --------------------------------------------------------------------------------------

PEOPLE = "tabcdefgh"
flags = st.builds(MediaFlags, microphone=st.booleans(), camera=st.booleans(), screen=st.booleans())
places = st.sampled_from([None, "1", "2"])
roles: st.SearchStrategy[Role] = st.sampled_from(["participant", "co_trainer", "observer"])


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    ids = draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=len(PEOPLE)))
    people = tuple(
        person(
            who,
            role=draw(roles),
            media=draw(flags),
            breakout=draw(places),
            connected=draw(st.booleans()),
        )
        for who in ids
    )
    anyone = st.sampled_from([None, *ids])
    return Scene(people, spotlight=draw(anyone), voice_broadcast=draw(anyone))


publications = st.builds(Publication, st.sampled_from(PEOPLE), st.sampled_from(["camera", "screen"]))
viewer_states = st.builds(
    Viewer,
    audio_slots=st.integers(0, 5),
    video_slots=st.integers(0, 6),
    tiles=st.none() | st.dictionaries(publications, st.integers(0, 1_100), max_size=12),
)
all_viewers = st.dictionaries(st.sampled_from(PEOPLE), viewer_states, max_size=len(PEOPLE))
speeches = st.builds(
    Speech,
    now=st.dictionaries(st.sampled_from(PEOPLE), st.floats(0.01, 1.0), max_size=6),
    before=st.lists(st.sampled_from(PEOPLE), unique=True).map(tuple),
)


@given(scenes(), all_viewers, speeches, scenes(), all_viewers, speeches)
def test_what_always_holds(
    old_scene: Scene,
    old_viewers: dict[str, Viewer],
    old_speech: Speech,
    scene: Scene,
    viewers: dict[str, Viewer],
    speech: Speech,
) -> None:
    previous = plan(old_scene, old_viewers, old_speech, EMPTY)
    made = plan(scene, viewers, speech, previous)
    people = {someone.id: someone for someone in scene.participants}
    assert set(made.subscribers) <= set(viewers)
    for viewer_id, subscriber in made.subscribers.items():
        me, viewer = people[viewer_id], viewers[viewer_id]
        slots = [route.slot for route in subscriber.routes]
        assert len(set(slots)) == len(slots), "no slot is used twice"
        received = [route.publication for route in subscriber.routes]
        assert len(set(received)) == len(received), "nothing is received twice"
        for slot, item, _ in subscriber.routes:
            limit = viewer.audio_slots if slot[0] == "a" else viewer.video_slots
            assert int(slot[1:]) < limit, "only slots that exist are used"
            assert media_type(item.kind)[0] == slot[0], "sound in audio slots, pictures in video slots"
            publisher = people[item.participant_id]
            assert publisher.id != viewer_id, "nobody receives themselves"
            assert publisher.connected, "only those who are here are routed"
            assert item.kind in enabled_kinds(publisher.media), "only what is switched on is routed"
            broadcast = item.kind == "microphone" and publisher.id == scene.voice_broadcast
            assert publisher.breakout == me.breakout or broadcast, "places are kept apart"


@given(scenes(), all_viewers, speeches)
def test_nothing_moves_while_nothing_changes(
    scene: Scene, viewers: dict[str, Viewer], speech: Speech
) -> None:
    first = plan(scene, viewers, speech, EMPTY)
    assert plan(scene, viewers, speech, first) == first


@given(scenes(), all_viewers, speeches, speeches)
def test_following_speech_is_planning_anew(
    scene: Scene, viewers: dict[str, Viewer], speech: Speech, later: Speech
) -> None:
    current = plan(scene, viewers, speech, EMPTY)
    changed = follow_speech(scene, viewers, later, current)
    assert {**current.subscribers, **changed} == plan(scene, viewers, later, current).subscribers
    assert all(current.subscribers.get(who) != made for who, made in changed.items()), "only what changes"


@given(scenes(), all_viewers, speeches, scenes())
def test_of_an_old_plan_all_that_may_be_received_stays_and_nothing_else(
    old_scene: Scene, viewers: dict[str, Viewer], speech: Speech, scene: Scene
) -> None:
    old = plan(old_scene, viewers, speech, EMPTY)
    kept = permitted(scene, old.subscribers)
    for who, subscriber in old.subscribers.items():
        may = set(receivable(scene, who))
        stays = tuple(route for route in subscriber.routes if route.publication in may)
        assert (kept[who].routes if who in kept else ()) == stays
    assert permitted(old_scene, old.subscribers) == old.subscribers


@given(scenes(), all_viewers, speeches, speeches)
def test_who_stays_chosen_stays_in_the_slot(
    scene: Scene, viewers: dict[str, Viewer], speech: Speech, later: Speech
) -> None:
    first = plan(scene, viewers, speech, EMPTY)
    second = plan(scene, viewers, later, first)
    for viewer_id, subscriber in second.subscribers.items():
        before = {route.publication: route.slot for route in first.subscribers[viewer_id].routes}
        for slot, item, _ in subscriber.routes:
            assert before.get(item, slot) == slot


@given(scenes(), speeches)
def test_everything_that_fits_is_received(scene: Scene, speech: Speech) -> None:
    made = plan(scene, everyone(scene, Viewer(18, 18)), speech, EMPTY)
    for someone in scene.participants:
        subscriber = made.subscribers.get(someone.id)
        received: tuple[Route, ...] = subscriber.routes if subscriber else ()
        assert {route.publication for route in received} == set(receivable(scene, someone.id))


@given(scenes(), speeches)
def test_staff_who_speak_are_heard_before_equally_loud_participants(scene: Scene, speech: Speech) -> None:
    level = Speech(now={someone.id: 0.5 for someone in scene.participants}, before=speech.before)
    made = plan(scene, everyone(scene, Viewer(2, 0)), level, EMPTY)
    staff = {someone.id for someone in scene.participants if someone.role in STAFF}
    for viewer_id in made.subscribers:
        may = {item.participant_id for item in receivable(scene, viewer_id) if item.kind == "microphone"}
        got = {
            route.publication.participant_id
            for route in made.subscribers[viewer_id].routes
            if route.publication.kind == "microphone"
            and route.publication.participant_id != scene.voice_broadcast
        }
        if got - staff:
            assert (may & staff) - {scene.voice_broadcast} <= got
