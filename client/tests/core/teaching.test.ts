import { describe, expect, it } from "vitest";
import type { Ask } from "../../src/core/commands";
import { teachingActions } from "../../src/core/teaching";

function recorded() {
  const asked: unknown[] = [];
  const ask = (async (type: string, payload: object) => {
    asked.push([type, payload]);
    return { seq: 1 };
  }) as unknown as Ask;
  return { asked, actions: teachingActions(ask) };
}

describe("teaching actions", () => {
  it("ask the room, one request each", async () => {
    const { asked, actions } = recorded();
    await actions.checkins.open("question", "Which?", ["HTML", "CSS"]);
    await actions.checkins.answer(47, 1);
    await actions.agenda.add({ title: "", minutes: 15, isBreak: true });
    await actions.agenda.change(3, { title: "HTML", minutes: 30, isBreak: false });
    await actions.turns.promiseHelp({ group: "1-1" });
    await actions.turns.promiseHelp({ participantId: "p1" });
    await actions.turns.endHelpOf("p1");
    expect(asked).toEqual([
      ["checkin.open", { kind: "question", question: "Which?", choices: ["HTML", "CSS"] }],
      ["checkin.answer", { checkin: 47, choice: 1 }],
      ["agenda.add", { title: "", minutes: 15, is_break: true }],
      ["agenda.change", { item: 3, title: "HTML", minutes: 30, is_break: false }],
      ["help.promise", { group: "1-1" }],
      ["help.promise", { participant_id: "p1" }],
      ["help.end", { participant_id: "p1" }],
    ]);
  });
});
