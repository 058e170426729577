import { t } from "../../i18n";
import { Button } from "../common/Button";
import { Dialog } from "../common/Dialog";
import { openSettings, useRoomContext } from "../state";
import { Chord } from "./Chord";
import { chordFor } from "./keys";
import { shortcutsFor, shortcutWords } from "./run";
import "./shortcuts.css";

/** What the keys do, at a glance. */
export function ShortcutHelp() {
  const context = useRoomContext();
  if (context === null) return null;
  const { ui } = context;
  const close = () => {
    ui.dialog.value = null;
  };
  const named = shortcutsFor(context)
    .filter((name) => name !== "talk" || ui.pushToTalk.value)
    .map((name) => ({ name, chord: chordFor(ui, name) }));
  return (
    <Dialog title={t("settings.shortcuts")} onClose={close}>
      {ui.shortcuts.on.value ? (
        <dl class="shortcuts">
          {named.map(({ name, chord }) =>
            chord === null ? null : (
              <div key={name} class="shortcuts__row">
                <dt>{shortcutWords(name, context)}</dt>
                <dd>
                  <Chord chord={chord} />
                </dd>
              </div>
            ),
          )}
        </dl>
      ) : (
        <p>{t("shortcuts.are_off")}</p>
      )}
      <div class="dialog__actions">
        <Button
          onClick={() => {
            openSettings(ui, "shortcuts");
          }}
        >
          {t("shortcuts.change_them")}
        </Button>
        <Button kind="primary" onClick={close}>
          {t("app.close")}
        </Button>
      </div>
    </Dialog>
  );
}
