import { beforeEach, describe, expect, it, vi } from "vitest";
import type { MediaConnection } from "../../../src/core/api";
import { MediaEngine } from "../../../src/core/media/engine";
import { pack, unpack } from "../../../src/core/media/packing";
import type { EarlyOffer } from "../../../src/generated/protocol";
import { FakePeerConnection, FakeStream, FakeTrack } from "../fake-media";
import { ManualClock, settle } from "../fakes";

type Offered = {
  sdp: string;
  sources: Record<string, string>;
  answer: (sdp?: string) => Promise<void>;
  fail: () => Promise<void>;
};

const SLOTS = { audio: 4, video: 16 };

let clock: ManualClock;
let connections: FakePeerConnection[];
let offers: Offered[];
let states: MediaConnection[];
let streams: number;
let arrivals: number;
let asked: number;
let engine: MediaEngine;

beforeEach(() => {
  vi.stubGlobal("MediaStream", FakeStream);
  clock = new ManualClock();
  connections = [];
  offers = [];
  states = [];
  streams = 0;
  arrivals = 0;
  asked = 0;
  engine = new MediaEngine(
    {
      clock,
      random: () => 0,
      createPeerConnection: (configuration) => {
        const connection = new FakePeerConnection(configuration);
        connections.push(connection);
        return connection as unknown as RTCPeerConnection;
      },
      negotiate: (sdp, sources) =>
        new Promise((resolve, reject) => {
          offers.push({
            sdp,
            sources,
            answer: (sdp = "answer") => {
              resolve(sdp);
              return settle();
            },
            fail: () => {
              reject(new Error("connection_lost"));
              return settle();
            },
          });
        }),
      freshIceServers: async () => {
        asked += 1;
        return [turn(`fresh-${asked}`)];
      },
    },
    {
      stateChanged: (state) => states.push(state),
      streamsChanged: () => {
        streams += 1;
      },
      arrived: () => {
        arrivals += 1;
      },
    },
  );
});

const turn = (username: string) => ({ urls: ["turn:turn.example:3478"], username, credential: "c" });
const last = (): FakePeerConnection => connections.at(-1) as FakePeerConnection;
/** The one in use: a spare has offered nothing yet. */
const pc = (): FakePeerConnection =>
  connections.filter((one) => one.signalingState !== "stable" || one.remoteDescription).at(-1) ?? last();
const state = () => states.at(-1);

async function connected(): Promise<void> {
  engine.start(SLOTS, []);
  await settle();
  await offers.at(-1)?.answer();
  pc().become("connected");
}

describe("joining", () => {
  it("uses what was prepared before", async () => {
    engine.prewarm();
    await settle();
    expect(pc().offers).toHaveLength(1);
    expect(states).toEqual([]);
    await connected();
    expect(connections).toHaveLength(1);
    expect(pc().offers).toHaveLength(1);
    expect(states).toEqual(["connecting", "connected"]);
  });

  it("offers four sources and the slots that the server has", async () => {
    engine.prewarm();
    engine.start({ audio: 6, video: 20 }, []);
    await settle();
    expect(offers[0]?.sources).toEqual({
      "0": "microphone",
      "1": "camera",
      "2": "screen",
      "3": "screen_audio",
    });
    expect(pc().transceivers.map(({ kind, init }) => `${init.direction} ${kind}`)).toEqual([
      "sendonly audio",
      "sendonly video",
      "sendonly video",
      "sendonly audio",
      ...Array(4).fill("recvonly audio"),
      ...Array(16).fill("recvonly video"),
      ...Array(2).fill("recvonly audio"),
      ...Array(4).fill("recvonly video"),
    ]);
    expect(pc().transceivers[1]?.init.sendEncodings).toHaveLength(3);
    expect(engine.slotNames.get("4")).toBe("a0");
    expect(engine.slotNames.get("8")).toBe("v0");
    expect(engine.slotNames.get("24")).toBe("a4");
  });

  it("knows the TURN servers before it gathers", async () => {
    const iceServers = [turn("ada")];
    engine.start(SLOTS, iceServers);
    await settle();
    expect(pc().configuration).toMatchObject({ bundlePolicy: "max-bundle", iceServers });
    expect(asked).toBe(0);
  });
});

describe("an early offer", () => {
  const MIDS = ["a", "b", "c", "d", "e"].map((mid) => `a=mid:${mid}\r\n`).join("");
  const ready = () => vi.waitFor(() => expect(engine.earlyOffer).not.toBeNull(), 30_000);

  it("is there before joining, and not applied until it is answered", async () => {
    const offer = vi.spyOn(FakePeerConnection.prototype, "createOffer");
    offer.mockImplementation(async () => ({ type: "offer", sdp: MIDS }));
    engine.prewarm();
    expect(engine.earlyOffer).toBeNull();
    await ready();
    const { sdp, ...rest } = engine.earlyOffer as EarlyOffer;
    expect(await unpack(sdp)).toBe(MIDS);
    expect(rest).toEqual({
      sources: { a: "microphone", b: "camera", c: "screen", d: "screen_audio" },
      spare: false,
    });
    expect(pc().signalingState).toBe("stable");
    engine.start(SLOTS, [turn("first")], await pack("answer"));
    await vi.waitFor(() => expect(pc().remoteDescription?.sdp).toBe("answer"), 30_000);
    expect(offer).toHaveBeenCalledTimes(1);
    expect(offers).toEqual([]);
    expect(pc().configuration.iceServers).toEqual([turn("first")]);
    expect(engine.earlyOffer).toBeNull();
    pc().become("connected");
    expect(states).toEqual(["connecting", "connected"]);
    offer.mockRestore();
  });

  it("is made again in the usual way when the welcome has no answer", async () => {
    engine.prewarm();
    await ready();
    engine.start(SLOTS, []);
    await settle();
    expect(connections).toHaveLength(1);
    expect(offers).toHaveLength(1);
    expect(engine.earlyOffer).toBeNull();
  });

  it("is followed by another one where the server has more slots", async () => {
    engine.prewarm();
    await ready();
    const before = streams;
    engine.start({ audio: 4, video: 20 }, [], await pack("answer"));
    await vi.waitFor(() => expect(offers).toHaveLength(1), 30_000);
    expect(pc().transceivers).toHaveLength(28);
    expect(streams).toBe(before + 1);
  });

  it("is of a spare connection while there is one that may be alive, which goes on when nothing is answered", async () => {
    await connected();
    engine.suspend();
    await ready();
    expect(engine.earlyOffer?.spare).toBe(true);
    expect(connections).toHaveLength(2);
    engine.resume();
    expect(connections[0]?.connectionState).toBe("connected");
    engine.suspend();
    expect(connections, "kept for the next time").toHaveLength(2);
  });

  it("brings the spare into use where the media are gone", async () => {
    await connected();
    engine.publish("microphone", new FakeTrack("audio") as unknown as MediaStreamTrack);
    engine.suspend();
    await ready();
    engine.start(SLOTS, [], await pack("answer"));
    expect(connections[0]?.connectionState).toBe("closed");
    await vi.waitFor(() => expect(last().remoteDescription?.sdp).toBe("answer"), 30_000);
    expect(pc().sent[0]).toBeInstanceOf(FakeTrack);
    expect(offers).toHaveLength(1);
    pc().become("connected");
    expect(state()).toBe("connected");
  });

  it("goes with the engine", async () => {
    await connected();
    engine.suspend();
    await ready();
    engine.stop();
    expect(connections.map(({ connectionState }) => connectionState)).toEqual(["closed", "closed"]);
    expect(engine.earlyOffer).toBeNull();
  });
});

describe("publishing", () => {
  it("replaces tracks without negotiating, and carries them over to a new connection", async () => {
    const microphone = new FakeTrack("audio");
    const camera = new FakeTrack("video");
    engine.publish("microphone", microphone as unknown as MediaStreamTrack);
    await connected();
    engine.publish("camera", camera as unknown as MediaStreamTrack);
    engine.publish("microphone", null);
    await settle();
    expect(pc().sent).toEqual([null, camera, null, null]);
    expect(offers).toHaveLength(1);

    engine.start(SLOTS, []);
    await settle();
    expect(connections).toHaveLength(2);
    expect(connections[0]?.connectionState).toBe("closed");
    expect(pc().sent).toEqual([null, camera, null, null]);
    expect(streams).toBe(2);
  });
});

describe("a path that is lost", () => {
  beforeEach(connected);

  it("is mended by an ICE restart on the same connection", async () => {
    pc().become("disconnected");
    await settle();
    expect(state()).toBe("interrupted");
    expect(pc().offers.at(-1)).toEqual({ iceRestart: true });
    await offers.at(-1)?.answer();
    pc().become("connected");
    expect(state()).toBe("connected");
    await clock.advance(60_000);
    expect(connections).toHaveLength(1);
    expect(offers).toHaveLength(2);
  });

  it("is given a new connection after two restarts that did not help", async () => {
    pc().become("disconnected");
    await settle();
    await offers.at(-1)?.answer();
    await clock.advance(6_001);
    await offers.at(-1)?.answer();
    expect(offers).toHaveLength(3);
    await clock.advance(6_001);
    expect(connections).toHaveLength(2);
    await offers.at(-1)?.answer();
    pc().become("connected");
    expect(state()).toBe("connected");
  });

  it("is called failed after connections that never came up, and still tried", async () => {
    pc().become("failed");
    for (let seconds = 0; seconds < 60 && state() !== "failed"; seconds++) {
      await offers.at(-1)?.answer();
      await clock.advance(1_000);
    }
    expect(state()).toBe("failed");
    const tried = connections.length;
    for (let seconds = 0; seconds < 60; seconds++) {
      await offers.at(-1)?.answer();
      await clock.advance(1_000);
    }
    expect(connections.length).toBeGreaterThan(tried + 1);
    await offers.at(-1)?.answer();
    pc().become("connected");
    expect(state()).toBe("connected");
  });

  it("is mended, and later replaced, with fresh credentials for the TURN servers", async () => {
    engine.start(SLOTS, [turn("ada")]);
    await settle();
    await offers.at(-1)?.answer();
    pc().become("connected");
    pc().become("disconnected");
    await settle();
    expect(pc().configuration).toMatchObject({ iceServers: [turn("fresh-1")] });
    expect(pc().offers.at(-1)).toEqual({ iceRestart: true });
    await offers.at(-1)?.answer();
    await clock.advance(6_001);
    await offers.at(-1)?.answer();
    const before = connections.length;
    await clock.advance(6_001);
    expect(connections).toHaveLength(before + 1);
    expect(pc().configuration).toMatchObject({ iceServers: [turn("fresh-3")] });
  });

  it("asks for no servers where there are none", async () => {
    pc().become("disconnected");
    await settle();
    expect(offers).toHaveLength(2);
    expect(asked).toBe(0);
  });

  it("waits for signaling when that is away too", async () => {
    engine.suspend();
    pc().become("disconnected");
    await clock.advance(30_000);
    expect(offers).toHaveLength(1);
    engine.resume();
    await settle();
    expect(pc().offers.at(-1)).toEqual({ iceRestart: true });
  });

  it("is tried again when the offer was lost with the signaling", async () => {
    pc().become("disconnected");
    await settle();
    engine.suspend();
    await offers.at(-1)?.fail();
    engine.resume();
    await settle();
    expect(offers).toHaveLength(3);
    await offers.at(-1)?.answer();
    pc().become("connected");
    expect(state()).toBe("connected");
  });

  it("is doubted after a resumed session when nothing arrives, and only then", async () => {
    engine.suspend();
    pc().bytesReceived = 100;
    engine.resume();
    await settle();
    pc().bytesReceived = 200;
    await clock.advance(2_000);
    expect(offers).toHaveLength(1);
    engine.suspend();
    engine.resume();
    await clock.advance(2_000);
    expect(offers).toHaveLength(2);
    expect(state()).toBe("connected");
  });
});

it("stops for good", async () => {
  await connected();
  const last = pc();
  engine.stop();
  expect(last.connectionState).toBe("closed");
  expect(state()).toBe("idle");
  await clock.advance(60_000);
  expect(connections).toHaveLength(1);
});

it("tries again when the server has no answer yet", async () => {
  engine.start(SLOTS, []);
  await settle();
  await offers[0]?.fail();
  await clock.advance(1_001);
  expect(connections).toHaveLength(2);
  await offers.at(-1)?.answer();
  pc().become("connected");
  expect(state()).toBe("connected");
});

describe("a path that falls silent, or moves", () => {
  it("is said to be interrupted and restarted before the browser has noticed, and is sound when something comes", async () => {
    await connected();
    engine.heard(false);
    await settle();
    expect(state()).toBe("interrupted");
    expect(pc().offers.at(-1)).toEqual({ iceRestart: true });
    await offers.at(-1)?.answer();
    engine.heard(true);
    expect(state()).toBe("connected");
    await clock.advance(60_000);
    expect(offers).toHaveLength(2);
    expect(connections).toHaveLength(1);
  });

  it("is given up for a new connection when restarts bring nothing, though the browser calls it connected", async () => {
    await connected();
    engine.heard(false);
    for (let restart = 0; restart < 2; restart++) {
      await settle();
      await offers.at(-1)?.answer();
      await clock.advance(6_000);
    }
    await clock.advance(0);
    expect(connections).toHaveLength(2);
    expect(offers).toHaveLength(4);
  });

  it("is restarted with the next session where there is no way to ask now", async () => {
    await connected();
    engine.suspend();
    engine.restart();
    await settle();
    expect(offers).toHaveLength(1);
    engine.resume();
    await settle();
    expect(offers).toHaveLength(2);
    expect(pc().offers.at(-1)).toEqual({ iceRestart: true });
  });

  it("leads to a new connection at once where the server has forgotten the old one", async () => {
    const origin = (id: number) => `v=0\r\no=- ${id} 1 IN IP4 127.0.0.1\r\n`;
    engine.start(SLOTS, []);
    await settle();
    await offers.at(-1)?.answer(origin(7));
    pc().become("connected");
    engine.restart();
    await settle();
    await offers.at(-1)?.answer(origin(7));
    expect(connections).toHaveLength(1);
    engine.restart();
    await settle();
    await offers.at(-1)?.answer(origin(8));
    expect(connections).toHaveLength(2);
    expect(connections[0]?.connectionState).toBe("closed");
    expect(pc().offers).toEqual([{}]);
    await offers.at(-1)?.answer(origin(9));
    pc().become("connected");
    expect(state()).toBe("connected");
  });
});

it("limits what is sent, by this connection and those made later", async () => {
  await connected();
  const active = () => pc().transceivers[1]?.parameters.encodings.map((one) => one.active);
  engine.limit({ wanted: { camera: ["l"] }, ceiling: "h", frugal: false });
  await settle();
  expect(active()).toEqual([false, false, true]);
  engine.start(SLOTS, []);
  await settle();
  expect(connections).toHaveLength(2);
  expect(active()).toEqual([false, false, true]);
});

describe("a planned move", () => {
  it("sends on the old and the new connection until the old one is ended", async () => {
    const microphone = new FakeTrack("audio") as unknown as MediaStreamTrack;
    engine.publish("microphone", microphone);
    await connected();
    const old = pc();
    engine.keepFormer();
    engine.suspend();
    await connected();
    expect(pc()).not.toBe(old);
    expect(old.connectionState).toBe("connected");
    expect(old.sent[0]).toBe(microphone);
    expect(pc().sent[0]).toBe(microphone);
    expect(states).toEqual(["connecting", "connected"]);
    expect(arrivals).toBe(1);
    engine.publish("microphone", null);
    await settle();
    expect([old.sent[0], pc().sent[0]]).toEqual([null, null]);
    engine.endFormer();
    expect(old.connectionState).toBe("closed");
    expect(pc().connectionState).toBe("connected");
    expect(state()).toBe("connected");
  });

  it("says so when the old connection ends before the new one is there", async () => {
    await connected();
    engine.keepFormer();
    engine.start(SLOTS, []);
    await settle();
    engine.endFormer();
    expect(state()).toBe("interrupted");
    await offers.at(-1)?.answer();
    pc().become("connected");
    expect(state()).toBe("connected");
    expect(arrivals).toBe(0);
  });

  it("makes a new connection also where the old one was ended before the new session", async () => {
    await connected();
    const old = pc();
    engine.keepFormer();
    engine.endFormer();
    await connected();
    expect(pc()).not.toBe(old);
    expect(old.connectionState).toBe("closed");
  });
});
