import { expect, it } from "vitest";
import { type SessionRecord, Store, sessionStore } from "../../src/core/store";
import { MemoryArea } from "./fakes";

const RECORD: SessionRecord = { token: "t", sessionId: "s", secret: "x", epoch: "e", seq: 3, ref: 9 };

it("keeps values under a name of its own", () => {
  const area = new MemoryArea();
  const store = new Store(area);
  store.write("name", "Ada");
  expect([...area.items]).toEqual([["classroom.name", '"Ada"']]);
  expect(store.read("name")).toBe("Ada");
  store.remove("name");
  expect(store.read("name")).toBeNull();
});

it("offers a session only under its invitation", () => {
  const sessions = sessionStore(new Store(new MemoryArea()));
  sessions.save(RECORD);
  expect(sessions.load("t")).toEqual(RECORD);
  expect(sessions.load("another")).toBeNull();
  sessions.clear();
  expect(sessions.load("t")).toBeNull();
});

it("does without a storage that is forbidden, full or spoilt", () => {
  const refusing = () => {
    throw new DOMException("no", "QuotaExceededError");
  };
  const store = new Store({ getItem: () => "{", setItem: refusing, removeItem: refusing });
  store.write("name", "Ada");
  store.remove("name");
  expect(store.read("name")).toBeNull();
  expect(new Store(null).read("name")).toBeNull();
});
