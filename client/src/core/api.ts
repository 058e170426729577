/**
 * What the interface sees of the classroom: signals to show, actions to take. `core/` implements it over
 * docs/protocol.md and WebRTC and imports nothing from `ui/`; `ui/` imports only this file's types, never a socket.
 */
import type { ReadonlySignal } from "@preact/signals";
import type {
  BreakoutMode,
  BreakoutPlan,
  Channel,
  ChatImage,
  Constraints,
  DirectionQuality,
  Group,
  GroupSpec,
  MediaFlags,
  MediaWay,
  OpsMessage,
  Participant,
  PersonQuality,
  PublicationKind,
  Quality,
  Role,
  RoomLayout,
  Rules,
  SetRole,
  Snapshot,
} from "../generated/protocol";
import type { CaptionsActions } from "./captions";
import type { ChatEntry, Draft, Messages } from "./chat-api";
import type { Pictures } from "./chat-pictures";
import type { GlossaryActions } from "./glossary";
import type { NotesActions } from "./notes";
import type { ReactionActions } from "./reactions";
import type { LastHeard, TeachingActions } from "./teaching";

/** How the person's own media do, both ways; null: no media connection yet. */
export type OwnQuality = Pick<Quality, "sending" | "receiving">;

/** Where the connection to the room stands; each has its own plain words in the catalogues. */
export type ConnectionState =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting" }
  /**
   * In the lobby, until a trainer decides; `join` is still on its way. `sinceMs`: since when, server time. Not `reached`: the
   * network was lost, trying again by itself.
   */
  | { readonly kind: "waiting"; readonly sinceMs: number; readonly reached: boolean }
  | { readonly kind: "connected" }
  /** The network was lost; trying again by itself. `sinceMs`: when (Date.now()). `attempt`: 1, 2, … */
  | { readonly kind: "reconnecting"; readonly sinceMs: number; readonly attempt: number }
  /** Over for good: `code` is a protocol error code; only a click or a new link goes on. */
  | { readonly kind: "ended"; readonly code: string };

/** The state of the path that sound and pictures take. */
export type MediaConnection = "idle" | "connecting" | "connected" | "interrupted" | "failed";

/** How sound and pictures get through the network, best first; none: not at all. TURN relays them, by UDP, TCP or TLS. */
export type ConnectionWay = MediaWay | "none";

/** What the connection test found. */
export type ConnectionTest =
  | { readonly kind: "running" }
  /** `roundTripMs`: to the media server and back; null: not measured. */
  | { readonly kind: "done"; readonly way: ConnectionWay; readonly roundTripMs: number | null }
  /** It could not be made now: the server does not answer, or is too busy. */
  | { readonly kind: "unavailable" };

/** A device problem with the person's own microphone, camera or screen. */
export type DeviceProblem =
  | "denied" // permission refused
  | "missing" // no such device
  | "busy" // used by another program
  | "unsupported" // the browser cannot
  | "failed"; // anything else

/** What pictures may cost; sound is never given up. Kept by this device. */
export interface DataChoice {
  /** Fewer and smaller pictures, both ways. */
  readonly low: boolean;
  /** False: none but interpreters' arrive. */
  readonly receivePictures: boolean;
  /** False: the camera stays off. Turning it on takes this back. */
  readonly sendPicture: boolean;
}

/** What would help after trouble: fewer and smaller pictures, or none. */
export type DataOffer = "low" | "audio";

/** One picture on the wall. */
export interface Tile {
  /** Stable key: `participantId/kind`. */
  readonly key: string;
  readonly participant: Participant;
  readonly kind: "camera" | "screen";
  readonly self: boolean;
  /** Null: no picture flows (camera off, or not enough network); then show the initials. */
  readonly stream: MediaStream | null;
  readonly speaking: boolean;
  readonly spotlight: boolean;
}

export interface Hand {
  readonly participant: Participant;
  readonly raisedAtMs: number;
  /** They have had their say since: does the hand still need to be up? Null: not yet. */
  readonly spokenAtMs: number | null;
}

export interface Notice {
  readonly id: number;
  /** Catalogue key; see i18n/en/ `notice.*`. */
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly tone: "info" | "warning" | "ask";
  readonly atMs: number;
}

export interface DeviceList {
  readonly microphones: readonly MediaDeviceInfo[];
  readonly cameras: readonly MediaDeviceInfo[];
  readonly speakers: readonly MediaDeviceInfo[];
  readonly microphoneId: string | null;
  readonly cameraId: string | null;
  readonly speakerId: string | null;
}

/** The person's own devices, before and after joining. */
export interface LocalMedia {
  readonly devices: ReadonlySignal<DeviceList>;
  /** Live preview or publication; null when off. */
  readonly cameraStream: ReadonlySignal<MediaStream | null>;
  readonly screenStream: ReadonlySignal<MediaStream | null>;
  /** What the person wants and has: true = open and (once joined) published. */
  readonly microphoneOn: ReadonlySignal<boolean>;
  readonly cameraOn: ReadonlySignal<boolean>;
  readonly screenOn: ReadonlySignal<boolean>;
  /** 0..1, about 20 times a second while the microphone is open. */
  readonly microphoneLevel: ReadonlySignal<number>;
  readonly microphoneProblem: ReadonlySignal<DeviceProblem | null>;
  readonly cameraProblem: ReadonlySignal<DeviceProblem | null>;
  readonly screenProblem: ReadonlySignal<DeviceProblem | null>;
  /** What is done to sound and picture on this device. `backgroundBlur` null: this camera cannot, or is off. */
  readonly processing: {
    readonly noiseSuppression: ReadonlySignal<boolean>;
    readonly backgroundBlur: ReadonlySignal<boolean | null>;
  };
  setNoiseSuppression(on: boolean): Promise<void>;
  setBackgroundBlur(on: boolean): Promise<void>;
  setMicrophone(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  setScreen(on: boolean): Promise<void>;
  chooseMicrophone(deviceId: string): Promise<void>;
  chooseCamera(deviceId: string): Promise<void>;
  chooseSpeaker(deviceId: string): Promise<void>;
  /** Plays a short chime on the chosen speaker. */
  testSpeaker(): Promise<void>;
}

/** What makes a browser unable to take part, found before anything else. */
export type Obstacle = "insecure_origin" | "no_webrtc" | "no_websocket" | "no_token";

/** What the invitation in the address says (read without verifying; the server verifies). */
export interface Invitation {
  readonly token: string;
  readonly roomName: string | null;
  readonly role: Role | null;
  /** Null for a group link: the person types a name. */
  readonly name: string | null;
  readonly group: boolean;
}

/** Staff: who may do what, who comes in, and who runs the room. */
export interface Moderation {
  setRules(change: Partial<Rules>): Promise<void>;
  /** Everybody's layout; null: each person chooses. */
  setLayout(layout: RoomLayout | null): Promise<void>;
  /** Null: everybody who waits in the lobby. */
  admit(participantId: string | null): Promise<void>;
  refuse(participantId: string): Promise<void>;
  /** Somebody who was removed may come back in. */
  readmit(participantId: string): Promise<void>;
  setRole(participantId: string, role: SetRole["role"]): Promise<void>;
}

/** What stands behind groups: who must (not) be together, groups kept for another day, company for the lonely. */
export interface Grouping {
  setConstraints(constraints: Constraints): Promise<void>;
  /** Replaces a set of this name. */
  save(name: string, mode: BreakoutMode, groups: readonly GroupSpec[]): Promise<void>;
  forget(name: string): Promise<void>;
  /** The person goes to the group that was offered to them. */
  acceptOffer(): Promise<void>;
}

export interface Classroom extends TeachingActions {
  readonly notes: NotesActions;
  readonly captions: CaptionsActions;
  readonly glossary: GlossaryActions;
  readonly moderation: Moderation;
  readonly grouping: Grouping;
  readonly obstacle: Obstacle | null;
  readonly invitation: Invitation | null;
  /** The name typed last in this browser, for group links. */
  readonly rememberedName: string | null;
  readonly local: LocalMedia;
  readonly connection: ReadonlySignal<ConnectionState>;
  readonly media: ReadonlySignal<MediaConnection>;
  /** The room as the server tells it; null until joined. */
  readonly room: ReadonlySignal<Snapshot | null>;
  readonly me: ReadonlySignal<Participant | null>;
  /** Screens first, then spotlight, then people in a stable order; only those in the same place as the person. */
  readonly tiles: ReadonlySignal<readonly Tile[]>;
  readonly hands: ReadonlySignal<readonly Hand[]>;
  readonly chat: ReadonlySignal<readonly ChatEntry[]>;
  /** In all conversations together. */
  readonly unread: ReadonlySignal<number>;
  readonly reactions: ReactionActions;
  readonly messages: Messages;
  readonly pictures: Pictures;
  readonly notices: ReadonlySignal<readonly Notice[]>;
  /** Staff only: what those who run the server said last; null: nothing. */
  readonly opsMessage: ReadonlySignal<OpsMessage | null>;
  /** Staff only: when people were last heard from; null: not known. */
  readonly lastHeard: ReadonlySignal<LastHeard | null>;
  /** Ids of those who speak now, loudest first. */
  readonly speaking: ReadonlySignal<readonly string[]>;
  /** How the person's own sound and pictures do, as the server measures it. */
  readonly quality: ReadonlySignal<OwnQuality>;
  /** How everybody's do, by participant id; whoever is not in it: nothing is known (yet). Ratings: for staff only. */
  readonly people: ReadonlySignal<ReadonlyMap<string, PersonQuality>>;
  /** Server time minus local time, ms: for countdowns and waiting times. */
  readonly clockOffsetMs: ReadonlySignal<number>;
  /** The browser wants a click before it plays sound. */
  readonly soundBlocked: ReadonlySignal<boolean>;
  readonly data: ReadonlySignal<DataChoice>;
  /** Null: nothing is offered now. Taken by `setData`. */
  readonly dataOffer: ReadonlySignal<DataOffer | null>;
  /** The newest test of the way to the media server; null: none was made. */
  readonly connectionTest: ReadonlySignal<ConnectionTest | null>;

  /** Before joining: finds out which way works, into `connectionTest`. A test that is under way starts over. */
  testConnection(): void;
  /** Opens the session and the media. Resolves when joined; rejects with a CommandError. */
  join(name: string): Promise<void>;
  leave(): Promise<void>;
  /** After "ended" with code "replaced": take the seat back to this tab. */
  rejoin(): Promise<void>;
  enableSound(): Promise<void>;

  raiseHand(): Promise<void>;
  /** Without id: one's own. */
  lowerHand(participantId?: string): Promise<void>;
  lowerAllHands(): Promise<void>;
  setAway(away: boolean): Promise<void>;
  dismissNotice(id: number): void;

  mute(participantId: string): Promise<void>;
  muteAll(): Promise<void>;
  askUnmute(participantId: string): Promise<void>;
  setSpotlight(participantId: string | null): Promise<void>;
  removeParticipant(participantId: string): Promise<void>;

  /** What `openBreakouts` would make; to open just these, pass them as the plan's `groups`. */
  previewBreakouts(plan: BreakoutPlan): Promise<readonly GroupSpec[]>;
  openBreakouts(plan: BreakoutPlan, instruction: string, durationS: number | null): Promise<void>;
  rotateBreakouts(durationS: number | null): Promise<void>;
  moveParticipant(participantId: string, group: string | null): Promise<void>;
  visitBreakout(group: string | null): Promise<void>;
  extendBreakouts(durationS: number): Promise<void>;
  instructBreakouts(instruction: string): Promise<void>;
  broadcastText(text: string): Promise<void>;
  broadcastVoice(on: boolean): Promise<void>;
  closeBreakouts(afterS: number): Promise<void>;
  callHelp(): Promise<void>;
  endHelp(group?: string): Promise<void>;

  setData(change: Partial<DataChoice>): void;
  /** "Not now": not asked again for a while. */
  refuseDataOffer(): void;

  /** The interface tells what it draws, in device pixels, most important first; off-screen tiles as 0 x 0. */
  setView(
    view: readonly {
      participantId: string;
      kind: PublicationKind;
      width: number;
      height: number;
      /** Neither hidden nor made small to save data or work: an interpreter. */
      vital?: boolean;
    }[],
  ): void;
}

/** A command the server refused, or that could not be sent. */
export class CommandError extends Error {
  constructor(
    readonly code: string,
    readonly detail = "",
  ) {
    super(detail ? `${code}: ${detail}` : code);
    this.name = "CommandError";
  }
}

export type { CaptionsActions, CaptionWriter } from "./captions";
export type { GlossaryActions } from "./glossary";
export type { NoteReader, NotesActions } from "./notes";
export type { ReactionActions, ReactionName, ShownReaction } from "./reactions";
export { type Retention, readRetention } from "./retention";
export type { AgendaActions, AgendaLine, CheckinActions, LastHeard, TurnActions } from "./teaching";
export type {
  BreakoutPlan,
  Channel,
  ChatEntry,
  ChatImage,
  DirectionQuality,
  Draft,
  Group,
  GroupSpec,
  MediaFlags,
  Messages,
  Participant,
  PersonQuality,
  Pictures,
  Role,
  RoomLayout,
  Rules,
  Snapshot,
};
