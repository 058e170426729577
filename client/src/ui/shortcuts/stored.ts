/** The person's own choice of keys, as this device remembers it. */
import { type Signal, signal } from "@preact/signals";
import { readStored, store } from "../stored";
import type { ShortcutName } from "./shortcuts";

/** What was chosen instead of the usual keys; "": none at all. */
export type OwnChords = Readonly<Partial<Record<ShortcutName, string>>>;

export interface ShortcutKeys {
  /** All of them, at once. */
  readonly on: Signal<boolean>;
  readonly own: Signal<OwnChords>;
}

const ON_KEY = "momentum.shortcuts";
const OWN_KEY = "momentum.shortcut_keys";

export function readShortcutKeys(): ShortcutKeys {
  return { on: signal(readStored(ON_KEY) !== "off"), own: signal(readOwn()) };
}

function readOwn(): OwnChords {
  try {
    const stored: unknown = JSON.parse(readStored(OWN_KEY) ?? "{}");
    if (typeof stored !== "object" || stored === null) return {};
    return Object.fromEntries(Object.entries(stored).filter(([, chord]) => typeof chord === "string"));
  } catch {
    return {};
  }
}

export function storeShortcutKeys({ on, own }: ShortcutKeys): void {
  store(ON_KEY, on.value ? "" : "off");
  store(OWN_KEY, Object.keys(own.value).length === 0 ? "" : JSON.stringify(own.value));
}
