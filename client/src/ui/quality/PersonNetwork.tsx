import { Ear, EarOff, VideoOff, WifiOff } from "lucide-preact";
import type { DirectionQuality, Participant } from "../../core/api";
import { t } from "../../i18n";
import { useClassroom } from "../state";
import { capital, directionWords, personWords } from "./words";
import "./quality.css";

/** In the list of people: "Hears us; video paused". Staff, who are told ratings, read those that are not very good. */
export function PersonNetwork({ person }: { readonly person: Participant }) {
  const quality = useClassroom().people.value.get(person.id);
  if (quality === undefined || !person.connected) return null;
  const { tone, text } = personWords(person, quality);
  const { path } = quality;
  const sending = path === "ok" ? worthReading(quality.sending) : null;
  const receiving = path === "ok" ? worthReading(quality.receiving) : null;
  if (text === "" && sending === null && receiving === null) return null;
  const Icon = tone === "ok" ? Ear : tone === "paused" ? VideoOff : path === "ok" ? EarOff : WifiOff;
  return (
    <span class={`person-network person-network--${tone}`}>
      {text === "" ? null : (
        <span class="person-network__words">
          <Icon size={14} aria-hidden="true" />
          {capital(text)}
        </span>
      )}
      {sending === null ? null : <span>{t("quality.sends", { rating: directionWords(sending) })}</span>}
      {receiving === null ? null : (
        <span>{t("quality.receives", { rating: directionWords(receiving) })}</span>
      )}
    </span>
  );
}

function worthReading(way: DirectionQuality | null): DirectionQuality | null {
  return way?.rating === "excellent" ? null : way;
}
