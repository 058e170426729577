import { Users } from "lucide-preact";
import { t } from "../../i18n";
import { badge } from "../context";
import type { Panel } from "../room/panels/panel";
import { PeoplePanel } from "./PeoplePanel";

export const peoplePanel: Panel = {
  name: "people",
  icon: Users,
  title: () => t("toolbar.people"),
  shortcut: "people",
  badge: ({ classroom }) => {
    // Whoever stands at the door comes first.
    const waiting = classroom.room.value?.lobby.length ?? 0;
    if (waiting > 0) return badge(waiting, (count) => t("lobby.badge", { count }));
    return badge(classroom.hands.value.length, (count) => t("toolbar.hands", { count }));
  },
  content: { component: PeoplePanel },
};
