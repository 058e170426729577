import type { ReadonlySignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { t } from "../../i18n";
import { chordWords } from "../shortcuts/Chord";
import { talkKey } from "../shortcuts/keys";
import { useClassroom, useRun, useUi } from "../state";
import { setPushToTalk } from "./pushToTalk";

/** What is done to one's sound and picture, and how one speaks. Blurring is offered where the camera can do it, and only there. */
export function ProcessingSettings() {
  const { local } = useClassroom();
  const ui = useUi();
  const { pushToTalk } = ui;
  const run = useRun();
  const blur = local.processing.backgroundBlur.value;
  return (
    <div class="settings__part">
      <Check
        label={t("devices.noise")}
        hint={t("devices.noise_hint")}
        on={local.processing.noiseSuppression}
        onChange={(on) => void run(local.setNoiseSuppression(on))}
      />
      <Check
        label={t("devices.push", { key: chordWords(talkKey(ui)) })}
        hint={t("devices.push_hint")}
        on={pushToTalk}
        onChange={(on) => setPushToTalk(pushToTalk, on)}
      />
      {blur === null ? (
        <p class="soft small">{t("devices.no_blur")}</p>
      ) : (
        <Check
          label={t("devices.blur")}
          on={local.processing.backgroundBlur}
          onChange={(on) => void run(local.setBackgroundBlur(on))}
        />
      )}
    </div>
  );
}

interface CheckProps {
  readonly label: string;
  readonly hint?: string;
  readonly on: ReadonlySignal<boolean | null>;
  readonly onChange: (on: boolean) => void;
}

function Check({ label, hint, on, onChange }: CheckProps) {
  const id = useId();
  return (
    <div>
      <label class="settings__check" for={id}>
        <input
          id={id}
          type="checkbox"
          checked={on.value === true}
          {...(hint === undefined ? {} : { "aria-describedby": `${id}-hint` })}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        {label}
      </label>
      {hint === undefined ? null : (
        <p id={`${id}-hint`} class="soft small">
          {hint}
        </p>
      )}
    </div>
  );
}
