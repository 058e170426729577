import { History } from "lucide-preact";
import { t } from "../../i18n";
import { IconButton } from "../common/IconButton";
import { useClassroom, useUi } from "../state";
import { OwnCaptionField } from "./OwnCaptionField";
import { OwnSpeech } from "./OwnSpeech";
import { ownCaptions } from "./own";
import { captionPreferences } from "./preferences";
import { useQuiet } from "./useQuiet";
import "./captions.css";

/** After so long a pause the words are not what is being said any more. */
const STALE_MS = 20_000;

/** Under the pictures: what is said, as text; and the field of whoever writes some. */
export function CaptionsStrip() {
  const classroom = useClassroom();
  const ui = useUi();
  const { on, style } = captionPreferences;
  const lines = classroom.captions.lines.value;
  const { size, look, lines: most } = style.value;
  const quiet = useQuiet(lines, STALE_MS);
  const shown = quiet ? [] : lines.slice(-most);
  const captioner = classroom.me.value?.role === "captioner";
  const own = ownCaptions.value;
  // Once there were captions the strip stays, so that the pictures do not jump with every pause.
  const strip = on.value && lines.length > 0;
  if (!strip && own === "off" && !captioner) return null;
  return (
    <section class="captions" aria-label={t("captions.title")}>
      {strip ? (
        <div class={`captions__box captions__box--${look} captions__box--${size}`}>
          {/* Read by eye: a voice that reads along would talk over the people. The history is there to be read out. */}
          <ol class={`captions__lines captions__lines--${most}`}>
            {shown.map((line) => (
              <li key={`${line.participant_id}/${line.line}`} dir="auto">
                <strong class="captions__who">{line.name}</strong> {line.text}
              </li>
            ))}
          </ol>
          <IconButton
            label={t("captions.history")}
            onClick={() => {
              ui.dialog.value = "captions";
            }}
          >
            <History aria-hidden="true" />
          </IconButton>
        </div>
      ) : null}
      {captioner ? <OwnCaptionField kind="captioner" /> : null}
      {own === "typing" ? <OwnCaptionField kind="typing" /> : null}
      {own === "speech" ? <OwnSpeech /> : null}
    </section>
  );
}
