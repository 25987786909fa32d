// The partitions of an asset: all of them as a bar, how many stand how, and those that somebody looks for.
import { useInfiniteQuery } from "@tanstack/react-query";
import { CalendarRange, CircleDashed, RotateCcw, Search } from "lucide-react";
import { useDeferredValue, useMemo } from "react";
import { Link } from "wouter";
import { ask, type Answer, type Refused } from "../api/ask";
import { useAnswer } from "../api/query";
import { Answered } from "../parts/answered";
import { Failed } from "../parts/failed";
import { Sign, type State } from "../parts/sign";
import { hrefOf, useAddress } from "../shell/address";
import type { AssetNode, PartitionSpan, PartitionState } from "../api/types";
import { keyEscaped, keyPath, runHref } from "./asset_key";

const STATES: Record<PartitionState, [State, string]> = {
  failed: ["failed", "failed"],
  in_progress: ["running", "in progress"],
  missing: ["never", "missing"],
  materialized: ["fresh", "made"],
};
const NAMES = Object.keys(STATES) as PartitionState[];
const MOST_SPANS = 400;

export function AssetPartitions({ asset }: { asset: AssetNode }) {
  const places = { key: keyPath(asset.key) };
  const [query, change] = useAddress();
  const instance = useAnswer("/instance", {});
  const about = useAnswer("/partitions/{key}", places);
  const spans = useAnswer("/partitions/{key}/spans", places, { most: MOST_SPANS });
  const state = NAMES.find((name) => name === query.get("state")) ?? null;
  const launch = (choice: string) => hrefOf("/launch", { assets: keyEscaped(asset.key), choice });
  return (
    <Answered of={about}>
      {({ totals, first, last }) => (
        <div className="stack">
          <section className="section">
            <header>
              <h2>{totals.total?.toLocaleString("en") ?? "Unknown many"} partitions</h2>
              <span className="grow" />
              {instance.data?.can_write && (
                <span className="row wrap">
                  {totals.failed > 0 && <Link href={launch("failed")} className="button small"><RotateCcw size={13} aria-hidden /> Make the {totals.failed.toLocaleString("en")} failed</Link>}
                  {(totals.missing ?? 0) > 0 && <Link href={launch("missing")} className="button small"><CircleDashed size={13} aria-hidden /> Make the {totals.missing?.toLocaleString("en")} missing</Link>}
                  <Link href={launch("all")} className="button small"><CalendarRange size={13} aria-hidden /> Choose</Link>
                </span>
              )}
            </header>
            <div className="body stack">
              {spans.data && <Bar spans={spans.data.spans} total={spans.data.total} chosen={query.get("find")} choose={(key) => change({ find: key })} />}
              <div className="row ends faint"><span className="cut">{first}</span><span className="grow" /><span className="cut">{last}</span></div>
              <div className="counts" role="group" aria-label="Partitions by state">
                {NAMES.map((name) => (
                  <button key={name} type="button" aria-pressed={state === name} onClick={() => change({ state: state === name ? null : name })}>
                    <Sign state={STATES[name][0]} /> {(totals[name] ?? 0).toLocaleString("en")} {STATES[name][1]}
                  </button>
                ))}
              </div>
            </div>
          </section>
          <Keys asset={asset} state={state} find={query.get("find") ?? ""} change={change} />
        </div>
      )}
    </Answered>
  );
}

/** Spans as wide as they are long, each in the colours of what stands in it. */
function Bar({ spans, total, chosen, choose }: { spans: PartitionSpan[]; total: number; chosen: string | null; choose: (key: string) => void }) {
  return (
    <div className="partition-bar" role="group" aria-label={`${total} partitions in ${spans.length} spans`}>
      {spans.map((span) => {
        const words = `${span.start === span.end ? span.start : `${span.start} to ${span.end}`}: ${NAMES.filter((name) => span.counts[name]).map((name) => `${span.counts[name]} ${STATES[name][1]}`).join(", ")}`;
        return (
          <button key={span.start} type="button" title={words} aria-label={words} aria-current={chosen === span.start ? "true" : undefined} style={{ flexGrow: span.size }} onClick={() => choose(span.start)}>
            {NAMES.filter((name) => span.counts[name]).map((name) => <span key={name} className={`is-${STATES[name][0]}`} style={{ flexGrow: span.counts[name] }} />)}
          </button>
        );
      })}
    </div>
  );
}

interface Asked {
  asset: AssetNode;
  state: PartitionState | null;
  find: string;
  change: (values: Record<string, string | null>) => void;
}

function Keys({ asset, state, find, change }: Asked) {
  const search = useDeferredValue(find);
  const places = { key: keyPath(asset.key) };
  const pages = useInfiniteQuery<Answer<"/partitions/{key}/keys">, Refused, { pages: Answer<"/partitions/{key}/keys">[] }, unknown[], string | null>({
    queryKey: ["partitions", places.key, state, search],
    queryFn: ({ pageParam, signal }) => ask("/partitions/{key}/keys", places, { limit: 100, order: "last", search, after: pageParam, ...(state ? { state: [state] } : {}) }, signal),
    initialPageParam: null,
    getNextPageParam: (page) => page.next,
  });
  const keys = useMemo(() => pages.data?.pages.flatMap((page) => page.partitions) ?? [], [pages.data]);
  return (
    <section className="section">
      <header>
        <h2>{state ? `${STATES[state][1]} partitions` : "Newest first"}</h2>
        <span className="grow" />
        <label className="search">
          <Search size={14} aria-hidden />
          <input type="search" aria-label="Find a partition" placeholder="Find a key, such as 2024-05" value={find} onChange={(event) => change({ find: event.target.value })} />
        </label>
      </header>
      {pages.error && <Failed error={pages.error} />}
      {pages.data && keys.length === 0 && <p className="body soft">No partition is like that.</p>}
      <ul className="partition-keys">
        {keys.map((each) => (
          <li key={each.key}>
            <span className={`badge is-${STATES[each.state][0]}`}><Sign state={STATES[each.state][0]} />{STATES[each.state][1]}</span>
            <span className="grow cut mono">{each.key}</span>
            {each.run_id && <Link href={runHref(each.run_id)} className="tag mono">run {each.run_id.slice(0, 8)}</Link>}
            <Link className="faint" href={hrefOf("/launch", { assets: keyEscaped(asset.key), partition: each.key })}>make</Link>
          </li>
        ))}
      </ul>
      {pages.hasNextPage && <div className="body"><button type="button" className="button small" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>More</button></div>}
    </section>
  );
}
