/** From what the server measured to what people read. Pure but for the language. */
import type { DirectionQuality, OwnQuality, Participant, PersonQuality } from "../../core/api";
import { t } from "../../i18n";

export type PersonTone = "ok" | "paused" | "lost";

export interface PersonWords {
  /** ok: nothing to worry about. paused: the sound goes on, a picture does not. lost: no sound one way or both. */
  readonly tone: PersonTone;
  /** "hears us; video paused"; empty: nothing is known. */
  readonly text: string;
}

const SILENT: PersonWords = { tone: "ok", text: "" };

/** What others read about a person. Presence has words of its own for whoever is away or dropped. */
export function personWords(person: Participant, quality: PersonQuality | undefined): PersonWords {
  if (quality === undefined || !person.connected) return SILENT;
  if (quality.path !== "ok") return { tone: "lost", text: t(`quality.path_${quality.path}`) };
  const parts: string[] = [];
  if (quality.hears !== null) parts.push(t(quality.hears ? "quality.hears" : "quality.deaf"));
  if (quality.heard === false) parts.push(t("quality.unheard"));
  if (quality.video === "paused") parts.push(t("quality.video_paused"));
  if (quality.sees === "paused") parts.push(t("quality.sees_none"));
  const tone =
    quality.hears === false || quality.heard === false
      ? "lost"
      : quality.video === "paused" || quality.sees === "paused"
        ? "paused"
        : "ok";
  return { tone, text: parts.join(t("quality.joint")) };
}

/** One direction in words, for staff and for oneself: "poor (parts get lost)". */
export function directionWords(way: DirectionQuality): string {
  const rating = t(`quality.rating.${way.rating}`);
  const reasons =
    way.rating === "excellent" ? [] : way.reasons.map((reason) => t(`quality.reason.${reason}`));
  return reasons.length > 0 ? t("quality.because", { rating, reasons: reasons.join(", ") }) : rating;
}

/** What troubles one's own network, the most important first; each has a title, advice and a short form. */
const TROUBLES = [
  "silent",
  "unheard",
  "deaf",
  "own_video_paused",
  "videos_paused",
  "loss_out",
  "loss_in",
  "slow_out",
  "slow_in",
  "delay",
] as const;
export type Trouble = (typeof TROUBLES)[number];

/** What the person should know now; null: all is well enough. */
export function troubleOf({ sending, receiving }: OwnQuality): Trouble | null {
  const out = (reason: DirectionQuality["reasons"][number]) => sending?.reasons.includes(reason) ?? false;
  const back = (reason: DirectionQuality["reasons"][number]) => receiving?.reasons.includes(reason) ?? false;
  const poorOut = sending?.rating === "poor";
  const poorBack = receiving?.rating === "poor";
  const found: Readonly<Record<Trouble, boolean>> = {
    silent: out("network_lost") || back("network_lost"),
    unheard: sending?.rating === "lost",
    deaf: receiving?.rating === "lost",
    own_video_paused: out("video_paused"),
    videos_paused: back("video_paused"),
    loss_out: poorOut && out("uplink_loss"),
    loss_in: poorBack && back("downlink_loss"),
    slow_out: poorOut && out("uplink_limited"),
    slow_in: poorBack && back("downlink_limited"),
    delay: (poorOut || poorBack) && (out("high_delay") || back("high_delay")),
  };
  return TROUBLES.find((trouble) => found[trouble]) ?? null;
}

export interface TroubleWords {
  /** A word or two, beside an icon. */
  readonly short: string;
  readonly title: string;
  readonly advice: string;
}

export function troubleWords(trouble: Trouble): TroubleWords {
  return {
    short: t(`quality.trouble.${trouble}.short`),
    title: t(`quality.trouble.${trouble}.title`),
    advice: t(`quality.trouble.${trouble}.advice`),
  };
}

/** For the start of a line. */
export function capital(text: string): string {
  const [first = "", ...rest] = text;
  return first.toLocaleUpperCase() + rest.join("");
}
