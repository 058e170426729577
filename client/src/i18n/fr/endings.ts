import type { endings as english } from "../en/endings";
import type { Translation } from "../translation";

export const endings: Translation<typeof english> = {
  "goodbye.title": "Vous avez quitté la salle",
  "goodbye.text": "À bientôt ! Votre micro et votre caméra sont coupés.",
  "goodbye.again": "Revenir dans la salle",

  "ended.again": "Réessayer",
  "ended.here": "Continuer ici",
  "ended.code": "Code pour l’assistance : {code}",

  "ended.token_invalid.title": "Ce lien ne fonctionne pas",
  "ended.token_invalid.text":
    "Il a peut-être été coupé en le copiant. Ouvrez le lien en entier, ou demandez-en un nouveau à l’équipe de formation.",
  "ended.token_expired.title": "Ce lien n’est plus valable",
  "ended.token_expired.text":
    "Les liens ne servent que pendant l’atelier. Demandez-en un nouveau à l’équipe de formation.",
  "ended.token_not_yet_valid.title": "Vous êtes en avance !",
  "ended.token_not_yet_valid.text": "Ce lien ne fonctionne pas encore. Revenez au début de votre atelier.",
  "ended.token_revoked.title": "Ce lien a été retiré",
  "ended.token_revoked.text":
    "Il n’ouvre plus cette salle. Demandez un nouveau lien à votre formateur ou à votre formatrice.",
  "ended.meeting_ended.title": "La réunion est terminée",
  "ended.meeting_ended.text":
    "Elle a pris fin pour tout le monde. Votre lien ouvrira la salle à la prochaine séance.",
  "ended.name_needed.title": "Il manque votre nom",
  "ended.name_needed.text": "Réessayez en indiquant votre nom avant d’entrer.",
  "ended.room_not_found.title": "Cette salle n’existe plus",
  "ended.room_not_found.text": "Demandez le lien de la salle du jour à l’équipe de formation.",
  "ended.room_full.title": "La salle est complète",
  "ended.room_full.text": "Patientez un instant et réessayez, ou prévenez l’équipe de formation.",
  "ended.server_full.title": "Le service est complet",
  "ended.server_full.text":
    "Trop de personnes sont connectées en ce moment. Patientez un instant et réessayez.",
  "ended.removed.title": "On vous a retiré l’accès à la salle",
  "ended.removed.text":
    "Votre lien n’ouvre plus cette salle. Si c’est une erreur, contactez l’équipe de formation.",
  "ended.replaced.title": "Vous avez ouvert la salle ailleurs",
  "ended.replaced.text":
    "Votre place est maintenant dans un autre onglet ou sur un autre appareil. Continuez là-bas, ou reprenez-la ici.",
  "ended.left.title": "Vous avez quitté la salle",
  "ended.left.text": "À bientôt ! Votre micro et votre caméra sont coupés.",
  "ended.heartbeat_missed.title": "La connexion est perdue",
  "ended.heartbeat_missed.text": "Vérifiez votre réseau, puis réessayez. Votre place est gardée.",
  "ended.outbox_full.title": "Votre réseau ne suit pas",
  "ended.outbox_full.text":
    "Rapprochez-vous de la box ou arrêtez les téléchargements, puis réessayez. Votre place est gardée.",
  "ended.too_many_errors.title": "Trop d’erreurs à la suite",
  "ended.too_many_errors.text": "Réessayez. Si cela revient, prévenez l’équipe de formation.",
  "ended.shutting_down.title": "La salle redémarre",
  "ended.shutting_down.text": "Attendez une demi-minute, puis réessayez. Rien n’est perdu.",
  "ended.moved.title": "La salle a changé de serveur",
  "ended.moved.text": "Réessayez. Rien n’est perdu.",
  "ended.storage_unavailable.title": "La classe ne peut accueillir personne pour l’instant",
  "ended.storage_unavailable.text": "Attendez une minute, puis réessayez. Rien n’est perdu.",
  "ended.internal.title": "Un problème est survenu de notre côté",
  "ended.internal.text":
    "Vous n’y êtes pour rien. Réessayez ; si cela revient, prévenez l’équipe de formation.",
  "ended.malformed_frame.title": "La salle n’a pas compris votre navigateur",
  "ended.malformed_frame.text":
    "Réessayez. Si cela revient, changez de navigateur et prévenez l’équipe de formation.",
  "ended.frame_too_large.title": "C’était trop long à envoyer",
  "ended.frame_too_large.text": "Réessayez avec un texte plus court.",
  "ended.hello_expected.title": "La salle n’a pas compris votre navigateur",
  "ended.hello_expected.text":
    "Réessayez. Si cela revient, changez de navigateur et prévenez l’équipe de formation.",
  "ended.protocol_unsupported.title": "Une nouvelle version est prête",
  "ended.protocol_unsupported.text":
    "Cette page est plus ancienne que la salle. Réessayez pour charger la nouvelle.",
  "ended.unreachable.title": "La salle est injoignable",
  "ended.unreachable.text": "Vérifiez votre connexion internet, puis réessayez.",
  "ended.unknown.title": "La connexion s’est arrêtée",
  "ended.unknown.text": "Réessayez. Si cela revient, prévenez l’équipe de formation.",
};
