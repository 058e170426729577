/** Work for when the page has nothing better to do. */

/** Safari has no idle callbacks. */
const WITHOUT_CALLBACKS_MS = 300;
/** Also a page that is never idle gets it done. */
const AT_LAST_MS = 3_000;

/** Returns how to give up. */
export function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback !== "function") {
    const timer = setTimeout(work, WITHOUT_CALLBACKS_MS);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(work, { timeout: AT_LAST_MS });
  return () => cancelIdleCallback(handle);
}
