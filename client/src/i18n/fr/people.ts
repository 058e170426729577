import type { people as english } from "../en/people";
import type { Translation } from "../translation";

export const people: Translation<typeof english> = {
  "people.hands": "Mains levées",
  "people.hands_said": "Main levée : {names}.",
  "people.no_hands": "Aucune main levée.",
  "people.here": "Dans la salle",
  "people.mute_all": "Couper tous les micros",
  "people.lower_all": "Tout baisser",
  "people.actions": "Actions pour {name}",
  "people.mute": "Couper le micro de {name}",
  "people.ask_unmute": "Demander à {name} de parler",
  "people.lower": "Baisser la main de {name}",
  "people.spotlight": "Mettre {name} en vedette",
  "people.spotlight_end": "Ne plus mettre {name} en vedette",
  "people.remove": "Retirer {name}…",
  "people.remove_title": "Retirer {name} de la salle ?",
  "people.remove_text":
    "{name} sort tout de suite et ne peut pas revenir tant que vous ne l’autorisez pas, dans « Règles de la salle ».",
  "people.remove_confirm": "Retirer",
  "people.move": "Groupe de {name}",
  "people.main_room": "Salle principale",
  "people.waiting": "depuis {time}",
  "people.mic_on": "micro activé",
  "people.mic_off": "micro coupé",
  "people.cam_on": "caméra activée",
  "people.cam_off": "caméra coupée",
  "people.away": "pas là pour l’instant",
  "people.dropped": "connexion perdue, place gardée",
  "people.visiting": "en visite : {group}",
};
