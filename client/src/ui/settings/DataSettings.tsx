import { useId } from "preact/hooks";
import type { DataChoice } from "../../core/api";
import { t } from "../../i18n";
import { useClassroom } from "../state";
import { DATA_MODES, type DataMode, dataModeOf } from "../toolbar/dataModes";

/** How much data pictures may cost; receiving and sending can be given up apart from each other. */
export function DataSettings() {
  const classroom = useClassroom();
  const id = useId();
  const choice = classroom.data.value;
  const mode = dataModeOf(choice);
  return (
    <div class="settings__part">
      <p class="soft" id={`${id}-hint`}>
        {t("settings.data_hint")}
      </p>
      <fieldset class="settings__choices" aria-describedby={`${id}-hint`}>
        <legend class="visually-hidden">{t("settings.data")}</legend>
        {(Object.keys(DATA_MODES) as DataMode[]).map((name) => (
          <label key={name} class="settings__choice">
            <input
              type="radio"
              name={`${id}-mode`}
              checked={mode === name}
              aria-labelledby={`${id}-${name}`}
              aria-describedby={`${id}-${name}-hint`}
              onChange={() => classroom.setData(DATA_MODES[name])}
            />
            <span class="settings__choice-name" id={`${id}-${name}`}>
              {t(`settings.data_${name}`)}
            </span>
            <span class="soft" id={`${id}-${name}-hint`}>
              {t(`settings.data_${name}_hint`)}
            </span>
          </label>
        ))}
      </fieldset>
      <fieldset class="settings__choices">
        <legend>{t("settings.data_own")}</legend>
        <Without choice={choice} what="receivePictures" label={t("settings.data_no_receive")} />
        <Without choice={choice} what="sendPicture" label={t("settings.data_no_send")} />
      </fieldset>
    </div>
  );
}

interface WithoutProps {
  readonly choice: DataChoice;
  readonly what: "receivePictures" | "sendPicture";
  readonly label: string;
}

function Without({ choice, what, label }: WithoutProps) {
  const classroom = useClassroom();
  return (
    <label class="settings__check">
      <input
        type="checkbox"
        checked={!choice[what]}
        onChange={(event) => classroom.setData({ [what]: !event.currentTarget.checked })}
      />
      {label}
    </label>
  );
}
