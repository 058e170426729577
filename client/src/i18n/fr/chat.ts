import type { chat as english } from "../en/chat";
import type { Translation } from "../translation";

export const chat: Translation<typeof english> = {
  "chat.message": "Message",
  "chat.placeholder": "Écrivez ici…",
  "chat.send": "Envoyer",
  "chat.hint": "Entrée envoie, Maj + Entrée va à la ligne.",
  "chat.empty": "Rien pour l’instant. Dites bonjour !",
  "chat.empty_trainers": "Écrivez ici à l’équipe de formation. Personne d’autre ne peut lire.",
  "chat.empty_threads": "Quand quelqu’un écrit à l’équipe de formation, vous le trouvez ici.",
  "chat.log": "Messages échangés",
  "chat.channel": "Qui peut lire",
  "chat.room": "Tout le monde",
  "chat.breakout": "Mon groupe",
  "chat.trainers": "Formation",
  "chat.private": "En privé",
  "chat.with": "Conversation avec",
  "chat.choose": "Choisissez une personne",
  "chat.sending": "Envoi…",
  "chat.failed": "Non envoyé.",
  "chat.retry": "Renvoyer",
  "chat.own": "Vous",
  "chat.to_all": "À tout le monde",
  "chat.link_hint": "s’ouvre dans un nouvel onglet",
  "chat.too_long": { one: "{count} caractère de trop", other: "{count} caractères de trop" },
  "chat.unread": { one: "{count} nouveau", other: "{count} nouveaux" },
  "chat.newest": "Derniers messages plus bas",
};
