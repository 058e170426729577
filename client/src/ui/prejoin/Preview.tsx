import { Mic, MicOff, Video, VideoOff } from "lucide-preact";
import { t } from "../../i18n";
import { Avatar } from "../common/Avatar";
import { Button } from "../common/Button";
import { Picture } from "../common/Picture";
import { useClassroom } from "../state";
import { browserKind } from "./browserKind";
import { allowWord, PromptPicture } from "./PermissionPicture";
import "./preview.css";

interface Props {
  readonly name: string;
  /** "ask": the browser was not asked yet. "asking": its question is open. */
  readonly stage: "ask" | "asking" | "known";
  readonly onTest: () => void;
  readonly onMicrophone: (on: boolean) => void;
  readonly onCamera: (on: boolean) => void;
}

/** One's own picture, or before that the picture of the browser's question. */
export function Preview({ name, stage, onTest, onMicrophone, onCamera }: Props) {
  const { local } = useClassroom();
  const stream = local.cameraStream.value;
  const microphoneOn = local.microphoneOn.value;
  const cameraOn = local.cameraOn.value;
  if (stage !== "known") {
    const browser = browserKind(navigator);
    return (
      <section class="preview preview--ask" aria-label={t("prejoin.preview")}>
        <h2>{t("prejoin.prompt_title")}</h2>
        <PromptPicture browser={browser} />
        <p role="status">
          {t(stage === "asking" ? "prejoin.prompt_now" : "prejoin.prompt_text", {
            allow: allowWord(browser),
          })}
        </p>
        {stage === "ask" ? <Button onClick={onTest}>{t("prejoin.test")}</Button> : null}
      </section>
    );
  }
  return (
    <section class="preview" aria-label={t("prejoin.preview")}>
      <div class="preview__picture">
        {cameraOn && stream !== null ? (
          <Picture class="preview__video" stream={stream} mirrored />
        ) : (
          <div class="preview__off">
            {name ? <Avatar person={{ id: name, name }} /> : null}
            <p>{t("prejoin.camera_off")}</p>
          </div>
        )}
      </div>
      <div class="preview__controls">
        <button
          type="button"
          class={microphoneOn ? "preview__toggle" : "preview__toggle preview__toggle--off"}
          onClick={() => onMicrophone(!microphoneOn)}
        >
          {microphoneOn ? <Mic aria-hidden="true" /> : <MicOff aria-hidden="true" />}
          {t(microphoneOn ? "toolbar.microphone_off" : "toolbar.microphone_on")}
        </button>
        <button
          type="button"
          class={cameraOn ? "preview__toggle" : "preview__toggle preview__toggle--off"}
          onClick={() => onCamera(!cameraOn)}
        >
          {cameraOn ? <Video aria-hidden="true" /> : <VideoOff aria-hidden="true" />}
          {t(cameraOn ? "toolbar.camera_off" : "toolbar.camera_on")}
        </button>
      </div>
    </section>
  );
}
