import { LifeBuoy } from "lucide-preact";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { Card, Spoken } from "../common/Card";
import { putAway, useClassroom, useUi } from "../state";

/** Whoever teaches is told something by those who run the server. It stays until it was read. */
export function OpsMessageCard() {
  const message = useClassroom().opsMessage.value;
  const ui = useUi();
  const key = `ops.${message?.id}`;
  if (message === null || ui.putAway.value.has(key)) return null;
  return (
    <Card icon={<LifeBuoy size={22} />} lead={t("ops_message.lead")} title={message.text}>
      <Spoken text={`${t("ops_message.lead")} ${message.text}`} />
      <div class="card__actions">
        <Button kind="primary" onClick={() => putAway(ui, key)}>
          {t("ops_message.ok")}
        </Button>
      </div>
    </Card>
  );
}
