import { useEffect, useMemo, useState } from "preact/hooks";
import { useClassroom } from "../state";
import { Floor } from "./floor";

/** Whose picture is large in the speaker layout; null: nobody has spoken yet. */
export function useFloor(): string | null {
  const classroom = useClassroom();
  const floor = useMemo(() => new Floor(), []);
  const [holder, setHolder] = useState<string | null>(null);
  const you = classroom.room.value?.you;
  const speaking = classroom.speaking.value;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const others = speaking.filter((id) => id !== you);
    const observe = () => {
      const nowMs = performance.now();
      const found = floor.observe(others, nowMs);
      setHolder(found.holder);
      if (found.wakeAtMs !== null) timer = setTimeout(observe, found.wakeAtMs - nowMs);
    };
    observe();
    return () => clearTimeout(timer);
  }, [floor, speaking, you]);
  return holder;
}
