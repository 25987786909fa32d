// What a run is of, and its id as people write it.
import { Link } from "wouter";
import type { DagsterRun } from "../api/types";
import { assetHref, keyText, runHref } from "../asset/asset_key";

const ASSETS = "__ASSET_JOB";
const MOST_NAMED = 3;

/** What a run is of: its job, or the assets that were chosen by hand. */
export function runTitle(run: { job_name: string; asset_selection?: string[][] | null }): string {
  if (run.job_name !== ASSETS) return run.job_name;
  const keys = run.asset_selection ?? [];
  if (keys.length === 0) return "all assets";
  const named = keys.slice(0, keys.length > MOST_NAMED + 1 ? MOST_NAMED : MOST_NAMED + 1).map(keyText);
  const rest = keys.length - named.length;
  return named.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** Whether it is a run of a job of that name, and not of assets chosen by hand. */
export const isJobRun = (run: { job_name: string }): boolean => run.job_name !== ASSETS;

/** An id as people write it: its beginning. */
export const shortId = (id: string): string => id.slice(0, 8);

export function RunLink({ id }: { id: string }) {
  return <Link href={runHref(id)} className="mono" title={id}>{shortId(id)}</Link>;
}

/** What began a run: a schedule, a sensor, a backfill, another run; nothing where a person did. */
export function runCause(run: DagsterRun): string | null {
  const tags = run.tags ?? {};
  for (const kind of ["schedule", "sensor"]) {
    const name = tags[`dagster/${kind}_name`];
    if (name) return `${kind} ${name}`;
  }
  if (tags["dagster/backfill"]) return `backfill ${shortId(tags["dagster/backfill"])}`;
  return null;
}

/** The assets of a run as tags. */
export function AssetTags({ keys, most = 12 }: { keys: string[][]; most?: number }) {
  return (
    <>
      {keys.slice(0, most).map((key) => <Link key={keyText(key)} href={assetHref(key)} className="tag">{keyText(key)}</Link>)}
      {keys.length > most && <span className="faint">and {keys.length - most} more</span>}
    </>
  );
}
