/**
 * The room's fixed places for what belongs to other subjects. Whatever stands there shows nothing while it has nothing to say,
 * and brings its own words for screen readers (a live region, if it must be heard).
 */
import type { ComponentType } from "preact";
import { BreakCard } from "../activities/BreakCard";
import { CheckinCard } from "../activities/CheckinCard";
import { TimerChip } from "../activities/TimerChip";
import { OfferCard } from "../breakouts/OfferCard";
import { CaptionsStrip } from "../captions/CaptionsStrip";
import { LobbyCard } from "../moderation/LobbyCard";
import { OpsMessageCard } from "../ops-message/OpsMessageCard";
import { HandsAloud } from "../people/HandsAloud";
import { ReactionsAloud } from "../reactions/ReactionsAloud";
import { TurnCards } from "../turns/TurnCards";

/** Over the lower edge of the pictures, for a short while: a check-in to answer, "give the floor", the end of a break. */
export const CARDS: readonly ComponentType[] = [
  OpsMessageCard,
  OfferCard,
  LobbyCard,
  BreakCard,
  TurnCards,
  CheckinCard,
];

/** Under the pictures, taking room of their own: captions. Also what is only heard, on small screens too. */
export const STRIPS: readonly ComponentType[] = [CaptionsStrip, ReactionsAloud, HandsAloud];

/** In the header, beside the room's name: the agenda's chip. */
export const HEADER_CHIPS: readonly ComponentType[] = [TimerChip];
