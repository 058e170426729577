import type { common as english } from "../en/common";
import type { Translation } from "../translation";

export const common: Translation<typeof english> = {
  "app.name": "Momentum Classroom",
  "app.skip": "Aller aux images",
  "app.close": "Fermer",
  "app.cancel": "Annuler",
  "app.back": "Retour",
  "language.switch": "Langue",
  "title.unread": "({count}) {title}",

  "obstacle.insecure_origin.title": "Cette adresse n’est pas sécurisée",
  "obstacle.insecure_origin.text":
    "Les navigateurs ne prêtent le micro et la caméra qu’aux adresses sécurisées. Ouvrez le lien qui commence par https://, ou demandez-le à votre formateur ou formatrice.",
  "obstacle.no_webrtc.title": "Ce navigateur ne gère pas le son et l’image en direct",
  "obstacle.no_webrtc.text":
    "Ouvrez votre lien dans Firefox, Chrome, Edge ou Safari à jour. Si vous venez d’un message, choisissez « Ouvrir dans le navigateur ».",
  "obstacle.no_websocket.title": "Ce navigateur est trop ancien",
  "obstacle.no_websocket.text": "Ouvrez votre lien dans Firefox, Chrome, Edge ou Safari à jour.",
  "obstacle.no_token.title": "Il manque votre lien personnel",
  "obstacle.no_token.text":
    "Cette adresse ne contient pas d’invitation. Ouvrez en entier le lien que vous avez reçu, ou demandez qu’on vous le renvoie.",

  "error.unknown_message": "La salle ne connaît pas cette action. Rechargez la page.",
  "error.malformed_message": "La salle n’a pas compris. Rechargez la page et réessayez.",
  "error.rate_limited": "C’était un peu trop rapide. Attendez un instant et réessayez.",
  "error.offer_malformed": "Le son et l’image n’ont pas démarré. Rechargez la page.",
  "error.offer_unsupported":
    "Le son et l’image ne marchent pas dans ce navigateur. Essayez Firefox ou Chrome.",
  "error.media_unavailable": "Le son et l’image sont indisponibles. Le chat fonctionne toujours.",
  "error.internal": "Un problème est survenu de notre côté. Réessayez.",
  "error.not_allowed": "Seule l’équipe de formation peut faire cela.",
  "error.unknown_participant": "Cette personne n’est plus dans la salle.",
  "error.unknown_group": "Ce groupe n’existe plus.",
  "error.room_full": "La salle est complète.",
  "error.removed": "Cette personne n’a plus accès à la salle.",
  "error.not_in_breakout": "Vous n’êtes pas dans un groupe en ce moment.",
  "error.breakouts_closed": "Les groupes sont déjà fermés.",
  "error.breakouts_bad_plan":
    "Impossible de former ces groupes. Vérifiez le nombre de personnes et les noms.",
  "error.screen_taken": "Une autre personne partage son écran. Demandez-lui d’abord d’arrêter.",
  "error.hand_not_raised": "Cette main est déjà baissée.",
  "error.not_here": "Cette personne n’est pas là en ce moment.",
  "error.empty_text": "Écrivez d’abord quelque chose.",
  "error.help_not_called": "Cet appel à l’aide est déjà clos.",
  "error.checkin_open": "Un point rapide est encore ouvert. Fermez-le d’abord.",
  "error.checkin_closed": "Ce point rapide est fermé.",
  "error.checkin_bad_choices": "Donnez au moins deux choix, tous différents.",
  "error.agenda_full": "Le programme est plein. Retirez d’abord une ligne.",
  "error.agenda_unknown_item": "Cette ligne n’est plus dans le programme.",
  "error.timer_off": "Aucun minuteur ne tourne.",
  "error.not_connected": "La connexion est coupée. Réessayez dans un instant.",
  "error.connection_lost": "La connexion s’est coupée entre-temps. Réessayez.",
  "error.ref_too_old": "C’est arrivé trop tard. Réessayez.",
  "error.timeout": "Pas de réponse. Vérifiez votre connexion et réessayez.",
  "error.too_many_requests": "C’était un peu trop rapide. Attendez un instant et réessayez.",
  "error.unknown": "Cela n’a pas marché. Réessayez.",
  "role.trainer": "Formation",
  "role.co_trainer": "Co-formation",
  "role.participant": "Participant(e)",
  "role.observer": "Observation",
  "role.interpreter": "Interprète",
  "role.captioner": "Sous-titrage",

  "time.less_than_minute": "moins d’une minute",
};
