import { t } from "../../i18n";
import { Button } from "../common/Button";
import { DeviceSelect } from "../common/DeviceSelect";
import { LevelMeter } from "../common/LevelMeter";
import { ProcessingSettings } from "../devices/ProcessingSettings";
import { useClassroom, useRun } from "../state";

/** Which microphone, camera and loudspeaker; and whether they work. */
export function DeviceSettings() {
  const { local } = useClassroom();
  const run = useRun();
  const devices = local.devices.value;
  return (
    <div class="settings__part">
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
      <ProcessingSettings />
    </div>
  );
}
