import { describe, expect, it } from "vitest";
import { NoticeList, noticesOf } from "../../src/core/notices";
import { fold } from "../../src/core/reducer";
import type { Breakouts, Rules, Snapshot, ViewedEvent, Waiting } from "../../src/generated/protocol";
import { FLAGS_OFF, ManualClock, participant, snapshot } from "./fakes";

const OPENED: Breakouts = {
  round: 1,
  mode: "manual",
  groups: [
    { id: "g1", name: "Blue", members: ["ada", "ben"], help: null },
    { id: "g2", name: "Red", members: [], help: null },
  ],
  instruction: "Talk",
  opened_at_ms: 0,
  ends_at_ms: 1_000,
  odd: "trio",
};

const open: ViewedEvent = { type: "breakouts.opened", breakouts: OPENED, by: "tom" };
const inGroups = fold(snapshot(), 11, open);
const visited = fold(inGroups, 12, {
  type: "breakouts.moved",
  participant_id: "tom",
  group: "g1",
  visiting: true,
  by: "tom",
  help: null,
});
const unmuted = snapshot({
  participants: [
    participant("tom", { role: "trainer" }),
    participant("ada", { media: { ...FLAGS_OFF, microphone: true } }),
  ],
});

const move = { type: "breakouts.moved", visiting: false, help: null } as const;
const mute = { type: "media.changed", participant_id: "ada", media: FLAGS_OFF } as const;

const FREE: Rules = { unmute: true, screen: true, chat: true, locked: false, lobby: false };
const sharing = snapshot({
  participants: [
    participant("tom", { role: "trainer" }),
    participant("ada", { media: { ...FLAGS_OFF, screen: true } }),
  ],
});
const visitor = (id: string): Waiting => ({
  participant_id: id,
  name: id.toUpperCase(),
  role: "participant",
  since_at_ms: 1,
  gone_at_ms: null,
});

/** What Ada is told: name of the case, the room before, the event, and keys with their parameters. */
const cases: [string, Snapshot, ViewedEvent, [string, object?][]][] = [
  ["muted by the trainer", unmuted, { ...mute, by: "tom" }, [["notice.muted", { name: "TOM" }]]],
  ["muted by oneself", unmuted, { ...mute, by: "ada" }, []],
  ["camera turned off by oneself, muted before", snapshot(), { ...mute, by: "tom" }, []],
  [
    "asked to unmute",
    snapshot(),
    { type: "microphone.asked", participant_id: "ada", by: "tom" },
    [["notice.unmute_asked", { name: "TOM" }]],
  ],
  ["another asked to unmute", snapshot(), { type: "microphone.asked", participant_id: "ben", by: "tom" }, []],
  [
    "hand lowered by the trainer",
    snapshot(),
    { type: "hand.lowered", participant_ids: ["ben", "ada"], by: "tom" },
    [["notice.hand_lowered", { name: "TOM" }]],
  ],
  ["hand lowered by oneself", snapshot(), { type: "hand.lowered", participant_ids: ["ada"], by: "ada" }, []],
  [
    "in the spotlight",
    snapshot(),
    { type: "spotlight.changed", participant_id: "ada", by: "tom" },
    [["notice.spotlight_on_you"]],
  ],
  ["put into a group", snapshot(), open, [["notice.breakouts_opened", { group: "Blue" }]]],
  ["left in the main room", snapshot({ you: "tom" }), open, []],
  ["groups closed", inGroups, { type: "breakouts.closed", by: null }, [["notice.breakouts_closed"]]],
  ["groups closed, not in one", snapshot(), { type: "breakouts.closed", by: "tom" }, []],
  [
    "more time and another task",
    inGroups,
    { type: "breakouts.changed", instruction: "Draw", ends_at_ms: 2_000, by: "tom" },
    [["notice.instruction_changed", { text: "Draw" }], ["notice.time_changed"]],
  ],
  [
    "moved by the trainer",
    inGroups,
    { ...move, participant_id: "ada", group: "g2", by: "tom" },
    [["notice.moved", { group: "Red" }]],
  ],
  [
    "moved back by the trainer",
    inGroups,
    { ...move, participant_id: "ada", group: null, by: "tom" },
    [["notice.moved_back"]],
  ],
  [
    "visited",
    inGroups,
    { ...move, visiting: true, participant_id: "tom", group: "g1", by: "tom" },
    [["notice.visit_started", { name: "TOM" }]],
  ],
  [
    "no longer visited",
    visited,
    { ...move, participant_id: "tom", group: null, by: "tom" },
    [["notice.visit_ended", { name: "TOM" }]],
  ],
  [
    "another group visited",
    inGroups,
    { ...move, visiting: true, participant_id: "tom", group: "g2", by: "tom" },
    [],
  ],
  [
    "the partner calls for help",
    inGroups,
    { stuck: false, type: "help.called", group: "g1", participant_id: "ben", at_ms: 1 },
    [["notice.help_called", { group: "Blue", name: "BEN" }]],
  ],
  [
    "help given",
    inGroups,
    { participant_id: null, type: "help.ended", group: "g1", by: "tom" },
    [["notice.help_ended"]],
  ],
  [
    "a voice to all groups",
    inGroups,
    { type: "breakouts.voice", participant_id: "tom" },
    [["notice.voice_broadcast", { name: "TOM" }]],
  ],
  [
    "screen ended by the trainer",
    sharing,
    { ...mute, by: "tom" },
    [["notice.screen_stopped", { name: "TOM" }]],
  ],
  [
    "microphones and chat closed",
    snapshot(),
    { type: "rules.changed", rules: { ...FREE, unmute: false, chat: false }, by: "tom" },
    [["notice.microphones_closed"], ["notice.chat_closed"]],
  ],
  [
    "microphones and chat open again",
    snapshot({ rules: { ...FREE, unmute: false, chat: false } }),
    { type: "rules.changed", rules: FREE, by: "tom" },
    [["notice.microphones_open"], ["notice.chat_open"]],
  ],
  [
    "the room locked, which concerns nobody inside",
    snapshot(),
    { type: "rules.changed", rules: { ...FREE, locked: true, lobby: true }, by: "tom" },
    [],
  ],
  [
    "rules changed, seen by staff",
    snapshot({ you: "tom" }),
    { type: "rules.changed", rules: { ...FREE, unmute: false }, by: "tom" },
    [],
  ],
  [
    "made a co-trainer",
    snapshot(),
    { type: "participant.role", participant_id: "ada", role: "co_trainer", by: "tom" },
    [["notice.role_given", { name: "TOM" }]],
  ],
  [
    "a participant again",
    snapshot(),
    { type: "participant.role", participant_id: "ada", role: "participant", by: "tom" },
    [["notice.role_taken", { name: "TOM" }]],
  ],
  [
    "another made a co-trainer",
    snapshot(),
    { type: "participant.role", participant_id: "ben", role: "co_trainer", by: "tom" },
    [],
  ],
  [
    "somebody at the door",
    snapshot({ you: "tom", lobby: [visitor("eve")] }),
    { type: "lobby.changed", waiting: [visitor("eve"), visitor("zoe")], admitted: [], refused: [] },
    [["notice.lobby_waiting", { name: "ZOE" }]],
  ],
  [
    "nobody new at the door",
    snapshot({ you: "tom", lobby: [visitor("eve"), visitor("zoe")] }),
    { type: "lobby.changed", waiting: [visitor("zoe")], admitted: ["eve"], refused: [] },
    [],
  ],
  ["hidden", snapshot(), { type: "hidden", evicted: [] }, []],
];

describe("what Ada is told", () => {
  it.each(cases)("%s", (_name, before, event, expected) => {
    const told = noticesOf(before, fold(before, before.seq + 1, event), event);
    expect(told.map(({ key, params }) => (params ? [key, params] : [key]))).toEqual(expected);
  });

  it("a broadcast, but no ordinary message", () => {
    const message = {
      id: 11,
      sender_id: "tom",
      sender_name: "Tom",
      channel: "room",
      text: "Back in five",
      at_ms: 1,
      breakout: null,
      to: null,
      reply_to: null,
      images: [],
      edited_at_ms: null,
      deleted_by: null,
    } as const;
    const told = (broadcast: boolean, mentions: readonly string[] = []) =>
      noticesOf(snapshot(), snapshot(), {
        type: "chat.posted",
        message: { ...message, broadcast, mentions },
        evicted: [],
      });
    expect(told(true)).toMatchObject([
      { key: "notice.broadcast", params: { name: "Tom", text: "Back in five" } },
    ]);
    expect(told(false)).toEqual([]);
    expect(told(false, ["ben"])).toEqual([]);
    expect(told(false, ["ada"])).toEqual([{ key: "notice.mentioned", params: { name: "Tom" } }]);
  });
});

it("the list is bounded, and a notice can be put away", () => {
  const list = new NoticeList(new ManualClock());
  for (let count = 0; count < 25; count++) list.add({ key: "notice.help_ended" });
  expect(list.notices.value.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => index + 6));
  list.dismiss(10);
  expect(list.notices.value.some(({ id }) => id === 10)).toBe(false);
});
