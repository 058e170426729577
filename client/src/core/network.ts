/** Tells when the device has moved to another network: the old paths are most likely dead though nobody has noticed yet. */

/** The Network Information API: `type` only on phones and ChromeOS; other members change with every passing mood. */
interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

export interface NetworkEvents {
  /** No network at all. */
  lost(): void;
  /** A network is there again. */
  back(): void;
  /** Another one than before, without a gap: Wi-Fi to mobile. */
  moved(): void;
}

export function connectionOf(browser: Navigator | undefined): NetworkInformation | undefined {
  return (browser as { readonly connection?: NetworkInformation } | undefined)?.connection;
}

export function watchNetwork(
  page: EventTarget,
  information: NetworkInformation | undefined,
  events: NetworkEvents,
): void {
  page.addEventListener("offline", () => events.lost());
  page.addEventListener("online", () => events.back());
  let type = information?.type;
  information?.addEventListener("change", () => {
    const before = type;
    type = information.type;
    if (type !== before && type !== undefined && type !== "none") events.moved();
  });
}
