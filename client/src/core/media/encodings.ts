/** What is sent, how large and how fast: capture constraints, simulcast encodings and codecs. */
import type { Layer, PublicationKind } from "../../generated/protocol";

/** lib.dom does not know these yet (WebRTC Extensions, "scaleResolutionDownTo"; WebRTC-SVC, "scalabilityMode"). */
interface Encoding extends RTCRtpEncodingParameters {
  scalabilityMode?: string;
  scaleResolutionDownTo?: { maxWidth: number; maxHeight: number };
}

interface LayerShape {
  readonly rid: Layer;
  readonly maxWidth: number;
  readonly maxHeight: number;
  readonly scale: number;
  readonly maxBitrate: number;
  readonly maxFramerate: number;
}

/** Highest first: the order h, m, l is the one that Chromium needs (docs/protocol.md, "Media"). */
export const CAMERA_LAYERS: readonly LayerShape[] = [
  { rid: "h", maxWidth: 1280, maxHeight: 720, scale: 1, maxBitrate: 900_000, maxFramerate: 25 },
  { rid: "m", maxWidth: 640, maxHeight: 360, scale: 2, maxBitrate: 350_000, maxFramerate: 25 },
  { rid: "l", maxWidth: 320, maxHeight: 180, scale: 4, maxBitrate: 120_000, maxFramerate: 15 },
];

/**
 * Two temporal layers in each encoding: the server can leave out every second picture for a narrow path. Browsers that do not
 * know the member ignore it.
 */
const SCALABILITY_MODE = "L1T2";

/**
 * Simulcast of the camera. `scaleResolutionDownTo` names sizes, so that small cameras get all three layers too; browsers
 * without it ignore the member and scale by `scaleResolutionDownBy`, which the others ignore.
 */
export function cameraEncodings(): RTCRtpEncodingParameters[] {
  return CAMERA_LAYERS.map(
    ({ rid, maxWidth, maxHeight, scale, maxBitrate, maxFramerate }): Encoding => ({
      rid,
      maxBitrate,
      maxFramerate,
      scaleResolutionDownBy: scale,
      scaleResolutionDownTo: { maxWidth, maxHeight },
      scalabilityMode: SCALABILITY_MODE,
    }),
  );
}

/** Text must stay sharp: one layer, few frames (contentHint "detail" keeps the size and lowers the rate). */
export const SCREEN_LAYER = { maxBitrate: 1_500_000, maxFramerate: 15 } as const;

export function encodingsFor(kind: PublicationKind): RTCRtpEncodingParameters[] | undefined {
  if (kind === "camera") return cameraEncodings();
  if (kind === "screen") return [{ ...SCREEN_LAYER }];
  return undefined;
}

export function mediaTypeOf(kind: PublicationKind): "audio" | "video" {
  return kind === "microphone" || kind === "screen_audio" ? "audio" : "video";
}

/** What an m-line is for: what this browser sends, or what it receives of anybody. */
export type Purpose = "source" | "slot";

/** RED is used only if the answer puts it first. */
const AUDIO: readonly string[] = ["audio/opus", "audio/red"];

/** The profile that all have who have H.264 (RFC 7742 section 6.2): Constrained Baseline, packets in order (mode 1). */
function isCommonH264({ sdpFmtpLine = "" }: RTCRtpCodec): boolean {
  return /profile-level-id=42e0/i.test(sdpFmtpLine) && /packetization-mode=1/.test(sdpFmtpLine);
}

/**
 * What the relay can forward, of what the browser can do, in our order; undefined: leave the browser's choice.
 *
 * Everybody sends VP8, because everybody can receive it. A browser without it sends H.264, which reaches those who take that
 * too: so slots take both. `instead`: send H.264 all the same (to see and test that it works).
 */
export function codecPreferences(
  media: "audio" | "video",
  purpose: Purpose,
  capabilities: RTCRtpCapabilities | null,
  instead: "h264" | null = null,
): RTCRtpCodec[] | undefined {
  const codecs = capabilities?.codecs ?? [];
  const named = (name: string): RTCRtpCodec[] =>
    codecs.filter(({ mimeType }) => mimeType.toLowerCase() === name);
  if (media === "audio") return orUndefined(AUDIO.flatMap(named));
  const vp8 = named("video/vp8").slice(0, 1);
  const h264 = named("video/h264").filter(isCommonH264).slice(0, 1);
  const [first, second] = instead === "h264" && h264.length > 0 ? [h264, vp8] : [vp8, h264];
  const usable = purpose === "slot" ? [...vp8, ...h264] : first.length > 0 ? first : second;
  return usable.length > 0 ? [...usable, ...named("video/rtx")] : undefined;
}

function orUndefined(codecs: RTCRtpCodec[]): RTCRtpCodec[] | undefined {
  return codecs.length > 0 ? codecs : undefined;
}

export function microphoneConstraints(
  deviceId: string | null,
  noiseSuppression = true,
): MediaTrackConstraints {
  return {
    ...(deviceId ? { deviceId: { ideal: deviceId } } : {}),
    echoCancellation: true,
    noiseSuppression,
    autoGainControl: true,
    channelCount: { ideal: 1 },
  };
}

/** `processors`: navigator.hardwareConcurrency. Old machines encode three layers of 540 lines better than of 720. */
export function cameraConstraints(deviceId: string | null, processors: number): MediaTrackConstraints {
  const [width, height] = processors > 4 ? [1280, 720] : [960, 540];
  return {
    ...(deviceId ? { deviceId: { ideal: deviceId } } : {}),
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: 25, max: 30 },
  };
}

export function screenConstraints(): DisplayMediaStreamOptions {
  return {
    // Larger screens are scaled down here, once: in full size text would only get fewer bits, and weak devices more work.
    video: { frameRate: { ideal: 10, max: 15 }, width: { max: 1920 }, height: { max: 1200 } },
    // The sound of what is shown must come as it is, and without the voices that this page plays.
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  };
}
