import { useEffect } from "preact/hooks";
import type { Placed } from "../layout/arrange";
import { isInterpreting } from "../layout/interpreters";
import { useClassroom } from "../state";

/** Resizing and people coming in a row make one report, not twenty. */
const SETTLE_MS = 150;
const NOWHERE = { width: 0, height: 0 };

/** Tells the room how large each picture is drawn, so that no more than that is sent. */
export function useViewReport(placed: readonly Placed[], covered: boolean): void {
  const classroom = useClassroom();
  useEffect(() => {
    const report = () => {
      const scale = covered ? 0 : window.devicePixelRatio;
      const view = placed.flatMap(({ tile, box, pictured }) => {
        if (tile.self) return [];
        const { width, height } = (pictured ? box : null) ?? NOWHERE;
        return {
          participantId: tile.participant.id,
          kind: tile.kind,
          width: Math.round(width * scale),
          height: Math.round(height * scale),
          vital: isInterpreting(tile),
        };
      });
      classroom.setView(view);
    };
    const timer = setTimeout(report, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [classroom, placed, covered]);
}
