"""Follows a room through random actions and checks after every event what must always hold."""

from __future__ import annotations

import msgspec

from rooms import room
from rooms.activities import AGENDA_ITEMS
from rooms.commands import Tick
from rooms.errors import Refused
from rooms.events import (
    ChatDeleted,
    ChatEdited,
    ChatImageAdded,
    ChatPosted,
    CheckinAnswered,
    CheckinOpened,
    ConstraintsChanged,
    GroupSetsChanged,
    HelpCalled,
    KeptOutChanged,
    LobbyChanged,
    MediaChanged,
    ParticipantJoined,
    ParticipantLeft,
    Recorded,
    RoleChanged,
)
from rooms.model import STAFF, Channel, Constraints, Role, Snapshot
from rooms.permissions import MAY_PUBLISH
from rooms.state import Limits, RoomState
from rooms.views import fold, snapshot, view, views
from tests.rooms.actions import Step

CAPACITY = 7
LIMITS = Limits(
    seat_kept_ms=60_000,
    chat_messages=5,
    chat_chars=60,
    chat_kept_ms=90_000,
    chat_image_bytes=200,
    chat_image_bytes_each=120,
)


class Witness:
    """Follows one room as every viewer does, and keeps books of its own on who may know what."""

    def __init__(self) -> None:
        self.state = RoomState(limits=LIMITS)
        self.first = self.state
        self.log: list[Recorded] = []
        self.folded: dict[str, Snapshot] = {}
        self.readers: dict[int, set[str]] = {}
        """Message id → who held a seat and was meant to read it when it was said."""
        self.answers: dict[str, int | None] = {}
        """Who answered what in the newest check-in."""
        self.channels: dict[int, Channel] = {}
        self.now_ms = 1_000_000
        for recorded in room.record(self.state, (room.create("room", "Room", CAPACITY),), self.now_ms):
            self.take(None, recorded)

    def step(self, step: Step) -> None:
        self.now_ms += step.waited_ms
        try:
            events = room.decide(self.state, step.command, step.actor, self.now_ms, step.chance)
        except Refused:
            return
        assert events == room.decide(self.state, step.command, step.actor, self.now_ms, step.chance)
        recorded_events = room.record(self.state, events, self.now_ms)
        assert [r.seq for r in recorded_events] == list(
            range(self.state.seq + 1, self.state.seq + 1 + len(events))
        )
        for recorded in recorded_events:
            self.take(step.actor, recorded)
        if isinstance(step.command, Tick):
            due = room.next_deadline_ms(self.state)
            assert due is None or due > self.now_ms

    def take(self, actor: str | None, recorded: Recorded) -> None:
        before, self.state = self.state, room.apply(self.state, recorded)
        self.log.append(recorded)
        seats = len(self.state.participants)
        assert seats <= max(self.state.capacity, len(before.participants))
        self.check_nobody_is_turned_on(before, actor, recorded)
        self.check_who_is_told(recorded)
        self.check_snapshots(recorded)
        check_invariants(self.state)

    def check_nobody_is_turned_on(self, before: RoomState, actor: str | None, recorded: Recorded) -> None:
        event = recorded.event
        if isinstance(event, MediaChanged) and event.by != event.participant_id:
            assert event.by == actor
            seat = before.seat(event.participant_id)
            assert seat is not None
            assert on(event.media) < on(seat.media)

    def check_who_is_told(self, recorded: Recorded) -> None:
        event = recorded.event
        told = {viewer: shown for shown, viewers in views(self.state, recorded) for viewer in viewers}
        seated = {p.id for p in self.state.participants}
        assert seated <= set(told)
        assert told == {viewer: view(self.state, recorded, viewer) for viewer in told}
        staff = {p.id for p in self.state.participants if p.role in STAFF}
        if isinstance(event, ChatPosted):
            message = event.message
            readers = {
                "room": seated,
                "breakout": {p.id for p in self.state.participants if p.breakout == message.breakout},
                "trainers": staff | ({message.to} & seated if message.to else set()),
            }[message.channel]
            assert message.sender_id in readers
            assert readers == {viewer for viewer, shown in told.items() if shown == event}
            self.readers[message.id] = readers
            self.channels[message.id] = message.channel
            assert set(message.mentions) <= readers - {message.sender_id}
            for viewer, shown in told.items():
                assert viewer in readers or message.text.encode() not in msgspec.json.encode(shown)
        if isinstance(event, CheckinAnswered):
            assert event.participant_id is not None
            knowing = {
                viewer for viewer, shown in told.items() if event.name.encode() in msgspec.json.encode(shown)
            }
            assert knowing == (staff | {event.participant_id}) & seated
            self.answers[event.participant_id] = event.choice
            self.check_counts()
        if isinstance(event, CheckinOpened):
            self.answers = {}
        if isinstance(event, ChatEdited | ChatDeleted):
            shown_to = {viewer for viewer, shown in told.items() if shown == event}
            late_staff = staff if self.is_private(event.message_id) else set()
            late = seated if self.is_public(event.message_id) else late_staff
            assert shown_to == (self.readers[event.message_id] | late) & seated
        if isinstance(event, ChatImageAdded):
            assert {viewer for viewer, shown in told.items() if shown == event} == {event.participant_id}
        if isinstance(event, HelpCalled):
            group = {p.id for p in self.state.participants if p.breakout == event.group}
            if event.group is None:
                group = {event.participant_id}
            assert staff | group == {viewer for viewer, shown in told.items() if shown == event}
        if isinstance(event, LobbyChanged | KeptOutChanged | ConstraintsChanged | GroupSetsChanged):
            assert staff == {viewer for viewer, shown in told.items() if shown == event}

    def check_counts(self) -> None:
        checkin = self.state.checkin
        assert checkin is not None
        assert {answer.participant_id: answer.choice for answer in checkin.answers} == self.answers
        if checkin.counts is not None:
            assert sum(checkin.counts) == len(self.answers)
            for choice, number in enumerate(checkin.counts):
                assert number == [*self.answers.values()].count(choice)

    def is_public(self, message_id: int) -> bool:
        return self.channels[message_id] == "room"

    def is_private(self, message_id: int) -> bool:
        return self.channels[message_id] == "trainers"

    def check_snapshots(self, recorded: Recorded) -> None:
        """Old snapshot + event as viewed = new snapshot, for everybody who was here and whoever comes now."""
        event = recorded.event
        if isinstance(event, ParticipantJoined):
            self.folded.pop(event.participant.id, None)  # joining opens a session: a fresh snapshot
        if isinstance(event, RoleChanged):
            self.folded.pop(event.participant_id, None)  # the client asks for a fresh snapshot
        if isinstance(event, ParticipantLeft):
            del self.folded[event.participant_id]
        for seat in self.state.participants:
            fresh = snapshot(self.state, seat.id)
            if seat.id in self.folded:
                shown = view(self.state, recorded, seat.id)
                assert fold(self.folded[seat.id], recorded.seq, shown) == fresh
            self.folded[seat.id] = fresh
            self.check_secrets(fresh, seat.role)

    def check_secrets(self, shown: Snapshot, role: Role) -> None:
        for message in shown.chat:
            if message.channel == "breakout":
                assert shown.you in self.readers[message.id]
            if message.channel == "trainers":
                assert role in STAFF or shown.you == message.to
        assert role in STAFF or not (shown.lobby or shown.kept_out or shown.group_sets)
        assert role in STAFF or shown.constraints == Constraints()
        assert role in STAFF or all(offer.participant_id == shown.you for offer in shown.offers)
        place = next(p.breakout for p in shown.participants if p.id == shown.you)
        for group in shown.breakouts.groups if shown.breakouts else ():
            assert group.help is None or role in STAFF or place == group.id
        assert role in STAFF or {call.participant_id for call in shown.help} <= {shown.you}
        if shown.checkin is not None and role not in STAFF:
            assert {answer.participant_id for answer in shown.checkin.answers} <= {shown.you}


def on(media: msgspec.Struct) -> set[str]:
    return {medium for medium, flag in msgspec.structs.asdict(media).items() if flag}


def check_invariants(state: RoomState) -> None:
    seats = {p.id: p for p in state.participants}
    assert len(seats) == len(state.participants) <= CAPACITY
    assert not {one.participant_id for one in state.kept_out} & set(seats)
    assert set(seats) <= set(state.known)
    waiting = [one.participant_id for one in state.lobby]
    assert len(set(waiting)) == len(waiting) <= state.limits.lobby
    assert not set(waiting) & set(seats)
    assert state.rules.lobby or not waiting
    assert state.may_unmute <= set(seats)
    assert state.rules.screen or not any(p.media.screen and p.role == "participant" for p in seats.values())
    assert state.stepped_out <= set(seats)
    for seat in seats.values():
        assert seat.presence == "away" or (seat.presence == "joined" and seat.connected)
        assert on(seat.media) <= MAY_PUBLISH[seat.role]
        assert not seat.visiting or (seat.breakout is not None and seat.role in STAFF)
    hands = [hand.participant_id for hand in state.hands]
    assert len(set(hands)) == len(hands)
    assert {*hands, state.spotlight, state.voice_broadcast} <= {*seats, None}
    assert state.breakouts is not None or state.voice_broadcast is None
    placed = {group.id: set(group.members) for group in (state.breakouts.groups if state.breakouts else ())}
    for group_id, members in placed.items():
        assert members == {p.id for p in seats.values() if p.breakout == group_id and not p.visiting}
    assert {p.breakout for p in seats.values()} <= {*placed, None}
    for group in state.breakouts.groups if state.breakouts else ():
        assert len(set(group.members)) == len(group.members)
        assert group.help is None or group.help.participant_id in group.members
    callers = [call.participant_id for call in state.help]
    assert len(set(callers)) == len(callers)
    assert {*callers, *(call.coming for call in state.help)} <= {*seats, None}
    assert all(seats[caller].role not in {*STAFF, "observer"} for caller in callers)
    assert state.floor is None or seats[state.floor.participant_id].role != "observer"
    items = [item.id for item in state.agenda]
    assert len(set(items)) == len(items) <= AGENDA_ITEMS
    assert state.timer is None or state.timer.ends_at_ms > state.timer.started_at_ms
    messages = [stored.message for stored in state.chat]
    assert [m.id for m in messages] == sorted({m.id for m in messages})
    assert len(messages) <= LIMITS.chat_messages
    assert state.chat_chars == sum(len(m.text) for m in messages)
    assert state.chat_chars <= LIMITS.chat_chars or len(messages) == 1
    assert all(not (m.text or m.mentions or m.images) for m in messages if m.deleted_by is not None)
    waiting = [one.owner for one in state.images_waiting]
    assert all(waiting.count(owner) <= LIMITS.chat_images_waiting for owner in waiting)
    sizes = [one.image.size_bytes for one in state.images_waiting]
    sizes += [image.size_bytes for m in messages for image in m.images]
    assert sum(sizes) <= LIMITS.chat_image_bytes
    for one, others in state.meetings.items():
        assert all(state.meetings[other][one] == times for other, times in others.items())
