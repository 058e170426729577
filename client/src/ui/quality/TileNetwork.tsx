import { EarOff, VideoOff, WifiOff } from "lucide-preact";
import type { Participant } from "../../core/api";
import { useClassroom } from "../state";
import { capital, personWords } from "./words";
import "./quality.css";

interface Props {
  readonly person: Participant;
  /** Too small for words: the icon alone, with its tooltip. */
  readonly small: boolean;
}

/** On somebody's picture, while something is wrong with their network: an icon and plain words. (If it is gone, the veil tells.) */
export function TileNetwork({ person, small }: Props) {
  const quality = useClassroom().people.value.get(person.id);
  const { tone, text } = personWords(person, quality);
  const veiled = quality?.path === "lost" || quality?.path === "interrupted";
  if (tone === "ok" || veiled || person.presence !== "joined") return null;
  const words = capital(text);
  const Icon = tone === "paused" ? VideoOff : quality?.path === "ok" ? EarOff : WifiOff;
  return (
    <span class={`tile-network tile-network--${tone}`} title={words}>
      <Icon size={16} aria-hidden="true" />
      <span class={small ? "visually-hidden" : "tile-network__words"}>{words}</span>
    </span>
  );
}
