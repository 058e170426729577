import { MessageSquare } from "lucide-preact";
import { t } from "../../i18n";
import { badge } from "../context";
import type { Panel } from "../room/panels/panel";
import { ChatPanel } from "./ChatPanel";

export const chatPanel: Panel = {
  name: "chat",
  icon: MessageSquare,
  title: () => t("toolbar.chat"),
  shortcut: "chat",
  onPhone: true,
  badge: ({ classroom }) => badge(classroom.unread.value, (count) => t("toolbar.unread", { count })),
  content: { component: ChatPanel },
};
