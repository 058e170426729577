import type { shell as english } from "../en/shell";
import type { Translation } from "../translation";

export const shell: Translation<typeof english> = {
  "panel.loading": "Un instant…",
  "panel.failed": "Le chargement a échoué. Vérifiez votre connexion.",
  "panel.again": "Réessayer",

  "toolbar.more": "Plus",
  "toolbar.more_new": { one: "{count} nouveauté", other: "{count} nouveautés" },
  "more.away": "Je m’absente",
  "more.away_hint": "Votre place est gardée ; les autres voient que vous n’êtes pas là.",
};
