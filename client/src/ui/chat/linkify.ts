/** Finds web addresses in plain text. The text stays text: no HTML is ever made of it. */

export interface TextPart {
  readonly text: string;
  /** Set for an http(s) address. */
  readonly href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"«»]+/giu;
/** What ends a sentence, or closes a bracket, is not part of the address. */
const TRAILING = /[.,;:!?'’…)\]}]+$/u;

export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimEnd(match[0]);
    const href = safeHref(address);
    if (href === null) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null });
    parts.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null });
  return parts;
}

function trimEnd(address: string): string {
  const trimmed = address.replace(TRAILING, "");
  // Keep a closing bracket that the address itself opened: …/wiki/Ada_(langage)
  const opened = trimmed.includes("(") && !trimmed.includes(")") && address.startsWith(`${trimmed})`);
  return opened ? `${trimmed})` : trimmed;
}

function safeHref(address: string): string | null {
  try {
    const { protocol, hostname, href } = new URL(address);
    return (protocol === "https:" || protocol === "http:") && hostname !== "" ? href : null;
  } catch {
    return null;
  }
}
