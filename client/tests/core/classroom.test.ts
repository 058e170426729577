import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Classroom } from "../../src/core/api";
import { createClassroom } from "../../src/core/classroom";
import { LevelMeter } from "../../src/core/local/level";
import { Store, sessionStore } from "../../src/core/store";
import type { Published } from "../../src/generated/protocol";
import { FakeMediaDevices, FakePeerConnection, FakeStream } from "./fake-media";
import { FakeNetwork, FLAGS_OFF, ManualClock, MemoryArea, participant, settle, snapshot } from "./fakes";

const claims = { room_name: "Web", role: "participant", name: "Ada", group: false };
const TOKEN = `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;

let clock: ManualClock;
let network: FakeNetwork;
let machine: FakeMediaDevices;
let connections: FakePeerConnection[];
let played: string[];
let classroom: Classroom;

beforeEach(async () => {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal(
    "RTCPeerConnection",
    class {
      addTransceiver(): void {}
    },
  );
  vi.stubGlobal("WebSocket", class {});
  vi.stubGlobal("MediaStream", FakeStream);
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
  clock = new ManualClock();
  network = new FakeNetwork();
  machine = new FakeMediaDevices();
  connections = [];
  played = [];
  classroom = createClassroom({
    location: { hash: `#t=${TOKEN}`, search: "" } as Location,
    ports: {
      clock,
      random: () => 0,
      store: new Store(new MemoryArea()),
      connection: {
        openSocket: network.openSocket,
        store: sessionStore(new Store(new MemoryArea())),
        client: "test",
      },
      devices: {
        mediaDevices: machine as unknown as MediaDevices,
        processors: 2,
        chime: async () => {},
        makeMeter: (measured) =>
          new LevelMeter(
            () => null,
            clock,
            () => false,
            measured,
          ),
      },
      createPeerConnection: (configuration) => {
        const connection = new FakePeerConnection(configuration);
        connections.push(connection);
        return connection as unknown as RTCPeerConnection;
      },
      blockedMs: () => 0,
      pictures: {
        fetch: async () => new Response(null, { status: 404 }),
        makeAddress: () => "blob:",
        dropAddress: () => {},
      },
      createAudioElement: () =>
        ({ play: async () => void played.push("play"), remove: () => {} }) as unknown as HTMLAudioElement,
    },
  });
  await clock.advance(1);
});

/** Joined, with media connected. */
async function join(): Promise<void> {
  const joining = classroom.join("");
  network.last.open().welcome();
  await joining;
  await answerOffer();
}

async function answerOffer(): Promise<void> {
  await settle();
  const [ref] = network.last.asked("media.offer").at(-1) ?? [0];
  network.last.ok(ref, { sdp: "answer" });
  await settle();
  connections.at(-1)?.become("connected");
}

/** Answers the newest request of this type as done. */
async function done(type: string): Promise<void> {
  await settle();
  const [ref] = network.last.asked(type).at(-1) ?? [0];
  network.last.ok(ref, { seq: 0 });
  await settle();
}

async function comeBack(change: object): Promise<void> {
  await clock.advance(0);
  network.last.open().welcome(change);
  await settle();
}

const noticeKeys = () => classroom.notices.value.map(({ key }) => key);
const mute = { participant_id: "ada", media: FLAGS_OFF, by: "tom" };

describe("joining", () => {
  it("has the offer ready before the click, and plays sound from it on", async () => {
    expect(connections).toHaveLength(0);
    document.dispatchEvent(new Event("pointermove"));
    await clock.advance(0);
    await settle();
    expect(connections).toHaveLength(1);
    expect(connections[0]?.offers).toHaveLength(1);
    expect(played).toEqual([]);
    await join();
    expect(connections).toHaveLength(1);
    expect(played).toHaveLength(4);
    expect(classroom.media.value).toBe("connected");
    expect(classroom.me.value?.id).toBe("ada");
  });

  it("tells the room what was turned on before", async () => {
    await classroom.local.setMicrophone(true);
    await join();
    expect(network.last.asked("media.set").map(([, , change]) => change)).toEqual([{ microphone: true }]);
    expect(connections[0]?.sent[0]).toBe(machine.last);
  });

  it("without any device is a listener", async () => {
    machine.failure = new DOMException("", "NotFoundError");
    await classroom.local.setMicrophone(true);
    await join();
    expect(classroom.local.microphoneProblem.value).toBe("missing");
    expect(network.last.asked("media.set")).toEqual([]);
    expect(classroom.connection.value.kind).toBe("connected");
  });
});

describe("in the room", () => {
  beforeEach(join);

  it("shows who is in which slot", () => {
    network.last.event(11, "media.changed", {
      participant_id: "ben",
      media: { ...FLAGS_OFF, camera: true },
      by: "ben",
    });
    const published: Published = { participant_id: "ben", kind: "camera", layer: "m", paused: null };
    network.last.push("media.slots", { audio: [null], video: [null, published] });
    network.last.push("media.speaking", { participant_ids: ["ben"] });
    const tile = classroom.tiles.value.find(({ key }) => key === "ben/camera");
    expect(tile).toMatchObject({ speaking: true });
    expect(tile?.stream?.getTracks()).toEqual([connections[0]?.transceivers[9]?.receiver.track]);
  });

  it("keeps what the server tells of everybody's media, until the end", async () => {
    const sending = { rating: "poor", mos: 2.5, reasons: ["uplink_loss"] } as const;
    const ben = { participant_id: "ben", path: "ok", hears: true, heard: null, sees: null, video: null };
    network.last.push("media.quality", { sending, receiving: null });
    network.last.push("media.people", { people: [{ ...ben, sending: null, receiving: null }] });
    expect(classroom.quality.value).toMatchObject({ sending, receiving: null });
    expect(classroom.people.value.get("ben")).toMatchObject({ path: "ok", hears: true });
    network.last.push("media.people", { people: [] });
    expect(classroom.people.value.size).toBe(0);
    const leaving = classroom.leave();
    await done("leave");
    await leaving;
    expect(classroom.quality.value).toEqual({ sending: null, receiving: null });
  });

  it("a trainer's mute turns the microphone off here, with a word", async () => {
    await Promise.all([classroom.local.setMicrophone(true), done("media.set")]);
    network.last.event(11, "media.changed", {
      ...mute,
      media: { ...FLAGS_OFF, microphone: true },
      by: "ada",
    });
    network.last.event(12, "media.changed", mute);
    expect(classroom.local.microphoneOn.value).toBe(false);
    expect(machine.last.enabled).toBe(false);
    expect(noticeKeys()).toEqual(["notice.muted"]);
    network.last.event(13, "microphone.asked", { participant_id: "ada", by: "tom" });
    expect(classroom.notices.value.at(-1)).toMatchObject({ key: "notice.unmute_asked", tone: "ask" });
    expect(classroom.local.microphoneOn.value).toBe(false);
  });

  it("a screen that the room refuses is not captured any longer", async () => {
    const sharing = classroom.local.setScreen(true);
    await settle();
    const [ref] = network.last.asked("media.set").at(-1) ?? [0];
    network.last.refuse(ref, "screen_taken");
    await expect(sharing).rejects.toMatchObject({ code: "screen_taken" });
    expect(classroom.local.screenOn.value).toBe(false);
    expect(machine.screen.getTracks().map(({ readyState }) => readyState)).toEqual(["ended", "ended"]);
  });

  it("hands come with their people, in the order of the queue", () => {
    network.last.event(11, "hand.raised", { participant_id: "ben", at_ms: 5 });
    network.last.event(12, "hand.raised", { participant_id: "ada", at_ms: 6 });
    expect(classroom.hands.value.map(({ participant: { name }, raisedAtMs }) => [name, raisedAtMs])).toEqual([
      ["BEN", 5],
      ["ADA", 6],
    ]);
  });

  it("the view leaves oneself out, and is repeated when the session is taken up again", async () => {
    const shown = (participantId: string) =>
      ({ participantId, kind: "camera", width: 64, height: 36 }) as const;
    classroom.setView([shown("ben"), shown("ada")]);
    const views = () => network.last.asked("media.view").map(([, , { tiles }]) => tiles);
    const expected = [[{ participant_id: "ben", kind: "camera", width: 64, height: 36 }]];
    expect(views()).toEqual(expected);
    await clock.advance(1_000);
    network.last.lose();
    await comeBack({ resumed: true, snapshot: null });
    expect(views()).toEqual(expected);
  });

  it("reports what it receives every five seconds", async () => {
    await clock.advance(5_000);
    expect(network.last.asked("media.report")).toEqual([
      [0, "media.report", { round_trip_ms: 0, slots: [] }],
    ]);
    await clock.advance(5_000);
    expect(network.last.asked("media.report")).toHaveLength(2);
  });

  it("leaving says goodbye, closes every device and connection", async () => {
    await Promise.all([classroom.local.setCamera(true), done("media.set")]);
    const leaving = classroom.leave();
    await done("leave");
    await leaving;
    expect(classroom.connection.value).toEqual({ kind: "ended", code: "left" });
    expect(machine.last.readyState).toBe("ended");
    expect(connections[0]?.connectionState).toBe("closed");
    expect(classroom.room.value).toBeNull();
  });

  it("leaving a dead network does not take long", async () => {
    network.last.lose();
    const leaving = classroom.leave();
    await clock.advance(1_001);
    await leaving;
    expect(classroom.connection.value).toEqual({ kind: "ended", code: "left" });
  });

  it("a seat taken by another tab can be taken back, with everything off", async () => {
    await Promise.all([classroom.local.setMicrophone(true), done("media.set")]);
    network.last.refuse(0, "replaced");
    network.last.lose(4409);
    expect(classroom.connection.value).toEqual({ kind: "ended", code: "replaced" });
    const rejoining = classroom.rejoin();
    network.last.open().welcome({ session_id: "session-2" });
    await rejoining;
    expect(classroom.connection.value).toEqual({ kind: "connected" });
    const { microphoneOn, cameraOn, screenOn } = classroom.local;
    expect([microphoneOn.value, cameraOn.value, screenOn.value]).toEqual([false, false, false]);
    expect(connections).toHaveLength(2);
  });
});

describe("coming back", () => {
  beforeEach(async () => {
    await join();
    await Promise.all([classroom.local.setMicrophone(true), done("media.set")]);
    network.last.event(11, "media.changed", {
      ...mute,
      media: { ...FLAGS_OFF, microphone: true },
      by: "ada",
    });
  });

  it("to the same session keeps the media and the microphone as they were", async () => {
    network.last.lose();
    await comeBack({ resumed: true, snapshot: null, seq: 11 });
    expect(connections.filter(({ remoteDescription }) => remoteDescription)).toHaveLength(1);
    expect(classroom.local.microphoneOn.value).toBe(true);
    expect(network.last.asked("media.set")).toEqual([]);
  });

  it("finds out about a mute that happened meanwhile, by event or by snapshot", async () => {
    network.last.lose();
    await comeBack({ resumed: true, snapshot: snapshot({ seq: 15 }) });
    expect(classroom.local.microphoneOn.value).toBe(false);
    expect(network.last.asked("media.set")).toEqual([]);
  });

  it("soon, to a server that has lost its sessions, goes on as it was", async () => {
    network.last.lose();
    await comeBack({ session_id: "session-2", snapshot: snapshot({ seq: 3 }) });
    expect(connections).toHaveLength(2);
    expect(classroom.local.microphoneOn.value).toBe(true);
    expect(network.last.asked("media.set").map(([, , change]) => change)).toEqual([{ microphone: true }]);
  });

  it("late, to a new session, unmutes nobody", async () => {
    network.last.lose();
    await clock.advance(0);
    for (let seconds = 0; seconds < 130; seconds += 10) {
      network.last.lose();
      await clock.advance(10_000);
    }
    await comeBack({ session_id: "session-2" });
    expect(classroom.local.microphoneOn.value).toBe(false);
    expect(network.last.asked("media.set")).toEqual([]);
    expect(noticeKeys()).toEqual(["notice.reconnected_muted", "notice.reconnected"]);
  });
});

describe("a planned move", () => {
  const media = { audio_slots: 4, video_slots: 16, ice_servers: [], handover: true };

  beforeEach(async () => {
    const joining = classroom.join("");
    network.last.open().welcome({ media });
    await joining;
    await answerOffer();
  });

  it("is noticed by nobody: both connections live until everybody is there", async () => {
    const old = network.last;
    old.push("room.moved", { media_ms: 10_000 });
    await settle();
    await comeBack({ resumed: true, epoch: "epoch-2", media });
    expect(connections.map(({ connectionState }) => connectionState)).toEqual(["connected", "new"]);
    await answerOffer();
    expect(classroom.connection.value).toEqual({ kind: "connected" });
    expect(classroom.media.value).toBe("connected");
    expect(old.asked("media.handover").at(-1)?.[2]).toEqual({ arrived: true });
    expect(connections.map(({ connectionState }) => connectionState)).toEqual(["connected", "connected"]);
    old.refuse(0, "moved");
    old.lose(4508);
    expect(connections.map(({ connectionState }) => connectionState)).toEqual(["closed", "connected"]);
    expect(noticeKeys()).toEqual([]);
  });

  it("is told when it takes long", async () => {
    network.last.push("room.moved", { media_ms: 10_000 });
    await clock.advance(2_000);
    expect(classroom.connection.value).toEqual({ kind: "connected" });
    await clock.advance(2_000);
    expect(classroom.connection.value).toMatchObject({ kind: "reconnecting" });
    await comeBack({ resumed: true, epoch: "epoch-2", media });
    expect(classroom.connection.value).toEqual({ kind: "connected" });
  });
});

describe("the time in the lobby", () => {
  it("is counted by the server's clock from the first moment", async () => {
    const joining = classroom.join("");
    const serverMs = clock.now() + 5_000;
    network.last.open().push("lobby.waiting", { since_at_ms: serverMs - 60_000, sent_at_ms: serverMs });
    expect(classroom.clockOffsetMs.value).toBe(5_000);
    network.last.welcome({ server_time_ms: serverMs });
    await joining;
  });
});

describe("the time in a group", () => {
  it("is counted down by the server's clock", async () => {
    const joining = classroom.join("");
    const serverMs = clock.now() + 5_000;
    network.last.open().welcome({
      server_time_ms: serverMs,
      snapshot: snapshot({
        participants: [participant("ada", { breakout: "g1" })],
        breakouts: {
          round: 1,
          mode: "manual",
          groups: [{ id: "g1", name: "Blue", members: ["ada"], help: null }],
          instruction: "",
          opened_at_ms: serverMs,
          ends_at_ms: serverMs + 70_000,
          odd: "trio",
        },
      }),
    });
    await joining;
    expect(classroom.clockOffsetMs.value).toBe(5_000);
    network.last.push("ping", { sent_at_ms: serverMs + 10 });
    await clock.advance(10_000);
    expect(noticeKeys()).toEqual(["notice.recall_60"]);
  });
});

describe("what pictures may cost", () => {
  const views = () => network.last.asked("media.view").map(([, , view]) => view);
  const ben = { participantId: "ben", kind: "camera" as const, width: 640, height: 360 };
  const asked = (height: number) => ({ ...ben, height });

  it("is chosen both ways: nothing is wanted, and the camera goes off", async () => {
    await classroom.local.setCamera(true);
    await join();
    classroom.setView([ben]);
    await clock.advance(1_000);
    classroom.setData({ receivePictures: false, sendPicture: false });
    await clock.advance(1_000);
    expect(views().at(-1)).toEqual({ tiles: [], only: true });
    expect(classroom.local.cameraOn.value).toBe(false);
    classroom.setData({ receivePictures: true });
    await clock.advance(1_000);
    expect(views().at(-1)).toMatchObject({ tiles: [{ height: 360 }], only: false });
    expect(classroom.local.cameraOn.value).toBe(false);
  });

  it("is told again to a session that knows nothing of it", async () => {
    classroom.setData({ receivePictures: false });
    await join();
    await clock.advance(200);
    expect(views().at(-1)).toEqual({ tiles: [], only: true });
  });

  it("gives way to whoever turns the camera on", async () => {
    classroom.setData({ sendPicture: false });
    await join();
    const turning = classroom.local.setCamera(true);
    await done("media.set");
    await turning;
    expect(classroom.data.value.sendPicture).toBe(true);
  });

  it("is less with low data: small pictures, one small layer of one's own", async () => {
    await join();
    classroom.setView([ben, asked(720)]);
    classroom.setData({ low: true });
    await clock.advance(1_000);
    expect(views().at(-1)).toMatchObject({ tiles: [{ height: 199 }, { height: 199 }], only: true });
    const camera = connections.at(-1)?.transceivers[1];
    expect(camera?.parameters.encodings.map(({ active }) => active)).toEqual([false, false, true]);
  });

  it("is nothing while the page is in the background", async () => {
    await join();
    classroom.setView([ben]);
    await clock.advance(1_000);
    const look = async (hidden: boolean) => {
      Object.assign(document, { hidden });
      document.dispatchEvent(new Event("visibilitychange"));
      await clock.advance(200);
    };
    await look(true);
    expect(views().at(-1)).toEqual({ tiles: [], only: true });
    await look(false);
    expect(views().at(-1)).toMatchObject({ tiles: [{ height: 360 }] });
  });

  it("is what anybody takes, by the server's word", async () => {
    await join();
    network.last.push("media.wanted", { layers: { camera: ["l", "m"] } });
    await settle();
    const camera = connections.at(-1)?.transceivers[1];
    expect(camera?.parameters.encodings.map(({ active }) => active)).toEqual([false, true, true]);
  });
});

it("restarts media when the network is back, as soon as there is a session to ask with", async () => {
  await join();
  window.dispatchEvent(new Event("offline"));
  window.dispatchEvent(new Event("online"));
  await comeBack({ resumed: true, snapshot: null });
  await settle();
  expect(network.last.asked("media.offer")).toHaveLength(1);
  expect(connections.filter(({ remoteDescription }) => remoteDescription)).toHaveLength(1);
  expect(connections[0]?.offers.at(-1)).toEqual({ iceRestart: true });
});
