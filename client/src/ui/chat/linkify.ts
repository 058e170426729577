/** Finds web addresses in plain text. The text stays text: no HTML is ever made of it. */

export interface TextPart {
  readonly text: string;
  /** Set for an http(s) address. */
  readonly href: string | null;
}

export interface Address {
  readonly text: string;
  readonly href: string;
  readonly host: string;
}

/** Longer ones are no addresses that anybody sends. */
const ADDRESS = /https?:\/\/[^\s<>"«»]{1,2000}/iuy;
/** What ends a sentence, or closes a bracket, is not part of the address. */
const TRAILING = /[.,;:!?'’…)\]}*_`]$/u;

/** The address that begins at `at`, if there is one. */
export function addressAt(text: string, at: number): Address | null {
  ADDRESS.lastIndex = at;
  const match = ADDRESS.exec(text);
  if (!match) return null;
  const address = trimEnd(match[0]);
  const url = safeUrl(address);
  return url && { text: address, href: url.href, host: url.hostname };
}

export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(/https?:\/\//giu)) {
    const address = match.index < end ? null : addressAt(text, match.index);
    if (!address) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null });
    parts.push({ text: address.text, href: address.href });
    end = match.index + address.text.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null });
  return parts;
}

function trimEnd(address: string): string {
  let end = address.length;
  let closing = 0;
  let opening = 0;
  for (const letter of address) {
    if (letter === "(") opening += 1;
    if (letter === ")") closing += 1;
  }
  while (end > 0 && TRAILING.test(address[end - 1] ?? "")) {
    if (address[end - 1] === ")") {
      // A closing bracket that the address itself opened belongs to it: …/wiki/Ada_(langage)
      if (closing <= opening) break;
      closing -= 1;
    }
    end -= 1;
  }
  return address.slice(0, end);
}

function safeUrl(address: string): URL | null {
  try {
    const url = new URL(address);
    // Who asks for a name and a password in an address wants to look like somebody else.
    const plain = url.username === "" && url.password === "";
    return (url.protocol === "https:" || url.protocol === "http:") && url.hostname !== "" && plain
      ? url
      : null;
  } catch {
    return null;
  }
}
