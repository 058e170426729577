/**
 * One RTCPeerConnection with the room's fixed set of m-lines: four to send on, whose tracks come and go by
 * `replaceTrack`, and the slots to receive on. Nothing is renegotiated while people come, go and move.
 */
import type { PublicationKind } from "../../generated/protocol";
import { Encoder } from "./encoder";
import { codecPreferences, encodingsFor, mediaTypeOf, type Purpose } from "./encodings";
import { withAudioRepair } from "./sdp";
import type { PictureKind, SendLimits } from "./sending";

export interface SlotCounts {
  readonly audio: number;
  readonly video: number;
}

/** What the server uses unless told otherwise: the offer can be prepared before it says so. */
export const USUAL_SLOTS: SlotCounts = { audio: 4, video: 16 };

/** The order of the m-lines we send on. */
const KINDS: readonly PublicationKind[] = ["microphone", "camera", "screen", "screen_audio"];

const PICTURES: readonly PictureKind[] = ["camera", "screen"];

/** The m-lines' names, in their order. */
const MIDS = /^a=mid:(\S+)/gm;

/** The number that names our end's counterpart in SDP (RFC 8866 section 5.2): another one is another connection's. */
const ORIGIN = /^o=\S+ (\d+) /m;

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
  private readonly encoders: readonly Encoder[];
  private prepared: Promise<RTCSessionDescriptionInit> | null = null;

  /** `codec`: see `codecPreferences`. */
  constructor(
    create: CreatePeerConnection,
    slots: SlotCounts = USUAL_SLOTS,
    private readonly codec: "h264" | null = null,
  ) {
    this.connection = create({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
    for (const kind of KINDS) this.sources.set(kind, this.addSource(kind));
    this.encoders = PICTURES.flatMap((kind) => {
      const sender = this.sources.get(kind)?.sender;
      return sender ? new Encoder(sender, kind) : [];
    });
    this.addSlots(slots);
  }

  /** More slots than now; fewer are never wanted: an empty slot costs nothing. True: some were missing. */
  addSlots(wanted: SlotCounts): boolean {
    const before = this.streams.size;
    for (const media of ["audio", "video"] as const) {
      for (let have = this.slots[media].length; have < wanted[media]; have++) {
        const slot = this.connection.addTransceiver(media, { direction: "recvonly" });
        this.prefer(slot, media, "slot");
        this.slots[media].push(slot);
        this.streams.set(slot, new MediaStream([slot.receiver.track]));
        this.prepared = null;
      }
    }
    return this.streams.size > before;
  }

  /** Ahead of time: making an offer with 24 m-lines takes a slow machine a while. */
  prepare(): void {
    this.prepared ??= this.connection.createOffer();
    this.prepared.catch(() => {});
  }

  /** The first offer as `offer` will make it, which may not be applied for a long time yet. */
  async draft(): Promise<OfferMade> {
    this.prepare();
    const sdp = withAudioRepair((await this.prepared)?.sdp ?? "");
    const mids = [...sdp.matchAll(MIDS)].map(([, mid]) => mid);
    // The m-lines of a first offer are in the order in which transceivers were added.
    const sources = KINDS.flatMap((kind, index) => (mids[index] === undefined ? [] : [[mids[index], kind]]));
    return { sdp, sources: Object.fromEntries(sources) };
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

  /** How much of the pictures is sent; what the browser refuses stays as it is. */
  limit(limits: SendLimits): void {
    for (const encoder of this.encoders) encoder.limit(limits).catch(() => {});
  }

  /** Pictures wait so long before they are shown, at least; null: as the browser thinks fit. */
  waitForPictures(ms: number | null): void {
    // lib.dom lacks it; a browser that does, too, takes it for a member of our own.
    for (const { receiver } of this.slots.video)
      (receiver as { jitterBufferTarget?: number | null }).jitterBufferTarget = ms;
  }

  /** Whether the answer is of the same far end as the one in force: only then do its DTLS and SRTP live on. */
  continues(answer: string): boolean {
    const before = this.connection.remoteDescription?.sdp;
    return before === undefined || ORIGIN.exec(before)?.[1] === ORIGIN.exec(answer)?.[1];
  }

  /** One constant stream per slot, in the order of the slots' names. */
  slotStreams(): SlotStreams {
    const streams = (media: "audio" | "video"): MediaStream[] =>
      this.slots[media].flatMap((slot) => this.streams.get(slot) ?? []);
    return { audio: streams("audio"), video: streams("video") };
  }

  /** The RTP timestamp of the newest frame that a slot has played; null: none of late, or the browser does not tell. */
  played(media: "audio" | "video", index: number): number | null {
    const sources = this.slots[media][index]?.receiver.getSynchronizationSources?.();
    return sources?.[0]?.rtpTimestamp ?? null;
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
    this.prefer(transceiver, media, "source");
    return transceiver;
  }

  /** Only what the relay forwards: cuts the offer to a third, and keeps the browser from choosing anything else. */
  private prefer(transceiver: RTCRtpTransceiver, media: "audio" | "video", purpose: Purpose): void {
    const capabilities = globalThis.RTCRtpReceiver?.getCapabilities?.(media) ?? null;
    const codecs = codecPreferences(media, purpose, capabilities, this.codec);
    if (!codecs) return;
    try {
      transceiver.setCodecPreferences?.(codecs);
    } catch {
      // The browser's own order then; the answer takes from it what it knows.
    }
  }
}
