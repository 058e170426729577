import { useId } from "preact/hooks";
import { t } from "../../i18n";
import { formatPercent } from "../../i18n/format";
import {
  COLOURS,
  chooseColours,
  chooseMotion,
  chooseTextSize,
  colours,
  motion,
  TEXT_SIZES,
  textSize,
} from "./preferences";
import "./appearance.css";

/** Colours, size of text, motion. */
export function AppearanceSettings() {
  const id = useId();
  const size = textSize.value;
  return (
    <>
      <fieldset class="settings__choices">
        <legend>{t("appearance.colours")}</legend>
        <div class="appearance__colours">
          {COLOURS.map((choice) => (
            <label key={choice} class="settings__choice appearance__colour">
              <input
                type="radio"
                name={`${id}-colours`}
                checked={colours.value === choice}
                onChange={() => chooseColours(choice)}
              />
              <span>{t(`appearance.${choice}`)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <div class="settings__part">
        <label class="field__label" for={`${id}-size`}>
          {t("appearance.text_size")}
        </label>
        <div class="appearance__size">
          <span aria-hidden="true" class="appearance__small">
            A
          </span>
          <input
            id={`${id}-size`}
            type="range"
            min={0}
            max={TEXT_SIZES.length - 1}
            step={1}
            value={TEXT_SIZES.indexOf(size)}
            aria-valuetext={formatPercent(size / 100)}
            // Only when the handle is let go: the page grows under a finger that still drags.
            onChange={(event) => chooseTextSize(TEXT_SIZES[event.currentTarget.valueAsNumber] ?? 100)}
          />
          <span aria-hidden="true" class="appearance__large">
            A
          </span>
          <output for={`${id}-size`}>{formatPercent(size / 100)}</output>
        </div>
      </div>
      <div class="settings__part">
        <label class="settings__check">
          <input
            type="checkbox"
            checked={motion.value === "less"}
            aria-describedby={`${id}-motion`}
            onChange={(event) => chooseMotion(event.currentTarget.checked ? "less" : "system")}
          />
          {t("appearance.less_motion")}
        </label>
        <p class="soft small" id={`${id}-motion`}>
          {t("appearance.less_motion_hint")}
        </p>
      </div>
    </>
  );
}
