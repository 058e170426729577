/** The ops page's own words: not in the catalogues of the room, which everybody loads before joining. */
import { language } from "../../i18n";
import { translator } from "../../i18n/translator";
import { en } from "./en";
import { fr } from "./fr";

export const { t: w, lookUp: lookUpWord } = translator(language, { en, fr });
export type Word = keyof typeof en;
