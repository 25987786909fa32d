// How a backfill and its parts stand.
import type { Backfill, BackfillCount, PartStatus } from "../api/types";
import { keyText } from "../asset/asset_key";
import { Sign, type State } from "../parts/sign";

const OF_BACKFILL: Record<string, [State, string]> = {
  RUNNING: ["running", "running"],
  PAUSED: ["waiting", "paused"],
  CANCELING: ["stale", "cancelling"],
  SUCCESS: ["fresh", "done"],
  FAILURE: ["failed", "failed"],
  CANCELED: ["stale", "cancelled"],
};

/** The parts of a bar, in its order. */
export const PARTS: [PartStatus, State, string][] = [
  ["SUCCESS", "fresh", "done"],
  ["FAILURE", "failed", "failed"],
  ["BLOCKED", "skipped", "blocked"],
  ["CANCELED", "stale", "cancelled"],
  ["QUEUED", "running", "at work"],
  ["WAITING", "never", "waiting"],
];

export function BackfillBadge({ status }: { status: string }) {
  const [state, word] = OF_BACKFILL[status] ?? ["never", status.toLowerCase()];
  return <span className={`badge is-${state}`}><Sign state={state} />{word}</span>;
}

export const isOpen = (status: string | undefined): boolean => ["RUNNING", "PAUSED", "CANCELING"].includes(status ?? "RUNNING");

/** What a backfill is of. */
export function backfillTitle({ request }: Backfill): string {
  if (request.title) return request.title;
  if (request.job_name) return request.job_name;
  const keys = (request.assets ?? []).map(keyText);
  return keys.length > 3 ? `${keys.slice(0, 3).join(", ")} and ${keys.length - 3} more` : keys.join(", ");
}

/** Which partitions it was asked for, in words. */
export function whichWords({ request }: Backfill): string {
  const choice = { all: "all", missing: "the missing", failed: "the failed" }[request.choice ?? "all"];
  if (request.partition_range) return `${choice === "all" ? "" : `${choice} of `}${request.partition_range[0]} to ${request.partition_range[1]}`;
  const keys = request.partition_keys;
  if (keys) return keys.length <= 3 ? keys.join(", ") : `${choice === "all" ? "" : `${choice} of `}${keys.length} partitions`;
  return `${choice} partitions`;
}

/** How many stand how, over all layers, counted in partitions (in runs, where there are none). */
export function sums(counts: BackfillCount[]): Record<PartStatus, number> {
  const found: Record<PartStatus, number> = { WAITING: 0, QUEUED: 0, SUCCESS: 0, FAILURE: 0, BLOCKED: 0, CANCELED: 0 };
  for (const each of counts) found[each.status] += each.partitions || each.parts;
  return found;
}

export function Bar({ of, label }: { of: Record<PartStatus, number>; label: string }) {
  const all = Object.values(of).reduce((sum, each) => sum + each, 0) || 1;
  const words = PARTS.filter(([status]) => of[status]).map(([status, , word]) => `${of[status].toLocaleString("en")} ${word}`).join(", ");
  return (
    <span className="progress" role="img" aria-label={`${label}: ${words}`} title={words}>
      {PARTS.filter(([status]) => of[status]).map(([status, state]) => <span key={status} className={`is-${state}`} style={{ width: `${(of[status] / all) * 100}%` }} />)}
    </span>
  );
}

export function Words({ of }: { of: Record<PartStatus, number> }) {
  return (
    <>
      {PARTS.filter(([status]) => of[status]).map(([status, state, word]) => (
        <span key={status} className={`part-count is-${state}`}><Sign state={state} /> {of[status].toLocaleString("en")} {word}</span>
      ))}
    </>
  );
}
