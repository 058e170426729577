import type { ReactionName } from "../../core/api";
import { t } from "../../i18n";

/** Each drawn by the system's own font, in the order of the menu. */
export const REACTIONS: Readonly<Record<ReactionName, string>> = {
  applause: "👏",
  thumbs_up: "👍",
  heart: "❤️",
  laugh: "😄",
  surprise: "😮",
  celebrate: "🎉",
};

export const REACTION_NAMES = Object.keys(REACTIONS) as readonly ReactionName[];

export function reactionWord(name: ReactionName): string {
  return t(`reaction.${name}`);
}
