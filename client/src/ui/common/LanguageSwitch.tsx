import { chooseLanguage, LANGUAGE_NAMES, LANGUAGES, language, t } from "../../i18n";
import "./language-switch.css";

interface Props {
  /** Written out; else "EN", "FR". */
  readonly names?: boolean;
}

/** Each language by its own name, so that nobody has to read the other one to find it. */
export function LanguageSwitch({ names = false }: Props) {
  return (
    <fieldset class="language">
      <legend class="visually-hidden">{t("language.switch")}</legend>
      {LANGUAGES.map((code) => (
        <button
          key={code}
          type="button"
          class="language__choice"
          lang={code}
          aria-pressed={language.value === code}
          onClick={() => chooseLanguage(code)}
        >
          {names ? (
            LANGUAGE_NAMES[code]
          ) : (
            <>
              <span aria-hidden="true">{code.toUpperCase()}</span>
              <span class="visually-hidden">{LANGUAGE_NAMES[code]}</span>
            </>
          )}
        </button>
      ))}
    </fieldset>
  );
}
