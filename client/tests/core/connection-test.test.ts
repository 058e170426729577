import { beforeEach, describe, expect, it } from "vitest";
import type { ConnectionTest } from "../../src/core/api";
import { ConnectionTester, type TestAnswer } from "../../src/core/connection-test";
import { selectedPath } from "../../src/core/media/way";
import { FakePeerConnection } from "./fake-media";
import { ManualClock, settle } from "./fakes";

const SERVERS = [{ urls: ["turn:turn.example"], username: "1:p", credential: "c" }];

/** What a browser reports of the pair in use, and of one that is not. */
function report(local: object, round_trip_s?: number): [string, object][] {
  return [
    ["t", { id: "t", type: "transport", selectedCandidatePairId: "used" }],
    ["other", { id: "other", type: "candidate-pair", localCandidateId: "l2", currentRoundTripTime: 9 }],
    [
      "used",
      { id: "used", type: "candidate-pair", localCandidateId: "l1", currentRoundTripTime: round_trip_s },
    ],
    ["l1", { id: "l1", type: "local-candidate", ...local }],
    ["l2", { id: "l2", type: "local-candidate", candidateType: "host", protocol: "udp" }],
  ];
}

const UDP = { candidateType: "prflx", protocol: "udp" };
const TLS = { candidateType: "relay", protocol: "udp", relayProtocol: "tls" };

class Connection extends FakePeerConnection {
  stats: [string, object][] = [];

  override async getStats(): Promise<Map<string, object>> {
    return new Map(this.stats);
  }
}

let clock: ManualClock;
let connections: Connection[];
let asked: { sdp: string; answer: (answer: TestAnswer) => void; refuse: () => void }[];
let tester: ConnectionTester;

beforeEach(() => {
  clock = new ManualClock();
  connections = [];
  asked = [];
  tester = new ConnectionTester({
    clock,
    createPeerConnection: (configuration) => {
      const connection = new Connection(configuration);
      connections.push(connection);
      return connection as unknown as RTCPeerConnection;
    },
    ask: (sdp) =>
      new Promise((answer, reject) => asked.push({ sdp, answer, refuse: () => reject(new Error("503")) })),
  });
});

const result = (): ConnectionTest | null => tester.result.value;
const pc = (): Connection => connections.at(-1) as Connection;

async function answered(): Promise<void> {
  tester.run();
  await settle();
  asked.at(-1)?.answer({ sdp: "answer", ice_servers: SERVERS });
  await settle();
}

describe("the connection test", () => {
  it("offers one m-line, and knows the TURN servers before it gathers", async () => {
    expect(result()).toBeNull();
    await answered();
    expect(asked[0]?.sdp).toBe("offer 1 of 1");
    expect(pc().transceivers[0]).toMatchObject({ kind: "audio", init: { direction: "recvonly" } });
    expect(pc().configuration).toMatchObject({ iceServers: SERVERS });
    expect(pc().remoteDescription).toEqual({ type: "answer", sdp: "answer" });
    expect(result()).toEqual({ kind: "running" });
  });

  it("is done at once where UDP works", async () => {
    await answered();
    pc().stats = report(UDP, 0.0234);
    pc().connectionState = "connected";
    await clock.advance(100);
    expect(result()).toEqual({ kind: "done", way: "udp", roundTripMs: 23 });
    expect(pc().connectionState).toBe("closed");
  });

  it("waits a moment for a better way than the first that works", async () => {
    await answered();
    pc().stats = report(TLS, 0.2);
    pc().connectionState = "connected";
    await clock.advance(1_000);
    expect(result()).toEqual({ kind: "running" });
    pc().stats = report(UDP);
    await clock.advance(100);
    expect(result()).toEqual({ kind: "done", way: "udp", roundTripMs: null });
  });

  it("tells the second best where there is nothing better", async () => {
    await answered();
    await clock.advance(5_000);
    pc().stats = report(TLS, 0.2);
    pc().connectionState = "connected";
    await clock.advance(1_700);
    expect(result()).toEqual({ kind: "done", way: "turn_tls", roundTripMs: 200 });
  });

  it.each(["failed", "connecting"] as const)("says that nothing gets through: %s", async (state) => {
    await answered();
    pc().connectionState = state;
    await clock.advance(state === "failed" ? 100 : 11_900);
    if (state === "connecting") expect(result()).toEqual({ kind: "running" });
    await clock.advance(200);
    expect(result()).toEqual({ kind: "done", way: "none", roundTripMs: null });
    expect(pc().connectionState).toBe("closed");
  });

  it("blames nobody's network when the server does not take part", async () => {
    tester.run();
    await settle();
    asked[0]?.refuse();
    await settle();
    expect(result()).toEqual({ kind: "unavailable" });
    expect(pc().connectionState).toBe("closed");
  });

  it("starts over, and what the first one finds does not count", async () => {
    await answered();
    const first = pc();
    first.stats = report(UDP);
    await answered();
    expect(first.connectionState).toBe("closed");
    first.connectionState = "connected";
    await clock.advance(1_000);
    expect(result()).toEqual({ kind: "running" });
    expect(connections).toHaveLength(2);
  });

  it("stops for the real connection, and keeps what it found", async () => {
    await answered();
    tester.stop();
    expect(result()).toBeNull();
    expect(pc().connectionState).toBe("closed");
    await answered();
    pc().stats = report(UDP, 0.01);
    pc().connectionState = "connected";
    await clock.advance(100);
    tester.stop();
    expect(result()).toMatchObject({ kind: "done" });
  });
});

describe("the way that is taken", () => {
  const way = (entries: [string, object][]) => selectedPath(entries.map(([, stats]) => ({ ...stats })))?.way;

  it.each([
    [{ candidateType: "host", protocol: "udp" }, "udp"],
    [{ candidateType: "prflx", protocol: "tcp" }, "tcp"],
    [{ candidateType: "relay", protocol: "udp", relayProtocol: "udp" }, "turn_udp"],
    [{ candidateType: "relay", protocol: "udp", relayProtocol: "tcp" }, "turn_tcp"],
    [{ candidateType: "relay", protocol: "udp", relayProtocol: "tls" }, "turn_tls"],
    [{ candidateType: "relay", protocol: "udp" }, "turn_udp"],
  ])("%o: %s", (local, expected) => {
    expect(way(report(local))).toBe(expected);
  });

  it("is found in Firefox's words too, and not invented", () => {
    expect(
      way([
        ["p", { id: "p", type: "candidate-pair", selected: true, localCandidateId: "l" }],
        ["l", { id: "l", type: "local-candidate", candidateType: "host", protocol: "tcp" }],
      ]),
    ).toBe("tcp");
    expect(way([])).toBeUndefined();
  });
});
