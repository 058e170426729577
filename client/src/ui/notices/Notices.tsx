import { CircleAlert, Info, X } from "lucide-preact";
import { useEffect } from "preact/hooks";
import type { Notice } from "../../core/api";
import type { BreakoutMode } from "../../generated/protocol";
import { lookUp, t } from "../../i18n";
import { IconButton } from "../common/IconButton";
import { groupLabel } from "../people";
import { useClassroom, useUi } from "../state";
import "./notices.css";

/** Long enough to be read twice by a slow reader. */
const STAY_MS = 10_000;
/** These have a place of their own that lasts: the announcement on top and the banner. */
const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set(["notice.broadcast", "notice.voice_broadcast"]);
/** Older ones give way. */
const SHOWN_MAX = 4;

/** Short messages that go by themselves; read out politely. */
export function Notices() {
  const classroom = useClassroom();
  const ui = useUi();
  const mode = classroom.room.value?.breakouts?.mode ?? "manual";
  const notices = classroom.notices.value.filter(
    (notice) =>
      notice.tone !== "ask" &&
      !SHOWN_ELSEWHERE.has(notice.key) &&
      !(notice.key === "notice.mentioned" && ui.panel.value === "chat") &&
      // The card at the door says it, but not beside the queue itself.
      !(notice.key === "notice.lobby_waiting" && ui.panel.value !== "people"),
  );
  const cards = [
    ...notices.map((notice) => ({
      key: `notice-${notice.id}`,
      tone: notice.tone,
      text: lookUp(notice.key, readable(notice.params, mode)),
      dismiss: () => classroom.dismissNotice(notice.id),
    })),
    ...ui.failures.value.map((failure) => ({
      key: `failure-${failure.id}`,
      tone: "warning" as const,
      text: failure.text,
      dismiss: () => {
        ui.failures.value = ui.failures.value.filter((other) => other.id !== failure.id);
      },
    })),
  ].filter((card) => card.text !== null);
  return (
    // A status is read as a whole: each new notice would have the others read out again.
    <div class="notices" role="status" aria-live="polite" aria-atomic="false" aria-relevant="additions">
      {cards.slice(-SHOWN_MAX).map((card) => (
        <NoticeCard
          key={card.key}
          warning={card.tone === "warning"}
          text={card.text ?? ""}
          onDismiss={card.dismiss}
        />
      ))}
    </div>
  );
}

/** A group travels by its number; people read its name. */
function readable(params: Notice["params"], mode: BreakoutMode): Notice["params"] {
  const group = params["group"];
  return typeof group === "string" ? { ...params, group: groupLabel({ name: group }, mode) } : params;
}

interface CardProps {
  readonly warning: boolean;
  readonly text: string;
  readonly onDismiss: () => void;
}

function NoticeCard({ warning, text, onDismiss }: CardProps) {
  useEffect(() => {
    const timer = setTimeout(onDismiss, STAY_MS);
    return () => clearTimeout(timer);
  }, []);
  const Icon = warning ? CircleAlert : Info;
  return (
    <div class={warning ? "notice notice--warning" : "notice"}>
      <Icon size={20} aria-hidden="true" />
      <p>{text}</p>
      <IconButton label={t("app.close")} onClick={onDismiss}>
        <X size={18} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
