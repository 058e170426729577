import type { Retention } from "../../core/api";
import { readRetention } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { Dialog } from "../common/Dialog";
import { useLoaded } from "../common/useLoaded";
import { useUi } from "../state";
import "./privacy.css";

const load = () => readRetention(location.origin);

/** What is kept of people, and for how long: as this server is set up, in plain words. */
export function PrivacyDialog() {
  const ui = useUi();
  const { value: retention, failed, again } = useLoaded(load);
  const close = () => {
    ui.dialog.value = null;
  };
  return (
    <Dialog title={t("privacy.title")} onClose={close}>
      {retention === null ? (
        <p role="status">
          {t(failed ? "privacy.failed" : "privacy.loading")}{" "}
          {failed ? <Button onClick={again}>{t("panel.again")}</Button> : null}
        </p>
      ) : (
        <Kept retention={retention} />
      )}
      <p class="privacy__ask soft">{t("privacy.ask")}</p>
      <div class="dialog__actions">
        <Button kind="primary" onClick={close}>
          {t("app.close")}
        </Button>
      </div>
    </Dialog>
  );
}

function Kept({ retention }: { readonly retention: Retention }) {
  const room = roomWords(retention);
  const history =
    retention.history_days === null ? room : t("privacy.after", { count: retention.history_days });
  const lines = [
    [t("privacy.media"), t("privacy.never")],
    [t("privacy.captions"), t("privacy.not_kept")],
    [t("privacy.chat"), history],
    [t("privacy.happened"), history],
    [t("privacy.notes"), room],
    [t("privacy.device"), t("privacy.device_text")],
  ] as const;
  return (
    <dl class="privacy">
      {lines.map(([what, howLong]) => (
        <div key={what} class="privacy__row">
          <dt>{what}</dt>
          <dd>{howLong}</dd>
        </div>
      ))}
    </dl>
  );
}

function roomWords({ room_days: count }: Retention): string {
  return count === null ? t("privacy.as_long_as_room") : t("privacy.room_after", { count });
}
