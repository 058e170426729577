import { DoorOpen } from "lucide-preact";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { Card, Spoken } from "../common/Card";
import { isStaff } from "../people";
import { useClassroom, useRun, useUi } from "../state";

/** Staff who do not look at the people panel: somebody is at the door. */
export function LobbyCard() {
  const classroom = useClassroom();
  const ui = useUi();
  const run = useRun();
  const waiting = classroom.room.value?.lobby ?? [];
  const [first] = waiting;
  if (!isStaff(classroom.me.value)) return null;
  if (first === undefined || ui.panel.value === "people") return <Spoken text="" />;
  const { participant_id: id, name } = first;
  const alone = waiting.length === 1;
  const words = alone ? t("notice.lobby_waiting", { name }) : t("lobby.badge", { count: waiting.length });
  return (
    <>
      <Spoken text={words} />
      <Card look="calm" icon={<DoorOpen size={24} />} title={words}>
        <div class="card__actions">
          <Button
            kind="primary"
            {...(alone ? { "aria-label": t("lobby.admit", { name }) } : {})}
            onClick={() => run(classroom.moderation.admit(alone ? id : null))}
          >
            {t(alone ? "lobby.admit_short" : "lobby.admit_all")}
          </Button>
          <Button
            onClick={() => {
              ui.panel.value = "people";
            }}
          >
            {t("lobby.see")}
          </Button>
        </div>
      </Card>
    </>
  );
}
