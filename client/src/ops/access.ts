/**
 * The link's token: read from the fragment, which browsers send to nobody, and kept for this tab, so that the address bar does not
 * show it and a reload goes on. The server verifies it with every request.
 */
const KEY = "momentum.ops";

/** Takes the token out of the address; null: there is none, nor was one kept. */
export function takeToken(location: Location, history: History): string | null {
  const given = new URLSearchParams(location.hash.replace(/^#/, "")).get("t");
  if (given) {
    try {
      sessionStorage.setItem(KEY, given);
    } catch {
      // Storage may be forbidden: the token then lasts as long as the page.
    }
    history.replaceState(null, "", `${location.pathname}${location.search}#/`);
    return given;
  }
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}
