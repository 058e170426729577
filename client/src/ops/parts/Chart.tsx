import { useId } from "preact/hooks";
import { w } from "../words";
import "./chart.css";

export interface Row {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

interface Props {
  readonly title: string;
  /** One or two lines; the second is dashed. */
  readonly rows: readonly Row[];
  /** The scale's ends; `most` grows with the values. */
  readonly least?: number;
  readonly most: number;
  readonly write: (value: number) => string;
  readonly bars?: boolean;
}

const WIDTH = 320;
const HEIGHT = 96;
const PAD = 4;

/** A chart with its scale written beside it, and its newest figures in words. */
export function Chart({ title, rows, least = 0, most, write, bars = false }: Props) {
  const titleId = useId();
  const known = rows.flatMap(({ values }) => values.filter((value) => value !== null));
  const top = Math.max(most, ...known);
  const y = (value: number) => HEIGHT - PAD - ((value - least) / (top - least || 1)) * (HEIGHT - 2 * PAD);
  const count = Math.max(2, ...rows.map(({ values }) => values.length));
  return (
    <figure class="chart" aria-labelledby={titleId}>
      <figcaption class="chart__caption">
        <span id={titleId} class="chart__title">
          {title}
        </span>
        {rows.map((row, index) => (
          <span key={row.name} class={rows.length > 1 ? `chart__now chart__now--${index}` : "chart__now"}>
            {rows.length > 1 ? `${w("colon", { name: row.name })} ` : ""}
            {newest(row, write)}
          </span>
        ))}
      </figcaption>
      <div class="chart__body">
        <svg
          class="chart__picture"
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          <line class="chart__grid" x1="0" x2={WIDTH} y1={y(top)} y2={y(top)} />
          <line class="chart__grid" x1="0" x2={WIDTH} y1={y(least)} y2={y(least)} />
          {rows.map((row, index) =>
            bars ? (
              <Bars key={row.name} values={row.values} y={y} floor={y(least)} />
            ) : (
              <path
                key={row.name}
                class={`chart__line chart__line--${index}`}
                d={path(row.values, count, y)}
              />
            ),
          )}
        </svg>
        <span class="chart__scale" aria-hidden="true">
          <span>{write(top)}</span>
          <span>{write(least)}</span>
        </span>
      </div>
      <p class="visually-hidden">
        {known.length > 0
          ? w("chart.range", { low: write(Math.min(...known)), high: write(Math.max(...known)) })
          : w("chart.none")}
      </p>
    </figure>
  );
}

function newest({ values }: Row, write: (value: number) => string): string {
  const value = values[values.length - 1];
  return value === undefined || value === null ? "–" : w("chart.now", { value: write(value) });
}

/** Unknown values are gaps; a value between two gaps is a dot. */
function path(values: readonly (number | null)[], count: number, y: (value: number) => number): string {
  let pen = "M";
  return values
    .map((value, index) => {
      if (value === null) {
        pen = "M";
        return "";
      }
      const at = `${((index / (count - 1)) * WIDTH).toFixed(1)} ${y(value).toFixed(1)}`;
      const step = pen === "M" ? `M${at}h0.01` : `L${at}`;
      pen = "L";
      return step;
    })
    .join("");
}

interface BarsProps {
  readonly values: readonly (number | null)[];
  readonly y: (value: number) => number;
  readonly floor: number;
}

function Bars({ values, y, floor }: BarsProps) {
  const width = WIDTH / Math.max(30, values.length);
  return (
    <g class="chart__bars">
      {values.map((value, index) =>
        value ? (
          <rect key={index} x={index * width} y={y(value)} width={width * 0.8} height={floor - y(value)} />
        ) : null,
      )}
    </g>
  );
}
