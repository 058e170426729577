/**
 * Makes a chosen size of text change the layout as the browser's own setting does. A `rem` in a media query is the browser's
 * font size, never the one that the page sets (Media Queries 4, 1.3), so that at 200 % a phone's layout would come only on a
 * phone. The lengths of all media rules are therefore scaled along, also of styles that are loaded later.
 */

/** "(max-width: 40rem)" at 2: "(max-width: 80rem)". */
export function scaleQuery(query: string, scale: number): string {
  if (scale === 1) return query;
  return query.replace(/(\d*\.?\d+)rem\b/g, (_, length: string) => `${Number(length) * scale}rem`);
}

/** Each rule's condition as it was written. */
const written = new WeakMap<CSSMediaRule, string>();

function scaleRules(rules: CSSRuleList, scale: number): void {
  for (const rule of rules) {
    if (rule instanceof CSSMediaRule) {
      const query = written.get(rule) ?? rule.media.mediaText;
      written.set(rule, query);
      rule.media.mediaText = scaleQuery(query, scale);
    }
    if ("cssRules" in rule) scaleRules(rule.cssRules as CSSRuleList, scale);
  }
}

/** Scales what is there and, unless the scale is 1, what comes. Returns how to stop. */
export function scaleMediaRules(page: Document, scale: number): () => void {
  const scaleAll = () => {
    for (const sheet of page.styleSheets) scaleRules(sheet.cssRules, scale);
  };
  scaleAll();
  if (scale === 1) return () => {};
  // A stylesheet's load event does not bubble, but is seen on its way down.
  page.addEventListener("load", scaleAll, true);
  const observer = new MutationObserver(scaleAll);
  observer.observe(page.head, { childList: true });
  return () => {
    page.removeEventListener("load", scaleAll, true);
    observer.disconnect();
  };
}
