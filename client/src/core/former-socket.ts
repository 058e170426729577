/**
 * The socket of before a planned move of the room (docs/protocol.md, "A planned move"): it tells of the slots of the media
 * connection that lives on, until the old node closes it, or the time that it gave is over.
 */
import type { Slots } from "../generated/protocol";
import type { Cancel, Clock } from "./clock";
import { decodeServerFrame, encodeRequest } from "./codec";
import type { Socket } from "./socket";

export interface FormerObserver {
  /** What is in the slots of the media connection of before. */
  formerSlots(slots: Slots): void;
  /** Its node has ended it, or is about to. */
  formerEnded(): void;
}

export class FormerSocket {
  private socket: Socket | null = null;
  private cancel: Cancel = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly observer: FormerObserver,
  ) {}

  /** The room has moved: from now on `socket` is the former one. */
  keep(socket: Socket | null, forMs: number): void {
    this.end();
    this.socket = socket;
    this.cancel = this.clock.after(forMs, () => this.end());
  }

  received(socket: Socket, bytes: ArrayBuffer): void {
    if (socket !== this.socket) return;
    const frame = decodeServerFrame(bytes);
    if (frame.kind !== "push") return;
    const { push } = frame;
    if (push.type === "media.slots") this.observer.formerSlots(push);
    if (push.type === "ping") socket.send(encodeRequest(0, "pong", { sent_at_ms: push.sent_at_ms }));
  }

  closed(socket: Socket): void {
    if (socket === this.socket) this.end();
  }

  /** The new media connection is connected: the old node need not wait for us. */
  arrived(): void {
    this.socket?.send(encodeRequest(0, "media.handover", { arrived: true }));
  }

  end(): void {
    const { socket } = this;
    if (!socket) return;
    this.cancel();
    this.socket = null;
    socket.close();
    this.observer.formerEnded();
  }
}
