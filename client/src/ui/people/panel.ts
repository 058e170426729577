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
  badge: ({ classroom }) => badge(classroom.hands.value.length, (count) => t("toolbar.hands", { count })),
  content: { component: PeoplePanel },
};
