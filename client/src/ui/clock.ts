/** The time, as components read it. */
import { localNowMs } from "./now";
import { useClassroom } from "./state";

/** The server's time now, ms; the component renders again every second. */
export function useServerNowMs(): number {
  const { clockOffsetMs } = useClassroom();
  return localNowMs.value + clockOffsetMs.value;
}

/** This computer's time now, ms; the component renders again every second. */
export function useLocalNowMs(): number {
  return localNowMs.value;
}
