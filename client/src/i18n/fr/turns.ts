import type { turns as english } from "../en/turns";
import type { Translation } from "../translation";

export const turns: Translation<typeof english> = {
  "floor.title": "Vous avez la parole",
  "floor.muted": "Activez votre micro quand vous voulez. Personne ne vous entend avant.",
  "floor.speak": "On vous écoute. Parlez quand vous voulez.",
  "floor.done": "J’ai fini",
  "floor.pass": "Pas maintenant",
  "floor.has": "A la parole",
  "floor.give": "Donner la parole",
  "floor.give_name": "Donner la parole à {name}",
  "floor.end": "Reprendre la parole",
  "floor.end_name": "Reprendre la parole à {name}",

  "still.title": "Vous avez parlé. Avez-vous encore besoin de la main levée ?",
  "still.lower": "Baisser la main",
  "still.keep": "La garder levée",
  "still.spoken": "a parlé",

  "help.queue": "Demandes d’aide",
  "help.calls": { one: "{count} demande d’aide", other: "{count} demandes d’aide" },
  "help.asks": "demande de l’aide",
  "help.stuck": "bloque",
  "help.by": "appel de {name}",
  "help.you_come": "Vous arrivez",
  "help.comes": "{name} arrive",
  "help.visit": "Rejoindre",
  "help.visit_name": "Rejoindre {name}",
  "help.come": "J’arrive",
  "help.come_name": "J’arrive, {name}",
  "help.done": "C’est fait",
  "help.done_name": "C’est fait : {name}",
  "help.call": "Demander de l’aide",
  "help.call_hint": "Seule l’équipe de formation est prévenue.",
  "help.own": "L’équipe de formation sait que vous avez besoin d’aide",
  "help.own_private": "Attente : {time}. Les autres ne le voient pas.",
  "help.own_end": "Je n’ai plus besoin d’aide",

  "not_heard.title": "Personnes peu entendues récemment",
  "not_heard.none": "Tout le monde a parlé ou écrit ces 15 dernières minutes.",
  "not_heard.since": "depuis {time}",
  "not_heard.hint":
    "Seule l’équipe de formation voit ceci. Certaines personnes écoutent bien et parlent peu : une question aimable suffit.",
};
