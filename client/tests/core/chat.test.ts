import { signal } from "@preact/signals";
import { beforeEach, expect, it } from "vitest";
import { CommandError } from "../../src/core/api";
import { Chat } from "../../src/core/chat";
import { Store } from "../../src/core/store";
import type { ChatMessage, Done, Snapshot } from "../../src/generated/protocol";
import { ManualClock, MemoryArea, participant, settle, snapshot } from "./fakes";

let room = signal<Snapshot | null>(null);
let posted: { text: string; ok: (seq: number) => void; refuse: (code: string) => void }[];
let area: MemoryArea;
let chat: Chat;

function makeChat(): Chat {
  return new Chat(room, {
    clock: new ManualClock(),
    store: new Store(area),
    post: ({ text }) =>
      new Promise<Done>((resolve, reject) => {
        posted.push({
          text,
          ok: (seq) => resolve({ seq }),
          refuse: (code) => reject(new CommandError(code)),
        });
      }),
  });
}

beforeEach(() => {
  room = signal<Snapshot | null>(snapshot());
  posted = [];
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
  const sent = chat.post("room", "  hello ");
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
  void chat.post("room", "yes");
  void chat.post("room", "yes");
  happen(11, message(11, "ada", "yes"));
  expect(shown()).toEqual([
    ["yes", "sent"],
    ["yes", "sending"],
  ]);
});

it("keeps the text of a message that failed, for another try", async () => {
  const sent = chat.post("room", "hello");
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
  const sent = chat.post("room", "hello");
  posted[0]?.refuse("connection_lost");
  await expect(sent).rejects.toBeInstanceOf(CommandError);
  happen(12, message(11, "ada", "hello"));
  expect(shown()).toEqual([["hello", "sent"]]);
});

it("files private words under the person's own thread, a trainer's answer under the learner's", () => {
  void chat.post("trainers", "a question");
  expect(chat.entries.value[0]).toMatchObject({ channel: "trainers", thread: "ada" });
  room.value = snapshot({ you: "tom" });
  void chat.post("trainers", "an answer", "ada");
  expect(chat.entries.value.at(-1)).toMatchObject({ thread: "ada", own: true });
});

it("counts what others wrote since it was read, also after a reload", () => {
  happen(11, message(11, "ben", "before you came"));
  chat.opened(room.value ?? snapshot());
  expect(chat.unread.value).toBe(0);
  happen(12, message(12, "ben", "news"), message(13, "ada", "mine"));
  expect(chat.unread.value).toBe(1);
  chat.markRead();
  expect(chat.unread.value).toBe(0);
  happen(14, message(14, "tom", "more"));

  chat = makeChat();
  chat.opened(room.value ?? snapshot());
  expect(chat.unread.value).toBe(1);
});

it("refuses to write where the person is not", async () => {
  room.value = snapshot({ participants: [participant("tom")] });
  await expect(chat.post("room", "hello")).rejects.toMatchObject({ code: "not_connected" });
});
