import { Download } from "lucide-preact";
import { t } from "../../i18n";
import { formatTime } from "../../i18n/format";
import { Button } from "../common/Button";
import { Dialog } from "../common/Dialog";
import { download, fileName } from "../common/download";
import { useClassroom, useUi } from "../state";
import { captionPreferences, LINES, LOOKS, SIZES, styleCaptions } from "./preferences";
import { transcript } from "./transcript";
import "./captions.css";

/** What was said so far, to read again; and how the captions look. */
export function CaptionsDialog() {
  const classroom = useClassroom();
  const ui = useUi();
  const lines = classroom.captions.lines.value;
  const style = captionPreferences.style.value;
  const close = () => {
    ui.dialog.value = null;
  };
  return (
    <Dialog title={t("captions.title")} shape="wide" onClose={close}>
      <div class="caption-dialog">
        <div class="caption-style">
          <Choice
            name="size"
            values={SIZES}
            chosen={style.size}
            label={(size) => t(`captions.size_${size}`)}
            onChoose={(size) => styleCaptions({ size })}
          />
          <Choice
            name="look"
            values={LOOKS}
            chosen={style.look}
            label={(look) => t(`captions.look_${look}`)}
            onChoose={(look) => styleCaptions({ look })}
          />
          <Choice
            name="lines"
            values={LINES}
            chosen={style.lines}
            label={(count) => t("captions.lines_count", { count })}
            onChoose={(count) => styleCaptions({ lines: count })}
          />
        </div>
        <p class={`captions__box captions__box--${style.look} captions__box--${style.size} captions__sample`}>
          {t("captions.sample")}
        </p>
        <h3>{t("captions.history")}</h3>
        {lines.length === 0 ? (
          <p class="soft">{t("captions.none")}</p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          <ol class="captions__history" tabIndex={0} aria-label={t("captions.history")}>
            {lines.map((line) => (
              <li key={`${line.participant_id}/${line.line}`} dir="auto">
                <time class="soft small">{formatTime(line.at_ms)}</time> <strong>{line.name}</strong>{" "}
                {line.text}
              </li>
            ))}
          </ol>
        )}
        <div class="caption-dialog__buttons">
          <Button
            disabled={lines.length === 0}
            onClick={() =>
              download(
                fileName("txt", classroom.room.value?.name ?? "", t("captions.title")),
                transcript(lines, formatTime),
                "text/plain",
              )
            }
          >
            <Download size={18} aria-hidden="true" />
            {t("captions.export")}
          </Button>
          <Button kind="primary" onClick={close}>
            {t("app.close")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

interface ChoiceProps<T extends string | number> {
  readonly name: "size" | "look" | "lines";
  readonly values: readonly T[];
  readonly chosen: T;
  readonly label: (value: T) => string;
  readonly onChoose: (value: T) => void;
}

function Choice<T extends string | number>({ name, values, chosen, label, onChoose }: ChoiceProps<T>) {
  return (
    <fieldset class="caption-style__choice">
      <legend>{t(`captions.choose_${name}`)}</legend>
      {values.map((value) => (
        <label key={value} class="caption-style__option">
          <input
            type="radio"
            name={`caption-${name}`}
            checked={value === chosen}
            onChange={() => onChoose(value)}
          />
          {label(value)}
        </label>
      ))}
    </fieldset>
  );
}
