// The backfills: each with how far it is.
import { useInfiniteQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { Link } from "wouter";
import { ask, type Answer, type Refused } from "../api/ask";
import type { BackfillStatus, ListedBackfill } from "../api/types";
import { Empty } from "../parts/empty";
import { Failed } from "../parts/failed";
import { Moment } from "../parts/moment";
import { useAddress } from "../shell/address";
import { BackfillBadge, backfillTitle, Bar, sums, whichWords } from "./standing";
import "./backfills_view.css";

const PAGE = 30;
const TABS: [string, string, BackfillStatus[]][] = [["", "All", []], ["open", "Open", ["RUNNING", "PAUSED", "CANCELING"]], ["failed", "Failed", ["FAILURE"]], ["done", "Done", ["SUCCESS"]]];

type Page = Answer<"/backfills">;

export default function BackfillsView() {
  const [query, change] = useAddress();
  const tab = query.get("status") ?? "";
  const statuses = TABS.find(([name]) => name === tab)?.[2] ?? [];
  const found = useInfiniteQuery<Page, Refused, { pages: Page[] }, unknown[], number | null>({
    queryKey: ["/backfills", "pages", statuses],
    queryFn: ({ pageParam, signal }) => ask("/backfills", {}, { limit: PAGE, before: pageParam, status: statuses }, signal),
    initialPageParam: null,
    getNextPageParam: (last) => last.next,
    meta: { live: true },
  });
  const all = found.data?.pages.flatMap((page) => page.backfills) ?? [];
  if (found.error && !found.data) return <Failed error={found.error} />;
  if (found.data && !all.length && !tab) return <NoBackfills />;
  return (
    <div className="sheet">
      <header>
        <h1>Backfills</h1>
        <span className="grow" />
        <div className="segments" role="group" aria-label="Which backfills">
          {TABS.map(([name, word]) => <button key={name} type="button" aria-pressed={tab === name} onClick={() => change({ status: name })}>{word}</button>)}
        </div>
      </header>
      {found.data && !all.length ? <p className="skeleton">No backfill stands so.</p> : (
        <ul className="section backfills">{all.map((each) => <Row key={each.backfill.backfill_id} listed={each} />)}</ul>
      )}
      {found.hasNextPage && <p><button type="button" className="button" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>Earlier ones</button></p>}
    </div>
  );
}

function Row({ listed: { backfill, counts } }: { listed: ListedBackfill }) {
  const of = sums(counts);
  const all = Object.values(of).reduce((sum, each) => sum + each, 0);
  return (
    <li>
      <div className="what">
        <Link href={`/backfills/${encodeURIComponent(backfill.backfill_id)}`} className="name">{backfillTitle(backfill)}</Link>
        <p className="faint cut">{whichWords(backfill)}, <Moment at={backfill.created_at} /></p>
      </div>
      <div className="far">
        <Bar of={of} label={backfillTitle(backfill)} />
        <span className="faint">{of.SUCCESS.toLocaleString("en")} of {all.toLocaleString("en")}</span>
      </div>
      <BackfillBadge status={backfill.status ?? "RUNNING"} />
    </li>
  );
}

function NoBackfills() {
  return (
    <Empty icon={History} title="Nothing is being filled">
      <p>A backfill makes many partitions of assets, each after what it needs. Choose a partitioned asset in the catalog, or mark several in the lineage, and launch them for all, the missing or the failed partitions.</p>
      <p className="row wrap"><Link href="/catalog" className="button">Catalog</Link></p>
      <code className="command">headwater backfill launch ASSET --missing</code>
    </Empty>
  );
}
