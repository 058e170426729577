import { useMemo, useRef } from "preact/hooks";
import type { Classroom } from "../../core/api";
import { t } from "../../i18n";
import { arrange, type Placed } from "../layout/arrange";
import { layoutFor, togglePin } from "../layout/choice";
import { useFloor } from "../layout/useFloor";
import { useClassroom, useUi } from "../state";
import { TileView } from "./TileView";
import { useSize } from "./useSize";
import { useViewReport } from "./useViewReport";
import "./stage.css";

interface Props {
  /** A sheet covers the pictures: nothing needs to be sent for them. */
  readonly covered: boolean;
}

/** The wall of pictures, in the layout that the person or a trainer chose. */
export function Stage({ covered }: Props) {
  const classroom = useClassroom();
  const { layout } = useUi();
  const wall = useRef<HTMLDivElement>(null);
  const size = useSize(wall);
  const floor = useFloor();
  const tiles = classroom.tiles.value;
  const shape = layoutFor(layout.own.value, classroom.room.value?.layout ?? null);
  const pinned = layout.pinned.value;
  const hideSelf = layout.hideSelf.value;
  const hideOthers = layout.hideOthers.value;
  const placed = useMemo(() => {
    const area = size === null ? null : { x: 0, y: 0, ...size };
    return arrange(tiles, { layout: shape, pinned, floor, hideSelf, hideOthers }, area);
  }, [tiles, shape, pinned, floor, hideSelf, hideOthers, size]);
  useViewReport(placed, covered);

  const ranks = new Map(classroom.hands.value.map((hand, index) => [hand.participant.id, index + 1]));
  const people = tiles.filter((tile) => tile.kind === "camera").length;
  return (
    <section id="stage" class="stage" aria-label={t("room.stage")} tabIndex={-1}>
      {people <= 1 ? <p class="stage__alone">{aloneText(classroom)}</p> : null}
      <div ref={wall} class="stage__wall">
        {inLastingOrder(placed).map(({ tile, box, pictured }) =>
          box === null ? null : (
            <TileView
              key={tile.key}
              tile={tile}
              box={box}
              pictured={pictured}
              pinned={tile.key === pinned}
              onPin={() => togglePin(layout, tile.key)}
              handRank={ranks.get(tile.participant.id) ?? null}
            />
          ),
        )}
      </div>
    </section>
  );
}

/** The elements' order never changes while people are here: a video that is moved in the document stops for a moment. */
function inLastingOrder(placed: readonly Placed[]): readonly Placed[] {
  return [...placed].sort(
    ({ tile: a }, { tile: b }) =>
      a.participant.joined_at_ms - b.participant.joined_at_ms || (a.key < b.key ? -1 : 1),
  );
}

function aloneText(classroom: Classroom): string {
  if (classroom.me.value?.breakout != null) return t("room.alone_group");
  return t(classroom.room.value?.breakouts == null ? "room.alone" : "room.alone_breakouts");
}
