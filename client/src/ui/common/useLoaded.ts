import { useEffect, useState } from "preact/hooks";

export interface Loaded<T> {
  /** Null until it is there. */
  readonly value: T | null;
  readonly failed: boolean;
  readonly again: () => void;
}

const arrived = new WeakMap<() => Promise<unknown>, unknown>();

/** Brings it before anything shows it. */
export async function preload<T>(load: () => Promise<T>): Promise<T> {
  const result = await load();
  arrived.set(load, result);
  return result;
}

/** What a dynamic import brings. Whatever came once is there at once the next time; `load` is the same function each time. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [tries, setTries] = useState(1);
  const [failed, setFailed] = useState(false);
  const [, setArrived] = useState(0);
  const value = (arrived.get(load) as T | undefined) ?? null;
  useEffect(() => {
    if (arrived.has(load)) return;
    let wanted = true;
    setFailed(false);
    preload(load).then(
      () => {
        if (wanted) setArrived((count) => count + 1);
      },
      () => {
        if (wanted) setFailed(true);
      },
    );
    return () => {
      wanted = false;
    };
  }, [load, tries]);
  return { value, failed, again: () => setTries((count) => count + 1) };
}
