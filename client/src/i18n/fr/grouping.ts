import type { grouping as english } from "../en/grouping";
import type { Translation } from "../translation";

/** French: who must (not) be together, groups kept for another day, company for whoever is alone. */
export const grouping: Translation<typeof english> = {
  "grouping.absent": "Sans compter : {names}",
  "grouping.constraints": "Séparer ou réunir",
  "grouping.apart": "séparer",
  "grouping.together": "réunir",
  "grouping.none": "Personne pour l’instant.",
  "grouping.first": "Première personne",
  "grouping.second": "Deuxième personne",
  "grouping.choose": "Choisir…",
  "grouping.kind": "Comment",
  "grouping.add": "Ajouter",
  "grouping.pair_apart": "{one} et {other} : à séparer",
  "grouping.pair_together": "{one} et {other} : à réunir",
  "grouping.remove": "Annuler : {what}",
  "grouping.unknown_person": "une personne absente",
  "grouping.saved": "Groupes gardés",
  "grouping.same": "Les mêmes que la dernière fois",
  "grouping.use": "Utiliser {name}",
  "grouping.forget": "Supprimer {name}",
  "grouping.no_saved": "Les groupes que vous gardez apparaissent ici, et après chaque tour les derniers.",
  "grouping.missing": {
    one: "{count} personne absente, non placée",
    other: "{count} personnes absentes, non placées",
  },
  "grouping.save": "Garder ces groupes",
  "grouping.save_name": "Nom de ces groupes",
  "grouping.save_done": "C’est gardé, dans « Groupes gardés ».",
  "grouping.unplaced": "Dans aucun groupe",
  "grouping.alone": "{name} est en solo.",
  "grouping.send": "Déplacer vers {group}",
  "grouping.offer": "Il n’y a plus que vous. Rejoindre {group}, avec {names} ?",
  "grouping.offer_yes": "Les rejoindre",
  "grouping.offer_no": "Attendre",
  "grouping.at_work": "Les groupes travaillent.",
  "error.apart_impossible":
    "Deux personnes à séparer se retrouveraient ensemble. Changez les groupes ou la liste.",
  "error.too_many_sets": "Trop de groupes gardés. Supprimez-en d’abord.",
  "error.unknown_set": "Ces groupes sont déjà supprimés.",
  "error.offer_over": "Votre partenaire est de retour, ou les autres sont partis.",
};
