import { beforeEach, describe, expect, it } from "vitest";
import type { ConnectionState } from "../../src/core/api";
import { Connection, type ConnectionObserver } from "../../src/core/connection";
import { Store, sessionStore } from "../../src/core/store";
import type {
  EarlyOffer,
  SessionPush,
  Slots,
  Snapshot,
  ViewedEvent,
  Welcome,
} from "../../src/generated/protocol";
import { FakeNetwork, type FakeSocket, ManualClock, MemoryArea, settle, snapshot } from "./fakes";

class Recorder implements ConnectionObserver {
  readonly states: ConnectionState[] = [];
  readonly log: string[] = [];
  stateChanged(state: ConnectionState): void {
    this.states.push(state);
  }
  welcomed({ resumed }: Welcome): void {
    this.log.push(resumed ? "resumed" : "welcomed");
  }
  snapshot({ seq }: Snapshot): void {
    this.log.push(`snapshot ${seq}`);
  }
  event(seq: number, _atMs: number, { type }: ViewedEvent): void {
    this.log.push(`${seq} ${type}`);
  }
  pushed({ type }: SessionPush): void {
    this.log.push(type);
  }
  moving(): void {
    this.log.push("moving");
  }
  formerSlots({ audio }: Slots): void {
    this.log.push(`former ${audio.map((slot) => slot?.participant_id)}`);
  }
  formerEnded(): void {
    this.log.push("former ended");
  }
  get state(): ConnectionState | undefined {
    return this.states.at(-1);
  }
}

let clock: ManualClock;
let network: FakeNetwork;
let area: MemoryArea;
let seen: Recorder;
let early: EarlyOffer | null;

function makeConnection(): Connection {
  seen = new Recorder();
  return new Connection(
    {
      openSocket: network.openSocket,
      clock,
      random: () => 0,
      store: sessionStore(new Store(area)),
      client: "test",
      earlyOffer: () => early,
    },
    seen,
  );
}

beforeEach(() => {
  clock = new ManualClock();
  network = new FakeNetwork();
  area = new MemoryArea();
  early = null;
});

async function joined(): Promise<Connection> {
  const connection = makeConnection();
  const open = connection.open({ token: "token" });
  network.last.open().welcome();
  await open;
  return connection;
}

const HAND = { participant_id: "ben", at_ms: 1 };

describe("joining", () => {
  it("says hello, and is joined when the snapshot is here", async () => {
    const connection = makeConnection();
    const open = connection.open({ token: "token", name: "Ada", seat: "seat" });
    expect(seen.state).toEqual({ kind: "connecting" });
    network.last.open();
    expect(network.last.received).toEqual([
      [1, "hello", { token: "token", name: "Ada", seat: "seat", protocol: 1, client: "test" }],
    ]);
    network.last.welcome();
    await open;
    expect(seen.state).toEqual({ kind: "connected" });
    expect(seen.log).toEqual(["welcomed", "snapshot 10"]);
  });

  it("sends the offer with the hello, if there is one by then", async () => {
    const open = makeConnection().open({ token: "token" });
    early = { sdp: new Uint8Array([1, 2]), sources: { "0": "microphone" }, spare: false };
    network.last.open();
    expect(network.last.received).toEqual([
      [1, "hello", { token: "token", protocol: 1, client: "test", offer: early }],
    ]);
    network.last.welcome();
    await open;
  });

  it("says hello without it to a server that does not know such offers", async () => {
    early = { sdp: new Uint8Array([1, 2]), sources: {}, spare: false };
    const open = makeConnection().open({ token: "token" });
    network.last.open().refuse(1, "malformed_frame");
    network.last.lose(4400);
    await clock.advance(1);
    network.last.open();
    expect(network.last.received[0]?.[2]).not.toHaveProperty("offer");
    network.last.welcome();
    await open;
  });

  it("does not take that for a reason where it made no offer", async () => {
    const open = makeConnection().open({ token: "token" });
    network.last.open().refuse(1, "malformed_frame");
    network.last.lose(4400);
    await expect(open).rejects.toMatchObject({ code: "malformed_frame" });
  });

  it.each(["token_invalid", "token_expired", "room_full", "name_needed", "removed", "protocol_unsupported"])(
    "ends when the server refuses with %s",
    async (code) => {
      const connection = makeConnection();
      const open = connection.open({ token: "token" });
      network.last.open().refuse(1, code);
      network.last.lose(4400);
      await expect(open).rejects.toMatchObject({ code });
      expect(seen.state).toEqual({ kind: "ended", code });
      await clock.advance(60_000);
      expect(network.sockets).toHaveLength(1);
    },
  );

  it("knows the reason by the close code when the last frame was lost", async () => {
    const open = makeConnection().open({ token: "token" });
    network.last.open().lose(4402);
    await expect(open).rejects.toMatchObject({ code: "token_expired" });
  });

  it("gives up after four tries that reach nobody, and may be tried again", async () => {
    const connection = makeConnection();
    const failed = expect(connection.open({ token: "token" })).rejects.toMatchObject({ code: "unreachable" });
    for (let attempt = 1; attempt <= 4; attempt++) {
      expect(network.sockets).toHaveLength(attempt);
      network.last.lose();
      await clock.advance(2_000);
    }
    await failed;
    expect(seen.state).toEqual({ kind: "idle" });
    const again = connection.open({ token: "token" });
    network.last.open().welcome();
    await again;
  });

  it("tries again when no welcome comes in time", async () => {
    const connection = makeConnection();
    const open = connection.open({ token: "token" });
    const silent = network.last.open();
    await clock.advance(10_001);
    expect(silent.closed).toBe(true);
    network.last.open().welcome();
    await open;
  });
});

describe("in the lobby", () => {
  const WAITING = { kind: "waiting", sinceMs: 500, reached: true } as const;

  function waiting(): { connection: Connection; open: Promise<void> } {
    const connection = makeConnection();
    const open = connection.open({ token: "token" });
    network.last.open().push("lobby.waiting", { since_at_ms: 500, sent_at_ms: 700 });
    return { connection, open };
  }

  it("waits as long as it takes, answers pings, and is joined when let in", async () => {
    const { connection, open } = waiting();
    expect(seen.state).toEqual(WAITING);
    for (let minute = 0; minute < 60; minute++) {
      network.last.push("ping", { sent_at_ms: minute });
      await clock.advance(20_000);
    }
    expect(network.sockets).toHaveLength(1);
    expect(network.last.received.filter(([, name]) => name === "pong")).toHaveLength(60);
    connection.post("media.view", { tiles: [] });
    expect(network.last.received.filter(([, name]) => name === "media.view")).toEqual([]);
    network.last.welcome();
    await open;
    expect(seen.state).toEqual({ kind: "connected" });
  });

  it("outlasts a server that is away for a minute, and says meanwhile that it is not reached", async () => {
    const { open } = waiting();
    network.last.lose(4503);
    expect(seen.state).toEqual({ ...WAITING, reached: false });
    for (let time = 0; time < 15; time++) {
      await clock.advance(3_000);
      network.last.lose();
    }
    expect(seen.state).toEqual({ ...WAITING, reached: false });
    await clock.advance(3_000);
    network.last.open().push("lobby.waiting", { since_at_ms: 500, sent_at_ms: 700 });
    expect(seen.state).toEqual(WAITING);
    expect(network.last.received.map(([, name]) => name)).toEqual(["hello"]);
    network.last.welcome();
    await open;
  });

  it("does not trust a silent socket after the browser was offline", async () => {
    const { connection } = waiting();
    connection.offline();
    connection.wake();
    await clock.advance(1_000);
    expect(network.sockets).toHaveLength(2);
  });

  it.each(["not_admitted", "room_locked"])("ends with %s", async (code) => {
    const { open } = waiting();
    network.last.refuse(1, code);
    network.last.lose();
    await expect(open).rejects.toMatchObject({ code });
    expect(seen.state).toEqual({ kind: "ended", code });
  });
});

describe("the room's events", () => {
  it("are handed on in order and once", async () => {
    await joined();
    network.last.event(11, "hand.raised", HAND);
    network.last.event(11, "hand.raised", HAND);
    network.last.event(12, "hidden", { evicted: [] });
    expect(seen.log.slice(2)).toEqual(["11 hand.raised", "12 hidden"]);
  });

  it("after a gap wait for a snapshot, whichever comes first", async () => {
    await joined();
    network.last.event(13, "hand.raised", HAND);
    await settle();
    const [request] = network.last.asked("snapshot.get");
    network.last.event(14, "hidden", { evicted: [] });
    network.last.event(15, "hidden", { evicted: [] });
    network.last.ok(request?.[0] ?? 0, { epoch: "epoch-1", snapshot: snapshot({ seq: 14 }) });
    await settle();
    network.last.event(16, "hidden", { evicted: [] });
    expect(seen.log.slice(2)).toEqual(["snapshot 14", "15 hidden", "16 hidden"]);
    expect(network.last.asked("snapshot.get")).toHaveLength(1);
  });
});

describe("a lost connection", () => {
  it("is taken up again at once, by session, epoch and seq", async () => {
    await joined();
    network.last.event(11, "hand.raised", HAND);
    network.last.lose();
    expect(seen.state).toEqual({ kind: "reconnecting", sinceMs: clock.now(), attempt: 1 });
    await clock.advance(0);
    network.last.open();
    const [, , hello] = network.last.received[0] ?? [];
    expect(hello?.["resume"]).toEqual({
      session_id: "session-1",
      secret: "a-secret-of-the-session",
      epoch: "epoch-1",
      seq: 11,
    });
    network.last.welcome({ resumed: true, snapshot: null, seq: 12 });
    network.last.event(12, "hidden", { evicted: [] });
    expect(seen.state).toEqual({ kind: "connected" });
    expect(seen.log.slice(3)).toEqual(["resumed", "12 hidden"]);
  });

  it("asks again for the snapshot that did not come", async () => {
    const connection = await joined();
    connection.refresh();
    await settle();
    expect(network.last.asked("snapshot.get")).toHaveLength(1);
    network.last.lose();
    await clock.advance(0);
    network.last.open();
    network.last.welcome({ resumed: true, snapshot: null, seq: 10 });
    await settle();
    const [request] = network.last.asked("snapshot.get");
    network.last.ok(request?.[0] ?? 0, { epoch: "epoch-1", snapshot: snapshot({ seq: 10 }) });
    await settle();
    expect(seen.log.slice(2)).toEqual(["resumed", "snapshot 10"]);
  });

  it("is tried again with growing pauses, and at once when the network returns", async () => {
    const connection = await joined();
    await clock.advance(20_000);
    network.last.lose();
    const opened: number[] = [];
    const start = clock.now();
    for (let tries = 0; tries < 6; tries++) {
      const before = network.sockets.length;
      while (network.sockets.length === before) await clock.advance(50);
      opened.push(clock.now() - start);
      network.last.lose();
    }
    const pauses = opened.map((at, index) => at - (opened[index - 1] ?? 0));
    expect(pauses.map((pause) => Math.floor(pause / 250) * 250)).toEqual([0, 250, 500, 1_000, 2_000, 3_000]);
    connection.wake();
    expect(network.sockets).toHaveLength(8);
  });

  it("is noticed when nothing is heard for two and a half heartbeats", async () => {
    await joined();
    await clock.advance(20_000);
    network.last.push("ping", { sent_at_ms: 5 });
    expect(network.last.received.at(-1)).toEqual([0, "pong", { sent_at_ms: 5 }]);
    await clock.advance(24_900);
    expect(network.sockets).toHaveLength(1);
    await clock.advance(200);
    expect(network.sockets).toHaveLength(2);
    expect(network.sockets[0]?.closed).toBe(true);
  });

  it("is not waited for when the browser was offline", async () => {
    const connection = await joined();
    connection.wake();
    expect(network.sockets).toHaveLength(1);
    connection.offline();
    connection.wake();
    await clock.advance(0);
    expect(network.sockets).toHaveLength(2);
  });

  it("is believed after less silence when something else says so too", async () => {
    const connection = await joined();
    await clock.advance(11_900);
    connection.wake();
    expect(network.sockets).toHaveLength(1);
    await clock.advance(200);
    connection.wake();
    await clock.advance(0);
    expect(network.sockets).toHaveLength(2);
  });

  it("gives a server that shuts down some time", async () => {
    await joined();
    network.last.refuse(0, "shutting_down");
    network.last.lose(4503);
    await clock.advance(400);
    expect(network.sockets).toHaveLength(1);
    await clock.advance(200);
    expect(network.sockets).toHaveLength(2);
  });

  it.each(["replaced", "removed"])("is not taken up again after %s", async (code) => {
    const connection = await joined();
    network.last.refuse(0, code);
    network.last.lose(4409);
    expect(seen.state).toEqual({ kind: "ended", code });
    connection.wake();
    await clock.advance(60_000);
    expect(network.sockets).toHaveLength(1);
    expect(area.items.size).toBe(0);
  });

  it("does not listen to a socket that it has given up", async () => {
    await joined();
    const old = network.last;
    old.lose();
    await clock.advance(0);
    old.event(11, "hand.raised", HAND);
    old.lose();
    expect(seen.log).not.toContain("11 hand.raised");
    expect(network.sockets).toHaveLength(2);
  });

  it("ends the waiting of whoever asked for a snapshot, and asks anew", async () => {
    await joined();
    network.last.event(20, "hidden", { evicted: [] });
    await settle();
    network.last.lose();
    await clock.advance(0);
    network.last.open().welcome({ resumed: true, snapshot: snapshot({ seq: 20 }) });
    expect(seen.log.at(-1)).toBe("snapshot 20");
    network.last.event(21, "hidden", { evicted: [] });
    expect(seen.log.at(-1)).toBe("21 hidden");
  });
});

describe("requests", () => {
  it("resolve with their own reply, in whatever order replies come", async () => {
    const connection = await joined();
    const first = connection.request("hand.raise", {});
    const second = connection.request("hand.lower", {});
    expect(network.last.received.slice(1)).toEqual([
      [2, "hand.raise", {}],
      [3, "hand.lower", {}],
    ]);
    network.last.refuse(3, "hand_not_raised");
    network.last.ok(2, { seq: 11 });
    expect(await first).toEqual({ seq: 11 });
    await expect(second).rejects.toMatchObject({ code: "hand_not_raised" });
  });

  it("that were not answered are repeated with the same ref after resuming, before newer ones", async () => {
    const connection = await joined();
    const raised = connection.request("hand.raise", {});
    network.last.lose();
    const posted = connection.request("chat.post", { channel: "room", text: "hello" });
    await clock.advance(0);
    network.last.open().welcome({ resumed: true, snapshot: null });
    expect(network.last.received.slice(1)).toEqual([
      [2, "hand.raise", {}],
      [3, "chat.post", { channel: "room", text: "hello" }],
    ]);
    network.last.ok(2, { seq: 11 });
    network.last.ok(3, { seq: 12 });
    expect([await raised, await posted]).toEqual([{ seq: 11 }, { seq: 12 }]);
  });

  it("whose fate is unknown in a new session are given up, those never sent are sent", async () => {
    const connection = await joined();
    const raised = connection.request("hand.raise", {});
    network.last.lose();
    const posted = connection.request("chat.post", { channel: "room", text: "hello" });
    await clock.advance(0);
    network.last.open().welcome({ session_id: "session-2" });
    await expect(raised).rejects.toMatchObject({ code: "connection_lost" });
    expect(network.last.received.slice(1)).toEqual([[3, "chat.post", { channel: "room", text: "hello" }]]);
    network.last.ok(3, { seq: 12 });
    await posted;
  });

  it("time out when the connection is up and no reply comes, but not while it is down", async () => {
    const connection = await joined();
    const raised = connection.request("hand.raise", {});
    raised.catch(() => {});
    network.last.lose();
    await clock.advance(60_000);
    connection.wake();
    network.last.open().welcome({ resumed: true, snapshot: null });
    expect(network.last.asked("hand.raise")).toHaveLength(1);
    await clock.advance(15_001);
    await expect(raised).rejects.toMatchObject({ code: "timeout" });
  });

  it("fail with the code that ends the session", async () => {
    const connection = await joined();
    const raised = connection.request("hand.raise", {});
    network.last.refuse(0, "replaced");
    network.last.lose(4409);
    await expect(raised).rejects.toMatchObject({ code: "replaced" });
    await expect(connection.request("hand.raise", {})).rejects.toMatchObject({ code: "not_connected" });
  });

  it("are bounded", async () => {
    const connection = await joined();
    for (let count = 0; count < 48; count++) void connection.request("hand.raise", {}).catch(() => {});
    await expect(connection.request("hand.raise", {})).rejects.toMatchObject({ code: "too_many_requests" });
  });
});

describe("a reloaded page", () => {
  it("resumes the session, asks for the room, and counts its requests on", async () => {
    const before = await joined();
    before.request("hand.raise", {}).catch(() => {});
    network.last.event(11, "hand.raised", HAND);

    const connection = makeConnection();
    const open = connection.open({ token: "token" });
    network.last.open();
    expect(network.last.received[0]?.[2]?.["resume"]).toMatchObject({ session_id: "session-1", seq: 11 });
    network.last.welcome({ resumed: true, snapshot: null, seq: 12 });
    network.last.event(12, "hidden", { evicted: [] });
    await settle();
    expect(network.last.asked("snapshot.get")).toEqual([[3, "snapshot.get", {}]]);
    network.last.ok(3, { epoch: "epoch-1", snapshot: snapshot({ seq: 12 }) });
    await open;
    expect(seen.log).toEqual(["resumed", "snapshot 12"]);
  });

  it("with another invitation starts anew", async () => {
    await joined();
    void makeConnection().open({ token: "another" });
    network.last.open();
    expect(network.last.received[0]?.[2]).not.toHaveProperty("resume");
  });
});

it("posts without a reply only while joined", async () => {
  const connection = await joined();
  connection.post("media.view", { tiles: [] });
  network.last.lose();
  connection.post("media.view", { tiles: [] });
  expect(network.sockets[0]?.asked("media.view")).toEqual([[0, "media.view", { tiles: [] }]]);
});

describe("what was written when the page is reloaded", () => {
  const post = (text: string) => ({ channel: "room" as const, text });

  it("is sent again with the same ref, so that it happens once", async () => {
    const before = await joined();
    before.request("chat.post", post("on its way")).catch(() => {});
    network.last.lose();
    before.request("chat.post", post("written offline")).catch(() => {});
    before.request("hand.raise", {}).catch(() => {});
    const refs = network.sockets.flatMap((socket) => socket.asked("chat.post")).map(([ref]) => ref);

    const reloaded = makeConnection();
    const open = reloaded.open({ token: "token" });
    network.last.open().welcome({ resumed: true });
    await open;
    await settle();
    const again = network.last.asked("chat.post");
    expect(again.map(([, , payload]) => (payload as { text: string }).text)).toEqual([
      "on its way",
      "written offline",
    ]);
    expect(again[0]?.[0]).toBe(refs[0]);
    expect(network.last.asked("hand.raise"), "what nobody wrote is asked anew by whoever wants it").toEqual(
      [],
    );
    reloaded.request("hand.raise", {}).catch(() => {});
    const [raise] = network.last.asked("hand.raise");
    expect(raise?.[0]).toBeGreaterThan(again[1]?.[0] as number);
  });

  it("is forgotten when it was answered", async () => {
    const before = await joined();
    const reply = before.request("chat.post", post("taken"));
    const [asked] = network.last.asked("chat.post");
    network.last.ok(asked?.[0] as number, { seq: 11 });
    await reply;
    network.last.event(11, "hidden", { evicted: [] });

    const open = makeConnection().open({ token: "token" });
    network.last.open().welcome({ resumed: true });
    await open;
    await settle();
    expect(network.last.asked("chat.post")).toEqual([]);
  });
});

describe("a planned move", () => {
  const MOVES = { audio_slots: 4, video_slots: 16, ice_servers: [], handover: true };
  const slots = (who: string) => ({
    audio: [{ participant_id: who, kind: "microphone", layer: null, paused: null }],
    video: [],
  });

  async function moved(): Promise<{ connection: Connection; old: FakeSocket }> {
    const connection = makeConnection();
    const open = connection.open({ token: "token" });
    network.last.open().welcome({ media: MOVES });
    await open;
    const old = network.last;
    expect(old.asked("media.handover")).toEqual([[0, "media.handover", {}]]);
    seen.log.length = 0;
    old.push("room.moved", { media_ms: 10_000 });
    await clock.advance(0);
    return { connection, old };
  }

  it("opens another socket at once, and keeps the old one for the slots of its media", async () => {
    const { connection, old } = await moved();
    expect(network.sockets).toHaveLength(2);
    expect(old.closed).toBe(false);
    old.push("media.slots", slots("ben"));
    old.push("ping", { sent_at_ms: 7 });
    expect(old.asked("pong")).toEqual([[0, "pong", { sent_at_ms: 7 }]]);
    old.event(11, "hand.raised", HAND);
    network.last.open().welcome({ epoch: "epoch-2", resumed: true, media: MOVES });
    await settle();
    expect(seen.state).toEqual({ kind: "connected" });
    connection.former.arrived();
    expect(old.asked("media.handover").at(-1)).toEqual([0, "media.handover", { arrived: true }]);
    old.refuse(0, "moved");
    old.lose(4508);
    expect(seen.log).toEqual([
      "moving",
      "room.moved",
      "former ben",
      "resumed",
      "snapshot 10",
      "former ended",
    ]);
    expect(network.sockets).toHaveLength(2);
  });

  it("repeats at the new node what the old one did not answer", async () => {
    const connection = makeConnection();
    const open = connection.open({ token: "token" });
    network.last.open().welcome({ media: MOVES });
    await open;
    const raising = connection.request("hand.raise", {});
    network.last.push("room.moved", { media_ms: 10_000 });
    await clock.advance(0);
    network.last.open().welcome({ epoch: "epoch-2", resumed: true, media: MOVES });
    const [[ref] = [0]] = network.last.asked("hand.raise");
    network.last.ok(ref, { seq: 11 });
    await expect(raising).resolves.toEqual({ seq: 11 });
  });

  it("lets go of the old socket when its time is over, and when the session ends", async () => {
    const { old } = await moved();
    await clock.advance(10_000);
    expect(old.closed).toBe(true);
    expect(seen.log.at(-1)).toBe("former ended");
    const again = await moved();
    again.connection.close();
    expect(again.old.closed).toBe(true);
  });
});
