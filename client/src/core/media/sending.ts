/** How much of the person's own pictures is sent: which layers, how fast. Pure; `encoder.ts` brings it to the browser. */
import type { Layer, PublicationKind } from "../../generated/protocol";
import { CAMERA_LAYERS, SCREEN_LAYER } from "./encodings";

export type PictureKind = Extract<PublicationKind, "camera" | "screen">;

/** By the server's `media.wanted`: the layers that anybody takes. A kind that is missing: everything. */
export type WantedLayers = Readonly<Partial<Record<PublicationKind, readonly Layer[]>>>;

export interface SendLimits {
  readonly wanted: WantedLayers;
  /** The highest layer of the camera that the device, or the person's choice, allows. */
  readonly ceiling: Layer;
  /** Save data: a shared screen gets fewer frames and bits (it keeps its size: text must stay readable). */
  readonly frugal: boolean;
}

export const NO_SEND_LIMITS: SendLimits = { wanted: {}, ceiling: "h", frugal: false };

/** What can change of an encoding while it is sent. `rid` "": the one plain stream of a screen, or of an old browser. */
export interface Sent {
  readonly rid: Layer | "";
  readonly active: boolean;
  readonly maxBitrate: number;
  readonly maxFramerate: number;
  readonly scale: number;
}

const FRUGAL_SCREEN = { maxBitrate: 500_000, maxFramerate: 5 };
const HEIGHTS: readonly Layer[] = ["l", "m", "h"];

const height = (layer: Layer): number => HEIGHTS.indexOf(layer);

/** `rids`: the encodings that there are, in their order. */
export function sentOf(kind: PictureKind, rids: readonly string[], limits: SendLimits): readonly Sent[] {
  const wanted = limits.wanted[kind];
  if (kind === "screen")
    return rids.map(() => ({
      rid: "",
      active: wanted === undefined || wanted.length > 0,
      ...SCREEN_LAYER,
      ...(limits.frugal ? FRUGAL_SCREEN : {}),
      scale: 1,
    }));
  const active = new Set(allowed(wanted ?? HEIGHTS, limits.ceiling));
  return rids.map((rid) => {
    // One plain stream stands for the highest layer that would be sent.
    const single = [...active].sort((a, b) => height(b) - height(a))[0] ?? limits.ceiling;
    const known = CAMERA_LAYERS.find((layer) => layer.rid === rid);
    const shape = known ?? CAMERA_LAYERS.find((layer) => layer.rid === single);
    return {
      rid: known?.rid ?? "",
      active: known ? active.has(known.rid) : active.size > 0,
      maxBitrate: shape?.maxBitrate ?? 0,
      maxFramerate: shape?.maxFramerate ?? 0,
      scale: shape?.scale ?? 1,
    };
  });
}

/** The wanted layers up to the ceiling; if all are above it, the ceiling in their place. */
function allowed(wanted: readonly Layer[], ceiling: Layer): readonly Layer[] {
  const below = wanted.filter((layer) => height(layer) <= height(ceiling));
  return below.length > 0 || wanted.length === 0 ? below : [ceiling];
}
