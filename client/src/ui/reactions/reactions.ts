import { Heart, Laugh, type LucideIcon, PartyPopper, Sparkles, ThumbsUp, Zap } from "lucide-preact";
import type { ReactionName } from "../../core/api";
import { t } from "../../i18n";

/** In the order of the menu. Drawn by us: not every old machine has a font for emoji. */
export const REACTIONS: Readonly<Record<ReactionName, LucideIcon>> = {
  applause: Sparkles,
  thumbs_up: ThumbsUp,
  heart: Heart,
  laugh: Laugh,
  surprise: Zap,
  celebrate: PartyPopper,
};

export const REACTION_NAMES = Object.keys(REACTIONS) as readonly ReactionName[];

export function reactionWord(name: ReactionName): string {
  return t(`reaction.${name}`);
}
