import { SmilePlus } from "lucide-preact";
import { t } from "../../i18n";
import { attempt } from "../toolbar/actions";
import type { Tool } from "../toolbar/tool";
import { REACTION_NAMES, REACTIONS, reactionWord } from "./reactions";

export const reactionsTool: Tool = {
  key: "reactions",
  onPhone: false,
  state: ({ classroom, ui, me }) => {
    if (me.role === "observer") return null;
    return {
      face: { icon: SmilePlus, label: t("reaction.short"), name: t("reaction.title") },
      menu: {
        label: t("reaction.title"),
        items: REACTION_NAMES.map((name) => ({
          key: name,
          kind: "action",
          icon: REACTIONS[name],
          label: reactionWord(name),
          action: () => void attempt(ui, classroom.reactions.send(name)),
        })),
      },
    };
  },
};
