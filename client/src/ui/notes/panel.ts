import { NotebookPen } from "lucide-preact";
import { t } from "../../i18n";
import type { Panel } from "../room/panels/panel";

export const notesPanel: Panel = {
  name: "notes",
  icon: NotebookPen,
  title: () => t("notes.title"),
  content: { load: () => import("./NotesPanel").then((module) => module.NotesPanel) },
};
