import { t } from "../../i18n";
import { SPACE } from "./chord";

/** Keys by the names that people know. */
export function chordWords(chord: string): string {
  return chord === SPACE ? t("shortcuts.space") : chord;
}

/** Each key as on the keyboard. */
export function Chord({ chord }: { readonly chord: string }) {
  return (
    <span class="chord">
      {chord.split(/\+(?=.)/).map((key) => (
        <kbd key={key}>{chordWords(key)}</kbd>
      ))}
    </span>
  );
}
