/** States of the ops page, each with a server of its own that answers at once and never changes its mind. */
import type {
  Complaint,
  Counts,
  NodeView,
  Overview,
  PersonRow,
  PersonView,
  RoomRow,
  RoomView,
  WayView,
} from "../../src/generated/ops";
import { OpsError, type OpsServer } from "../../src/ops/server";

const MINUTE_MS = 60_000;

export interface OpsScene {
  readonly server: OpsServer | null;
  /** Which page is open. */
  readonly fragment: string;
}

export class FakeOpsServer implements OpsServer {
  readonly clockOffsetMs = 0;
  readonly acted: object[] = [];

  /** What is not named is refused, or answered with the error of this code. */
  constructor(
    private readonly answers: Readonly<Record<string, unknown>>,
    private readonly code = "room_not_found",
  ) {}

  read<T>(path: string): Promise<T> {
    const answer = this.answers[path.replace(/\?.*/, "")];
    return answer === undefined ? Promise.reject(new OpsError(this.code)) : Promise.resolve(answer as T);
  }

  act(action: object): Promise<{ reached: number }> {
    this.acted.push(action);
    return Promise.resolve({ reached: 1 });
  }
}

const ago = (minutes: number) => Date.now() - minutes * MINUTE_MS;
const way = (changes: Partial<WayView> = {}): WayView => ({
  rating: "excellent",
  mos: 4.3,
  loss: 0,
  reasons: [],
  ...changes,
});

export function personRow(name: string, changes: Partial<PersonRow> = {}): PersonRow {
  return {
    participant_id: name.toLowerCase(),
    name,
    role: "participant",
    connected: true,
    away: false,
    since: {},
    path: "ok",
    way: "udp",
    sending: way(),
    receiving: way(),
    round_trip_ms: 28,
    first_word_ms: 1_900,
    lost_minutes: 0,
    hand_since_ms: null,
    help_since_ms: null,
    gone_at_ms: null,
    ...changes,
  };
}

const GONE = { connected: false, path: "lost", way: null, sending: null, receiving: null } as const;

const PEOPLE: readonly PersonRow[] = [
  personRow("Karim", { since: { missing: ago(4) }, ...GONE, away: true, lost_minutes: 4.1 }),
  personRow("Léa", {
    since: { deaf: ago(2), unheard: ago(1) },
    sending: way({ rating: "lost", mos: 1, reasons: ["network_lost"] }),
    receiving: way({ rating: "lost", mos: 1, reasons: ["network_lost"] }),
    way: "turn_tls",
    round_trip_ms: 310,
    lost_minutes: 2,
  }),
  personRow("Ngọc Ánh Nguyễn-Lefèbvre de la Tour", {
    since: { poor: ago(6) },
    sending: way({ rating: "poor", mos: 2.4, loss: 0.08, reasons: ["uplink_loss", "high_delay"] }),
    hand_since_ms: ago(12),
  }),
  personRow("Amélie", { role: "trainer" }),
  personRow("Bruno", { help_since_ms: ago(3) }),
  personRow("Chloé", { away: true, way: "tcp" }),
  personRow("Dmitri", { ...GONE, gone_at_ms: ago(20), lost_minutes: 1.5 }),
];

const wave = (count: number, height: number) =>
  Array.from({ length: count }, (_, index) => Math.max(0, Math.round(height * Math.sin(index / 7))));

export function roomRow(name: string, changes: Partial<RoomRow> = {}): RoomRow {
  return {
    room_id: name.toLowerCase().replace(/\W+/g, "-"),
    name,
    node_id: "n1",
    status: "fine",
    score: 0,
    complaints: [],
    people: 15,
    missing: 0,
    hand_since_ms: null,
    help_since_ms: null,
    first_word_ms: 1_900,
    lost_minutes: 0.2,
    trend: Array.from({ length: 60 }, () => 0),
    ...changes,
  };
}

const complaint = (reason: Complaint["reason"], count: number, minutes: number): Complaint => ({
  reason,
  count,
  since_ms: ago(minutes),
});

const WORST = roomRow("Web workshop, group 3", {
  room_id: "worst",
  status: "serious",
  score: 61.5,
  complaints: [
    complaint("deaf", 1, 2),
    complaint("missing", 1, 4),
    complaint("hand", 1, 12),
    complaint("help", 1, 3),
  ],
  people: 5,
  missing: 1,
  lost_minutes: 12.6,
  first_word_ms: 6_200,
  trend: wave(60, 40),
});

const ROOMS: readonly RoomRow[] = [
  WORST,
  roomRow("Introduction à Python — matin", {
    status: "trouble",
    score: 19,
    complaints: [complaint("no_trainer", 1, 7), complaint("poor", 3, 1)],
    node_id: "n2",
    trend: wave(60, 15),
  }),
  roomRow("Accessibilité numérique", {
    status: "attention",
    score: 6,
    complaints: [complaint("hand", 2, 5)],
    first_word_ms: null,
    trend: wave(12, 6),
  }),
  ...["Databases", "Git for beginners", "Networks", "CSS layouts"].map((name) => roomRow(name)),
];

const COUNTS: Counts = {
  rooms: 30,
  people: 412,
  missing: 3,
  serious: 1,
  trouble: 1,
  attention: 1,
  fine: 27,
};

function node(id: string, changes: Partial<NodeView> = {}): NodeView {
  return {
    node_id: id,
    url: `http://10.0.0.${id.slice(1)}:8080`,
    answers: true,
    draining: false,
    rooms: 10,
    sessions: 151,
    loop_lag_ms: 8,
    cpu: 0.412,
    memory_bytes: 212_000_000,
    uptime_s: 15_300,
    redis: true,
    ...changes,
  };
}

const SILENT = {
  answers: false,
  loop_lag_ms: null,
  cpu: null,
  memory_bytes: null,
  uptime_s: null,
  redis: null,
};

function overview(changes: Partial<Overview> = {}): Overview {
  return {
    you: { name: "Nadia", may_act: true, until_ms: ago(-300) },
    cluster: true,
    nodes: [node("n1"), node("n2", { draining: true, rooms: 2 }), node("n3", SILENT)],
    counts: COUNTS,
    found: 30,
    offset: 0,
    rooms: ROOMS,
    ...changes,
  };
}

const ROOM: RoomView = {
  room: WORST,
  people: PEOPLE,
  people_trend: wave(180, 6),
  trouble_trend: wave(180, 40),
  lost_trend: wave(180, 2),
};

const LÉA: PersonView = {
  room_id: "worst",
  room_name: WORST.name,
  node_id: "n1",
  person: PEOPLE[1] ?? personRow("Léa"),
  client: "momentum-web/0.1",
  browser: "Chrome 130; Android; phone",
  sends: [{ kind: "camera", of: "Léa", layer: "l", paused: false, bitrate_bps: 92_000 }],
  receives: [
    { kind: "camera", of: "Amélie", layer: "m", paused: false, bitrate_bps: null },
    { kind: "screen", of: "Amélie", layer: null, paused: true, bitrate_bps: null },
  ],
  readings: {
    sending: [null, 4.3, 4.2, 3.1, 2.2, 1, null, 2.8, 1, 1],
    receiving: [null, 4.3, 4.3, 4, 3.5, 1, null, 3.9, 1, 1],
    loss_out: [null, 0, 0.01, 0.08, 0.13, null, null, 0.04, null, null],
    loss_in: [null, 0, 0, 0.02, 0.03, null, null, 0, null, null],
    round_trip: [null, 40, 44, 120, 260, null, null, 180, 310, 310],
  },
  timeline: [
    { at_ms: ago(30), what: "joined", detail: "" },
    { at_ms: ago(29.9), what: "media_up", detail: "udp" },
    { at_ms: ago(29.8), what: "first_word", detail: "1900" },
    { at_ms: ago(9), what: "lost", detail: "" },
    { at_ms: ago(8.7), what: "resumed", detail: "" },
    { at_ms: ago(8.6), what: "changed_way", detail: "turn_tls" },
    { at_ms: ago(2), what: "deaf", detail: "" },
    { at_ms: ago(1.5), what: "restart_asked", detail: "" },
    { at_ms: ago(1), what: "unheard", detail: "" },
  ],
};

const ANSWERS = { overview: overview(), "rooms/worst": ROOM, "rooms/worst/people/l%C3%A9a": LÉA };
const NO_COUNTS: Counts = {
  ...COUNTS,
  rooms: 0,
  people: 0,
  missing: 0,
  serious: 0,
  trouble: 0,
  attention: 0,
  fine: 0,
};

export const opsScenes: Readonly<Record<string, () => OpsScene>> = {
  "ops-overview": () => ({ server: new FakeOpsServer(ANSWERS), fragment: "#/" }),
  "ops-empty": () => ({
    server: new FakeOpsServer({
      overview: overview({
        cluster: false,
        nodes: [node("n1", { redis: null })],
        counts: NO_COUNTS,
        found: 0,
        rooms: [],
      }),
    }),
    fragment: "#/",
  }),
  "ops-lost": () => ({ server: new FakeOpsServer({}, "unreachable"), fragment: "#/" }),
  "ops-room": () => ({ server: new FakeOpsServer(ANSWERS), fragment: "#/room/worst" }),
  "ops-person": () => ({ server: new FakeOpsServer(ANSWERS), fragment: "#/room/worst/person/l%C3%A9a" }),
  "ops-gone": () => ({ server: new FakeOpsServer({ overview: overview() }), fragment: "#/room/gone" }),
  "ops-expired": () => ({ server: new FakeOpsServer({}, "token_expired"), fragment: "#/" }),
  "ops-no-link": () => ({ server: null, fragment: "#/" }),
};
