import { Ear } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { language, t } from "../../i18n";
import { Button } from "../common/Button";
import { fail, failureText, useClassroom, useUi } from "../state";
import { ownCaptions } from "./own";
import { findRecognition, recognize } from "./recognition";

const SPOKEN = { en: "en-GB", fr: "fr-FR" } as const;

/** While the browser listens to this person for the captions: says so, and ends it. With the microphone off nothing is listened to. */
export function OwnSpeech() {
  const classroom = useClassroom();
  const ui = useUi();
  const on = classroom.local.microphoneOn.value;
  const spoken = SPOKEN[language.value];
  useEffect(() => {
    const Recognition = findRecognition();
    if (!on || Recognition === null) return;
    const writer = classroom.captions.writer("speech", (error) => fail(ui, failureText(error)));
    return recognize(Recognition, spoken, writer, () => {
      ownCaptions.value = "off";
      fail(ui, t("captions.speech_failed"));
    });
  }, [classroom, ui, on, spoken]);
  return (
    <div class="captions__own">
      <Ear size={20} aria-hidden="true" />
      <p class="captions__speech">{t(on ? "captions.speech_on" : "captions.speech_muted")}</p>
      <Button
        onClick={() => {
          ownCaptions.value = "off";
        }}
      >
        {t("captions.speech_stop")}
      </Button>
    </div>
  );
}
