import { LayoutGrid } from "lucide-preact";
import { t } from "../../i18n";
import { badge } from "../context";
import { isStaff } from "../people";
import type { Panel } from "../room/panels/panel";
import { BreakoutsPanel } from "./BreakoutsPanel";

export const breakoutsPanel: Panel = {
  name: "breakouts",
  icon: LayoutGrid,
  title: () => t("toolbar.breakouts"),
  shortcut: "breakouts",
  isFor: ({ me }) => isStaff(me),
  badge: ({ classroom }) => {
    const groups = classroom.room.value?.breakouts?.groups ?? [];
    const calls = groups.filter((group) => group.help !== null).length;
    return badge(calls, (count) => t("toolbar.calls", { count }));
  },
  content: { component: BreakoutsPanel },
};
