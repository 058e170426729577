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

/** Le catalogue français : exactement les clés de `en/`. Espaces insécables devant « : ; ! ? » et dans les guillemets. */
export const fr = {
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
};
