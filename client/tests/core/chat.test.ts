import { signal } from "@preact/signals";
import { beforeEach, expect, it } from "vitest";
import { CommandError } from "../../src/core/api";
import { Chat } from "../../src/core/chat";
import { Unanswered } from "../../src/core/requests";
import { Store } from "../../src/core/store";
import type { ChatMessage, Done, Snapshot } from "../../src/generated/protocol";
import { ManualClock, MemoryArea, participant, settle, snapshot } from "./fakes";

let room = signal<Snapshot | null>(null);
let changes: unknown[];
let posted: {
  text: string;
  replyTo: number | null;
  again: number | undefined;
  unanswered: (ref: number) => void;
  ok: (seq: number) => void;
  refuse: (code: string) => void;
}[];
let area: MemoryArea;
let chat: Chat;

function makeChat(): Chat {
  return new Chat(room, {
    clock: new ManualClock(),
    store: new Store(area),
    edit: async (change) => {
      changes.push(change);
      return { seq: 1 };
    },
    remove: async (change) => {
      changes.push(change);
      return { seq: 1 };
    },
    post: ({ text, reply_to }, again) =>
      new Promise<Done>((resolve, reject) => {
        posted.push({
          text,
          replyTo: reply_to ?? null,
          again,
          unanswered: (ref) => reject(new Unanswered(ref)),
          ok: (seq) => resolve({ seq }),
          refuse: (code) => reject(new CommandError(code)),
        });
      }),
  });
}

beforeEach(() => {
  room = signal<Snapshot | null>(snapshot());
  posted = [];
  changes = [];
  area = new MemoryArea();
  chat = makeChat();
});

function message(id: number, senderId: string, text: string, change: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id,
    sender_id: senderId,
    sender_name: senderId.toUpperCase(),
    channel: "room",
    text,
    at_ms: id,
    breakout: null,
    to: null,
    broadcast: false,
    reply_to: null,
    mentions: [],
    images: [],
    edited_at_ms: null,
    deleted_by: null,
    ...change,
  };
}

/** The room goes on to `seq`, with these messages more. */
function happen(seq: number, ...messages: ChatMessage[]): void {
  const before = room.value ?? snapshot();
  room.value = { ...before, seq, chat: [...before.chat, ...messages] };
}

const shown = () => chat.entries.value.map(({ text, state }) => [text, state]);

it.each([
  ["the reply first", ["reply", "event"]],
  ["the event first", ["event", "reply"]],
])("shows a message once, from writing to arrival: %s", async (_name, order) => {
  const sent = chat.post({ channel: "room", text: "  hello " });
  expect(shown()).toEqual([["hello", "sending"]]);
  for (const what of order) {
    if (what === "reply") posted[0]?.ok(11);
    else happen(11, message(11, "ada", "hello"));
    await settle();
    expect(shown()).toEqual([["hello", "sent"]]);
  }
  await sent;
  expect(chat.entries.value[0]?.id).toBe(11);
});

it("keeps two messages of the same text apart", async () => {
  void chat.post({ channel: "room", text: "yes" });
  void chat.post({ channel: "room", text: "yes" });
  happen(11, message(11, "ada", "yes"));
  expect(shown()).toEqual([
    ["yes", "sent"],
    ["yes", "sending"],
  ]);
});

it("keeps the text of a message that failed, for another try", async () => {
  const sent = chat.post({ channel: "room", text: "hello" });
  posted[0]?.refuse("rate_limited");
  await expect(sent).rejects.toMatchObject({ code: "rate_limited" });
  expect(shown()).toEqual([["hello", "failed"]]);
  const again = chat.retry(chat.entries.value[0]?.id ?? 0);
  expect(shown()).toEqual([["hello", "sending"]]);
  posted[1]?.ok(11);
  happen(11, message(11, "ada", "hello"));
  await again;
  expect(shown()).toEqual([["hello", "sent"]]);
});

it("does not call lost what the room turns out to have", async () => {
  const sent = chat.post({ channel: "room", text: "hello" });
  posted[0]?.refuse("connection_lost");
  await expect(sent).rejects.toBeInstanceOf(CommandError);
  happen(12, message(11, "ada", "hello"));
  expect(shown()).toEqual([["hello", "sent"]]);
});

it("files private words under the person's own thread, a trainer's answer under the learner's", () => {
  void chat.post({ channel: "trainers", text: "a question" });
  expect(chat.entries.value[0]).toMatchObject({ channel: "trainers", thread: "ada" });
  room.value = snapshot({ you: "tom" });
  void chat.post({ channel: "trainers", text: "an answer", to: "ada" });
  expect(chat.entries.value.at(-1)).toMatchObject({ thread: "ada", own: true });
});

it("counts what others wrote since it was read, also after a reload", () => {
  happen(11, message(11, "ben", "before you came"));
  chat.opened(room.value ?? snapshot());
  expect(chat.unread.value).toBe(0);
  happen(12, message(12, "ben", "news"), message(13, "ada", "mine"));
  expect(chat.unread.value).toBe(1);
  chat.markRead("room");
  expect(chat.unread.value).toBe(0);
  happen(14, message(14, "tom", "more"));

  chat = makeChat();
  chat.opened(room.value ?? snapshot());
  expect(chat.unread.value).toBe(1);
});

it("refuses to write where the person is not", async () => {
  room.value = snapshot({ participants: [participant("tom")] });
  await expect(chat.post({ channel: "room", text: "hello" })).rejects.toMatchObject({
    code: "not_connected",
  });
});

it("counts what is unread in each conversation for itself, and forgets those that are no longer kept", () => {
  chat.opened(room.value ?? snapshot());
  happen(12, message(11, "ben", "to all"), message(12, "ben", "private", { channel: "trainers", to: "ada" }));
  expect([...chat.unreadIn.value]).toEqual([
    ["room", 1],
    ["trainers/ada", 1],
  ]);
  chat.markRead("room");
  expect([chat.lastRead("room"), chat.lastRead("trainers/ada"), chat.unread.value]).toEqual([11, 0, 1]);
  const now = room.value ?? snapshot();
  room.value = { ...now, chat: now.chat.filter(({ id }) => id === 12) };
  chat.markRead("trainers/ada");
  expect(JSON.parse(area.getItem("classroom.read.room.ada") ?? "{}")).toEqual({
    base: 0,
    read: { "trainers/ada": 12 },
  });
});

it("does not count what was deleted", () => {
  chat.opened(room.value ?? snapshot());
  happen(11, message(11, "ben", "", { deleted_by: "ben" }));
  expect(chat.unread.value).toBe(0);
});

it("sends a failed reply again without what it answered, when that is gone", async () => {
  happen(11, message(11, "ben", "why?"));
  const sent = chat.post({ channel: "room", text: "because", replyTo: 11 });
  posted[0]?.refuse("message_gone");
  await expect(sent).rejects.toBeInstanceOf(CommandError);
  const now = room.value ?? snapshot();
  room.value = { ...now, chat: [] };
  void chat.retry(chat.entries.value[0]?.id ?? 0);
  expect(posted.map(({ replyTo }) => replyTo)).toEqual([11, null]);
});

it("sends again as the same request what may have been taken, and as a new one what was refused", async () => {
  happen(11, message(11, "ben", "why?"));
  const sent = chat.post({ channel: "room", text: "because", replyTo: 11 });
  posted[0]?.unanswered(7);
  await expect(sent).rejects.toMatchObject({ code: "timeout" });
  const now = room.value ?? snapshot();
  room.value = { ...now, chat: [] };
  const id = chat.entries.value[0]?.id ?? 0;
  const again = chat.retry(id);
  posted[1]?.refuse("storage_unavailable");
  await expect(again).rejects.toBeInstanceOf(CommandError);
  void chat.retry(id);
  expect(posted.map((one) => [one.again, one.replyTo])).toEqual([
    [undefined, 11],
    [7, 11],
    [undefined, null],
  ]);
});

it("sends as a new request what turns out never to have reached the server", async () => {
  const sent = chat.post({ channel: "room", text: "hello" });
  posted[0]?.unanswered(7);
  await expect(sent).rejects.toBeInstanceOf(Unanswered);
  const again = chat.retry(chat.entries.value[0]?.id ?? 0);
  posted[1]?.refuse("ref_too_old");
  await settle();
  expect(posted.map((one) => one.again)).toEqual([undefined, 7, undefined]);
  posted[2]?.ok(11);
  await again;
});

it("gives up what could not be sent", async () => {
  const sent = chat.post({ channel: "room", text: "hello" });
  chat.discard(-1);
  expect(shown()).toEqual([["hello", "sending"]]);
  posted[0]?.refuse("rate_limited");
  await expect(sent).rejects.toBeInstanceOf(CommandError);
  chat.discard(-1);
  expect(shown()).toEqual([]);
});

it("asks to edit and to delete by the message's id", async () => {
  await chat.edit(11, " better ", ["ben"]);
  await chat.remove(11);
  expect(changes).toEqual([{ message_id: 11, text: "better", mentions: ["ben"] }, { message_id: 11 }]);
});

it("keeps the entry of a message that did not change", () => {
  happen(11, message(11, "ben", "one"));
  const before = chat.entries.value[0];
  happen(12, message(12, "ben", "two"));
  expect(chat.entries.value[0]).toBe(before);
});
