import { useEffect } from "preact/hooks";

/** Keeps the screen on: who listens does not touch it for long. Browsers without the Screen Wake Lock API do as the system says. */
export function useWakeLock(): void {
  useEffect(() => {
    let left = false;
    let held: WakeLockSentinel | null = null;
    const hold = async () => {
      if (document.visibilityState !== "visible") return;
      // Refused on an empty battery, for one.
      const lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
      if (left) void lock?.release();
      else held = lock;
    };
    void hold();
    // The browser lets go of it whenever the page is hidden.
    const onVisibility = () => void hold();
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      left = true;
      document.removeEventListener("visibilitychange", onVisibility);
      void held?.release();
    };
  }, []);
}
