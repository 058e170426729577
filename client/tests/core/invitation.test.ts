import { describe, expect, it } from "vitest";
import { groupSeat, readInvitation } from "../../src/core/invitation";
import { Store } from "../../src/core/store";
import { MemoryArea } from "./fakes";

function token(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256", kid: "k" })}.${part(claims)}.signature`;
}

describe("an invitation in the address", () => {
  it("of one person", () => {
    const personal = token({ room_name: "Métiers du web", role: "participant", name: "Zoé", group: false });
    expect(readInvitation(`#t=${personal}`)).toEqual({
      token: personal,
      roomName: "Métiers du web",
      role: "participant",
      name: "Zoé",
      group: false,
    });
  });

  it("of a group", () => {
    expect(readInvitation(`#t=${token({ role: "participant", group: true })}`)).toMatchObject({
      name: null,
      group: true,
    });
  });

  it.each(["", "#", "#t=", "#other=1"])("is missing in %j", (fragment) => {
    expect(readInvitation(fragment)).toBeNull();
  });

  it.each(["nonsense", "a.b.c", "a.bnVsbA.c"])("that cannot be read is left to the server: %s", (text) => {
    expect(readInvitation(`#t=${text}`)).toEqual({
      token: text,
      roomName: null,
      role: null,
      name: null,
      group: false,
    });
  });
});

describe("the seat under a group link", () => {
  it("is the same again in this browser, and another under another link", async () => {
    const area = new MemoryArea();
    const seat = await groupSeat("one", new Store(area));
    expect(seat).toMatch(/^[0-9a-f]{32}$/);
    expect(await groupSeat("one", new Store(area))).toBe(seat);
    expect(await groupSeat("two", new Store(area))).not.toBe(seat);
    expect([...area.items.keys()].join()).not.toContain("one");
  });

  it("is there for this visit when nothing can be kept", async () => {
    expect(await groupSeat("one", new Store(null))).toMatch(/^[0-9a-f]{32}$/);
  });
});
