/** What trainers and participants ask of the room besides talking: check-ins, the agenda, turns to speak, help. */
import type { CheckinKind } from "../generated/protocol";
import type { Ask } from "./commands";

export interface CheckinActions {
  /** Staff. Ready-made kinds have their own choices; `question` may then be empty. */
  open(kind: CheckinKind, question: string, choices: readonly string[]): Promise<void>;
  /** `choice`: an index into the check-in's choices. Again, with another one, changes the answer. */
  answer(checkin: number, choice: number): Promise<void>;
  close(): Promise<void>;
  /** Counts for everybody to see, never names. */
  show(on: boolean): Promise<void>;
  clear(): Promise<void>;
}

export interface AgendaLine {
  readonly title: string;
  readonly minutes: number;
  readonly isBreak: boolean;
}

/** Staff. `item`: a line's id. */
export interface AgendaActions {
  add(line: AgendaLine): Promise<void>;
  change(item: number, line: AgendaLine): Promise<void>;
  /** To this place, from 0. */
  move(item: number, to: number): Promise<void>;
  remove(item: number): Promise<void>;
  start(item: number): Promise<void>;
  startBreak(minutes: number): Promise<void>;
  extend(minutes: number): Promise<void>;
  end(): Promise<void>;
}

export interface TurnActions {
  /** After having spoken: "I still need it". */
  keepHand(): Promise<void>;
  giveFloor(participantId: string): Promise<void>;
  endFloor(): Promise<void>;
  /** Staff: "I am coming". */
  promiseHelp(to: { readonly group: string } | { readonly participantId: string }): Promise<void>;
  /** A person's own call; a group's ends by `Classroom.endHelp`. */
  endHelpOf(participantId: string): Promise<void>;
}

/** By voice or in the chat, to the minute. Whoever is not in the map was not heard from since `listeningSinceMs`. */
export interface LastHeard {
  readonly listeningSinceMs: number;
  readonly heardAtMs: ReadonlyMap<string, number>;
}

export interface TeachingActions {
  readonly checkins: CheckinActions;
  readonly agenda: AgendaActions;
  readonly turns: TurnActions;
}

export function teachingActions(ask: Ask): TeachingActions {
  const tell: (...request: Parameters<Ask>) => Promise<void> = async (type, payload) => {
    await ask(type, payload);
  };
  const lineOf = ({ title, minutes, isBreak }: AgendaLine) => ({ title, minutes, is_break: isBreak });
  return {
    checkins: {
      open: (kind, question, choices) => tell("checkin.open", { kind, question, choices }),
      answer: (checkin, choice) => tell("checkin.answer", { checkin, choice }),
      close: () => tell("checkin.close", {}),
      show: (on) => tell("checkin.show", { on }),
      clear: () => tell("checkin.clear", {}),
    },
    agenda: {
      add: (line) => tell("agenda.add", lineOf(line)),
      change: (item, line) => tell("agenda.change", { item, ...lineOf(line) }),
      move: (item, to) => tell("agenda.move", { item, to }),
      remove: (item) => tell("agenda.remove", { item }),
      start: (item) => tell("agenda.start", { item }),
      startBreak: (minutes) => tell("agenda.break", { minutes }),
      extend: (minutes) => tell("agenda.extend", { minutes }),
      end: () => tell("agenda.end", {}),
    },
    turns: {
      keepHand: () => tell("hand.keep", {}),
      giveFloor: (id) => tell("floor.give", { participant_id: id }),
      endFloor: () => tell("floor.end", {}),
      promiseHelp: (to) =>
        tell("help.promise", "group" in to ? { group: to.group } : { participant_id: to.participantId }),
      endHelpOf: (id) => tell("help.end", { participant_id: id }),
    },
  };
}
