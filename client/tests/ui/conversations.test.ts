import { describe, expect, it } from "vitest";
import { entriesOf, threadsOf, unreadCounts } from "../../src/ui/chat/conversations";
import { chatEntry } from "./fake-classroom";

const entries = [
  chatEntry(1, { atMs: 10 }),
  chatEntry(2, { atMs: 20, channel: "breakout", breakout: "1-1" }),
  chatEntry(3, { atMs: 30, channel: "breakout", breakout: "1-2" }),
  chatEntry(4, { atMs: 40, channel: "trainers", thread: "p4", senderId: "p4", senderName: "Fatou" }),
  chatEntry(5, {
    atMs: 50,
    channel: "trainers",
    thread: "p5",
    senderId: "p0",
    senderName: "Inès",
    own: true,
  }),
  chatEntry(6, { atMs: 60 }),
];

describe("conversations", () => {
  it("keep rooms, groups and private threads apart", () => {
    const ids = (conversation: Parameters<typeof entriesOf>[1]) =>
      entriesOf(entries, conversation).map(({ id }) => id);
    expect(ids({ channel: "room", of: null })).toEqual([1, 6]);
    expect(ids({ channel: "breakout", of: "1-1" })).toEqual([2]);
    expect(ids({ channel: "trainers", of: "p4" })).toEqual([4]);
  });

  it("count what others wrote since it was read, and since the person came", () => {
    expect(Object.fromEntries(unreadCounts(entries, {}, 0))).toEqual({
      room: 2,
      "breakout/1-1": 1,
      "breakout/1-2": 1,
      "trainers/p4": 1,
    });
    expect(Object.fromEntries(unreadCounts(entries, { room: 10 }, 35))).toEqual({
      room: 1,
      "trainers/p4": 1,
    });
  });

  it("list threads newest first, by the participant's name", () => {
    expect(threadsOf(entries, (id) => `name of ${id}`).map(({ name }) => name)).toEqual([
      "name of p5",
      "Fatou",
    ]);
  });
});
