/**
 * A picture as it is sent: drawn anew, no larger than screens show. That makes a phone's photo small enough for a poor network,
 * and leaves out everything that a file tells besides (where and when, with which camera).
 */
import { CommandError } from "../../core/api";

/** Of the file that was chosen; more is no picture for a chat. */
const FILE_MAX_BYTES = 30 * 1024 * 1024;
/** Half a minute on a poor network; the server takes a little more. */
const SENT_MAX_BYTES = 700_000;
/** Longest side and quality, tried in turn until the result is small enough. */
const STEPS = [
  [1920, 0.85],
  [1600, 0.8],
  [1280, 0.72],
  [960, 0.65],
] as const;

/** Rejects with a CommandError: "image_type" or "image_too_large". */
export async function redraw(file: Blob): Promise<Blob> {
  if (file.size > FILE_MAX_BYTES) throw new CommandError("image_too_large");
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new CommandError("image_type");
  });
  try {
    for (const [side, quality] of STEPS) {
      const picture = await drawn(bitmap, side, quality);
      if (picture && picture.size <= SENT_MAX_BYTES) return picture;
    }
  } finally {
    bitmap.close();
  }
  throw new CommandError("image_too_large");
}

async function drawn(bitmap: ImageBitmap, side: number, quality: number): Promise<Blob | null> {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const webp = await encoded(canvas, "image/webp", quality);
  // Safari cannot write WebP, and gives a large PNG instead.
  if (webp?.type === "image/webp") return webp;
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  return encoded(canvas, "image/jpeg", quality);
}

function encoded(canvas: HTMLCanvasElement, type: string, quality: number): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, type, quality));
}
