import { describe, expect, it } from "vitest";
import { entriesOf, readersOf, threadsOf } from "../../src/ui/chat/conversations";
import { chatEntry, people } from "./fake-classroom";

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

  it("name who reads them", () => {
    const grouped = people(5).map((one, index) => ({
      ...one,
      breakout: index === 0 ? null : `1-${index % 2}`,
    }));
    const readers = (conversation: Parameters<typeof readersOf>[1]) =>
      readersOf(grouped, conversation).map(({ id }) => id);
    expect(readers({ channel: "room", of: null })).toHaveLength(5);
    expect(readers({ channel: "breakout", of: "1-1" })).toEqual(["p1", "p3"]);
    expect(readers({ channel: "trainers", of: "p3" })).toEqual(["p0", "p3"]);
    expect(readers({ channel: "trainers", of: null })).toEqual(["p0"]);
  });

  it("list threads newest first, by the participant's name", () => {
    expect(threadsOf(entries, (id) => `name of ${id}`).map(({ name }) => name)).toEqual([
      "name of p5",
      "Fatou",
    ]);
  });
});
