/** A text as a file on the person's device. */

export function download(name: string, text: string, type = "text/markdown"): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // After the browser has begun to save it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** What every system takes as a name: letters and numbers of any script, joined by hyphens. */
export function fileName(ending: string, ...parts: readonly string[]): string {
  const words = parts.join(" ").match(/[\p{L}\p{N}\p{M}]+/gu) ?? ["notes"];
  return `${words.join("-").slice(0, 80)}.${ending}`;
}
