// The list of runs: filtered by its address, page by page, with what can be done to many at once.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ListVideo } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { ask, tell, type Answer, type Refused } from "../api/ask";
import { useAnswer } from "../api/query";
import type { BulkAction, DagsterRunStatus, RunRecord } from "../api/types";
import { runHref } from "../asset/asset_key";
import { DeedError, useDeed } from "../parts/act";
import { Empty } from "../parts/empty";
import { Failed } from "../parts/failed";
import { formatDuration, Moment } from "../parts/moment";
import { runCause, runTitle, shortId } from "../parts/run_name";
import { isFinished, RunBadge } from "../parts/sign";
import { hrefOf, useAddress } from "../shell/address";
import "./runs_view.css";

const PAGE = 100;
const ROW = 41;
const MOST_AT_ONCE = 1000;
const HIDDEN_TAG = /^\.?(dagster|headwater)\//;

/** What a tab of the list holds. */
const TABS: Record<string, { word: string; statuses: DagsterRunStatus[] }> = {
  all: { word: "All", statuses: [] },
  queued: { word: "Queued", statuses: ["QUEUED", "NOT_STARTED"] },
  running: { word: "Running", statuses: ["STARTING", "STARTED", "CANCELING"] },
  failed: { word: "Failed", statuses: ["FAILURE"] },
  succeeded: { word: "Succeeded", statuses: ["SUCCESS"] },
  cancelled: { word: "Cancelled", statuses: ["CANCELED"] },
};

const PERIODS: [string, string][] = [["", "of any time"], ["3600", "of the last hour"], ["86400", "of the last day"], ["604800", "of the last week"], ["2592000", "of the last 30 days"]];

type Page = Answer<"/runs">;

export default function RunsView() {
  const [query, change] = useAddress();
  const tab = (query.get("status") ?? "") in TABS ? (query.get("status") ?? "all") : "all";
  const period = Number(query.get("within") ?? 0);
  const after = useMemo(() => (period > 0 ? Math.floor((Date.now() / 1000 - period) / 60) * 60 : null), [period]);
  const filters = { job: query.get("job"), tag: query.get("tag") ? [query.get("tag") ?? ""] : null, created_after: after };
  const counts = useAnswer("/runs/counts", {}, filters, { keep: true });
  const runs = useRuns({ ...filters, status: TABS[tab]?.statuses ?? [] });
  const records = useMemo(() => runs.data?.pages.flatMap((page) => page.runs) ?? [], [runs.data]);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const count = (statuses: DagsterRunStatus[]) => {
    const known = counts.data?.counts ?? {};
    return (statuses.length ? statuses : Object.keys(known)).reduce((sum, each) => sum + (known[each] ?? 0), 0);
  };
  return (
    <div className="sheet runs-view">
      <header><h1>Runs</h1></header>
      <div className="row wrap filters">
        <nav className="tabs grow" aria-label="Status">
          {Object.entries(TABS).map(([name, { word, statuses }]) => (
            <Link key={name} href={hrefOf("/runs", { ...Object.fromEntries(query), status: name === "all" ? null : name })} aria-current={tab === name ? "page" : undefined}>
              {word} {counts.data && <span className="count">{count(statuses).toLocaleString("en")}</span>}
            </Link>
          ))}
        </nav>
        <JobFilter job={query.get("job")} change={(job) => change({ job })} />
        <label>
          <span className="unseen">Period</span>
          <select value={query.get("within") ?? ""} onChange={(event) => change({ within: event.target.value })}>
            {PERIODS.map(([value, word]) => <option key={value} value={value}>{word}</option>)}
          </select>
        </label>
        <TagFilter tag={query.get("tag")} change={(tag) => change({ tag })} />
      </div>
      {marked.size > 0 && <Bulk records={records.filter((each) => marked.has(each.dagster_run.run_id))} clear={() => setMarked(new Set())} />}
      {runs.error && !runs.data ? <Failed error={runs.error} /> : runs.data && records.length === 0 ? (
        <NoRuns isFiltered={query.size > 0} />
      ) : (
        <List records={records} marked={marked} setMarked={setMarked} more={() => void runs.fetchNextPage()} hasMore={runs.hasNextPage && !runs.isFetchingNextPage} isLoading={runs.isPending} />
      )}
    </div>
  );
}

function useRuns(query: { job: string | null; tag: string[] | null; created_after: number | null; status: DagsterRunStatus[] }) {
  return useInfiniteQuery<Page, Refused, { pages: Page[] }, unknown[], string | null>({
    queryKey: ["/runs", "pages", query],
    queryFn: ({ pageParam, signal }) => ask("/runs", {}, { ...query, limit: PAGE, before: pageParam }, signal),
    initialPageParam: null,
    getNextPageParam: (last) => last.next,
    meta: { live: true },
  });
}

function JobFilter({ job, change }: { job: string | null; change: (job: string | null) => void }) {
  const jobs = useAnswer("/jobs", {});
  const names = new Set(jobs.data?.jobs.map((each) => each.job.name) ?? []);
  if (job) names.add(job);
  return (
    <label>
      <span className="unseen">Job</span>
      <select value={job ?? ""} onChange={(event) => change(event.target.value || null)}>
        <option value="">every job</option>
        <option value="__ASSET_JOB">assets chosen by hand</option>
        {[...names].filter((each) => each !== "__ASSET_JOB").sort().map((each) => <option key={each}>{each}</option>)}
      </select>
    </label>
  );
}

function TagFilter({ tag, change }: { tag: string | null; change: (tag: string | null) => void }) {
  const [text, setText] = useState(tag ?? "");
  useEffect(() => setText(tag ?? ""), [tag]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change(text.includes("=") ? text : null);
      }}
    >
      <input type="search" aria-label="Tag, as name=value" placeholder="tag: name=value" value={text} onChange={(event) => setText(event.target.value)} onBlur={() => change(text.includes("=") ? text : null)} size={18} />
    </form>
  );
}

function Bulk({ records, clear }: { records: RunRecord[]; clear: () => void }) {
  const deed = useDeed();
  const [sure, setSure] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const of = (fits: (status: string) => boolean) => records.map((each) => each.dagster_run).filter((run) => fits(run.status ?? "")).map((run) => run.run_id);
  const atWork = of((status) => !isFinished(status));
  const ended = of(isFinished);
  const broken = of((status) => status === "FAILURE" || status === "CANCELED");
  const act = (action: BulkAction, ids: string[]) =>
    deed.run(async () => {
      const { results } = await tell("post /runs/bulk", {}, { action, run_ids: ids.slice(0, MOST_AT_ONCE) });
      const wrong = results.filter((each) => each.error);
      setFailed(wrong.length ? `${wrong.length} of ${results.length} could not be changed. ${wrong[0]?.error?.message ?? ""}` : null);
      setSure(false);
      if (!wrong.length) clear();
    });
  const button = (word: string, action: BulkAction, ids: string[]) =>
    ids.length > 0 && <button type="button" className="button small" disabled={deed.busy} onClick={() => act(action, ids)}>{word} {ids.length}</button>;
  return (
    <div className="bulk row wrap" role="toolbar" aria-label="What to do with the marked runs">
      <strong>{records.length} marked</strong>
      {button("Cancel", "cancel", atWork)}
      {button("Go on from the failure:", "resume", broken)}
      {button("Run again:", "again", ended)}
      {ended.length > 0 && (sure
        ? <button type="button" className="button small danger" disabled={deed.busy} onClick={() => act("delete", ended)}>Delete {ended.length} with their events, really</button>
        : <button type="button" className="button small" onClick={() => setSure(true)}>Delete {ended.length} …</button>)}
      <button type="button" className="button small quiet" onClick={clear}>Unmark</button>
      {failed && <p className="notice is-failed" role="alert">{failed}</p>}
      <DeedError of={deed} />
    </div>
  );
}

interface ListProps {
  records: RunRecord[];
  marked: ReadonlySet<string>;
  setMarked: (marked: ReadonlySet<string>) => void;
  more: () => void;
  hasMore: boolean;
  isLoading: boolean;
}

function List({ records, marked, setMarked, more, hasMore, isLoading }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: records.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 12 });
  const items = rows.getVirtualItems();
  const lowest = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && lowest > records.length - 25) more();
  }, [lowest, records.length, hasMore, more]);
  const all = records.length > 0 && records.every((each) => marked.has(each.dagster_run.run_id));
  function mark(id: string) {
    const next = new Set(marked);
    if (!next.delete(id)) next.add(id);
    setMarked(next);
  }
  return (
    <div className="section run-list" role="table" aria-label="Runs" aria-rowcount={records.length} aria-busy={isLoading}>
      <div className="head" role="row">
        <span role="columnheader"><input type="checkbox" aria-label="Mark all that are loaded" checked={all} onChange={() => setMarked(all ? new Set() : new Set(records.map((each) => each.dagster_run.run_id)))} /></span>
        {["Run", "Of", "Status", "Created", "Took"].map((word) => <span key={word} role="columnheader">{word}</span>)}
      </div>
      <div className="rows" ref={scroller} role="rowgroup" tabIndex={-1} style={{ height: records.length * ROW }}>
        <div style={{ height: rows.getTotalSize(), position: "relative" }} role="presentation">
          {items.map((item) => {
            const record = records[item.index] as RunRecord;
            return <Row key={record.dagster_run.run_id} record={record} top={item.start} isMarked={marked.has(record.dagster_run.run_id)} mark={mark} />;
          })}
        </div>
      </div>
    </div>
  );
}

function Row({ record, top, isMarked, mark }: { record: RunRecord; top: number; isMarked: boolean; mark: (id: string) => void }) {
  const run = record.dagster_run;
  const cause = runCause(run);
  const tags = Object.entries(run.tags ?? {}).filter(([name]) => !HIDDEN_TAG.test(name));
  const partition = run.tags?.["dagster/partition"];
  return (
    <div className="run" role="row" style={{ transform: `translateY(${top}px)` }} data-marked={isMarked}>
      <span role="cell"><input type="checkbox" aria-label={`Mark run ${shortId(run.run_id)}`} checked={isMarked} onChange={() => mark(run.run_id)} /></span>
      <span role="cell" className="id"><Link href={runHref(run.run_id)} className="mono cover">{shortId(run.run_id)}</Link></span>
      <span role="cell" className="of">
        <span className="cut title">{runTitle(run)}</span>
        {partition && <span className="tag cut">{partition}</span>}
        {cause && <span className="faint cut">{cause}</span>}
        {tags.slice(0, 3).map(([name, value]) => <span key={name} className="tag cut">{name}: {value}</span>)}
      </span>
      <span role="cell"><RunBadge status={run.status ?? ""} /></span>
      <span role="cell" className="faint"><Moment at={record.created_at} /></span>
      <span role="cell" className="faint took">{record.start_time ? <Took start={record.start_time} end={record.end_time ?? null} /> : ""}</span>
    </div>
  );
}

function Took({ start, end }: { start: number; end: number | null }) {
  const [now, setNow] = useState(Date.now() / 1000);
  useEffect(() => {
    if (end !== null) return;
    const timer = setInterval(() => setNow(Date.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, [end]);
  return <>{formatDuration(Math.max(0, (end ?? now) - start))}</>;
}

function NoRuns({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <Empty icon={ListVideo} title="No run fits">
        <p><Link href="/runs" className="button">Show all runs</Link></p>
      </Empty>
    );
  }
  return (
    <Empty icon={ListVideo} title="Nothing has run yet">
      <p>A run begins when you materialize assets or launch a job, and when a schedule or sensor asks for one.</p>
      <p className="row wrap"><Link href="/" className="button">Assets</Link> <Link href="/jobs" className="button">Jobs</Link></p>
    </Empty>
  );
}
