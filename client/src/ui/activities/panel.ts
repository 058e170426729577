import { ListChecks } from "lucide-preact";
import { t } from "../../i18n";
import { badge } from "../context";
import type { Panel } from "../room/panels/panel";
import { isAsked, ownAnswer } from "./checkin";

export const activitiesPanel: Panel = {
  name: "activities",
  icon: ListChecks,
  title: () => t("activities.title"),
  /** A question that waits for this person's answer. */
  badge: ({ classroom, me }) => {
    const checkin = classroom.room.value?.checkin;
    const waits = checkin?.open && isAsked(me) && ownAnswer(checkin, me.id) === null;
    return badge(waits ? 1 : 0, () => t("activities.waiting"));
  },
  content: { load: () => import("./ActivitiesPanel").then((module) => module.ActivitiesPanel) },
};
