// What happened to an asset, newest first: a list, and all that one of them told.
import { useMemo } from "react";
import { Link } from "wouter";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ask, type Refused } from "../api/ask";
import { MetadataTable } from "../metadata/metadata_table";
import { reportOf, type Metadata } from "../metadata/metadata_value";
import { Failed } from "../parts/failed";
import { Moment } from "../parts/moment";
import { Sign } from "../parts/sign";
import { useAddress } from "../shell/address";
import type { Answer } from "../api/ask";
import type { AssetNode, EventLogRecord } from "../api/types";
import { keyPath, runHref } from "./asset_key";

const KINDS = [["made", "Made"], ["observed", "Observed"], ["checked", "Checked"]] as const;

export function AssetEvents({ asset }: { asset: AssetNode }) {
  const [query, change] = useAddress();
  const kind = KINDS.find(([name]) => name === query.get("kind"))?.[0] ?? "made";
  const pages = useHistory(asset, kind);
  const events = useMemo(() => pages.data?.pages.flatMap((page) => page.events) ?? [], [pages.data]);
  const chosen = events.find((each) => String(each.storage_id) === query.get("event")) ?? events[0];
  return (
    <div className="stack">
      <div className="segments events-kinds" role="group" aria-label="Kind">
        {KINDS.map(([name, words]) => <button key={name} type="button" aria-pressed={kind === name} onClick={() => change({ kind: name === "made" ? null : name, event: null })}>{words}</button>)}
      </div>
      {pages.error && <Failed error={pages.error} />}
      {pages.data && events.length === 0 && <p className="soft">Nothing of that kind has happened.</p>}
      {chosen && (
        <div className="split">
          <ol className="section event-list">
            {events.map((each) => (
              <li key={each.storage_id}>
                <button type="button" aria-current={each === chosen ? "true" : undefined} onClick={() => change({ event: String(each.storage_id) })}>
                  <EventSign record={each} />
                  <span className="grow cut"><Moment at={each.event_log_entry.timestamp ?? 0} exact /></span>
                  {partitionOf(each) && <span className="tag">{partitionOf(each)}</span>}
                </button>
              </li>
            ))}
            {pages.hasNextPage && <li><button type="button" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>Older ones</button></li>}
          </ol>
          <EventDetail record={chosen} />
        </div>
      )}
    </div>
  );
}

/** The pages of an asset's history, kept current. */
export function useHistory(asset: AssetNode, kind: "made" | "observed" | "checked", limit = 50) {
  const places = { key: keyPath(asset.key) };
  return useInfiniteQuery<Answer<"/assets/{key}/history">, Refused, { pages: Answer<"/assets/{key}/history">[] }, unknown[], number | null>({
    queryKey: ["history", places.key, kind, limit],
    queryFn: ({ pageParam, signal }) => ask("/assets/{key}/history", places, { limit, kind, before: pageParam }, signal),
    initialPageParam: null,
    getNextPageParam: (page) => page.next,
  });
}

function EventSign({ record }: { record: EventLogRecord }) {
  const data = record.event_log_entry.data;
  if (data?.type === "check") return <Sign state={data.passed ? "fresh" : data.severity === "WARN" ? "stale" : "failed"} />;
  return <Sign state={data?.type === "observed" ? "external" : "fresh"} />;
}

function partitionOf(record: EventLogRecord): string | null {
  const data = record.event_log_entry.data;
  return reportOf(record)?.partition ?? (data?.type === "check" ? (data.partition ?? null) : null);
}

function EventDetail({ record }: { record: EventLogRecord }) {
  const { event_log_entry: event } = record;
  const check = event.data?.type === "check" ? event.data : null;
  const report = reportOf(record);
  const metadata: Metadata = report?.metadata ?? check?.metadata ?? {};
  const tags = Object.entries(report?.tags ?? {}).filter(([name]) => !name.startsWith("dagster/input"));
  return (
    <section className="section">
      <header>
        <h2>{check ? check.check_name : "What it told"}</h2>
        {event.run_id && <Link href={runHref(event.run_id)} className="tag mono">run {event.run_id.slice(0, 8)}</Link>}
        {event.step_key && <span className="tag mono">{event.step_key}</span>}
      </header>
      <div className="body stack">
        {(report?.description ?? check?.description) && <p>{report?.description ?? check?.description}</p>}
        <MetadataTable metadata={metadata} />
        {tags.length > 0 && (
          <details className="storage">
            <summary>Versions and tags</summary>
            <dl className="facts">{tags.map(([name, value]) => [<dt key={name}>{name.replace("dagster/", "").replaceAll("_", " ")}</dt>, <dd key={`${name} is`} className="mono">{value}</dd>])}</dl>
          </details>
        )}
      </div>
    </section>
  );
}
