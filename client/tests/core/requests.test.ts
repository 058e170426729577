import { decode } from "@msgpack/msgpack";
import { beforeEach, expect, it } from "vitest";
import { PendingRequests, REPLY_TIMEOUT_MS, Unanswered } from "../../src/core/requests";
import { ManualClock } from "./fakes";

let clock: ManualClock;
let requests: PendingRequests;
let sent: unknown[];

beforeEach(() => {
  clock = new ManualClock();
  requests = new PendingRequests(clock);
  sent = [];
  requests.attach((bytes) => sent.push(decode(bytes)), false);
});

async function unansweredRef(asked: Promise<unknown>): Promise<number> {
  clock.advance(REPLY_TIMEOUT_MS);
  const error = await asked.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Unanswered);
  return (error as Unanswered).ref;
}

it("asks again under the same ref what was not answered in time, so that it happens once", async () => {
  const again = await unansweredRef(requests.ask("chat.post", { text: "a" }));
  const asked = requests.ask("chat.post", { text: "a" }, { again });
  expect(sent).toEqual([
    [2, "chat.post", { text: "a" }],
    [2, "chat.post", { text: "a" }],
  ]);
  requests.answer(2, { result: { seq: 9 } });
  await expect(asked).resolves.toEqual({ seq: 9 });
  void requests.ask("hand.raise", {});
  expect(sent.at(-1)).toEqual([3, "hand.raise", {}]);
});

it("does not reuse a ref of a session that is over, nor one that waits", async () => {
  const again = await unansweredRef(requests.ask("chat.post", { text: "a" }));
  requests.detach();
  requests.attach((bytes) => sent.push(decode(bytes)), false);
  void requests.ask("chat.post", { text: "a" }, { again });
  expect(sent.at(-1)).toEqual([3, "chat.post", { text: "a" }]);
  void requests.ask("chat.post", { text: "b" }, { again: 3 });
  expect(sent.at(-1)).toEqual([4, "chat.post", { text: "b" }]);
});

it("reuses it in a resumed session", async () => {
  const again = await unansweredRef(requests.ask("chat.post", { text: "a" }));
  requests.detach();
  requests.attach((bytes) => sent.push(decode(bytes)), true);
  void requests.ask("chat.post", { text: "a" }, { again });
  expect(sent.at(-1)).toEqual([2, "chat.post", { text: "a" }]);
});
