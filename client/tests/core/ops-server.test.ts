import { expect, it, vi } from "vitest";
import { takeToken } from "../../src/ops/access";
import { personAddress, readRoute, roomAddress } from "../../src/ops/route";
import { HttpOpsServer, OpsError } from "../../src/ops/server";

const NOW = Date.parse("2026-11-22T09:00:00Z");

function server(...replies: (Response | Error)[]) {
  const request = vi.fn<typeof fetch>(() => {
    const reply = replies.shift();
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply ?? new Response("{}"));
  });
  return { ops: new HttpOpsServer("secret", request, () => NOW), request };
}

const headersOf = (call: Parameters<typeof fetch> | undefined) => new Headers(call?.[1]?.headers);

it("says the token in a header, and takes what has not changed from what it has", async () => {
  const headers = { ETag: '"a"', Date: "Sun, 22 Nov 2026 09:00:10 GMT" };
  const { ops, request } = server(new Response('{"n":1}', { headers }), new Response(null, { status: 304 }));
  expect(await ops.read("overview")).toEqual({ n: 1 });
  expect(await ops.read("overview")).toEqual({ n: 1 });
  expect(headersOf(request.mock.calls[0]).get("Authorization")).toBe("Bearer secret");
  expect(headersOf(request.mock.calls[0]).has("If-None-Match")).toBe(false);
  expect(headersOf(request.mock.calls[1]).get("If-None-Match")).toBe('"a"');
  expect(ops.clockOffsetMs).toBe(10_500);
});

it.each([
  [new Response('{"error":"room_not_found"}', { status: 404 }), "room_not_found"],
  [new Response("<html>", { status: 502 }), "unreachable"],
  [new Response("?", { status: 418 }), "http_418"],
  [new Response("{}", { status: 403 }), "http_403"],
  [new TypeError("network"), "unreachable"],
])("tells in a code what went wrong: %s", async (reply, code) => {
  await expect(server(reply).ops.read("overview")).rejects.toEqual(new OpsError(code));
});

it("does what is asked for", async () => {
  const { ops, request } = server(new Response('{"reached":2}'));
  const action = { action: "message_trainer", room_id: "r", text: "Hello" } as const;
  expect(await ops.act(action)).toEqual({ reached: 2 });
  expect(JSON.parse(String(request.mock.calls[0]?.[1]?.body))).toEqual(action);
});

it.each([
  ["", { page: "overview" }],
  ["#/room/", { page: "overview" }],
  ["#/room/%", { page: "overview" }],
  ["#/room/a/people", { page: "room", roomId: "a" }],
  [roomAddress("a/b é"), { page: "room", roomId: "a/b é" }],
  [personAddress("a/b", "p#1"), { page: "person", roomId: "a/b", personId: "p#1" }],
])("the address %s leads to a page", (fragment, route) => {
  expect(readRoute(fragment)).toEqual(route);
});

it("takes the token out of the address and keeps it for the tab", () => {
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  const replaceState = vi.fn();
  const history = { replaceState } as unknown as History;
  const at = (hash: string) => ({ hash, pathname: "/ops", search: "?lang=fr" }) as Location;
  expect(takeToken(at("#/"), history)).toBeNull();
  expect(takeToken(at("#t=a.b.c"), history)).toBe("a.b.c");
  expect(replaceState).toHaveBeenCalledWith(null, "", "/ops?lang=fr#/");
  expect(takeToken(at("#/room/r"), history)).toBe("a.b.c");
});
