import type { settings as english } from "../en/settings";
import type { Translation } from "../translation";

export const settings: Translation<typeof english> = {
  "data.offer_low": "Votre réseau a du mal à suivre. Des images plus petites et moins nombreuses aideraient.",
  "data.take_low": "Économiser les données",
  "data.offer_audio": "Votre réseau a toujours du mal. Le son seul passerait mieux.",
  "data.take_audio": "Passer au son seulement",
  "data.keep": "Garder les images",
  "data.unseen":
    "Vous avez choisi de ne pas recevoir d’images, sauf celle de l’interprète. Vous entendez tout le monde.",
  "data.see_again": "Afficher les images",

  "settings.title": "Réglages",
  "settings.devices": "Son et image",
  "settings.data": "Images et données",
  "settings.data_hint":
    "Le son passe toujours en premier. S’il est haché, ou si vous payez selon votre consommation, choisissez moins.",
  "settings.data_full": "Toutes les images",
  "settings.data_full_hint": "Environ 1 Go par heure, jusqu’à 2 Go quand la salle est pleine.",
  "settings.data_low": "Économiser les données",
  "settings.data_low_hint":
    "Quatre petites images au plus, et la vôtre plus petite. Environ 300 Mo par heure.",
  "settings.data_audio": "Le son seulement",
  "settings.data_audio_hint":
    "Aucune image, sauf celle de l’interprète. Sans interprète, environ 50 Mo par heure, comme un appel téléphonique.",
  "settings.data_own": "Ou choisissez séparément",
  "settings.data_no_receive": "Ne pas recevoir d’images, sauf celle de l’interprète",
  "settings.data_no_send": "Ne pas envoyer mon image",
  "settings.language": "Langue",
  "settings.language_hint": "Ce que les autres écrivent ou disent reste dans leur langue.",
  "settings.appearance": "Affichage",
  "settings.shortcuts": "Raccourcis clavier",
  "settings.shortcuts_on": "Utiliser les raccourcis clavier",
};
