/** How this person puts words into the captions: not at all, by typing, or by the browser listening to their microphone. */
import { signal } from "@preact/signals";

export type OwnCaptions = "off" | "typing" | "speech";

/** One for the page; not kept: nobody starts a day being listened to. */
export const ownCaptions = signal<OwnCaptions>("off");
