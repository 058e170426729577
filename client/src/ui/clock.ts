/** One clock for every countdown and waiting time; it ticks only while something on the screen reads it. */
import { signal } from "@preact/signals";
import { useClassroom } from "./state";

const TICK_MS = 1000;
let timer: ReturnType<typeof setInterval> | undefined;

const localNowMs = signal(Date.now(), {
  watched() {
    this.value = Date.now();
    timer = setInterval(() => {
      localNowMs.value = Date.now();
    }, TICK_MS);
  },
  unwatched() {
    clearInterval(timer);
  },
});

/** The server's time now, ms; the component renders again every second. */
export function useServerNowMs(): number {
  const { clockOffsetMs } = useClassroom();
  return localNowMs.value + clockOffsetMs.value;
}

/** This computer's time now, ms; the component renders again every second. */
export function useLocalNowMs(): number {
  return localNowMs.value;
}
