/** What one person needs to know of the check-in. Pure. */
import type { Checkin, CheckinAnswer, Participant, Snapshot } from "../../generated/protocol";

/** Check-ins are for those who learn (mirror of the permission table). */
export function isAsked(person: Participant): boolean {
  return person.role === "participant";
}

/** One's own answer: an index into the choices; null: none yet. */
export function ownAnswer(checkin: Checkin, you: string): number | null {
  return checkin.answers.find((answer) => answer.participant_id === you)?.choice ?? null;
}

/** For staff: who chose each choice, in the order of answering. */
export function answersByChoice({ choices, answers }: Checkin): readonly (readonly CheckinAnswer[])[] {
  return choices.map((_, choice) => answers.filter((answer) => answer.choice === choice));
}

/** For staff: who is asked and has said nothing; those who are here first. */
export function silentPeople(room: Snapshot, checkin: Checkin): readonly Participant[] {
  const answered = new Set(checkin.answers.map(({ participant_id }) => participant_id));
  return room.participants
    .filter((person) => isAsked(person) && !answered.has(person.id))
    .sort((a, b) => Number(isThere(b)) - Number(isThere(a)));
}

export function isThere(person: Participant): boolean {
  return person.connected && person.presence === "joined";
}
