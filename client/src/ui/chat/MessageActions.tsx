import { Pencil, Reply, Trash2 } from "lucide-preact";
import type { ChatEntry } from "../../core/api";
import { t } from "../../i18n";
import { IconButton } from "../common/IconButton";
import { isStaff } from "../people";
import { useClassroom } from "../state";
import { changeable } from "./message-age";
import { useChatUi } from "./panel-state";

interface Props {
  readonly entry: ChatEntry;
  /** Only the message that the keyboard is on puts its buttons in the way of Tab. */
  readonly reachable: boolean;
  readonly onDelete: () => void;
}

/** What can be done with a message; seen on hovering, with the keyboard on it, and after a tap. */
export function MessageActions({ entry, reachable, onDelete }: Props) {
  const { me, clockOffsetMs } = useClassroom();
  const chat = useChatUi();
  if (entry.deletedBy !== null) return null;
  const own = changeable(entry, clockOffsetMs.value);
  const tabIndex = reachable ? 0 : -1;
  return (
    <div class="message__actions">
      <IconButton
        label={t("chat.reply")}
        tabIndex={tabIndex}
        onClick={() => {
          chat.replyTo.value = entry.id;
        }}
      >
        <Reply size={18} aria-hidden="true" />
      </IconButton>
      {own ? (
        <IconButton
          label={t("chat.edit")}
          tabIndex={tabIndex}
          onClick={() => {
            chat.editing.value = entry.id;
          }}
        >
          <Pencil size={18} aria-hidden="true" />
        </IconButton>
      ) : null}
      {isStaff(me.value) || own ? (
        <IconButton label={t("chat.delete")} tabIndex={tabIndex} onClick={onDelete}>
          <Trash2 size={18} aria-hidden="true" />
        </IconButton>
      ) : null}
    </div>
  );
}
