import { Users } from "lucide-preact";
import { t } from "../../i18n";
import { badge } from "../context";
import { isStaff } from "../people";
import type { Panel } from "../room/panels/panel";
import { callsOf } from "../turns/queue";
import { PeoplePanel } from "./PeoplePanel";

export const peoplePanel: Panel = {
  name: "people",
  icon: Users,
  title: () => t("toolbar.people"),
  shortcut: "people",
  badge: ({ classroom, me }) => {
    const room = classroom.room.value;
    const counted = [
      // Whoever stands at the door comes first.
      { count: room?.lobby.length ?? 0, words: (count: number) => t("lobby.badge", { count }) },
      {
        count: isStaff(me) && room !== null ? callsOf(room).length : 0,
        words: (count: number) => t("help.calls", { count }),
      },
      { count: classroom.hands.value.length, words: (count: number) => t("toolbar.hands", { count }) },
    ].filter(({ count }) => count > 0);
    return badge(
      counted.reduce((sum, { count }) => sum + count, 0),
      () => counted.map(({ count, words }) => words(count)).join(", "),
    );
  },
  content: { component: PeoplePanel },
};
