import "./chart.css";

interface Props {
  readonly values: readonly number[];
  /** What full height means, at least. */
  readonly least: number;
  /** What a reader hears in the picture's place. */
  readonly label: string;
}

const WIDTH = 120;
const HEIGHT = 28;

/** A small picture of how something went: no axes, the words beside it say the figures. */
export function Sparkline({ values, least, label }: Props) {
  const top = Math.max(least, ...values);
  const step = WIDTH / Math.max(1, values.length - 1);
  const y = (value: number) => HEIGHT - 2 - (value / top) * (HEIGHT - 4);
  const points = values.map((value, index) => `${(index * step).toFixed(1)},${y(value).toFixed(1)}`);
  const line = points.length === 1 ? [...points, `${WIDTH},${y(values[0] ?? 0).toFixed(1)}`] : points;
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <line class="sparkline__base" x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} />
      {values.length > 0 ? <polyline class="sparkline__line" points={line.join(" ")} /> : null}
    </svg>
  );
}
