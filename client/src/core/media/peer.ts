/**
 * One RTCPeerConnection with the room's fixed set of m-lines: four to send on, whose tracks come and go by
 * `replaceTrack`, and the slots to receive on. Nothing is renegotiated while people come, go and move.
 */
import type { PublicationKind } from "../../generated/protocol";
import { codecPreferences, encodingsFor, mediaTypeOf } from "./encodings";
import { withAudioRepair } from "./sdp";

export interface SlotCounts {
  readonly audio: number;
  readonly video: number;
}

/** What the server uses unless told otherwise: the offer can be prepared before it says so. */
export const USUAL_SLOTS: SlotCounts = { audio: 4, video: 16 };

/** The order of the m-lines we send on. */
const KINDS: readonly PublicationKind[] = ["microphone", "camera", "screen", "screen_audio"];

export type CreatePeerConnection = (configuration: RTCConfiguration) => RTCPeerConnection;

export interface OfferMade {
  readonly sdp: string;
  readonly sources: Record<string, PublicationKind>;
}

export interface SlotStreams {
  readonly audio: readonly MediaStream[];
  readonly video: readonly MediaStream[];
}

export class Peer {
  readonly connection: RTCPeerConnection;
  private readonly sources = new Map<PublicationKind, RTCRtpTransceiver>();
  private readonly slots: { audio: RTCRtpTransceiver[]; video: RTCRtpTransceiver[] } = {
    audio: [],
    video: [],
  };
  private readonly streams = new Map<RTCRtpTransceiver, MediaStream>();
  private prepared: Promise<RTCSessionDescriptionInit> | null = null;

  constructor(create: CreatePeerConnection, slots: SlotCounts = USUAL_SLOTS) {
    this.connection = create({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
    for (const kind of KINDS) this.sources.set(kind, this.addSource(kind));
    this.addSlots(slots);
  }

  /** More slots than now; fewer are never wanted: an empty slot costs nothing. */
  addSlots(wanted: SlotCounts): void {
    for (const media of ["audio", "video"] as const) {
      for (let have = this.slots[media].length; have < wanted[media]; have++) {
        const slot = this.connection.addTransceiver(media, { direction: "recvonly" });
        prefer(slot, media);
        this.slots[media].push(slot);
        this.streams.set(slot, new MediaStream([slot.receiver.track]));
        this.prepared = null;
      }
    }
  }

  /** Ahead of time: making an offer with 24 m-lines takes a slow machine a while. */
  prepare(): void {
    this.prepared ??= this.connection.createOffer();
    this.prepared.catch(() => {});
  }

  async offer(options: RTCOfferOptions = {}): Promise<OfferMade> {
    const prepared = options.iceRestart ? null : this.prepared;
    this.prepared = null;
    const description = await this.propose(await (prepared ?? this.connection.createOffer(options)));
    const sources: Record<string, PublicationKind> = {};
    for (const [kind, transceiver] of this.sources)
      if (transceiver.mid !== null) sources[transceiver.mid] = kind;
    return { sdp: description.sdp ?? "", sources };
  }

  /** Takes the offer as ours, with what we want beyond the browser's own, unless it will not have that. */
  private async propose(offer: RTCSessionDescriptionInit): Promise<RTCSessionDescriptionInit> {
    const wanted = { type: offer.type, sdp: withAudioRepair(offer.sdp ?? "") };
    try {
      await this.connection.setLocalDescription(wanted);
      return wanted;
    } catch {
      await this.connection.setLocalDescription(offer);
      return offer;
    }
  }

  async accept(answer: string): Promise<void> {
    await this.connection.setRemoteDescription({ type: "answer", sdp: answer });
  }

  /** Publishes a track, or nothing. */
  async send(kind: PublicationKind, track: MediaStreamTrack | null): Promise<void> {
    const sender = this.sources.get(kind)?.sender;
    if (sender && sender.track !== track) await sender.replaceTrack(track);
  }

  /** One constant stream per slot, in the order of the slots' names. */
  slotStreams(): SlotStreams {
    const streams = (media: "audio" | "video"): MediaStream[] =>
      this.slots[media].flatMap((slot) => this.streams.get(slot) ?? []);
    return { audio: streams("audio"), video: streams("video") };
  }

  /** Name (a0, v3) of the slot with each mid. */
  slotNames(): Map<string, string> {
    const names = new Map<string, string>();
    for (const media of ["audio", "video"] as const)
      this.slots[media].forEach((slot, index) => {
        if (slot.mid !== null) names.set(slot.mid, `${media[0]}${index}`);
      });
    return names;
  }

  /** Everything that came over the path so far, bytes. */
  async bytesReceived(): Promise<number> {
    let bytes = 0;
    for (const stats of (await this.connection.getStats()).values())
      if (stats.type === "candidate-pair") bytes += stats.bytesReceived ?? 0;
    return bytes;
  }

  close(): void {
    this.connection.close();
  }

  private addSource(kind: PublicationKind): RTCRtpTransceiver {
    const media = mediaTypeOf(kind);
    const sendEncodings = encodingsFor(kind);
    let transceiver: RTCRtpTransceiver;
    try {
      transceiver = this.connection.addTransceiver(media, {
        direction: "sendonly",
        ...(sendEncodings ? { sendEncodings } : {}),
      });
    } catch {
      // A browser that cannot do these encodings sends one plain stream, which the relay takes too.
      transceiver = this.connection.addTransceiver(media, { direction: "sendonly" });
    }
    prefer(transceiver, media);
    return transceiver;
  }
}

/** Only what the relay forwards: cuts the offer to a third, and keeps the browser from choosing anything else. */
function prefer(transceiver: RTCRtpTransceiver, media: "audio" | "video"): void {
  const codecs = codecPreferences(media, globalThis.RTCRtpReceiver?.getCapabilities?.(media) ?? null);
  if (!codecs) return;
  try {
    transceiver.setCodecPreferences?.(codecs);
  } catch {
    // The browser's own order then; the answer takes from it what it knows.
  }
}
