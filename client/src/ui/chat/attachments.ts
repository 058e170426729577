/** Pictures that are to go with the next message: drawn anew, uploaded at once, described by whoever sends them. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ChatImage } from "../../core/api";
import { MAX_ALT_CHARS, MAX_IMAGES } from "../../generated/protocol";
import { failureText, useClassroom } from "../state";
import { redraw } from "./redraw";

export interface Attachment {
  readonly key: number;
  readonly preview: string | null;
  /** Null: still on its way. */
  readonly image: ChatImage | null;
  readonly alt: string;
  readonly problem: string | null;
}

export interface Attachments {
  readonly list: Signal<readonly Attachment[]>;
  readonly busy: boolean;
  add(files: Iterable<File>): void;
  describe(key: number, alt: string): void;
  remove(key: number): void;
  /** Those that are ready, to be sent; the list is empty afterwards. */
  take(): readonly ChatImage[];
}

let lastKey = 0;

export function useAttachments(): Attachments {
  const { pictures } = useClassroom();
  const list = useSignal<readonly Attachment[]>([]);
  useEffect(() => () => clear(), []);

  function change(key: number, changes: Partial<Attachment>): void {
    list.value = list.peek().map((one) => (one.key === key ? { ...one, ...changes } : one));
  }

  function clear(): void {
    for (const { preview } of list.peek()) if (preview !== null) URL.revokeObjectURL(preview);
    list.value = [];
  }

  async function send(key: number, file: File): Promise<void> {
    try {
      const picture = await redraw(file);
      const preview = URL.createObjectURL(picture);
      if (list.peek().some((one) => one.key === key)) change(key, { preview });
      else URL.revokeObjectURL(preview);
      change(key, { image: await pictures.upload(picture) });
    } catch (error) {
      change(key, { problem: failureText(error) });
    }
  }

  return {
    list,
    busy: list.value.some(({ image, problem }) => image === null && problem === null),
    add(files) {
      for (const file of files) {
        if (list.peek().length >= MAX_IMAGES) return;
        lastKey += 1;
        list.value = [...list.peek(), { key: lastKey, preview: null, image: null, alt: "", problem: null }];
        void send(lastKey, file);
      }
    },
    describe: (key, alt) => change(key, { alt: alt.slice(0, MAX_ALT_CHARS) }),
    remove(key) {
      const gone = list.peek().find((one) => one.key === key);
      if (gone?.preview) URL.revokeObjectURL(gone.preview);
      list.value = list.peek().filter((one) => one.key !== key);
    },
    take() {
      const ready = list
        .peek()
        .flatMap(({ image, alt }) => (image === null ? [] : [{ ...image, alt: alt.trim() }]));
      clear();
      return ready;
    },
  };
}

/** The pictures among what is pasted or dropped. */
export function picturesIn(data: DataTransfer | null): readonly File[] {
  return Array.from(data?.files ?? []).filter(({ type }) => type.startsWith("image/"));
}
