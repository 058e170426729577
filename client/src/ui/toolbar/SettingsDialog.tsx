import { useId } from "preact/hooks";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { DeviceSelect } from "../common/DeviceSelect";
import { Dialog } from "../common/Dialog";
import { LanguageSwitch } from "../common/LanguageSwitch";
import { LevelMeter } from "../common/LevelMeter";
import { isStaff } from "../people";
import { setShortcuts, useClassroom, useRun, useUi } from "../state";
import { DataSettings } from "./DataSettings";
import { SHORTCUTS, type ShortcutName } from "./shortcuts";
import "./settings.css";

/** Devices, data, language, shortcuts. */
export function SettingsDialog() {
  const classroom = useClassroom();
  const ui = useUi();
  const run = useRun();
  const id = useId();
  const { local } = classroom;
  const devices = local.devices.value;
  const close = () => {
    ui.dialog.value = null;
  };
  return (
    <Dialog title={t("settings.title")} onClose={close}>
      <div class="settings">
        <section class="settings__part">
          <h3>{t("settings.devices")}</h3>
          <DeviceSelect
            kind="microphone"
            label={t("prejoin.microphone")}
            devices={devices.microphones}
            chosen={devices.microphoneId}
            onChoose={(device) => run(local.chooseMicrophone(device))}
          />
          {local.microphoneOn.value ? <LevelMeter level={local.microphoneLevel} /> : null}
          <DeviceSelect
            kind="camera"
            label={t("prejoin.camera")}
            devices={devices.cameras}
            chosen={devices.cameraId}
            onChoose={(device) => run(local.chooseCamera(device))}
          />
          <DeviceSelect
            kind="speaker"
            label={t("prejoin.speaker")}
            devices={devices.speakers}
            chosen={devices.speakerId}
            onChoose={(device) => run(local.chooseSpeaker(device))}
          />
          <Button onClick={() => run(local.testSpeaker())}>{t("prejoin.chime")}</Button>
        </section>
        <DataSettings />
        <section class="settings__part">
          <h3>{t("language.switch")}</h3>
          <LanguageSwitch />
        </section>
        <section class="settings__part">
          <h3>{t("settings.shortcuts")}</h3>
          <label class="settings__check" for={id}>
            <input
              id={id}
              type="checkbox"
              checked={ui.shortcutsOn.value}
              onChange={(event) => setShortcuts(ui, event.currentTarget.checked)}
            />
            {t("settings.shortcuts_on")}
          </label>
          <ShortcutList staff={isStaff(classroom.me.value)} />
        </section>
      </div>
      <div class="dialog__actions dialog__actions--sticky">
        <Button kind="primary" onClick={close}>
          {t("app.close")}
        </Button>
      </div>
    </Dialog>
  );
}

function ShortcutList({ staff }: { readonly staff: boolean }) {
  const names = (Object.keys(SHORTCUTS) as ShortcutName[]).filter((name) => staff || name !== "breakouts");
  return (
    <dl class="settings__keys">
      {names.map((name) => (
        <div key={name} class="settings__key">
          <dt>{t(`toolbar.${name}`)}</dt>
          <dd>
            <kbd>{SHORTCUTS[name]}</kbd>
          </dd>
        </div>
      ))}
    </dl>
  );
}
