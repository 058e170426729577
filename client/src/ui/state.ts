/** What only the interface knows: which panel is open, what was dismissed, what just failed. */
import { type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";
import { type Channel, type Classroom, CommandError } from "../core/api";
import { lookUp, t } from "../i18n";
import type { RoomContext } from "./context";
import { createPushToTalk } from "./devices/pushToTalk";
import { createLayoutState, type LayoutState } from "./layout/choice";
import type { DialogName } from "./room/dialogs";
import type { PanelName } from "./room/panels/panel";
import { readShortcutKeys, type ShortcutKeys } from "./shortcuts/stored";

/** The tabs of the settings; see settings/sections.ts. */
export type SettingsSection = "devices" | "appearance" | "data" | "shortcuts" | "language";

export interface Failure {
  readonly id: number;
  readonly text: string;
}

export interface UiState {
  readonly panel: Signal<PanelName | null>;
  readonly layout: LayoutState;
  /** Hold the space bar to speak. */
  readonly pushToTalk: Signal<boolean>;
  readonly dialog: Signal<DialogName | null>;
  readonly settingsSection: Signal<SettingsSection>;
  readonly shortcuts: ShortcutKeys;
  readonly chatChannel: Signal<Channel>;
  /** Staff, channel "trainers": whose private thread is open. */
  readonly chatThread: Signal<string | null>;
  /** The newest announcement that was read, or was there before the person came; null: not known yet. */
  readonly broadcastRead: Signal<number | null>;
  readonly listenerDismissed: Signal<boolean>;
  /** Cards that this person has closed, by their keys. */
  readonly putAway: Signal<ReadonlySet<string>>;
  readonly failures: Signal<readonly Failure[]>;
}

/** More than this many failures at once would only hide the room. */
const FAILURES_MAX = 3;
let nextFailureId = 1;

export function createUiState(): UiState {
  return {
    panel: signal(null),
    layout: createLayoutState(),
    pushToTalk: createPushToTalk(),
    dialog: signal(null),
    settingsSection: signal<SettingsSection>("devices"),
    shortcuts: readShortcutKeys(),
    chatChannel: signal<Channel>("room"),
    chatThread: signal(null),
    broadcastRead: signal(null),
    listenerDismissed: signal(false),
    putAway: signal<ReadonlySet<string>>(new Set()),
    failures: signal([]),
  };
}

export function openSettings(ui: UiState, section: SettingsSection): void {
  ui.settingsSection.value = section;
  ui.dialog.value = "settings";
}

export function putAway(ui: UiState, key: string): void {
  ui.putAway.value = new Set([...ui.putAway.value, key]);
}

export function fail(ui: UiState, text: string): void {
  ui.failures.value = [...ui.failures.value, { id: nextFailureId++, text }].slice(-FAILURES_MAX);
}

/** The words for a refusal or any other failure of a command. */
export function failureText(error: unknown): string {
  const code = error instanceof CommandError ? error.code : "unknown";
  return lookUp(`error.${code}`) ?? lookUp(`ended.${code}.text`) ?? t("error.unknown");
}

interface Context {
  readonly classroom: Classroom;
  readonly ui: UiState;
}

export const ClassroomContext = createContext<Context | null>(null);

function useClassroomContext(): Context {
  const context = useContext(ClassroomContext);
  if (context === null) throw new Error("ClassroomContext is missing");
  return context;
}

export const useClassroom = (): Classroom => useClassroomContext().classroom;
export const useUi = (): UiState => useClassroomContext().ui;

/** What the registries are given; null: not in the room (yet). */
export function useRoomContext(): RoomContext | null {
  const { classroom, ui } = useClassroomContext();
  const me = classroom.me.value;
  return me === null ? null : { classroom, ui, me };
}

/** Runs a command; a refusal becomes a short message on the screen. Resolves to whether it worked. */
export function useRun(): (command: Promise<unknown>) => Promise<boolean> {
  const { ui } = useClassroomContext();
  return useMemo(
    () => async (command: Promise<unknown>) => {
      try {
        await command;
        return true;
      } catch (error) {
        fail(ui, failureText(error));
        return false;
      }
    },
    [ui],
  );
}
