// Moments and durations, in the visitor's time zone and in words.
import { useEffect, useState } from "react";
import { useSettings } from "../shell/settings";

const UNITS: [number, string][] = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

/** A moment (seconds since the epoch) as date and time in a zone. */
export function formatMoment(seconds: number, zone: string, withSeconds = false): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (withSeconds) options.second = "2-digit";
  return new Intl.DateTimeFormat("sv-SE", options).format(seconds * 1000);
}

/** How long ago, or how long until, in its largest unit: "3 min ago", "in 2 h", "just now". */
export function formatAgo(seconds: number, now: number = Date.now() / 1000): string {
  const distance = Math.abs(now - seconds);
  if (distance < 5) return "just now";
  const [size, unit] = UNITS.find(([each]) => distance >= each) ?? [1, "s"];
  const words = `${Math.floor(distance / size)} ${unit}`;
  return seconds <= now ? `${words} ago` : `in ${words}`;
}

/** A duration in seconds: "12 ms", "3.4 s", "2 min 5 s". */
export function formatDuration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const at = UNITS.findIndex(([each]) => seconds >= each);
  const [size, unit] = UNITS[at] ?? [1, "s"];
  const [below, lower] = UNITS[at + 1] ?? [1, "s"];
  const rest = Math.floor((seconds % size) / below);
  return `${Math.floor(seconds / size)} ${unit}${rest ? ` ${rest} ${lower}` : ""}`;
}

/** A moment as a distance from now, its date in the tooltip; or, `exact`, as the date itself. */
export function Moment({ at, exact = false }: { at: number; exact?: boolean }) {
  const { zone } = useSettings();
  const [, tick] = useState(0);
  useEffect(() => {
    if (exact) return;
    const pause = Math.abs(Date.now() / 1000 - at) < 120 ? 5_000 : 60_000;
    const timer = setInterval(() => tick((count) => count + 1), pause);
    return () => clearInterval(timer);
  }, [at, exact]);
  const full = formatMoment(at, zone, true);
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={`${full} (${zone})`}>
      {exact ? full : formatAgo(at)}
    </time>
  );
}
