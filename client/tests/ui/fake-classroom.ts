/**
 * A `Classroom` without a server, for component tests and the gallery: it shows what it is given, and records what was asked
 * of it. It has no rules of its own.
 */
import { computed, type Signal, signal } from "@preact/signals";
import type {
  ChatEntry,
  Classroom,
  ConnectionState,
  ConnectionTest,
  DataChoice,
  DataOffer,
  DeviceList,
  DeviceProblem,
  Grouping,
  GroupSpec,
  Hand,
  Invitation,
  LastHeard,
  LocalMedia,
  MediaConnection,
  Messages,
  Moderation,
  Notice,
  Obstacle,
  OwnQuality,
  Participant,
  PersonQuality,
  Pictures,
  ReactionName,
  ShownReaction,
  Snapshot,
  Tile,
} from "../../src/core/api";
import type { OpsMessage } from "../../src/generated/protocol";
import { FakeCaptions, FakeNotes } from "./fake-notes";

export const NOW_MS = Date.UTC(2026, 10, 22, 9, 30);

/** A drawing for the gallery. */
const PICTURE = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400"><rect width="640" height="400" fill="#0b5c6b"/><circle cx="320" cy="200" r="120" fill="#f7c243"/></svg>',
)}`;

const NAMES = [
  "Inès Moreau", "Karim Haddad", "Léa", "Jean-Baptiste de La Rochefoucauld", "Fatou Diallo", "Thomas Nguyen",
  "Zoé Martin", "Mehdi", "Chloé Petit", "Amadou Ba", "Sarah Cohen", "Lucas Bernard", "Yasmine El Amrani", "Noé",
  "Maria da Silva", "Olivier Roux",
]; // biome-ignore format: a list of names

/** Person number 0 is the trainer. */
export function person(index: number, changes: Partial<Participant> = {}): Participant {
  return {
    id: `p${index}`,
    name: NAMES[index] ?? `Person ${index}`,
    role: index === 0 ? "trainer" : "participant",
    presence: "joined",
    connected: true,
    joined_at_ms: NOW_MS - 3_600_000,
    presence_at_ms: NOW_MS - 3_600_000,
    media: { microphone: index % 3 === 0, camera: index % 4 !== 3, screen: false },
    breakout: null,
    visiting: false,
    ...changes,
  };
}

export function people(count: number): Participant[] {
  return Array.from({ length: count }, (_, index) => person(index));
}

export function snapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    room_id: "r1",
    name: "Web design, Monday",
    seq: 1,
    you: "p1",
    participants: people(5),
    hands: [],
    chat: [],
    spotlight: null,
    voice_broadcast: null,
    rules: { unmute: true, screen: true, chat: true, locked: false, lobby: false },
    layout: null,
    lobby: [],
    kept_out: [],
    last_round: null,
    offers: [],
    constraints: { apart: [], together: [] },
    group_sets: [],
    breakouts: null,
    floor: null,
    help: [],
    checkin: null,
    agenda: [],
    timer: null,
    glossary: [],
    ...changes,
  };
}

export function chatEntry(id: number, changes: Partial<ChatEntry> = {}): ChatEntry {
  const of = changes.breakout ?? changes.thread ?? null;
  const channel = changes.channel ?? "room";
  return {
    id,
    senderId: "p2",
    senderName: "Léa",
    channel: "room",
    breakout: null,
    thread: null,
    text: "Hello!",
    atMs: NOW_MS - 60_000 + id,
    own: false,
    broadcast: false,
    conversation: of === null ? channel : `${channel}/${of}`,
    replyTo: null,
    mentions: [],
    images: [],
    editedAtMs: null,
    deletedBy: null,
    state: "sent",
    ...changes,
  };
}

export function notice(
  id: number,
  key: string,
  params: Notice["params"] = {},
  tone: Notice["tone"] = "info",
): Notice {
  return { id, key, params, tone, atMs: NOW_MS };
}

export const INVITATION: Invitation = {
  token: "token",
  roomName: "Web design, Monday",
  role: "participant",
  name: "Karim Haddad",
  group: false,
};

export interface FakeOptions {
  readonly obstacle?: Obstacle | null;
  readonly invitation?: Invitation | null;
  /** What a joined person sees; it is there at once if `joined`. */
  readonly room?: Snapshot;
  readonly rememberedName?: string | null;
  readonly joined?: boolean;
  /** What every test finds. */
  readonly connectionTest?: ConnectionTest;
  readonly streams?: (participant: Participant, kind: "camera" | "screen") => MediaStream | null;
}

type Signals<T> = { readonly [K in keyof T]: T[K] extends { readonly value: infer V } ? Signal<V> : T[K] };

export interface FakeLocal extends Omit<Signals<LocalMedia>, "setMicrophone"> {
  /** What the next opening finds. */
  nextMicrophoneProblem: DeviceProblem | null;
  nextCameraProblem: DeviceProblem | null;
  setMicrophone: LocalMedia["setMicrophone"];
}

export class FakeClassroom implements Classroom {
  readonly obstacle: Obstacle | null;
  readonly invitation: Invitation | null;
  readonly rememberedName: string | null;
  readonly local: FakeLocal;
  readonly connection = signal<ConnectionState>({ kind: "idle" });
  readonly media = signal<MediaConnection>("idle");
  readonly room = signal<Snapshot | null>(null);
  readonly me = computed(
    () => this.room.value?.participants.find(({ id }) => id === this.room.value?.you) ?? null,
  );
  readonly speaking = signal<readonly string[]>([]);
  readonly opsMessage = signal<OpsMessage | null>(null);
  readonly lastHeard = signal<LastHeard | null>(null);
  readonly chat = signal<readonly ChatEntry[]>([]);
  readonly unread = signal(0);
  readonly notices = signal<readonly Notice[]>([]);
  readonly clockOffsetMs = signal(NOW_MS - Date.now());
  readonly soundBlocked = signal(false);
  readonly data = signal<DataChoice>({ low: false, receivePictures: true, sendPicture: true });
  readonly dataOffer = signal<DataOffer | null>(null);
  readonly connectionTest = signal<ConnectionTest | null>(null);
  readonly quality = signal<OwnQuality>({ sending: null, receiving: null });
  readonly people = signal<ReadonlyMap<string, PersonQuality>>(new Map());
  readonly hands = computed<readonly Hand[]>(() => {
    const room = this.room.value;
    return (room?.hands ?? []).flatMap(({ participant_id, raised_at_ms, spoken_at_ms }) => {
      const participant = room?.participants.find(({ id }) => id === participant_id);
      return participant ? [{ participant, raisedAtMs: raised_at_ms, spokenAtMs: spoken_at_ms }] : [];
    });
  });
  readonly tiles = computed<readonly Tile[]>(() => {
    const room = this.room.value;
    const me = this.me.value;
    if (room === null || me === null) return [];
    const here = room.participants.filter(({ breakout }) => breakout === me.breakout);
    const tile = (participant: Participant, kind: Tile["kind"]): Tile => ({
      key: `${participant.id}/${kind}`,
      participant,
      kind,
      self: participant.id === me.id,
      stream: participant.media[kind] ? (this.options.streams?.(participant, kind) ?? null) : null,
      speaking: this.speaking.value.includes(participant.id),
      spotlight: room.spotlight === participant.id,
    });
    return [
      ...here.filter(({ media }) => media.screen).map((one) => tile(one, "screen")),
      ...here.map((one) => tile(one, "camera")).sort((a, b) => Number(b.spotlight) - Number(a.spotlight)),
    ];
  });
  /** Recorded as `checkins.open` and the like. */
  readonly checkins = this.recording("checkins", ["open", "answer", "close", "show", "clear"]);
  readonly agenda = this.recording("agenda", [
    "add", "change", "move", "remove", "start", "startBreak", "extend", "end",
  ]); // biome-ignore format: a list of names
  readonly turns = this.recording("turns", ["keepHand", "giveFloor", "endFloor", "promiseHelp", "endHelpOf"]);
  readonly glossary = this.recording("glossary", ["set", "remove"]);
  readonly notes = new FakeNotes();
  readonly captions = new FakeCaptions();
  readonly reactions = {
    shown: signal<readonly ShownReaction[]>([]),
    send: (reaction: ReactionName) => this.act("reactions.send", [reaction]),
  };
  connectionTests = 0;
  /** Every action, in order: its name and what it was given. */
  readonly calls: { readonly name: string; readonly args: readonly unknown[] }[] = [];
  /** The next action of this name fails with this error. */
  readonly failures = new Map<string, unknown>();
  preview: readonly GroupSpec[] = [];
  view: readonly { participantId: string; kind: string; width: number; height: number }[] = [];

  constructor(private readonly options: FakeOptions = {}) {
    this.obstacle = options.obstacle ?? null;
    this.invitation = options.invitation === undefined ? INVITATION : options.invitation;
    this.rememberedName = options.rememberedName ?? null;
    this.local = fakeLocal((name, args) => this.act(name, args));
    if (options.joined) this.enter();
  }

  private enter(): void {
    this.connection.value = { kind: "connected" };
    this.media.value = "connected";
    this.room.value = this.options.room ?? snapshot();
  }

  private async act(name: string, args: readonly unknown[]): Promise<void> {
    this.calls.push({ name, args });
    const failure = this.failures.get(name);
    if (failure === undefined) return;
    this.failures.delete(name);
    throw failure;
  }

  private recording<Name extends string>(subject: string, names: readonly Name[]) {
    const action = (name: string) =>
      [name, (...args: unknown[]) => this.act(`${subject}.${name}`, args)] as const;
    return Object.fromEntries(names.map(action)) as Record<Name, (...args: unknown[]) => Promise<void>>;
  }

  async join(name: string): Promise<void> {
    await this.act("join", [name]);
    this.enter();
  }
  leave = () => this.act("leave", []);
  rejoin = () => this.act("rejoin", []);
  testConnection(): void {
    this.connectionTests += 1;
    this.connectionTest.value = this.options.connectionTest ?? { kind: "running" };
  }
  enableSound = () => this.act("enableSound", []);
  raiseHand = () => this.act("raiseHand", []);
  lowerHand = (...args: readonly unknown[]) => this.act("lowerHand", args);
  lowerAllHands = () => this.act("lowerAllHands", []);
  setAway = (...args: readonly unknown[]) => this.act("setAway", args);
  readonly pictures: Pictures = {
    upload: async () => ({
      id: "new",
      media_type: "image/webp",
      width: 4,
      height: 3,
      size_bytes: 9,
      alt: "",
    }),
    show: async () => PICTURE,
  };
  readonly messages: FakeMessages = fakeMessages(this, (name, args) => this.act(name, args));
  dismissNotice(id: number): void {
    this.notices.value = this.notices.value.filter((notice) => notice.id !== id);
  }
  mute = (...args: readonly unknown[]) => this.act("mute", args);
  muteAll = () => this.act("muteAll", []);
  askUnmute = (...args: readonly unknown[]) => this.act("askUnmute", args);
  setSpotlight = (...args: readonly unknown[]) => this.act("setSpotlight", args);
  removeParticipant = (...args: readonly unknown[]) => this.act("removeParticipant", args);
  async previewBreakouts(...args: readonly unknown[]): Promise<readonly GroupSpec[]> {
    await this.act("previewBreakouts", args);
    return this.preview;
  }
  openBreakouts = (...args: readonly unknown[]) => this.act("openBreakouts", args);
  rotateBreakouts = (...args: readonly unknown[]) => this.act("rotateBreakouts", args);
  moveParticipant = (...args: readonly unknown[]) => this.act("moveParticipant", args);
  visitBreakout = (...args: readonly unknown[]) => this.act("visitBreakout", args);
  extendBreakouts = (...args: readonly unknown[]) => this.act("extendBreakouts", args);
  instructBreakouts = (...args: readonly unknown[]) => this.act("instructBreakouts", args);
  broadcastText = (...args: readonly unknown[]) => this.act("broadcastText", args);
  broadcastVoice = (...args: readonly unknown[]) => this.act("broadcastVoice", args);
  closeBreakouts = (...args: readonly unknown[]) => this.act("closeBreakouts", args);
  callHelp = () => this.act("callHelp", []);
  endHelp = (...args: readonly unknown[]) => this.act("endHelp", args);
  readonly grouping: Grouping = {
    setConstraints: (...args) => this.act("setConstraints", args),
    save: (...args) => this.act("saveGroups", args),
    forget: (...args) => this.act("forgetGroups", args),
    acceptOffer: (...args) => this.act("acceptOffer", args),
  };
  readonly moderation: Moderation = {
    setRules: (...args) => this.act("setRules", args),
    setLayout: (...args) => this.act("setLayout", args),
    admit: (...args) => this.act("admit", args),
    refuse: (...args) => this.act("refuse", args),
    readmit: (...args) => this.act("readmit", args),
    setRole: (...args) => this.act("setRole", args),
  };
  setData(change: Partial<DataChoice>): void {
    this.calls.push({ name: "setData", args: [change] });
    this.data.value = { ...this.data.value, ...change };
    this.dataOffer.value = null;
  }
  refuseDataOffer(): void {
    this.calls.push({ name: "refuseDataOffer", args: [] });
    this.dataOffer.value = null;
  }
  setView(view: FakeClassroom["view"]): void {
    this.view = view;
  }
}

export interface FakeMessages extends Messages {
  /** The newest message read, by conversation. */
  readonly read: Signal<Readonly<Record<string, number>>>;
}

function fakeMessages(
  classroom: Pick<FakeClassroom, "chat" | "unread">,
  act: (name: string, args: readonly unknown[]) => Promise<void>,
): FakeMessages {
  const read = signal<Readonly<Record<string, number>>>({});
  return {
    read,
    unreadIn: computed(() => {
      const counts = new Map<string, number>();
      for (const { own, id, conversation } of classroom.chat.value)
        if (!own && id > (read.value[conversation] ?? 0))
          counts.set(conversation, (counts.get(conversation) ?? 0) + 1);
      return counts;
    }),
    lastRead: (conversation) => read.value[conversation] ?? 0,
    markRead(conversation) {
      const ids = classroom.chat.value.filter((one) => one.conversation === conversation).map(({ id }) => id);
      read.value = { ...read.peek(), [conversation]: Math.max(0, ...ids) };
      classroom.unread.value = 0;
    },
    post: (draft) => act("post", [draft]),
    retry: (id) => act("retry", [id]),
    discard: (id) => void act("discard", [id]),
    edit: (...args) => act("edit", args),
    remove: (id) => act("remove", [id]),
  };
}

const NO_DEVICES: DeviceList = {
  microphones: [],
  cameras: [],
  speakers: [],
  microphoneId: null,
  cameraId: null,
  speakerId: null,
};

function fakeLocal(act: (name: string, args: readonly unknown[]) => Promise<void>): FakeLocal {
  const local: FakeLocal = {
    devices: signal(NO_DEVICES),
    cameraStream: signal<MediaStream | null>(null),
    screenStream: signal<MediaStream | null>(null),
    microphoneOn: signal(false),
    cameraOn: signal(false),
    screenOn: signal(false),
    microphoneLevel: signal(0),
    microphoneProblem: signal<DeviceProblem | null>(null),
    cameraProblem: signal<DeviceProblem | null>(null),
    screenProblem: signal<DeviceProblem | null>(null),
    processing: { noiseSuppression: signal(true), backgroundBlur: signal<boolean | null>(null) },
    setNoiseSuppression: (on) => act("setNoiseSuppression", [on]),
    setBackgroundBlur: (on) => act("setBackgroundBlur", [on]),
    nextMicrophoneProblem: null,
    nextCameraProblem: null,
    async setMicrophone(on) {
      await act("setMicrophone", [on]);
      local.microphoneProblem.value = on ? local.nextMicrophoneProblem : null;
      local.microphoneOn.value = on && local.nextMicrophoneProblem === null;
    },
    async setCamera(on) {
      await act("setCamera", [on]);
      local.cameraProblem.value = on ? local.nextCameraProblem : null;
      local.cameraOn.value = on && local.nextCameraProblem === null;
    },
    async setScreen(on) {
      await act("setScreen", [on]);
      local.screenOn.value = on;
    },
    chooseMicrophone: (id) => act("chooseMicrophone", [id]),
    chooseCamera: (id) => act("chooseCamera", [id]),
    chooseSpeaker: (id) => act("chooseSpeaker", [id]),
    testSpeaker: () => act("testSpeaker", []),
  };
  return local;
}
