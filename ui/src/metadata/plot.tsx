// A number over time, as a plot that can be read off. Loaded when the first is shown.
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useSettings } from "../shell/settings";
import { formatNumber } from "./metadata_value";

const HEIGHT = 150;

export default function Plot({ title, points }: { title: string; points: readonly (readonly [number, number])[] }) {
  const place = useRef<HTMLDivElement>(null);
  const { theme, zone } = useSettings();
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const style = getComputedStyle(element);
    const [line, grid, text] = ["color", "borderTopColor", "outlineColor"].map((name) => style.getPropertyValue(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)));
    const axis = { stroke: text ?? "", grid: { stroke: grid ?? "", width: 1 }, ticks: { stroke: grid ?? "", width: 1 }, font: `11px ${style.fontFamily}` };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
        cursor: { y: false, points: { size: 7 } },
        legend: { show: false },
        scales: { y: { range: (_, least, most) => (least === most ? [least - Math.abs(least) * 0.1 - 1, most + Math.abs(most) * 0.1 + 1] : uPlot.rangeNum(least, most, 0.1, true)) } },
        axes: [{ ...axis, size: 28 }, { ...axis, size: 58, values: (_, values) => values.map(formatNumber) }],
        series: [{}, { stroke: line ?? "", width: 1.6, points: { show: points.length < 60, size: 5, fill: line ?? "" } }],
        hooks: {
          setCursor: [(shown) => {
            const at = shown.cursor.idx;
            const point = at == null ? points.at(-1) : points[at];
            const told = element.parentElement?.querySelector("output");
            if (told && point) told.textContent = formatNumber(point[1]);
          }],
        },
      },
      [points.map(([seconds]) => seconds), points.map(([, value]) => value)],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [points, theme, zone]);
  const values = points.map(([, value]) => value);
  return (
    <figure className="plot">
      <figcaption><span>{title}</span> <output>{formatNumber(values.at(-1) ?? 0)}</output></figcaption>
      <div ref={place} className="canvas" role="img" aria-label={`${title}: ${points.length} values from ${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))}`} />
    </figure>
  );
}
