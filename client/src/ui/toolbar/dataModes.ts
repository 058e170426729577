/** The three ways in which people think of data, made of the choices that there are. */
import type { DataChoice } from "../../core/api";

export type DataMode = "full" | "low" | "audio";

/** What a click on each of them chooses. "Sound only" remembers how pictures were wanted before. */
export const DATA_MODES: Readonly<Record<DataMode, Partial<DataChoice>>> = {
  full: { low: false, receivePictures: true, sendPicture: true },
  low: { low: true, receivePictures: true, sendPicture: true },
  audio: { receivePictures: false, sendPicture: false },
};

export function dataModeOf({ low, receivePictures, sendPicture }: DataChoice): DataMode {
  if (!receivePictures && !sendPicture) return "audio";
  return low ? "low" : "full";
}
