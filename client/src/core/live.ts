/**
 * A live classroom: ties the connection, the room's state, the media and the person's devices together. All that the interface
 * sees of it is composed in classroom.ts.
 */
import { batch, computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { OpsMessage, SessionPush, Slots, Snapshot, ViewedEvent, Welcome } from "../generated/protocol";
import type {
  ConnectionState,
  DataChoice,
  LastHeard,
  MediaConnection,
  OwnQuality,
  PersonQuality,
  Tile,
} from "./api";
import { Captions } from "./captions";
import { Chat, chatPorts } from "./chat";
import { ChatPictures, type PicturePorts } from "./chat-pictures";
import type { Cancel, Clock } from "./clock";
import { Connection, type ConnectionPorts, type Credentials } from "./connection";
import { Economy, type EconomyPorts } from "./economy";
import { ALL_OFF, FlagSync } from "./flags";
import { Handover } from "./handover";
import type { DevicePorts } from "./local/devices";
import { LocalDevices } from "./local/devices";
import { type EnginePorts, MediaEngine } from "./media/engine";
import { iceServerOf } from "./media/ice-servers";
import { PatiencePolicy } from "./media/patience";
import type { SlotStreams } from "./media/peer";
import { missesOf, type Reading, read, reportOf } from "./media/report";
import type { WantedLayers } from "./media/sending";
import { Loudspeaker } from "./media/speaker";
import { Notes } from "./notes";
import { NoticeList, noticesOf } from "./notices";
import { Reactions } from "./reactions";
import { Recall } from "./recall";
import { fold } from "./reducer";
import { ServerClock } from "./server-clock";
import { OwnVoice } from "./speaking";
import type { Store } from "./store";
import { nextExpiryMs, tilesOf } from "./tiles";
import { ViewReporter } from "./view";

export interface LivePorts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly store: Store;
  readonly connection: Pick<ConnectionPorts, "openSocket" | "store" | "client">;
  readonly devices: Pick<DevicePorts, "mediaDevices" | "processors" | "chime" | "makeMeter">;
  readonly createPeerConnection: EnginePorts["createPeerConnection"];
  readonly videoCodec?: EnginePorts["videoCodec"];
  readonly createAudioElement: () => HTMLAudioElement;
  readonly blockedMs: EconomyPorts["blockedMs"];
  readonly pictures: Omit<PicturePorts, "proof" | "seat">;
}

const REPORT_EVERY_MS = 5_000;
/**
 * A session that could not be resumed and was away for longer than this starts with everything off: a trainer may have
 * muted the person meanwhile. Within it the session was lost by the server's doing, and the person's own state holds.
 */
const TRUST_FLAGS_MS = 120_000;
const WORTH_A_WORD_MS = 3_000;
const QUIET_MOVE_MS = 3_000;
const NO_QUALITY: OwnQuality = { sending: null, receiving: null };
const NO_SLOTS: Slots = { type: "media.slots", audio: [], video: [] };

export class LiveClassroom {
  readonly state = signal<ConnectionState>({ kind: "idle" });
  readonly media = signal<MediaConnection>("idle");
  readonly room = signal<Snapshot | null>(null);
  readonly clockOffsetMs = signal(0);
  readonly soundBlocked = signal(false);
  readonly quality = signal<OwnQuality>(NO_QUALITY);
  readonly people = signal<ReadonlyMap<string, PersonQuality>>(new Map());
  readonly lastHeard = signal<LastHeard | null>(null);
  readonly opsMessage = signal<OpsMessage | null>(null);
  readonly speaking: ReadonlySignal<readonly string[]>;
  readonly tiles: ReadonlySignal<readonly Tile[]>;
  readonly devices: LocalDevices;
  readonly connection: Connection;
  readonly engine: MediaEngine;
  readonly loudspeaker: Loudspeaker;
  private readonly handover: Handover;
  readonly chat: Chat;
  readonly pictures: ChatPictures;
  readonly notes: Notes;
  readonly captions: Captions;
  readonly notices: NoticeList;
  readonly reactions: Reactions;
  readonly view: ViewReporter;
  readonly economy: Economy;
  private readonly slots = signal<Slots>(NO_SLOTS);
  /** By the server: which layers of this person's pictures anybody takes. */
  private readonly wanted = signal<WantedLayers>({});
  private readonly streams = signal<SlotStreams>({ audio: [], video: [] });
  private readonly heard = signal<readonly string[]>([]);
  private readonly ownVoice = signal(false);
  /** Moves when somebody's tile is kept no longer. */
  private readonly tileTimeMs = signal(0);
  private readonly flags: FlagSync;
  private readonly serverClock = new ServerClock();
  private readonly patience = new PatiencePolicy();
  private lostSinceMs: number | null = null;
  private freshSession = true;
  private epoch: string | null = null;
  private strained = false;
  private cancelReport: Cancel = () => {};
  private cancelQuiet: Cancel = () => {};

  constructor(private readonly ports: LivePorts) {
    const { clock, random, store } = ports;
    this.notices = new NoticeList(clock);
    this.connection = new Connection(
      { ...ports.connection, clock, random, earlyOffer: () => this.engine.earlyOffer },
      this.connectionObserver(),
    );
    this.engine = new MediaEngine(
      {
        clock,
        random,
        createPeerConnection: ports.createPeerConnection,
        videoCodec: ports.videoCodec ?? null,
        negotiate: async (sdp, sources) =>
          (await this.connection.request("media.offer", { sdp, sources }, { repeat: false })).sdp,
        freshIceServers: async () =>
          (await this.connection.request("media.servers", {}, { repeat: false })).ice_servers.map(
            iceServerOf,
          ),
      },
      {
        stateChanged: (state) => {
          this.media.value = state;
          // Media notices a dead network before the socket does.
          if (state === "interrupted") this.connection.wake();
          if (state === "connected") this.economy.start();
          if (state === "idle") this.economy.stop();
        },
        streamsChanged: (streams) => {
          this.streams.value = streams;
          this.loudspeaker.play(streams.audio);
        },
        arrived: () => this.connection.former.arrived(),
      },
    );
    this.loudspeaker = new Loudspeaker(ports.createAudioElement, (blocked) => {
      this.soundBlocked.value = blocked;
    });
    this.handover = new Handover({
      clock,
      played: (media, index) => this.engine.played(media, index),
      silence: (slots) => this.loudspeaker.silence(slots),
    });
    this.devices = new LocalDevices({
      ...ports.devices,
      store,
      publish: (kind, track) => this.engine.publish(kind, track),
      announce: () => (this.state.peek().kind === "connected" ? this.flags.settle() : Promise.resolve()),
      lost: (kind) => this.notices.add({ key: `notice.${kind}_lost`, tone: "warning" }),
    });
    this.flags = new FlagSync({
      local: () => this.devices.flags,
      turnOff: (flag) => this.devices.turnOff(flag),
      tell: (change) => this.connection.request("media.set", change),
    });
    this.chat = new Chat(
      this.room,
      chatPorts((type, payload, options) => this.connection.request(type, payload, options), clock, store),
    );
    this.pictures = new ChatPictures({
      ...ports.pictures,
      proof: () => this.connection.proof,
      seat: () => this.room.peek(),
    });
    this.notes = new Notes(
      // An opening ends with the connection; what was not acknowledged is sent again after the next one.
      (type, payload) => this.connection.request(type, payload, { repeat: false }),
      (type, payload) => this.connection.post(type, payload),
    );
    this.captions = new Captions({
      clock,
      post: (line) => this.connection.post("captions.write", line),
      request: (line) => this.connection.request("captions.write", line),
    });
    this.reactions = new Reactions(clock, (type, payload) => this.connection.request(type, payload));
    this.view = new ViewReporter(clock, (view) => this.connection.post("media.view", view));
    this.economy = this.makeEconomy();
    this.speaking = computed(() => {
      const you = this.room.value?.you;
      const others = this.heard.value;
      const own = this.ownVoice.value && this.devices.microphoneOn.value;
      // Whoever speaks by typing speaks.
      const typing = this.captions.typing.value.filter((id) => !others.includes(id));
      const speaking = typing.length > 0 ? [...others, ...typing] : others;
      return you && own && !speaking.includes(you) ? [...speaking, you] : speaking;
    });
    this.tiles = computed(() => this.computeTiles());
    this.watch();
  }

  /** Ahead of "Join": the browser's part of the offer is ready when the click comes. */
  prewarm(): void {
    this.engine.prewarm();
  }

  async open(credentials: Credentials): Promise<void> {
    this.freshSession = true;
    this.lostSinceMs = null;
    this.prewarm();
    // Now, in the click that joins: later the browser might want another one.
    this.loudspeaker.start();
    await this.connection.open(credentials);
  }

  close(code: string): void {
    this.connection.close(code);
  }

  /** Server time, by our best guess. */
  serverNowMs(): number {
    return this.ports.clock.now() + this.clockOffsetMs.peek();
  }

  setData(change: Partial<DataChoice>): void {
    this.economy.choose(change);
    if (change.sendPicture === false) this.devices.turnOff("camera");
  }

  private makeEconomy(): Economy {
    const { clock, store, devices, blockedMs } = this.ports;
    return new Economy({
      clock,
      store,
      processors: devices.processors,
      blockedMs,
      stats: async () => (await this.engine.peerConnection?.getStats())?.values() ?? null,
      quality: () => this.quality.peek(),
      expectsArrivals: () => {
        const { audio, video } = this.slots.peek();
        return this.devices.microphoneOn.peek() || [...audio, ...video].some((slot) => slot && !slot.paused);
      },
      heard: (arrives) => this.engine.heard(arrives),
    });
  }

  private connectionObserver(): ConstructorParameters<typeof Connection>[1] {
    return {
      stateChanged: (state) => this.stateChanged(state),
      welcomed: (welcome) => this.welcomed(welcome),
      snapshot: (snapshot) => this.replaced(snapshot),
      event: (seq, _atMs, event) => this.happened(seq, event),
      pushed: (push) => this.pushed(push),
      moving: () => this.moving(),
      formerSlots: (slots) => this.handover.formerSlots(slots),
      formerEnded: () => this.formerEnded(),
    };
  }

  private stateChanged(state: ConnectionState): void {
    this.cancelQuiet();
    if (state.kind === "reconnecting" && this.handover.running) this.showLater(state, state.sinceMs);
    else this.state.value = state;
    if (state.kind === "connected") {
      const lostMs = this.lostSinceMs === null ? 0 : this.ports.clock.now() - this.lostSinceMs;
      if (lostMs > WORTH_A_WORD_MS) this.notices.add({ key: "notice.reconnected" });
      this.lostSinceMs = null;
      // What was switched while nobody listened.
      this.flags.settle().catch(() => {});
    } else if (state.kind !== "ended") {
      this.engine.suspend();
    }
    if (state.kind === "reconnecting") this.lostSinceMs = state.sinceMs;
    if (state.kind === "ended") this.ended();
  }

  /** Nobody need know of a planned move while sound and pictures go on, unless it takes long. */
  private showLater(state: ConnectionState, sinceMs: number): void {
    const { clock } = this.ports;
    this.cancelQuiet = clock.after(Math.max(0, sinceMs + QUIET_MOVE_MS - clock.now()), () => {
      this.state.value = state;
    });
  }

  /** The room goes to another node: nobody is to miss a word of anybody who is still on their way. */
  private moving(): void {
    this.handover.begin(this.slots.peek(), this.streams.peek());
    this.engine.keepFormer();
    this.loudspeaker.keepFormer();
  }

  private formerEnded(): void {
    this.handover.end();
    this.engine.endFormer();
    this.loudspeaker.endFormer();
  }

  private ended(): void {
    this.cancelReport();
    this.flags.end();
    this.engine.stop();
    this.devices.close();
    batch(() => {
      this.captions.clear();
      this.room.value = null;
      this.slots.value = NO_SLOTS;
      this.heard.value = [];
      this.quality.value = NO_QUALITY;
      this.people.value = new Map();
      this.lastHeard.value = null;
      this.opsMessage.value = null;
    });
  }

  private welcomed(welcome: Welcome): void {
    this.clockOffsetMs.value = this.serverClock.sample(welcome.server_time_ms, this.ports.clock.now());
    const { audio_slots: audio, video_slots: video, ice_servers } = welcome.media;
    // Another epoch: another process, or another node, has the room now, and knows nothing of our media.
    this.freshSession ||= !welcome.resumed || welcome.epoch !== this.epoch;
    this.epoch = welcome.epoch;
    // An answer: it knows nothing of them, though the session goes on.
    if (this.freshSession || welcome.answer) {
      this.slots.value = NO_SLOTS;
      this.wanted.value = {};
      this.engine.start({ audio, video }, ice_servers.map(iceServerOf), welcome.answer);
    } else {
      this.engine.resume();
    }
    this.view.repeat();
    this.scheduleReport(null);
  }

  private replaced(snapshot: Snapshot): void {
    const known = this.room.peek() !== null;
    this.room.value = snapshot;
    this.chat.opened(snapshot);
    const flags = snapshot.participants.find(({ id }) => id === snapshot.you)?.media ?? ALL_OFF;
    if (this.freshSession) {
      this.freshSession = false;
      const awayMs = this.lostSinceMs === null ? 0 : this.ports.clock.now() - this.lostSinceMs;
      if (known && awayMs > TRUST_FLAGS_MS) this.turnEverythingOff();
      this.flags.begin(flags);
    } else {
      this.flags.heard(flags, true);
    }
  }

  private turnEverythingOff(): void {
    if (this.devices.flags.microphone) this.notices.add({ key: "notice.reconnected_muted", tone: "ask" });
    for (const flag of ["microphone", "camera", "screen"] as const) this.devices.turnOff(flag);
  }

  private happened(seq: number, event: ViewedEvent): void {
    const before = this.room.peek();
    if (!before) return;
    const after = fold(before, seq, event);
    batch(() => {
      this.room.value = after;
      this.notices.add(...noticesOf(before, after, event));
    });
    if (event.type === "participant.role" && event.participant_id === after.you) this.connection.refresh();
    if (event.type === "lobby.changed" && event.waiting.length > before.lobby.length)
      this.devices.testSpeaker().catch(() => {});
    if (event.type === "media.changed" && event.participant_id === after.you)
      this.flags.heard(event.media, event.by !== after.you);
  }

  private pushed(push: SessionPush): void {
    switch (push.type) {
      case "ping":
      case "lobby.waiting":
        this.clockOffsetMs.value = this.serverClock.sample(push.sent_at_ms, this.ports.clock.now());
        return;
      case "media.slots":
        this.slots.value = push;
        this.handover.newSlots(push);
        return;
      case "media.speaking":
        this.heard.value = push.participant_ids;
        return;
      case "reaction.shown":
        this.reactions.show(push);
        return;
      case "media.state":
        // It hears nothing of us though our side looks sound: the path works one way only.
        if (!push.connected && this.media.peek() === "connected") this.engine.restart();
        return;
      case "media.restart":
        this.engine.restart();
        return;
      case "ops.message":
        this.opsMessage.value = push;
        return;
      case "media.wanted":
        this.wanted.value = push.layers;
        return;
      case "media.quality":
        this.quality.value = push;
        return;
      case "people.heard":
        this.lastHeard.value = {
          listeningSinceMs: push.listening_since_ms,
          heardAtMs: new Map(Object.entries(push.heard_at_ms)),
        };
        return;
      case "media.people":
        this.people.value = new Map(push.people.map((one) => [one.participant_id, one]));
        return;
      case "notes.updated":
      case "notes.pointed":
        this.notes.pushed(push);
        return;
      case "captions.line":
      case "captions.history":
        this.captions.pushed(push);
        return;
      case "room.moved":
        return; // the connection's own affair
      default:
        push satisfies never;
    }
  }

  private watch(): void {
    const { clock } = this.ports;
    const voice = new OwnVoice(clock, (speaking) => {
      this.ownVoice.value = speaking;
    });
    effect(() => voice.hear(this.devices.microphoneLevel.value));
    effect(() => this.loudspeaker.chooseSpeaker(this.devices.devices.value.speakerId));
    effect(() => this.view.limit(this.economy.limits.value.view));
    effect(() => this.engine.limit({ wanted: this.wanted.value, ...this.economy.limits.value.send }));
    effect(() => {
      // Whoever turns the camera on wants to be seen.
      if (this.devices.cameraOn.value && !this.economy.choice.peek().sendPicture)
        this.economy.choose({ sendPicture: true });
    });
    effect(() => {
      const strained = this.economy.strain.value > 0;
      if (strained && !this.strained) untracked(() => this.notices.add({ key: "notice.device_busy" }));
      this.strained = strained;
    });
    const recall = new Recall(clock, (key) => this.notices.add({ key, tone: "warning" }));
    effect(() => {
      const room = this.room.value;
      const endsAtMs = room?.breakouts?.ends_at_ms ?? null;
      recall.expect(endsAtMs === null ? null : endsAtMs - this.clockOffsetMs.peek());
    });
    let cancel: Cancel = () => {};
    effect(() => {
      const room = this.room.value;
      cancel();
      this.tileTimeMs.value = this.serverNowMs();
      const expiryMs = room && nextExpiryMs(room, this.serverNowMs());
      if (expiryMs === null) return;
      cancel = clock.after(expiryMs - this.serverNowMs() + 1, () => {
        this.tileTimeMs.value = this.serverNowMs();
      });
    });
  }

  private computeTiles(): readonly Tile[] {
    const room = this.room.value;
    if (!room) return [];
    const pictures = {
      slots: this.slots.value,
      streams: this.streams.value,
      kept: this.handover.pictures.value,
      ownCamera: this.devices.cameraStream.value,
      ownScreen: this.devices.screenStream.value,
    };
    return tilesOf(room, pictures, new Set(this.speaking.value), this.tileTimeMs.value);
  }

  private scheduleReport(before: Reading | null): void {
    this.cancelReport();
    this.cancelReport = this.ports.clock.after(REPORT_EVERY_MS, async () => {
      const stats = await this.engine.peerConnection?.getStats();
      const reading = stats ? read(stats.values(), this.engine.slotNames) : null;
      if (this.state.peek().kind === "ended") return;
      if (reading && this.media.peek() === "connected")
        this.connection.post("media.report", reportOf(before, reading));
      if (reading)
        this.engine.waitForPictures(this.patience.observe(missesOf(reading), this.ports.clock.now()));
      this.scheduleReport(reading);
    });
  }
}
