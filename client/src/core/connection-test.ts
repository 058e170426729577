/**
 * Before joining: which way do sound and pictures take through this network, if any? A throw-away connection to the media
 * server, by the same ways that the real one will have, tells. It carries nothing and is closed as soon as it is known.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { IceServer } from "../generated/protocol";
import type { ConnectionTest } from "./api";
import type { Cancel, Clock } from "./clock";
import { iceServerOf } from "./media/ice-servers";
import type { CreatePeerConnection } from "./media/peer";
import { selectedPath } from "./media/way";

export interface TestAnswer {
  readonly sdp: string;
  readonly ice_servers: readonly IceServer[];
}

export interface TestPorts {
  readonly clock: Clock;
  readonly createPeerConnection: CreatePeerConnection;
  /** Asks the server for an answer to this offer; rejects when there is none to be had. */
  readonly ask: (sdp: string) => Promise<TestAnswer>;
}

const POLL_MS = 100;
/** The first way that works is not always the best: UDP may be slower to come up than a relay nearby. */
const SETTLE_MS = 1_500;
/** By way of TURN and TLS over a slow network, connecting takes some ten round trips. */
const GIVE_UP_MS = 12_000;

export class ConnectionTester {
  private readonly current = signal<ConnectionTest | null>(null);
  private running: { connection: RTCPeerConnection; cancel: Cancel } | null = null;

  constructor(private readonly ports: TestPorts) {}

  get result(): ReadonlySignal<ConnectionTest | null> {
    return this.current;
  }

  /** Starts over; what comes of it is in `result`. */
  run(): void {
    this.stop();
    this.current.value = { kind: "running" };
    const connection = this.ports.createPeerConnection({
      bundlePolicy: "max-bundle",
      rtcpMuxPolicy: "require",
    });
    this.running = { connection, cancel: () => {} };
    this.open(connection).then(
      () => this.watch(connection, this.ports.clock.now() + GIVE_UP_MS, null),
      () => this.finish(connection, { kind: "unavailable" }),
    );
  }

  /** A test that is under way is given up; nothing is known then. */
  stop(): void {
    if (!this.running) return;
    this.finish(this.running.connection, null);
  }

  private async open(connection: RTCPeerConnection): Promise<void> {
    connection.addTransceiver("audio", { direction: "recvonly" });
    const offer = await connection.createOffer();
    const answer = await this.ports.ask(offer.sdp ?? "");
    // Before the offer is applied: then the browser starts to gather.
    connection.setConfiguration({
      ...connection.getConfiguration(),
      iceServers: answer.ice_servers.map(iceServerOf),
    });
    await connection.setLocalDescription(offer);
    await connection.setRemoteDescription({ type: "answer", sdp: answer.sdp });
  }

  private watch(connection: RTCPeerConnection, untilMs: number, connectedAtMs: number | null): void {
    if (this.running?.connection !== connection) return;
    this.running.cancel = this.ports.clock.after(POLL_MS, async () => {
      const { connectionState } = connection;
      const nowMs = this.ports.clock.now();
      const stats = connectionState === "connected" ? await connection.getStats().catch(() => null) : null;
      const path = stats && selectedPath(stats.values());
      if (this.running?.connection !== connection) return;
      const sinceMs = path === null ? null : (connectedAtMs ?? nowMs);
      if (path && (path.way === "udp" || nowMs - (sinceMs ?? nowMs) >= SETTLE_MS))
        this.finish(connection, { kind: "done", ...path });
      else if (connectionState === "failed" || nowMs >= untilMs)
        this.finish(connection, { kind: "done", way: "none", roundTripMs: null });
      else this.watch(connection, untilMs, sinceMs);
    });
  }

  private finish(connection: RTCPeerConnection, result: ConnectionTest | null): void {
    if (this.running?.connection !== connection) return;
    this.running.cancel();
    this.running = null;
    connection.close();
    this.current.value = result;
  }
}
