import type { moderation as english } from "../en/moderation";
import type { Translation } from "../translation";

/** French: rules of the room, the lobby, who is kept out, who runs the room. */
export const moderation: Translation<typeof english> = {
  "rules.title": "Règles de la salle",
  "rules.unmute": "Tout le monde peut activer son micro",
  "rules.unmute_hint": "Dans les groupes, toujours. La personne à qui vous donnez la parole le peut aussi.",
  "rules.screen": "Tout le monde peut partager son écran",
  "rules.chat": "Tout le monde peut écrire à toute la salle",
  "rules.chat_hint": "Écrire à l’équipe de formation et dans son groupe reste toujours possible.",
  "rules.lobby": "Les personnes qui arrivent attendent qu’on les fasse entrer",
  "rules.locked": "Fermer à clé : plus aucune nouvelle personne n’entre",
  "rules.locked_hint": "Les personnes déjà venues peuvent revenir.",
  "rules.layout": "Disposition pour tout le monde",
  "rules.layout_own": "Au choix de chaque personne",
  "rules.layout_gallery": "Tout le monde à égalité",
  "rules.layout_speaker": "La personne qui parle, en grand",
  "rules.layout_screen": "Écran partagé, en grand",
  "rules.kept_out": "Personnes exclues de cette salle",
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
  "people.make_co_trainer": "Confier la co-formation à {name}",
  "people.make_participant": "Retirer la co-formation à {name}",
  "people.co_trainer_title": "Confier la co-formation à {name} ?",
  "people.co_trainer_text":
    "{name} pourra faire ici tout ce que vous faites : couper des micros, exclure, ouvrir des groupes, faire entrer.",
  "people.co_trainer_confirm": "Confier la co-formation",

  "waiting.title": "On va vous faire entrer",
  "waiting.text":
    "L’équipe de formation sait que vous êtes là. Restez sur cette page : vous entrerez sans rien faire.",
  "waiting.lost":
    "La connexion est perdue. Restez sur cette page : elle la rétablit, et vous gardez votre rang quelques secondes.",
  "waiting.since": "Vous attendez depuis {time}.",
  "waiting.leave": "Ne plus attendre",

  "notice.screen_stopped": "{name} a arrêté votre partage d’écran.",
  "notice.microphones_closed":
    "Pour l’instant, seules les personnes invitées à parler peuvent activer leur micro.",
  "notice.microphones_open": "Vous pouvez de nouveau activer votre micro.",
  "notice.chat_closed":
    "Pour l’instant, seule l’équipe de formation écrit à tout le monde. Vous pouvez toujours lui écrire.",
  "notice.chat_open": "Vous pouvez de nouveau écrire à tout le monde.",
  "notice.lobby_waiting": "{name} attend d’entrer.",
  "notice.role_given": "{name} vous confie la co-formation : vous pouvez animer la salle.",
  "notice.role_taken": "{name} vous a retiré la co-formation. Vous participez de nouveau comme les autres.",

  "error.microphone_forbidden":
    "Les micros sont coupés pour l’instant. Levez la main : on vous donnera la parole.",
  "error.screen_forbidden":
    "Pour l’instant, seule l’équipe de formation partage son écran. Levez la main pour demander.",
  "error.chat_forbidden":
    "Pour l’instant, seule l’équipe de formation écrit à tout le monde. Vous pouvez lui écrire en privé.",
  "error.room_locked": "La salle est fermée à clé.",
  "error.must_wait": "Cette personne doit attendre à l’entrée.",
  "error.revoked": "Ce lien a été retiré.",
  "error.too_many_revoked": "Trop de liens de cette salle sont retirés.",
  "error.not_waiting": "Cette personne n’attend plus : quelqu’un a déjà décidé, ou elle est partie.",
  "error.not_kept_out": "Cette personne peut déjà revenir.",
  "ended.room_locked.title": "La salle est fermée à clé",
  "ended.room_locked.text":
    "Plus aucune nouvelle personne ne peut entrer. Demandez à l’équipe de formation de l’ouvrir, puis réessayez.",
  "ended.not_admitted.title": "On ne vous a pas fait entrer",
  "ended.not_admitted.text":
    "L’équipe de formation ne vous a pas fait entrer pour l’instant. Vérifiez que c’est bien votre atelier ; vous pouvez demander encore une fois.",
};
