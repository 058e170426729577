/** How long the page's own thread was held up so far (W3C Long Tasks); stays 0 where the browser does not tell. */
export function measureLongTasks(page: typeof globalThis): () => number {
  let blockedMs = 0;
  if (page.PerformanceObserver?.supportedEntryTypes?.includes("longtask"))
    new page.PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) blockedMs += duration;
    }).observe({ entryTypes: ["longtask"] });
  return () => blockedMs;
}
