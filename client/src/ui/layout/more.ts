import {
  EyeOff,
  GalleryVerticalEnd,
  LayoutDashboard,
  LayoutGrid,
  Monitor,
  Sparkles,
  UserRound,
} from "lucide-preact";
import { t } from "../../i18n";
import type { MenuItem } from "../common/menu/items";
import type { MoreEntry } from "../toolbar/more/entry";
import { chooseLayout, LAYOUTS, type Layout, layoutFor, setHideOthers, setHideSelf } from "./choice";

const ICONS = { auto: Sparkles, gallery: LayoutGrid, speaker: UserRound, screen: Monitor } as const;

/** "Layout" in the menu behind "More". */
export const layoutEntry: MoreEntry = ({ classroom, ui }) => {
  const roomLayout = classroom.room.value?.layout ?? null;
  const current = layoutFor(ui.layout.own.value, roomLayout);
  const { hideSelf, hideOthers } = ui.layout;
  const way = (layout: Layout): MenuItem => ({
    key: layout,
    kind: "radio",
    icon: ICONS[layout],
    label: t(`layout.${layout}`),
    hint: layout === roomLayout ? t("layout.by_trainer") : t(`layout.${layout}_hint`),
    checked: current === layout,
    action: () => chooseLayout(ui.layout, layout, roomLayout),
  });
  return {
    key: "layout",
    kind: "submenu",
    icon: LayoutDashboard,
    label: t("layout.title"),
    hint: t(`layout.${current}`),
    items: [
      ...LAYOUTS.map(way),
      {
        key: "self",
        kind: "checkbox",
        icon: EyeOff,
        label: t("layout.hide_self"),
        hint: t("layout.hide_self_hint"),
        checked: hideSelf.value,
        action: () => setHideSelf(ui.layout, !hideSelf.value),
      },
      {
        key: "others",
        kind: "checkbox",
        icon: GalleryVerticalEnd,
        label: t("layout.hide_others"),
        hint: t("layout.hide_others_hint"),
        checked: hideOthers.value,
        action: () => setHideOthers(ui.layout, !hideOthers.value),
      },
    ],
  };
};
