"""Rounds of breakouts: opening, rotating, moving between groups, closing.

Opening or rotating while a round runs replaces it, so two trainers who press at once leave one running
round. A group that everybody left stays until the round closes: people can be moved back into it. Moves
never touch media flags.
"""

from __future__ import annotations

from msgspec.structs import replace

from rooms.commands import (
    BreakoutPlan,
    BroadcastVoice,
    CloseBreakouts,
    ExtendBreakouts,
    GroupSpec,
    InstructBreakouts,
    MoveParticipant,
    OpenBreakouts,
    PreviewBreakouts,
    RotateBreakouts,
    VisitBreakout,
)
from rooms.context import Context, Events
from rooms.division import divide
from rooms.errors import Refused
from rooms.events import (
    AnyEvent,
    BreakoutsChanged,
    BreakoutsClosed,
    BreakoutsOpened,
    HelpEnded,
    ParticipantMoved,
    VoiceBroadcastChanged,
)
from rooms.meetings import after_move, after_round
from rooms.model import Breakouts, Group, Participant
from rooms.state import RoomState
from rooms.text import clean_instruction

# --- commands
# ------------------------------------------------------------------------------------------------


def preview(command: PreviewBreakouts, context: Context) -> Events:
    """Refuses what opening would refuse; the groups themselves are `rooms.room.preview`'s."""
    divide(command.plan, context)
    return ()


def open_round(command: OpenBreakouts, context: Context) -> Events:
    groups = divide(command.plan, context)
    duration_ms = None if command.duration_s is None else command.duration_s * 1000
    return (_opened(context, command.plan, groups, clean_instruction(command.instruction), duration_ms),)


def rotate(command: RotateBreakouts, context: Context) -> Events:
    """Raises `Refused("breakouts_bad_plan")` for groups made by hand: they have no next round."""
    now = context.state.breakouts_or_refuse()
    if now.mode == "manual":
        raise Refused("breakouts_bad_plan", "groups made by hand have no next round")
    count = len(now.groups) if now.mode == "random" else None
    plan = BreakoutPlan(mode=now.mode, odd=now.odd, group_count=count)
    duration_ms = context.state.round_duration_ms if command.duration_s is None else command.duration_s * 1000
    return (_opened(context, plan, divide(plan, context), now.instruction, duration_ms),)


def _opened(
    context: Context,
    plan: BreakoutPlan,
    groups: tuple[GroupSpec, ...],
    instruction: str,
    duration_ms: int | None,
) -> BreakoutsOpened:
    number = context.state.breakout_round + 1
    return BreakoutsOpened(
        breakouts=Breakouts(
            round=number,
            mode=plan.mode,
            groups=tuple(
                Group(id=f"{number}-{n}", name=group.name, members=group.members)
                for n, group in enumerate(groups, start=1)
            ),
            instruction=instruction,
            opened_at_ms=context.now_ms,
            ends_at_ms=None if duration_ms is None else context.now_ms + duration_ms,
            odd=plan.odd,
        ),
        by=context.actor.id,
    )


def move(command: MoveParticipant, context: Context) -> Events:
    target = context.state.seat_or_refuse(command.participant_id)
    return _moved(context, target, command.group, visiting=False)


def visit(command: VisitBreakout, context: Context) -> Events:
    """The trainer came: the group's call for help is answered."""
    moved = _moved(context, context.actor, command.group, visiting=command.group is not None)
    group = context.state.group(command.group)
    if moved and group is not None and group.help is not None:
        answered = HelpEnded(group=group.id, by=context.actor.id)
        return moved if answered in moved else (*moved, answered)
    return moved


def going(context: Context, who: Participant, group_id: str) -> Events:
    """What makes somebody a member of this group."""
    return _moved(context, who, group_id, visiting=False)


def _moved(context: Context, who: Participant, group_id: str | None, *, visiting: bool) -> Events:
    """Nothing where nothing changes; one who is a member of a group does not become its visitor."""
    state = context.state
    if who.breakout == group_id and (visiting or not who.visiting):
        return ()
    entered = None if group_id is None else state.group_or_refuse(group_id)
    events: list[AnyEvent] = []
    left = state.group(who.breakout)
    if left is not None and left != entered and left.help is not None and left.help.participant_id == who.id:
        events.append(HelpEnded(group=left.id, by=context.actor.id))
    call = None if entered is None else entered.help
    events.append(
        ParticipantMoved(
            participant_id=who.id, group=group_id, visiting=visiting, by=context.actor.id, help=call
        )
    )
    return tuple(events)


def extend(command: ExtendBreakouts, context: Context) -> Events:
    now = context.state.breakouts_or_refuse()
    start_ms = context.now_ms if now.ends_at_ms is None else max(now.ends_at_ms, context.now_ms)
    return (_changed(context, now.instruction, start_ms + command.duration_s * 1000),)


def instruct(command: InstructBreakouts, context: Context) -> Events:
    now = context.state.breakouts_or_refuse()
    instruction = clean_instruction(command.instruction)
    return () if instruction == now.instruction else (_changed(context, instruction, now.ends_at_ms),)


def _changed(context: Context, instruction: str, ends_at_ms: int | None) -> BreakoutsChanged:
    return BreakoutsChanged(instruction=instruction, ends_at_ms=ends_at_ms, by=context.actor.id)


def broadcast_voice(command: BroadcastVoice, context: Context) -> Events:
    """One voice at a time: starting takes over from another trainer, stopping ends only one's own."""
    state, actor = context.state, context.actor
    if command.on:
        state.breakouts_or_refuse()
        return () if state.voice_broadcast == actor.id else (VoiceBroadcastChanged(participant_id=actor.id),)
    return (VoiceBroadcastChanged(participant_id=None),) if state.voice_broadcast == actor.id else ()


def close(command: CloseBreakouts, context: Context) -> Events:
    """Now, or by setting the end that `Tick` then keeps, sooner or later than it was."""
    now = context.state.breakouts_or_refuse()
    if command.after_s:
        return (_changed(context, now.instruction, context.now_ms + command.after_s * 1000),)
    return _closed(context.state, by=context.actor.id)


# --- time
# ----------------------------------------------------------------------------------------------------


def expire(state: RoomState, now_ms: int) -> Events:
    ends_at_ms = next_end_ms(state)
    return () if ends_at_ms is None or now_ms < ends_at_ms else _closed(state, by=None)


def next_end_ms(state: RoomState) -> int | None:
    return None if state.breakouts is None else state.breakouts.ends_at_ms


def _closed(state: RoomState, by: str | None) -> Events:
    silence = () if state.voice_broadcast is None else (VoiceBroadcastChanged(participant_id=None),)
    return (*silence, BreakoutsClosed(by=by))


# --- what only the server keeps
# ------------------------------------------------------------------------------


def remember_opened(state: RoomState, event: BreakoutsOpened) -> RoomState:
    opened = event.breakouts
    duration_ms = None if opened.ends_at_ms is None else opened.ends_at_ms - opened.opened_at_ms
    return replace(
        state,
        breakout_round=opened.round,
        round_duration_ms=duration_ms,
        meetings=after_round(state.meetings, [group.members for group in opened.groups]),
    )


def remember_moved(state: RoomState, event: ParticipantMoved) -> RoomState:
    """A new member meets those who are in the group; a visitor does not."""
    group = state.group(event.group)
    if group is None or event.visiting:
        return state
    others = [member for member in group.members if member != event.participant_id]
    return replace(state, meetings=after_move(state.meetings, event.participant_id, others))
