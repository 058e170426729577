/** How this person wants the pictures, kept by this device; and what a trainer has set for everybody. */
import { type Signal, signal } from "@preact/signals";
import type { RoomLayout } from "../../core/api";
import { readStored, store } from "../stored";

/** "auto": everybody alike, until a screen is shared or somebody is in the spotlight. */
export type Layout = "auto" | RoomLayout;

export const LAYOUTS: readonly Layout[] = ["auto", "gallery", "speaker", "screen"];

export interface OwnLayout {
  readonly layout: Layout;
  /** What the trainer had set when this was chosen: the choice holds until the trainer sets something else. */
  readonly over: RoomLayout | null;
}

/** The person's own choice wins over the trainer's, if it was made after it. */
export function layoutFor(own: OwnLayout, roomLayout: RoomLayout | null): Layout {
  if (roomLayout === null || own.over === roomLayout) return own.layout;
  return roomLayout;
}

export interface LayoutState {
  readonly own: Signal<OwnLayout>;
  /** The key of the tile that is kept large here; it may belong to somebody who is away for a moment. */
  readonly pinned: Signal<string | null>;
  readonly hideSelf: Signal<boolean>;
  /** Nobody else's camera is shown, nor sent to us. Screens are. */
  readonly hideOthers: Signal<boolean>;
}

const LAYOUT_KEY = "momentum.layout";
const SELF_KEY = "momentum.hide_self";
const OTHERS_KEY = "momentum.hide_others";

export function createLayoutState(): LayoutState {
  const stored = readStored(LAYOUT_KEY);
  return {
    own: signal({ layout: LAYOUTS.find((one) => one === stored) ?? "auto", over: null }),
    pinned: signal(null),
    hideSelf: signal(readStored(SELF_KEY) === "yes"),
    hideOthers: signal(readStored(OTHERS_KEY) === "yes"),
  };
}

/** Also takes a pin away: who asks for a layout wants to see it. */
export function chooseLayout(state: LayoutState, layout: Layout, roomLayout: RoomLayout | null): void {
  state.own.value = { layout, over: roomLayout };
  state.pinned.value = null;
  store(LAYOUT_KEY, layout);
}

export function setHideSelf(state: LayoutState, hide: boolean): void {
  state.hideSelf.value = hide;
  store(SELF_KEY, hide ? "yes" : "");
}

export function setHideOthers(state: LayoutState, hide: boolean): void {
  state.hideOthers.value = hide;
  store(OTHERS_KEY, hide ? "yes" : "");
}

export function togglePin(state: LayoutState, key: string): void {
  state.pinned.value = state.pinned.value === key ? null : key;
}
