/** How taking turns (the floor, spoken hands, calls for help) changes a snapshot: mirror of `rooms.picture_turns`. */
import type { Breakouts, Group, Help, Snapshot, TurnEvent } from "../generated/protocol";

export function turnChanges(room: Snapshot, event: TurnEvent): Partial<Snapshot> {
  switch (event.type) {
    case "hand.spoken":
      return withHand(room, event.participant_id, event.at_ms);
    case "hand.kept":
      return withHand(room, event.participant_id, null);
    case "floor.given":
      return { floor: event.floor };
    case "floor.ended":
      return { floor: null };
    case "help.called": {
      const { participant_id, at_ms: called_at_ms, stuck } = event;
      const call: Help = { participant_id, called_at_ms, stuck, coming: null };
      return event.group === null
        ? { help: [...room.help, call] }
        : withGroupsCall(room, event.group, () => call);
    }
    case "help.promised": {
      const promised = (call: Help): Help => ({ ...call, coming: event.by });
      return event.group === null
        ? {
            help: room.help.map((call) =>
              call.participant_id === event.participant_id ? promised(call) : call,
            ),
          }
        : withGroupsCall(room, event.group, (call) => call && promised(call));
    }
    case "help.ended":
      return event.group === null
        ? { help: room.help.filter((call) => call.participant_id !== event.participant_id) }
        : withGroupsCall(room, event.group, () => null);
  }
}

/** The turn and the own call of who left are over; a trainer who left is not coming. */
export function leftTurns(room: Snapshot, gone: string): Pick<Snapshot, "floor" | "help"> {
  return {
    floor: room.floor?.participant_id === gone ? null : room.floor,
    help: room.help.flatMap((call) => callWithout(call, gone) ?? []),
  };
}

/** A call when somebody leaves the room: over if it was theirs. */
export function callWithout(call: Help | null, gone: string): Help | null {
  if (call === null || call.participant_id === gone) return null;
  return call.coming === gone ? { ...call, coming: null } : call;
}

export function eachGroup(breakouts: Breakouts | null, change: (group: Group) => Group): Breakouts | null {
  return breakouts && { ...breakouts, groups: breakouts.groups.map(change) };
}

function withHand(room: Snapshot, id: string, spoken_at_ms: number | null): Partial<Snapshot> {
  return { hands: room.hands.map((hand) => (hand.participant_id === id ? { ...hand, spoken_at_ms } : hand)) };
}

function withGroupsCall(
  room: Snapshot,
  id: string,
  change: (call: Help | null) => Help | null,
): Partial<Snapshot> {
  return {
    breakouts: eachGroup(room.breakouts, (group) =>
      group.id === id ? { ...group, help: change(group.help) } : group,
    ),
  };
}
