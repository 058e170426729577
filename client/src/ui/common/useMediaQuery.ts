import { useEffect, useState } from "preact/hooks";
import { scaleQuery } from "../preferences/mediaRules";
import { textSize } from "../preferences/preferences";

/** Whether the page matches a media query, kept up to date; its `rem` grow with the text, as the styles' own do. */
export function useMediaQuery(written: string): boolean {
  const query = scaleQuery(written, textSize.value / 100);
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const update = () => setMatches(list.matches);
    update();
    list.addEventListener("change", update);
    return () => list.removeEventListener("change", update);
  }, [query]);
  return matches;
}

/** Too small for a panel beside the pictures. */
export const NARROW = "(max-width: 51.99rem)";
