import { DoorOpen } from "lucide-preact";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { isStaff } from "../people";
import { useClassroom, useRun, useUi } from "../state";
import "../common/ask-card.css";

/** Staff who do not look at the people panel: somebody is at the door. */
export function LobbyCard() {
  const classroom = useClassroom();
  const ui = useUi();
  const run = useRun();
  const waiting = classroom.room.value?.lobby ?? [];
  const [first] = waiting;
  if (first === undefined || !isStaff(classroom.me.value) || ui.panel.value === "people") return null;
  const { participant_id: id, name } = first;
  return (
    <div class="ask-card">
      <DoorOpen aria-hidden="true" />
      <p role="status">
        {waiting.length === 1
          ? t("notice.lobby_waiting", { name })
          : t("lobby.badge", { count: waiting.length })}
      </p>
      {waiting.length === 1 ? (
        <Button
          kind="primary"
          aria-label={t("lobby.admit", { name })}
          onClick={() => run(classroom.moderation.admit(id))}
        >
          {t("lobby.admit_short")}
        </Button>
      ) : (
        <Button kind="primary" onClick={() => run(classroom.moderation.admit(null))}>
          {t("lobby.admit_all")}
        </Button>
      )}
      <Button
        onClick={() => {
          ui.panel.value = "people";
        }}
      >
        {t("lobby.see")}
      </Button>
    </div>
  );
}
