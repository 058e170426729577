import { useSignal } from "@preact/signals";
import { Volume2 } from "lucide-preact";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { DeviceSelect } from "../common/DeviceSelect";
import { useClassroom, useRun } from "../state";

/** A chime, and the question whether it was heard. */
export function SpeakerCheck() {
  const { local } = useClassroom();
  const run = useRun();
  const played = useSignal(false);
  const devices = local.devices.value;
  return (
    <div class="check">
      <div class="check__row">
        <DeviceSelect
          kind="speaker"
          label={t("prejoin.speaker")}
          devices={devices.speakers}
          chosen={devices.speakerId}
          onChoose={(id) => run(local.chooseSpeaker(id))}
        />
        <Button
          onClick={() => {
            played.value = true;
            void run(local.testSpeaker());
          }}
        >
          <Volume2 size={20} aria-hidden="true" />
          {t("prejoin.chime")}
        </Button>
      </div>
      <p class="check__say" role="status">
        {played.value ? t("prejoin.chime_question") : ""}
      </p>
    </div>
  );
}
