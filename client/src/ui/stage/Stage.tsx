import { useMemo, useRef } from "preact/hooks";
import type { Classroom } from "../../core/api";
import { t } from "../../i18n";
import { focusBoxes, gridBoxes } from "../layout/grid";
import { useClassroom } from "../state";
import { TileView } from "./TileView";
import { useSize } from "./useSize";
import { useViewReport } from "./useViewReport";
import "./stage.css";

interface Props {
  /** A sheet covers the pictures: nothing needs to be sent for them. */
  readonly covered: boolean;
}

/** The wall of pictures: a grid, or one large picture and a strip of faces. */
export function Stage({ covered }: Props) {
  const classroom = useClassroom();
  const wall = useRef<HTMLDivElement>(null);
  const size = useSize(wall);
  const tiles = classroom.tiles.value;
  const first = tiles[0];
  const focused = first !== undefined && (first.kind === "screen" || first.spotlight);
  const count = tiles.length;
  const boxes = useMemo(() => {
    if (size === null) return [];
    const area = { x: 0, y: 0, ...size };
    return focused ? focusBoxes(count, area) : gridBoxes(count, area);
  }, [size, count, focused]);
  useViewReport(tiles, boxes, covered);

  const ranks = new Map(classroom.hands.value.map((hand, index) => [hand.participant.id, index + 1]));
  const people = tiles.filter((tile) => tile.kind === "camera").length;
  return (
    <section id="stage" class="stage" aria-label={t("room.stage")} tabIndex={-1}>
      {people <= 1 ? <p class="stage__alone">{aloneText(classroom)}</p> : null}
      <div ref={wall} class="stage__wall">
        {boxes.map((box, index) => {
          const tile = tiles[index];
          if (tile === undefined) return null;
          return (
            <TileView
              key={tile.key}
              tile={tile}
              box={box}
              handRank={ranks.get(tile.participant.id) ?? null}
            />
          );
        })}
      </div>
    </section>
  );
}

function aloneText(classroom: Classroom): string {
  if (classroom.me.value?.breakout != null) return t("room.alone_group");
  return t(classroom.room.value?.breakouts == null ? "room.alone" : "room.alone_breakouts");
}
