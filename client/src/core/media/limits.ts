/** What the person's choice, a weak device and a hidden page allow of pictures, each way. Sound is never limited. Pure. */
import type { Layer } from "../../generated/protocol";
import type { DataChoice } from "../api";
import type { SendLimits } from "./sending";
import type { Strain } from "./strain";

export interface ViewLimits {
  /** At most so many pictures, the most important first; 0: none. */
  readonly pictures: number;
  /** Interpreters' pictures whatever that number is: to those who need one they are what sound is to others. */
  readonly interpreters: boolean;
  /** The highest layer of a camera. Screens have only one: text must stay readable. */
  readonly layer: Layer;
}

export interface MediaLimits {
  readonly view: ViewLimits;
  readonly send: Pick<SendLimits, "ceiling" | "frugal">;
}

export const ALL_PICTURES = Number.POSITIVE_INFINITY;
/** Of the low-data mode: the trainer, the screen, and who matters most beside them. */
export const LOW_DATA_PICTURES = 4;

export const FULL_CHOICE: DataChoice = { low: false, receivePictures: true, sendPicture: true };

const BY_STRAIN: Readonly<Record<Strain, Omit<ViewLimits, "interpreters">>> = {
  0: { pictures: ALL_PICTURES, layer: "h" },
  1: { pictures: ALL_PICTURES, layer: "m" },
  2: { pictures: 9, layer: "l" },
  3: { pictures: 4, layer: "l" },
};

export function limitsOf(choice: DataChoice, strain: Strain, hidden: boolean): MediaLimits {
  const byStrain = BY_STRAIN[strain];
  const unseen = hidden || !choice.receivePictures;
  return {
    view: {
      pictures: unseen ? 0 : Math.min(byStrain.pictures, choice.low ? LOW_DATA_PICTURES : ALL_PICTURES),
      layer: choice.low ? "l" : byStrain.layer,
      interpreters: !hidden,
    },
    send: { ceiling: choice.low ? "l" : byStrain.layer, frugal: choice.low },
  };
}
