import type { prejoin as english } from "../en/prejoin";
import type { Translation } from "../translation";

export const prejoin: Translation<typeof english> = {
  "prejoin.title": "Vous entrez ?",
  "prejoin.room": "Vous allez entrer dans la salle",
  "prejoin.name": "Votre nom",
  "prejoin.name_hint": "Les autres verront ce nom.",
  "prejoin.name_needed": "Indiquez d’abord votre nom.",
  "prejoin.as": "Rôle : {name}",
  "prejoin.join": "Entrer",
  "prejoin.joining": "Vous entrez…",
  "prejoin.test": "Tester mon son et mon image",
  "prejoin.prompt_title": "Votre navigateur va vous poser une question",
  "prejoin.prompt_text": "Il demande s’il peut utiliser votre micro et votre caméra. Choisissez « {allow} ».",
  "prejoin.prompt_now": "Répondez à la question du navigateur : choisissez « {allow} ».",
  "prejoin.listen_only": "Écouter seulement, pour l’instant",
  "prejoin.listener_hint": "Vous pouvez entrer sans micro et l’activer plus tard.",
  "prejoin.camera_off": "Votre caméra est coupée",
  "prejoin.microphone": "Micro",
  "prejoin.microphone_off": "Votre micro est coupé. Personne ne vous entendra.",
  "prejoin.microphone_speak": "Dites quelque chose : la barre doit bouger.",
  "prejoin.microphone_heard": "On vous entend. Tout va bien !",
  "prejoin.level": "Volume de votre voix",
  "prejoin.camera": "Caméra",
  "prejoin.speaker": "Haut-parleur",
  "prejoin.chime": "Jouer un son",
  "prejoin.chime_question":
    "L’avez-vous entendu ? Sinon, montez le volume ou choisissez un autre haut-parleur.",
  "prejoin.preview": "Votre image",
  "prejoin.connection_running": "Test de votre connexion…",
  "prejoin.connection_good": "Votre connexion fonctionne.",
  "prejoin.connection_detour":
    "Votre connexion fonctionne par un détour : ce réseau bloque le chemin direct.",
  "prejoin.connection_slow":
    "Votre connexion fonctionne, mais elle est lente. Les autres vous entendront avec un peu de retard.",
  "prejoin.connection_none":
    "Le son et l’image ne passent pas sur ce réseau. Essayez-en un autre, par exemple celui de votre téléphone. Vous pouvez entrer quand même : le chat fonctionne.",
  "prejoin.connection_unavailable":
    "Votre connexion n’a pas pu être testée pour l’instant. Vous pouvez entrer quand même.",
  "prejoin.connection_again": "Tester à nouveau",

  "device.default": "Au choix de l’ordinateur",
  "device.microphone_n": "Micro {n}",
  "device.camera_n": "Caméra {n}",
  "device.speaker_n": "Haut-parleur {n}",

  "problem.microphone.denied": "Votre navigateur ne nous laisse pas utiliser le micro.",
  "problem.microphone.missing": "Aucun micro trouvé. Branchez-en un, ou utilisez un casque.",
  "problem.microphone.busy": "Un autre programme utilise le micro. Fermez-le, puis réessayez.",
  "problem.microphone.unsupported": "Ce navigateur ne peut pas utiliser de micro.",
  "problem.microphone.failed": "Le micro n’a pas démarré. Débranchez-le, rebranchez-le, puis réessayez.",
  "problem.camera.denied": "Votre navigateur ne nous laisse pas utiliser la caméra.",
  "problem.camera.missing": "Aucune caméra trouvée. Vous pouvez participer sans caméra.",
  "problem.camera.busy": "Un autre programme utilise la caméra. Fermez-le, puis réessayez.",
  "problem.camera.unsupported": "Ce navigateur ne peut pas utiliser de caméra.",
  "problem.camera.failed": "La caméra n’a pas démarré. Vous pouvez participer sans elle, ou réessayer.",
  "problem.screen.denied":
    "Rien n’est partagé : vous avez fermé la question, ou votre navigateur l’interdit.",
  "problem.screen.missing": "Il n’y a ni écran ni fenêtre à partager.",
  "problem.screen.busy": "Un autre programme partage déjà votre écran.",
  "problem.screen.unsupported": "Ce navigateur ne peut pas partager l’écran. Essayez avec un ordinateur.",
  "problem.screen.failed": "Le partage d’écran n’a pas démarré. Réessayez.",
  "problem.both_denied": "Votre navigateur ne nous laisse utiliser ni le micro ni la caméra.",
  "problem.allow_chrome":
    "Cliquez sur la petite icône à curseurs, à gauche de l’adresse, activez le micro et la caméra, puis réessayez.",
  "problem.allow_edge":
    "Cliquez sur le cadenas, à gauche de l’adresse, choisissez « Autoriser » pour le micro et la caméra, puis réessayez.",
  "problem.allow_firefox":
    "Cliquez sur le micro barré, à gauche de l’adresse, retirez « Bloqué », puis réessayez.",
  "problem.allow_safari":
    "Ouvrez le menu Safari, « Réglages pour ce site web… », choisissez « Autoriser » pour le micro et la caméra, puis réessayez.",
  "problem.allow_android":
    "Touchez la petite icône à gauche de l’adresse, « Autorisations », activez le micro et la caméra, puis réessayez.",
  "problem.allow_ios":
    "Touchez la petite icône à côté de l’adresse, « Réglages du site web », choisissez « Autoriser » pour le micro et la caméra, puis réessayez.",
  "problem.retry": "Réessayer",

  "picture.prompt": "Dessin : la question du navigateur, avec une flèche vers « {allow} ».",
  "picture.address": "Dessin : la barre d’adresse, avec une flèche vers la petite icône à sa gauche.",
  "picture.menu": "Dessin : le menu Safari, avec une flèche vers « Réglages pour ce site web… ».",
  "picture.safari_menu": "Réglages pour ce site web…",
  "picture.allow_chrome": "Autoriser lors de la visite du site",
  "picture.allow_edge": "Autoriser",
  "picture.allow_firefox": "Autoriser",
  "picture.allow_safari": "Autoriser",
  "picture.allow_android": "Autoriser lors de la visite du site",
  "picture.allow_ios": "Autoriser",
  "picture.block_edge": "Bloquer",
  "picture.block_firefox": "Bloquer",
  "picture.block_safari": "Ne pas autoriser",
  "picture.block_ios": "Ne pas autoriser",
  "picture.question": "Utiliser micro et caméra ?",
  "picture.question_short": "Utiliser le micro ?",
};
