/** French: what is kept of people. */
export const privacy = {
  "privacy.open": "Que garde-t-on de moi ?",
  "privacy.title": "Ce qui est gardé, et combien de temps",
  "privacy.loading": "Un instant…",
  "privacy.failed": "Impossible de l’afficher pour le moment.",
  "privacy.media": "Votre voix, votre image, votre écran",
  "privacy.never": "Jamais enregistrés. Ils vont aux personnes présentes dans la salle, c’est tout.",
  "privacy.captions": "Les sous-titres",
  "privacy.not_kept": "Pas gardés : ils disparaissent avec la réunion.",
  "privacy.chat": "Ce que vous écrivez dans le chat, et ses images",
  "privacy.happened": "Mains levées, réponses, groupes, heures d’arrivée et de départ",
  "privacy.notes": "Les notes partagées, le glossaire et le programme",
  "privacy.after": { one: "Supprimé après {count} jour.", other: "Supprimé après {count} jours." },
  "privacy.as_long_as_room": "Gardé jusqu’à ce que quelqu’un supprime la salle.",
  "privacy.room_after": {
    one: "Gardé aussi longtemps que la salle, supprimée {count} jour après sa dernière utilisation.",
    other: "Gardé aussi longtemps que la salle, supprimée {count} jours après sa dernière utilisation.",
  },
  "privacy.device": "Sur cet appareil",
  "privacy.device_text":
    "Votre nom, vos réglages et ce que vous n’avez pas encore envoyé. Effacer les données de ce site les supprime.",
  "privacy.ask":
    "L’équipe de formation et les responsables de l’atelier peuvent voir qui était présent et quand. Pour faire supprimer quelque chose plus tôt, adressez-vous à l’équipe de formation.",
} as const;
