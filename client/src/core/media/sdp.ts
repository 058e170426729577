/**
 * Asks for lost audio again: browsers offer NACK (RFC 4585) for video only, yet Chromium does it for Opus once the offer says so.
 * Other browsers leave the line out of what they apply.
 */
export function withAudioRepair(offer: string): string {
  return offer
    .split(/(?=^m=)/m)
    .map((section) => {
      if (!section.startsWith("m=audio")) return section;
      return section.replace(/^a=rtpmap:(\d+) opus\/48000\/2\r?$/m, (line, type: string) =>
        section.includes(`a=rtcp-fb:${type} nack`) ? line : `${line.trimEnd()}\r\na=rtcp-fb:${type} nack\r`,
      );
    })
    .join("");
}
