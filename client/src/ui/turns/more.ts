import { LifeBuoy } from "lucide-preact";
import { t } from "../../i18n";
import { isStaff } from "../people";
import { attempt } from "../toolbar/actions";
import type { MoreEntry } from "../toolbar/more/entry";
import { ownCall } from "./queue";

/** Ask a trainer for help, privately. In a group the banner has the group's own call; staff have nobody to call. */
export const helpEntry: MoreEntry = ({ classroom, ui, me }) => {
  const room = classroom.room.value;
  if (room === null || isStaff(me) || me.role === "observer" || me.breakout !== null) return null;
  const called = ownCall(room) !== null;
  return {
    key: "help",
    kind: "checkbox",
    icon: LifeBuoy,
    label: t("help.call"),
    hint: t("help.call_hint"),
    checked: called,
    action: () => void attempt(ui, called ? classroom.turns.endHelpOf(me.id) : classroom.callHelp()),
  };
};
