import { useSignal, useSignalEffect } from "@preact/signals";
import { Check } from "lucide-preact";
import { t } from "../../i18n";
import { DeviceSelect } from "../common/DeviceSelect";
import { LevelMeter } from "../common/LevelMeter";
import { useClassroom, useRun } from "../state";

/** Louder than breath and fans, softer than a quiet voice. */
const HEARD_LEVEL = 0.12;

/** The moving bar, what it tells, and the choice of microphone. */
export function MicrophoneCheck() {
  const { local } = useClassroom();
  const run = useRun();
  const heard = useSignal(false);
  useSignalEffect(() => {
    if (local.microphoneLevel.value > HEARD_LEVEL) heard.value = true;
  });
  const devices = local.devices.value;
  const on = local.microphoneOn.value;
  return (
    <div class="check">
      <DeviceSelect
        kind="microphone"
        label={t("prejoin.microphone")}
        devices={devices.microphones}
        chosen={devices.microphoneId}
        onChoose={(id) => run(local.chooseMicrophone(id))}
      />
      {on ? <LevelMeter level={local.microphoneLevel} /> : null}
      <p class={on && heard.value ? "check__good" : "check__say"} role="status">
        {on && heard.value ? <Check size={18} aria-hidden="true" /> : null}
        {on
          ? t(heard.value ? "prejoin.microphone_heard" : "prejoin.microphone_speak")
          : t("prejoin.microphone_off")}
      </p>
    </div>
  );
}
