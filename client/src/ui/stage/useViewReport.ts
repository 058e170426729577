import { useEffect } from "preact/hooks";
import type { Tile } from "../../core/api";
import type { Box } from "../layout/grid";
import { useClassroom } from "../state";

/** Resizing and people coming in a row make one report, not twenty. */
const SETTLE_MS = 150;

/** Tells the room how large each picture is drawn, so that no more than that is sent. */
export function useViewReport(tiles: readonly Tile[], boxes: readonly Box[], covered: boolean): void {
  const classroom = useClassroom();
  useEffect(() => {
    const report = () => {
      const scale = covered ? 0 : window.devicePixelRatio;
      const view = tiles.flatMap((tile, index) => {
        const box = boxes[index];
        if (tile.self || box === undefined) return [];
        return {
          participantId: tile.participant.id,
          kind: tile.kind,
          width: Math.round(box.width * scale),
          height: Math.round(box.height * scale),
        };
      });
      classroom.setView(view);
    };
    const timer = setTimeout(report, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [classroom, tiles, boxes, covered]);
}
