import { useEffect, useState } from "preact/hooks";

/** Whether the page matches a media query, kept up to date. */
export function useMediaQuery(query: string): boolean {
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
