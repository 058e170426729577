/** One clock for every countdown and waiting time; it ticks only while something on the screen reads it. */
import { signal } from "@preact/signals";

const TICK_MS = 1000;
let timer: ReturnType<typeof setInterval> | undefined;

export const localNowMs = signal(Date.now(), {
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
