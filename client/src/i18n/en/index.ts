import { activities } from "./activities";
import { appearance } from "./appearance";
import { breakouts } from "./breakouts";
import { captions } from "./captions";
import { chat } from "./chat";
import { common } from "./common";
import { endings } from "./endings";
import { grouping } from "./grouping";
import { moderation } from "./moderation";
import { notes } from "./notes";
import { people } from "./people";
import { prejoin } from "./prejoin";
import { privacy } from "./privacy";
import { quality } from "./quality";
import { room } from "./room";
import { settings } from "./settings";
import { shell } from "./shell";
import { shortcuts } from "./shortcuts";
import { turns } from "./turns";

/**
 * The English catalogue, and by its shape the list of everything the interface can say: `fr/` must have the same keys.
 * `{name}` is a placeholder; an entry with `one` and `other` is chosen by `count` (Intl.PluralRules).
 */
export const en = {
  ...common,
  ...prejoin,
  ...room,
  ...breakouts,
  ...chat,
  ...people,
  ...moderation,
  ...grouping,
  ...endings,
  ...settings,
  ...shell,
  ...quality,
  ...privacy,
  ...appearance,
  ...notes,
  ...captions,
  ...shortcuts,
  ...activities,
  ...turns,
} as const;
