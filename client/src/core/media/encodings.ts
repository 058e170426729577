/** What is sent, how large and how fast: capture constraints, simulcast encodings and codecs. */
import type { Layer, PublicationKind } from "../../generated/protocol";

/** lib.dom does not know it yet (WebRTC Extensions, "scaleResolutionDownTo"). */
interface Encoding extends RTCRtpEncodingParameters {
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
const CAMERA_LAYERS: readonly LayerShape[] = [
  { rid: "h", maxWidth: 1280, maxHeight: 720, scale: 1, maxBitrate: 900_000, maxFramerate: 25 },
  { rid: "m", maxWidth: 640, maxHeight: 360, scale: 2, maxBitrate: 350_000, maxFramerate: 25 },
  { rid: "l", maxWidth: 320, maxHeight: 180, scale: 4, maxBitrate: 120_000, maxFramerate: 15 },
];

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
    }),
  );
}

/** Text must stay sharp: one layer, few frames (contentHint "detail" keeps the size and lowers the rate). */
const SCREEN_ENCODING: RTCRtpEncodingParameters = { maxBitrate: 1_500_000, maxFramerate: 15 };

export function encodingsFor(kind: PublicationKind): RTCRtpEncodingParameters[] | undefined {
  if (kind === "camera") return cameraEncodings();
  if (kind === "screen") return [SCREEN_ENCODING];
  return undefined;
}

export function mediaTypeOf(kind: PublicationKind): "audio" | "video" {
  return kind === "microphone" || kind === "screen_audio" ? "audio" : "video";
}

const WANTED: Readonly<Record<"audio" | "video", readonly string[]>> = {
  // RED is used only if the answer puts it first.
  audio: ["audio/opus", "audio/red"],
  video: ["video/vp8", "video/rtx"],
};

/** What the relay can forward, of what the browser can do, in our order; undefined: leave the browser's choice. */
export function codecPreferences(
  media: "audio" | "video",
  capabilities: RTCRtpCapabilities | null,
): RTCRtpCodec[] | undefined {
  const wanted = WANTED[media];
  const rank = (codec: RTCRtpCodec): number => wanted.indexOf(codec.mimeType.toLowerCase());
  const usable = capabilities?.codecs.filter((codec) => rank(codec) >= 0);
  return usable?.length ? usable.sort((a, b) => rank(a) - rank(b)) : undefined;
}

export function microphoneConstraints(deviceId: string | null): MediaTrackConstraints {
  return {
    ...(deviceId ? { deviceId: { ideal: deviceId } } : {}),
    echoCancellation: true,
    noiseSuppression: true,
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
    video: { frameRate: { ideal: 10, max: 15 } },
    // The sound of what is shown must come as it is, and without the voices that this page plays.
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  };
}
