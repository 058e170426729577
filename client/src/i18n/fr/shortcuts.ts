import type { shortcuts as english } from "../en/shortcuts";
import type { Translation } from "../translation";

export const shortcuts: Translation<typeof english> = {
  "shortcut.microphone": "Allumer ou couper le micro",
  "shortcut.talk": "Parler tant qu’elle est maintenue (si vous l’avez choisi)",
  "shortcut.camera": "Allumer ou couper la caméra",
  "shortcut.hand": "Lever ou baisser la main",
  "shortcut.panel": "Ouvrir ou fermer : {panel}",
  "shortcut.help": "Afficher ces raccourcis",
  "shortcuts.are_off": "Les raccourcis clavier sont désactivés.",
  "shortcuts.change_them": "Modifier les raccourcis",
  "shortcuts.change": "Modifier",
  "shortcuts.change_one": "Modifier les touches : {what}",
  "shortcuts.none": "aucune touche",
  "shortcuts.press": "Appuyez sur les nouvelles touches",
  "shortcuts.press_hint": "Alt avec une lettre ou un chiffre fonctionne partout. Échap ne change rien.",
  "shortcuts.not_possible":
    "Ces touches servent au navigateur ou à se déplacer dans la page. Essayez Alt avec une lettre.",
  "shortcuts.one_key":
    "Une seule touche : la barre d’espace, une lettre, un chiffre, F8… Échap ne change rien.",
  "shortcuts.space": "Espace",
  "shortcuts.taken": "{keys} sert déjà : {what}. Essayez d’autres touches.",
  "shortcuts.remove": "N’utiliser aucune touche",
  "shortcuts.restore": "Rétablir les touches habituelles",
};
