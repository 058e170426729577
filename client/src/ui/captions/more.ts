import { Captions, Ear, Keyboard, Type } from "lucide-preact";
import { t } from "../../i18n";
import type { MenuItem } from "../common/menu/items";
import type { MoreEntry } from "../toolbar/more/entry";
import { type OwnCaptions, ownCaptions } from "./own";
import { captionPreferences, showCaptions } from "./preferences";
import { findRecognition } from "./recognition";

const set = (own: OwnCaptions) => () => {
  ownCaptions.value = ownCaptions.value === own ? "off" : own;
};

/** "Captions" in the menu behind "More". */
export const captionsEntry: MoreEntry = ({ ui, me }) => {
  const on = captionPreferences.on.value;
  const speaks = me.role !== "observer";
  const items: (MenuItem | null)[] = [
    {
      key: "show",
      kind: "checkbox",
      icon: Captions,
      label: t("captions.show"),
      hint: t("captions.show_hint"),
      checked: on,
      action: () => showCaptions(!on),
    },
    {
      key: "style",
      kind: "action",
      icon: Type,
      label: t("captions.style"),
      action: () => {
        ui.dialog.value = "captions";
      },
    },
    speaks
      ? {
          key: "typing",
          kind: "checkbox",
          icon: Keyboard,
          label: t("captions.typing"),
          hint: t("captions.typing_hint"),
          checked: ownCaptions.value === "typing",
          action: set("typing"),
        }
      : null,
    speaks && findRecognition() !== null
      ? {
          key: "speech",
          kind: "checkbox",
          icon: Ear,
          label: t("captions.speech"),
          hint: t("captions.speech_hint"),
          checked: ownCaptions.value === "speech",
          action: set("speech"),
        }
      : null,
  ];
  return {
    key: "captions",
    kind: "submenu",
    icon: Captions,
    label: t("captions.title"),
    hint: t(on ? "captions.are_on" : "captions.are_off"),
    items: items.filter((item) => item !== null),
  };
};
