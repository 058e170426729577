import type { notes as english } from "../en/notes";
import type { Translation } from "../translation";

/** French: shared notes and the glossary. */
export const notes: Translation<typeof english> = {
  "notes.title": "Notes",
  "notes.tab_text": "Notes communes",
  "notes.tab_glossary": "Glossaire",
  "notes.which": "Notes de",
  "notes.of_room": "Toute la salle",
  "notes.of_past": "{name}, dernier tour (à lire)",
  "notes.label": "Notes communes : {name}",
  "notes.placeholder": "Tout le monde peut écrire ici.",
  "notes.nothing": "Rien n’a été écrit ici.",
  "notes.opening": "Ouverture…",
  "notes.saved": "Enregistré. Tout le monde ici le voit.",
  "notes.saving": "Enregistrement…",
  "notes.offline":
    "Pas de connexion. Ce que vous écrivez est gardé sur cet appareil et sera envoyé plus tard.",
  "notes.paste_less": "C’est trop à la fois. Collez {count} caractères au plus.",
  "notes.old_browser": "Ce navigateur peut montrer les notes, mais pas les modifier. Un plus récent le peut.",
  "notes.export": "Enregistrer dans un fichier",
  "notes.copy": "Copier ici les notes des groupes",
  "notes.copied": {
    one: "{count} note a été copiée à la fin.",
    other: "{count} notes ont été copiées à la fin.",
  },
  "notes.copied_title": "Groupe {name}, tour {round}",
  "glossary.add": "Expliquer un mot",
  "glossary.search": "Chercher",
  "glossary.empty": "Pas encore de mots. L’équipe de formation explique ici les mots du métier.",
  "glossary.empty_staff": "Pas encore de mots. Tout le monde peut consulter ce que vous expliquez ici.",
  "glossary.none_found": "Aucun mot ne correspond.",
  "glossary.term": "Mot",
  "glossary.meaning": "Ce qu’il veut dire, simplement",
  "glossary.save": "Enregistrer",
  "glossary.edit": "Modifier « {term} »",
  "glossary.remove": "Retirer « {term} »",
};
