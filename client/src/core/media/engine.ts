/**
 * Keeps the person's media connected: makes the one offer, watches the connection, restarts ICE when the path is lost and
 * starts over when that does not help. Signaling and the RTCPeerConnection are given; time too.
 *
 * What is published is told once (`publish`) and holds for every connection made later. Nothing here ever starts a track.
 */
import type { EarlyOffer, PublicationKind } from "../../generated/protocol";
import type { MediaConnection } from "../api";
import { retryDelayMs } from "../backoff";
import type { Cancel, Clock } from "../clock";
import { pack, unpack } from "./packing";
import { type CreatePeerConnection, Peer, type SlotCounts, type SlotStreams, USUAL_SLOTS } from "./peer";
import { NO_SEND_LIMITS, type SendLimits } from "./sending";

export interface EnginePorts {
  readonly createPeerConnection: CreatePeerConnection;
  /** What is sent though the browser has VP8 (for tests of it). */
  readonly videoCodec?: "h264" | null;
  /** Sends the offer, resolves with the answer's SDP; rejects when there is none to be had now. */
  readonly negotiate: (sdp: string, sources: Record<string, PublicationKind>) => Promise<string>;
  /** TURN servers with fresh credentials; asked only where there are any. */
  readonly freshIceServers: () => Promise<RTCIceServer[]>;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface EngineObserver {
  stateChanged(state: MediaConnection): void;
  /** A connection was made or remade; the streams of before are dead. */
  streamsChanged(streams: SlotStreams): void;
  /** The connection that takes over from the one of before a move is connected. */
  arrived(): void;
}

/** From the answer to "connected": a path that is there takes a fifth of a second. */
const CONNECT_TIMEOUT_MS = 6_000;
/** After an offer that was not answered. */
const RETRY_MS = 1_000;
const DOUBT_MS = 1_000;
const ICE_RESTARTS = 2;
/** So many connections that never came up, and the interface says "failed" (trying goes on). */
const FAILED_AFTER = 2;

interface Early {
  readonly peer: Peer;
  /** Null until the offer is made. */
  packed: Omit<EarlyOffer, "spare"> | null;
}

export class MediaEngine {
  private peer: Peer | null = null;
  /** The connection of before a move of the room, while it lives on. */
  private former: Peer | null = null;
  private moving = false;
  /** What the next hello may carry, and the connection that it is of: the one of `peer` until that is used, then a spare. */
  private early: Early | null = null;
  private readonly tracks = new Map<PublicationKind, MediaStreamTrack | null>();
  private limits: SendLimits = NO_SEND_LIMITS;
  private patienceMs: number | null = null;
  private slots: SlotCounts = USUAL_SLOTS;
  private iceServers: RTCIceServer[] = [];
  /** Their credentials are as old as the session: too old, perhaps, to start anything with. */
  private iceServersUsed = false;
  private state: MediaConnection = "idle";
  /** Whether signaling can carry an offer now. */
  private signaling = false;
  private negotiating = false;
  /** A restart that could not be asked for yet. */
  private restartOwed = false;
  /** Nothing comes, whatever the browser says of the connection. */
  private silent = false;
  private restarts = 0;
  private rebuilds = 0;
  private cancelTimer: Cancel = () => {};

  constructor(
    private readonly ports: EnginePorts,
    private readonly observer: EngineObserver,
  ) {}

  get peerConnection(): RTCPeerConnection | null {
    return this.peer?.connection ?? null;
  }

  get slotNames(): Map<string, string> {
    return this.peer?.slotNames() ?? new Map();
  }

  /** Before joining: has everything ready, so that a click on "Join" only has to send it. */
  prewarm(): void {
    if (!this.peer) this.build();
    this.prepareEarly();
  }

  /** An offer for the next hello; null: none is ready. A spare, while there is a connection that may be alive. */
  get earlyOffer(): EarlyOffer | null {
    const packed = this.early?.packed;
    return packed ? { ...packed, spare: this.state !== "idle" } : null;
  }

  /** A fresh session: whatever the server knew of this client's media is gone. `answer`: to `earlyOffer`, packed. */
  start(slots: SlotCounts, iceServers: RTCIceServer[], answer: Uint8Array | null = null): void {
    if (this.moving) [this.former, this.peer, this.moving] = [this.peer, null, false];
    const { early } = this;
    const unused = this.peer?.connection.signalingState === "stable" && this.state === "idle";
    this.slots = slots;
    this.iceServers = iceServers;
    this.iceServersUsed = false;
    this.signaling = true;
    this.rebuilds = 0;
    this.restartOwed = false;
    if (early && (answer || early.peer === this.peer)) this.early = null;
    if (early && answer) this.install(early.peer);
    else if (unused) this.peer?.addSlots(slots);
    else this.build();
    this.connect(early ? answer : null);
  }

  /** The room goes to another node: the connection of now lives on, beside the one that `start` makes, until `endFormer`. */
  keepFormer(): void {
    this.moving = true;
  }

  endFormer(): void {
    this.moving = false;
    this.former?.close();
    this.former = null;
    const arrived = this.peer?.connection.connectionState === "connected";
    if (this.state === "connected" && !arrived) this.change("interrupted");
  }

  /** See `Peer.played`. */
  played(media: "audio" | "video", index: number): number | null {
    return this.peer?.played(media, index) ?? null;
  }

  /** The session was resumed: the media may have survived; if there are signs that they did not, help. */
  resume(): void {
    this.signaling = true;
    if (this.state === "idle") return;
    if (this.restartOwed) this.restart();
    else if (this.state === "connected") void this.doubt();
    else this.recover();
  }

  /** No offer can be sent until `resume` or `start`. */
  suspend(): void {
    this.signaling = false;
    if (this.state !== "idle") this.prepareEarly();
  }

  /** The network changed under us: the old path is probably dead though nobody has noticed yet. */
  restart(): void {
    if (this.state === "idle") return;
    this.restartOwed = !this.signaling;
    this.restarts = 0;
    this.recover();
  }

  /**
   * Nothing has come for a while over a path on which something always comes (`arrives` false), or it comes again. Sooner than the
   * browser's own word, and the only one where a connection looks sound though the far end has forgotten it.
   */
  heard(arrives: boolean): void {
    if (arrives === !this.silent) return;
    if (arrives) {
      this.silent = false;
      if (this.peer?.connection.connectionState === "connected") this.connectionChanged("connected");
    } else if (this.state === "connected") {
      this.silent = true;
      this.change("interrupted");
      this.restart();
    }
  }

  /** How much of the pictures is sent, now and by every connection made later. */
  limit(limits: SendLimits): void {
    this.limits = limits;
    this.peer?.limit(limits);
  }

  /** How long received pictures wait, now and in every connection made later: see `PatiencePolicy`. */
  waitForPictures(ms: number | null): void {
    if (ms === this.patienceMs) return;
    this.patienceMs = ms;
    this.peer?.waitForPictures(ms);
  }

  stop(): void {
    this.cancelTimer();
    this.signaling = false;
    this.endFormer();
    this.early?.peer.close();
    this.early = null;
    this.peer?.close();
    this.peer = null;
    this.change("idle");
    this.observer.streamsChanged({ audio: [], video: [] });
  }

  publish(kind: PublicationKind, track: MediaStreamTrack | null): void {
    this.tracks.set(kind, track);
    this.send(kind, track);
    this.former?.send(kind, track).catch(() => {});
  }

  /** The browser needs 6 s to notice a dead path; what arrives tells sooner (feedback comes many times a second). */
  private async doubt(): Promise<void> {
    const { peer } = this;
    const before = await peer?.bytesReceived();
    this.ports.clock.after(DOUBT_MS, async () => {
      const silent = (await peer?.bytesReceived()) === before;
      if (silent && this.peer === peer && this.state === "connected") this.restart();
    });
  }

  private send(kind: PublicationKind, track: MediaStreamTrack | null): void {
    // A connection that was closed meanwhile gets its tracks when it is made anew.
    this.peer?.send(kind, track).catch(() => {});
  }

  private make(): Peer {
    return new Peer(this.ports.createPeerConnection, this.slots, this.ports.videoCodec);
  }

  private prepareEarly(): void {
    if (this.early) return;
    const peer = this.state === "idle" && this.peer ? this.peer : this.make();
    const early: Early = { peer, packed: null };
    this.early = early;
    peer
      .draft()
      .then(async ({ sdp, sources }) => {
        early.packed = { sdp: await pack(sdp), sources };
      })
      .catch(() => {}); // A browser that cannot pack offers after the welcome.
  }

  /** Another connection: the spare, if there is one. */
  private build(): void {
    const spare = this.early?.peer ?? this.make();
    this.early = null;
    spare.addSlots(this.slots);
    this.install(spare);
  }

  private install(peer: Peer): void {
    if (peer === this.peer) return;
    this.peer?.close();
    this.restarts = 0;
    this.silent = false;
    this.peer = peer;
    peer.limit(this.limits);
    peer.waitForPictures(this.patienceMs);
    peer.connection.onconnectionstatechange = () => {
      if (this.peer === peer) this.connectionChanged(peer.connection.connectionState);
    };
    for (const [kind, track] of this.tracks) this.send(kind, track);
    this.observer.streamsChanged(peer.slotStreams());
  }

  private connectionChanged(state: RTCPeerConnectionState): void {
    if (state === "connected" && !this.silent) {
      this.cancelTimer();
      this.restarts = 0;
      this.rebuilds = 0;
      this.change("connected");
      if (this.former) this.observer.arrived();
    } else if (state === "disconnected" || state === "failed") {
      if (this.state === "connected" && !this.former) this.change("interrupted");
      this.recover();
    }
  }

  private connect(early: Uint8Array | null = null): void {
    if (this.state === "idle") this.change("connecting");
    else if (this.state === "connected" && !this.former) this.change("interrupted");
    void this.negotiate(false, early);
  }

  /** An ICE restart first (DTLS and the streams live on), then a new connection. */
  private recover(): void {
    this.cancelTimer();
    if (!this.signaling || this.negotiating || !this.peer) return;
    if (this.restarts < ICE_RESTARTS && this.peer.connection.remoteDescription) {
      this.restarts += 1;
      void this.negotiate(true);
      return;
    }
    this.rebuilds += 1;
    if (this.rebuilds > FAILED_AFTER) this.change("failed");
    this.cancelTimer = this.ports.clock.after(retryDelayMs(this.rebuilds, this.ports.random()), () => {
      if (!this.signaling) return;
      this.build();
      this.connect();
    });
  }

  /** `early`: the answer to the offer that has been made, if that is here already. */
  private async negotiate(iceRestart: boolean, early: Uint8Array | null = null): Promise<void> {
    const { peer } = this;
    if (!peer) return;
    this.negotiating = true;
    let patienceMs = RETRY_MS;
    try {
      if (this.iceServers.length > 0) {
        if (this.iceServersUsed) this.iceServers = await this.ports.freshIceServers();
        this.iceServersUsed = true;
        peer.connection.setConfiguration({
          ...peer.connection.getConfiguration(),
          iceServers: this.iceServers,
        });
      }
      const { sdp, sources } = await peer.offer(iceRestart ? { iceRestart } : {});
      const answer = early ? await unpack(early) : await this.ports.negotiate(sdp, sources);
      if (this.peer === peer && !peer.continues(answer)) {
        // The server has forgotten this connection: a new path would lead to keys that nobody has.
        this.build();
        this.connect();
        return;
      }
      await peer.accept(answer);
      patienceMs = CONNECT_TIMEOUT_MS;
    } catch {
      // No answer (the connection was lost, the server is not ready), or one that does not fit: the timer tries again.
    } finally {
      if (this.peer === peer) {
        this.negotiating = false;
        this.expectConnection(peer, patienceMs);
      }
    }
    if (early && this.peer === peer && peer.addSlots(this.slots)) {
      this.observer.streamsChanged(peer.slotStreams());
      await this.negotiate(false);
    }
  }

  private expectConnection(peer: Peer, withinMs: number): void {
    this.cancelTimer();
    this.cancelTimer = this.ports.clock.after(withinMs, () => {
      const sound = peer.connection.connectionState === "connected" && !this.silent;
      if (this.peer === peer && !sound) this.recover();
    });
  }

  private change(state: MediaConnection): void {
    if (state === this.state) return;
    this.state = state;
    this.observer.stateChanged(state);
  }
}
