/** Small facts about people and groups that several parts of the interface show. */
import type { Group, Participant, Role, Snapshot } from "../core/api";
import { t } from "../i18n";

const STAFF: ReadonlySet<Role> = new Set<Role>(["trainer", "co_trainer"]);

export function isStaff(person: Participant | null): boolean {
  return person !== null && STAFF.has(person.role);
}

/** Who is put into groups that are made now: connected, not away, and there to learn. */
export function canBeGrouped(person: Participant): boolean {
  return person.connected && person.presence === "joined" && person.role === "participant";
}

export function nameOf(room: Snapshot, participantId: string): string {
  return room.participants.find((person) => person.id === participantId)?.name ?? "…";
}

/** "AB" for "Ana Bel"; one letter for a single name. Whole characters, whatever the script. */
export function initials(name: string): string {
  const words = name.trim().split(/[\s-]+/u);
  const first = words[0] ?? "";
  const last = words.length > 1 ? (words[words.length - 1] ?? "") : "";
  return `${firstLetter(first)}${firstLetter(last)}`.toLocaleUpperCase();
}

function firstLetter(word: string): string {
  return Array.from(word)[0] ?? "";
}

const HUES = 8;

/** A colour number 0..7 that a person keeps. */
export function hueOf(participantId: string): number {
  let hash = 0;
  for (const letter of participantId) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return hash % HUES;
}

/** Groups are named by number on the wire; each person reads the word in their own language. */
export function groupLabel(group: Pick<Group, "name">, mode: "random" | "manual" | "pairs"): string {
  if (!/^\d+$/.test(group.name)) return group.name;
  return mode === "pairs"
    ? t("breakouts.pair_name", { n: group.name })
    : t("breakouts.group_name", { n: group.name });
}

export function groupOf(room: Snapshot, groupId: string | null): Group | null {
  if (groupId === null) return null;
  return room.breakouts?.groups.find((group) => group.id === groupId) ?? null;
}
