/**
 * Speech recognition of the browser (Web Speech API), where it has one. Chromium's and Safari's send the sound to their makers: it is
 * opt-in, and the interface says so.
 */
import type { CaptionWriter } from "../../core/api";

interface Alternative {
  readonly transcript: string;
}

interface Result {
  readonly isFinal: boolean;
  readonly [index: number]: Alternative;
}

interface ResultEvent {
  readonly resultIndex: number;
  readonly results: { readonly length: number; readonly [index: number]: Result };
}

/** The part of SpeechRecognition that is used; lib.dom has no type for it. */
export interface Recognizer {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  onresult: ((event: ResultEvent) => void) | null;
  onend: (() => void) | null;
  onerror: ((event: { readonly error: string }) => void) | null;
  start(): void;
  stop(): void;
}

export type MakeRecognizer = new () => Recognizer;

interface WithRecognition {
  readonly SpeechRecognition?: MakeRecognizer;
  readonly webkitSpeechRecognition?: MakeRecognizer;
}

/** Null: this browser has none. */
export function findRecognition(page: object = globalThis): MakeRecognizer | null {
  const { SpeechRecognition, webkitSpeechRecognition } = page as WithRecognition;
  return SpeechRecognition ?? webkitSpeechRecognition ?? null;
}

/** These do not go away by trying again. */
const FINAL_ERRORS = new Set([
  "not-allowed",
  "service-not-allowed",
  "audio-capture",
  "language-not-supported",
]);

/**
 * Writes what the person says until it is stopped; `ended`: the browser gave up. Browsers end a recognition after a silence:
 * it is begun again then.
 */
export function recognize(
  Recognition: MakeRecognizer,
  lang: string,
  writer: CaptionWriter,
  ended: () => void,
): () => void {
  const recognizer = new Recognition();
  let wanted = true;
  recognizer.lang = lang;
  recognizer.continuous = true;
  recognizer.interimResults = true;
  recognizer.onresult = ({ resultIndex, results }) => {
    let unfinished = "";
    for (let index = resultIndex; index < results.length; index += 1) {
      const result = results[index];
      const words = result?.[0]?.transcript ?? "";
      if (!result?.isFinal) {
        unfinished += words;
        continue;
      }
      writer.change(words);
      writer.finish();
    }
    if (unfinished !== "") writer.change(unfinished);
  };
  recognizer.onerror = ({ error }) => {
    if (!FINAL_ERRORS.has(error) || !wanted) return;
    wanted = false;
    ended();
  };
  recognizer.onend = () => {
    writer.finish();
    if (wanted) recognizer.start();
  };
  recognizer.start();
  return () => {
    wanted = false;
    recognizer.stop();
    writer.finish();
  };
}
