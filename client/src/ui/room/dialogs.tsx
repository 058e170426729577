import type { ComponentType } from "preact";
import { useLoaded } from "../common/useLoaded";
import { useUi } from "../state";

export type DialogName = "settings" | "shortcuts" | "captions" | "privacy";

/** Dialogs that a menu or a button opens by name (`ui.dialog`); each closes itself by setting that to null. */
const DIALOGS: Readonly<Record<DialogName, () => Promise<ComponentType>>> = {
  settings: () => import("../settings/SettingsDialog").then((module) => module.SettingsDialog),
  captions: () => import("../captions/CaptionsDialog").then((module) => module.CaptionsDialog),
  privacy: () => import("../privacy/PrivacyDialog").then((module) => module.PrivacyDialog),
  shortcuts: () => import("../shortcuts/ShortcutHelp").then((module) => module.ShortcutHelp),
};

export function OpenDialog() {
  const name = useUi().dialog.value;
  return name === null ? null : <LoadedDialog key={name} load={DIALOGS[name]} />;
}

function LoadedDialog({ load }: { readonly load: () => Promise<ComponentType> }) {
  const { value: Content } = useLoaded(load);
  return Content === null ? null : <Content />;
}
