import type { appearance as english } from "../en/appearance";
import type { Translation } from "../translation";

export const appearance: Translation<typeof english> = {
  "appearance.colours": "Couleurs",
  "appearance.system": "Comme mon appareil",
  "appearance.light": "Clair",
  "appearance.dark": "Sombre",
  "appearance.contrast_light": "Contraste élevé, clair",
  "appearance.contrast_dark": "Contraste élevé, sombre",
  "appearance.text_size": "Taille des textes et des boutons",
  "appearance.less_motion": "Moins d’animations",
  "appearance.less_motion_hint": "Toujours actif si votre appareil le demande.",
  "appearance.open": "Affichage et lecture",
};
