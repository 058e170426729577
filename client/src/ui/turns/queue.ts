/** Who waits for a trainer: calls of groups and of people as one queue. Pure. */
import type { Group, Help, Participant, Snapshot } from "../../generated/protocol";

export interface Call {
  readonly key: string;
  readonly call: Help;
  /** Whose call it is; null for a group's caller who is gone. */
  readonly caller: Participant | null;
  /** The group that calls; null: a person's own call. */
  readonly group: Group | null;
  /** Where a trainer has to go; null: the main room. */
  readonly place: Group | null;
}

/** First called, first listed. */
export function callsOf(room: Snapshot): readonly Call[] {
  const groups = room.breakouts?.groups ?? [];
  const find = (id: string) => room.participants.find((person) => person.id === id) ?? null;
  const ofGroups = groups.flatMap((group): Call[] => {
    if (group.help === null) return [];
    const caller = find(group.help.participant_id);
    return [{ key: `group-${group.id}`, call: group.help, caller, group, place: group }];
  });
  const ofPeople = room.help.map((call): Call => {
    const caller = find(call.participant_id);
    const place = groups.find(({ id }) => id === caller?.breakout) ?? null;
    return { key: `person-${call.participant_id}`, call, caller, group: null, place };
  });
  return [...ofGroups, ...ofPeople].sort((a, b) => a.call.called_at_ms - b.call.called_at_ms);
}

/** One's own call, wherever it was made from. */
export function ownCall(room: Snapshot): Help | null {
  return room.help.find(({ participant_id }) => participant_id === room.you) ?? null;
}
