import type { moderation as english } from "../en/moderation";
import type { Translation } from "../translation";

/** Français : règles de la salle, salle d’attente, personnes exclues, animation. */
export const moderation: Translation<typeof english> = {
  "rules.title": "Règles de la salle",
  "rules.unmute": "Les participants peuvent activer leur micro",
  "rules.unmute_hint": "Dans les groupes, toujours. La personne à qui vous donnez la parole le peut aussi.",
  "rules.screen": "Les participants peuvent partager leur écran",
  "rules.chat": "Les participants peuvent écrire à tout le monde",
  "rules.chat_hint": "Ils peuvent toujours écrire aux formateurs et dans leur groupe.",
  "rules.lobby": "Les nouveaux venus attendent qu’on les fasse entrer",
  "rules.locked": "Fermer à clé : plus personne de nouveau n’entre",
  "rules.locked_hint": "Qui est déjà venu peut revenir.",
  "rules.layout": "Disposition pour tout le monde",
  "rules.layout_own": "Chacun choisit",
  "rules.layout_gallery": "Tous pareils",
  "rules.layout_speaker": "Qui parle, en grand",
  "rules.layout_screen": "Écran partagé, en grand",
  "rules.kept_out": "Exclus de cette salle",
  "rules.readmit": "Laisser revenir {name}",
  "rules.readmit_short": "Laisser revenir",
  "lobby.title": "En attente d’entrer",
  "lobby.admit": "Faire entrer {name}",
  "lobby.admit_short": "Faire entrer",
  "lobby.admit_all": "Faire entrer tout le monde",
  "lobby.refuse": "Ne pas faire entrer {name}",
  "lobby.waiting": "depuis {time}",
  "lobby.gone": "connexion perdue, place gardée",
  "lobby.badge": {
    one: "{count} personne attend d’entrer",
    other: "{count} personnes attendent d’entrer",
  },
  "lobby.see": "Voir qui attend",
  "people.make_co_trainer": "Nommer {name} co-formateur",
  "people.make_participant": "Remettre {name} participant",
  "people.co_trainer_title": "Nommer {name} co-formateur ?",
  "people.co_trainer_text":
    "{name} pourra faire ici tout ce que vous faites : couper des micros, exclure, ouvrir des groupes, faire entrer.",
  "people.co_trainer_confirm": "Nommer co-formateur",

  "waiting.title": "Votre formateur va vous faire entrer",
  "waiting.text": "Il sait que vous êtes là. Restez sur cette page : vous entrerez sans rien faire.",
  "waiting.since": "Vous attendez depuis {time}.",
  "waiting.leave": "Ne plus attendre",

  "notice.screen_stopped": "{name} a arrêté votre partage d’écran.",
  "notice.microphones_closed":
    "Pour l’instant, seules les personnes invitées à parler peuvent activer leur micro.",
  "notice.microphones_open": "Vous pouvez de nouveau activer votre micro.",
  "notice.chat_closed":
    "Pour l’instant, seuls les formateurs écrivent à tout le monde. Vous pouvez toujours leur écrire.",
  "notice.chat_open": "Vous pouvez de nouveau écrire à tout le monde.",
  "notice.lobby_waiting": "{name} attend d’entrer.",
  "notice.role_given": "{name} vous a nommé co-formateur : vous pouvez animer la salle.",
  "notice.role_taken": "{name} a repris le rôle de co-formateur. Vous êtes de nouveau participant.",

  "error.microphone_forbidden":
    "Les micros sont coupés pour l’instant. Levez la main : le formateur vous donnera la parole.",
  "error.screen_forbidden":
    "Pour l’instant, seuls les formateurs partagent leur écran. Levez la main pour demander.",
  "error.chat_forbidden":
    "Pour l’instant, seuls les formateurs écrivent à tout le monde. Vous pouvez leur écrire en privé.",
  "error.room_locked": "La salle est fermée à clé.",
  "error.must_wait": "Cette personne doit attendre à l’entrée.",
  "error.not_waiting": "Cette personne n’attend plus : quelqu’un a déjà décidé, ou elle est partie.",
  "error.not_kept_out": "Cette personne peut déjà revenir.",
  "ended.room_locked.title": "La salle est fermée à clé",
  "ended.room_locked.text":
    "Plus personne de nouveau ne peut entrer. Demandez à votre formateur de l’ouvrir, puis réessayez.",
  "ended.not_admitted.title": "Vous n’êtes pas entré",
  "ended.not_admitted.text":
    "Le formateur ne vous a pas fait entrer pour l’instant. Vérifiez que c’est bien votre atelier ; vous pouvez demander encore une fois.",
};
