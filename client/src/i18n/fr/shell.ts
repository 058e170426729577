import type { shell as english } from "../en/shell";
import type { Translation } from "../translation";

export const shell: Translation<typeof english> = {
  "panel.loading": "Un instant…",
  "panel.failed": "Le chargement a échoué. Vérifiez votre connexion.",
  "panel.again": "Réessayer",

  "layout.title": "Disposition",
  "layout.auto": "Automatique",
  "layout.auto_hint": "Tout le monde à égalité ; un écran partagé en grand.",
  "layout.gallery": "Mosaïque",
  "layout.gallery_hint": "Tout le monde à égalité, toujours.",
  "layout.speaker": "Qui parle",
  "layout.speaker_hint": "La personne qui parle en grand.",
  "layout.screen": "Écran et visages",
  "layout.screen_hint": "L’écran le plus grand possible, avec quelques visages.",
  "layout.by_trainer": "Choisie par l’équipe de formation pour tout le monde.",
  "layout.hide_self": "Masquer ma propre image",
  "layout.hide_self_hint": "Les autres vous voient toujours.",
  "layout.hide_others": "Masquer les images des autres",
  "layout.hide_others_hint": "Aucune donnée consommée. Les écrans partagés restent.",
  "tile.pin": "Garder {name} en grand",
  "tile.unpin": "Ne plus garder {name} en grand",

  "reaction.short": "Réagir",
  "reaction.title": "Réagir",
  "reaction.said": "{reaction} : {names}.",
  "reaction.applause": "Bravo",
  "reaction.thumbs_up": "Bien vu",
  "reaction.heart": "Merci",
  "reaction.laugh": "C’est drôle",
  "reaction.surprise": "Oh !",
  "reaction.celebrate": "Youpi !",

  "devices.microphone_menu": "Choisir le micro et le haut-parleur",
  "devices.camera_menu": "Choisir la caméra",
  "devices.noise": "Réduire les bruits de fond",
  "devices.noise_hint": "À désactiver pour jouer de la musique.",
  "devices.push": "Maintenir une touche pour parler ({key})",
  "devices.push_hint": "Votre micro n’est ouvert que pendant ce temps.",
  "devices.blur": "Flouter mon arrière-plan",
  "devices.no_blur":
    "Le flou d’arrière-plan est proposé quand votre caméra est allumée et que cet ordinateur sait le faire lui-même.",

  "toolbar.more": "Plus",
  "toolbar.more_new": { one: "{count} nouveauté", other: "{count} nouveautés" },
  "more.away": "Je m’absente",
  "more.away_hint": "Votre place est gardée ; les autres voient que vous n’êtes pas là.",
};
