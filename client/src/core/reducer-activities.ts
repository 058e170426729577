/** How check-ins, the agenda and its timer change a snapshot: mirror of `rooms.picture_activities`. */
import type { ActivityEvent, CheckinAnswered, Snapshot } from "../generated/protocol";

export function activityChanges(room: Snapshot, event: ActivityEvent): Partial<Snapshot> {
  switch (event.type) {
    case "checkin.opened":
      return { checkin: event.checkin };
    case "checkin.answered":
      return answered(room, event);
    case "checkin.closed":
      return { checkin: room.checkin && { ...room.checkin, open: false } };
    case "checkin.shown":
      return { checkin: room.checkin && { ...room.checkin, counts: event.counts } };
    case "checkin.cleared":
      return { checkin: null };
    case "agenda.changed":
      return { agenda: event.items };
    case "agenda.timer": {
      const { timer } = event;
      if (timer === null || timer.item === null) return { timer };
      return {
        timer,
        agenda: room.agenda.map((item) =>
          item.id === timer.item ? { ...item, started_at_ms: timer.started_at_ms } : item,
        ),
      };
    }
  }
}

/** Others' answers come without who and what: then only the counts change. */
function answered({ checkin }: Snapshot, event: CheckinAnswered): Partial<Snapshot> {
  if (checkin === null) return {};
  const { participant_id, name, choice, counts } = event;
  if (participant_id === null || choice === null) return { checkin: { ...checkin, counts } };
  const given = { participant_id, name, choice };
  const known = checkin.answers.some((one) => one.participant_id === participant_id);
  const answers = known
    ? checkin.answers.map((one) => (one.participant_id === participant_id ? given : one))
    : [...checkin.answers, given];
  return { checkin: { ...checkin, answers, counts } };
}
