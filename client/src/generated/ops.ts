/**
 * What the ops page is given, and may ask for. Generated from the Python structs by `python -m classroom.typescript`; do not edit.
 * Prose: classroom/ops/api.py, docs/operations.md.
 */

import type { Layer, MediaPath, MediaWay, PublicationKind, QualityReason, Rating, Role } from "./protocol";

export const MESSAGE_CHARS = 500 as const;

export type OpsRole = "viewer" | "operator";

/**
 * missing: the seat is kept, the connection is gone. deaf: does not hear the others. unheard: is not heard,
 * microphone on. poor: hears and is heard, badly.
 */
export type Ill = "missing" | "deaf" | "unheard" | "poor";

/**
 * here_already: this process met the seat in a room that it loaded; it was in the room on another node, or
 * before a restart. lost, resumed: the WebSocket. media_*: the path of the media. changed_way: UDP, TCP or
 * TURN, in `detail`.
 */
export type Happening =
  | "joined"
  | "rejoined"
  | "here_already"
  | "lost"
  | "resumed"
  | "left"
  | "removed"
  | "revoked"
  | "ended"
  | "expired"
  | "stepped_out"
  | "stepped_in"
  | "first_word"
  | "media_up"
  | "media_silent"
  | "media_back"
  | "moved_address"
  | "changed_way"
  | "deaf"
  | "hears"
  | "unheard"
  | "heard"
  | "restart_asked";

export interface Entry {
  readonly at_ms: number;
  readonly what: Happening;
  /** A code: a way of the media, or how many milliseconds it took. */
  readonly detail: string;
}

export type Status = "serious" | "trouble" | "attention" | "fine";

export type Reason = "deaf" | "unheard" | "missing" | "poor" | "help" | "hand" | "no_trainer";

/** One reason for a room's score: how many people have it, and since when the first of them. */
export interface Complaint {
  readonly reason: Reason;
  readonly count: number;
  readonly since_ms: number;
}

/** Every code with which the ops page is refused something, beside those of its token (`ErrorCode`). */
export type OpsRefusal =
  | "malformed_message"
  | "too_large"
  | "too_slow"
  | "rate_limited"
  | "origin"
  | "not_permitted"
  | "room_not_found"
  | "person_not_found"
  | "node_not_found"
  | "node_silent"
  | "nobody_there"
  | "not_connected"
  | "not_clustered"
  | "nowhere_to_go"
  | "empty_text"
  | "storage_unavailable";

/** A card in the room, for all staff there. */
export interface MessageTrainer {
  readonly action: "message_trainer";
  /** 1 to 64 characters. */
  readonly room_id: string;
  /** At most 500 characters. */
  readonly text: string;
}

/** A client is asked to look for a new way for its media. */
export interface RestartIce {
  readonly action: "restart_ice";
  /** 1 to 64 characters. */
  readonly room_id: string;
  /** 1 to 64 characters. */
  readonly participant_id: string;
}

/** To another node: the one with least to do. */
export interface MoveRoom {
  readonly action: "move_room";
  /** 1 to 64 characters. */
  readonly room_id: string;
}

/** Everybody is shown out, and told so. Their links go on working. */
export interface CloseRoom {
  readonly action: "close_room";
  /** 1 to 64 characters. */
  readonly room_id: string;
}

/** `on`: takes no more rooms, and gives those that it has to others; off: takes rooms again. */
export interface DrainNode {
  readonly action: "drain_node";
  /** At most 64 characters. */
  readonly node_id: string;
  readonly on: boolean;
}

export interface Done {
  /** How many people were told, where that is what was asked for. */
  readonly reached: number;
}

export interface NodeView {
  readonly node_id: string;
  readonly url: string;
  /** False: asked, and did not answer in time; the rest is what it last said of itself. */
  readonly answers: boolean;
  readonly draining: boolean;
  readonly rooms: number;
  readonly sessions: number;
  /** The worst of the last minute; None: it does not answer. */
  readonly loop_lag_ms: number | null;
  /** Of one core. */
  readonly cpu: number | null;
  readonly memory_bytes: number | null;
  readonly uptime_s: number | null;
  /** Whether it reaches Redis; None: it needs none. */
  readonly redis: boolean | null;
}

export interface RoomRow {
  readonly room_id: string;
  readonly name: string;
  readonly node_id: string;
  readonly status: Status;
  readonly score: number;
  readonly complaints: readonly Complaint[];
  readonly people: number;
  readonly missing: number;
  readonly hand_since_ms: number | null;
  readonly help_since_ms: number | null;
  readonly first_word_ms: number | null;
  readonly lost_minutes: number;
  /** Trouble, one value a minute, the last hour. */
  readonly trend: readonly number[];
}

export interface Counts {
  readonly rooms: number;
  readonly people: number;
  readonly missing: number;
  readonly serious: number;
  readonly trouble: number;
  readonly attention: number;
  readonly fine: number;
}

/** Whose page it is. */
export interface Access {
  readonly name: string;
  readonly may_act: boolean;
  readonly until_ms: number;
}

export interface Overview {
  readonly you: Access;
  readonly cluster: boolean;
  readonly nodes: readonly NodeView[];
  readonly counts: Counts;
  readonly found: number;
  readonly offset: number;
  readonly rooms: readonly RoomRow[];
}

export interface WayView {
  readonly rating: Rating;
  readonly mos: number;
  readonly loss: number;
  readonly reasons: readonly QualityReason[];
}

export interface PersonRow {
  readonly participant_id: string;
  readonly name: string;
  readonly role: Role;
  readonly connected: boolean;
  readonly away: boolean;
  readonly since: Readonly<Partial<Record<Ill, number>>>;
  readonly path: MediaPath;
  readonly way: MediaWay | null;
  readonly sending: WayView | null;
  readonly receiving: WayView | null;
  readonly round_trip_ms: number | null;
  readonly first_word_ms: number | null;
  readonly lost_minutes: number;
  readonly hand_since_ms: number | null;
  readonly help_since_ms: number | null;
  readonly gone_at_ms: number | null;
}

export interface RoomView {
  readonly room: RoomRow;
  /** Those with a seat, the most troubled first; then those who left, the latest first. */
  readonly people: readonly PersonRow[];
  readonly people_trend: readonly number[];
  readonly trouble_trend: readonly number[];
  /** One value a minute, up to four hours; the last minute is not over. */
  readonly lost_trend: readonly number[];
}

/** One picture that a person receives, or sends in one layer. */
export interface PictureView {
  readonly kind: PublicationKind;
  /** Whose, by name. */
  readonly of: string;
  readonly layer: Layer | null;
  readonly paused: boolean;
  readonly bitrate_bps: number | null;
}

export interface PersonView {
  readonly room_id: string;
  readonly room_name: string;
  readonly node_id: string;
  readonly person: PersonRow;
  /** Name and version of the client program. */
  readonly client: string;
  /** Browser and its version, system, kind of device: as coarse as that; empty: not told. */
  readonly browser: string;
  readonly receives: readonly PictureView[];
  readonly sends: readonly PictureView[];
  /** sending, receiving: mean opinion score; loss_out, loss_in: 0 to 1; round_trip: ms. Every 15 s. */
  readonly readings: Readonly<Record<string, readonly (number | null)[]>>;
  /** Oldest first. */
  readonly timeline: readonly Entry[];
}

export type Action = MessageTrainer | RestartIce | MoveRoom | CloseRoom | DrainNode;
