// A series of numbers as a small line, the newest as a dot.
const [WIDTH, HEIGHT, EDGE] = [96, 22, 3];

export function Sparkline({ points }: { points: readonly (readonly [number, number])[] }) {
  const values = points.map(([, value]) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const x = (at: number) => EDGE + (at / Math.max(1, values.length - 1)) * (WIDTH - 2 * EDGE);
  const y = (value: number) => (most === least ? HEIGHT / 2 : HEIGHT - EDGE - ((value - least) / (most - least)) * (HEIGHT - 2 * EDGE));
  const last = values.at(-1) ?? 0;
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={`${values.length} values from ${least} to ${most}`}>
      <polyline points={values.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ")} />
      <circle cx={x(values.length - 1)} cy={y(last)} r={2.2} />
    </svg>
  );
}
