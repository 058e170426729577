/** The tabs of the settings, in order. Another one: its component here, its words as `settings.<name>`. */
import { Contrast, Gauge, Globe, Keyboard, type LucideIcon, Mic } from "lucide-preact";
import type { ComponentType } from "preact";
import { AppearanceSettings } from "../preferences/AppearanceSettings";
import { ShortcutSettings } from "../shortcuts/ShortcutSettings";
import type { SettingsSection } from "../state";
import { DataSettings } from "./DataSettings";
import { DeviceSettings } from "./DeviceSettings";
import { LanguageSettings } from "./LanguageSettings";

interface Section {
  readonly name: SettingsSection;
  readonly icon: LucideIcon;
  readonly Content: ComponentType;
  /** Also before joining: what one may need to read that page, and what it does not show itself. */
  readonly beforeJoining: boolean;
}

export const SECTIONS: readonly Section[] = [
  { name: "devices", icon: Mic, Content: DeviceSettings, beforeJoining: false },
  { name: "appearance", icon: Contrast, Content: AppearanceSettings, beforeJoining: true },
  { name: "data", icon: Gauge, Content: DataSettings, beforeJoining: true },
  { name: "shortcuts", icon: Keyboard, Content: ShortcutSettings, beforeJoining: false },
  { name: "language", icon: Globe, Content: LanguageSettings, beforeJoining: true },
];
