/** Sentences with which people ask for the floor: they are offered the hand that does it. Pure. */
import { folded } from "./search";

const COMMANDS: ReadonlySet<string> = new Set(["/hand", "/main", "/lever", "/raise"]);
const SENTENCES: readonly RegExp[] = [
  /\bje (?:leve|lever) (?:aussi )?(?:la|ma) main\b/u,
  /\bje (?:voudrais|veux|souhaite|peux|aimerais) (?:prendre la parole|parler|intervenir)\b/u,
  /\b(?:puis[- ]je|est-ce que je peux) (?:prendre la parole|parler|intervenir)\b/u,
  /\b(?:raise|raising|raised) my hand\b/u,
  /\bhand (?:up|raised)\b/u,
  /\b(?:may|can|could) i (?:speak|say something|ask (?:a question|something))\b/u,
];
/** Who asks for the floor says so in few words. */
const LONGEST = 200;

/** "command": typed for this alone; "words": perhaps meant so; null: not at all. */
export function asksForFloor(text: string): "command" | "words" | null {
  const said = folded(text.trim()).replace(/[’‘]/gu, "'");
  if (COMMANDS.has(said)) return "command";
  return said.length <= LONGEST && SENTENCES.some((sentence) => sentence.test(said)) ? "words" : null;
}
