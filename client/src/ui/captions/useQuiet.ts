import { useEffect, useState } from "preact/hooks";

/** Whether `value` has stayed the same for so long. */
export function useQuiet(value: unknown, afterMs: number): boolean {
  const [quietSince, setQuietSince] = useState<unknown>(null);
  useEffect(() => {
    const timer = setTimeout(() => setQuietSince(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return quietSince === value;
}
