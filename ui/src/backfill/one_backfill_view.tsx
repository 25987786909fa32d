// One backfill: how far each asset is, which parts failed and why, and how to pause, go on with or cancel it.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Ban, ChevronRight, Pause, Play, RotateCcw } from "lucide-react";
import { Link, useParams } from "wouter";
import { ask, tell, type Answer, type Refused } from "../api/ask";
import { useAnswer } from "../api/query";
import type { AssetProgress, BackfillPart, PartStatus } from "../api/types";
import { assetHref, keyText } from "../asset/asset_key";
import { Answered } from "../parts/answered";
import { DeedError, useDeed } from "../parts/act";
import { chainOf, splitChain } from "../parts/failure";
import { formatDuration, Moment } from "../parts/moment";
import { RunLink } from "../parts/run_name";
import { Sign } from "../parts/sign";
import { hrefOf, useAddress } from "../shell/address";
import { BackfillBadge, backfillTitle, Bar, isOpen, PARTS, sums, whichWords, Words } from "./standing";
import "./backfills_view.css";

const PAGE = 100;

type Shown = Answer<"/backfills/{backfill_id}">;
type Page = Answer<"/backfills/{backfill_id}/parts">;

export default function OneBackfillView() {
  const { id = "" } = useParams<{ id: string }>();
  const shown = useAnswer("/backfills/{backfill_id}", { backfill_id: id });
  return <Answered of={shown}>{(answer) => <One shown={answer} />}</Answered>;
}

function One({ shown }: { shown: Shown }) {
  const { backfill, counts, assets } = shown;
  const of = sums(counts);
  return (
    <div className="sheet one-backfill">
      <header>
        <div className="grow">
          <p className="crumbs faint row"><Link href="/backfills">Backfills</Link> <ChevronRight size={12} aria-hidden /> <span className="mono">{backfill.backfill_id.slice(0, 8)}</span></p>
          <h1 className="row wrap"><span>{backfillTitle(backfill)}</span> <BackfillBadge status={backfill.status ?? "RUNNING"} /></h1>
        </div>
        <Actions shown={shown} />
      </header>
      <p className="row wrap faint">
        <span>{whichWords(backfill)}</span>
        <span>launched <Moment at={backfill.created_at} /></span>
        {backfill.ended_at && <span>took {formatDuration(backfill.ended_at - backfill.created_at)}</span>}
        {backfill.request.most_runs && <span>{backfill.request.most_runs} runs at once</span>}
        <Link href={hrefOf("/runs", { tag: `dagster/backfill=${backfill.backfill_id}` })}>its runs</Link>
      </p>
      <section className="section" aria-label="Progress">
        <div className="body stack">
          <Bar of={of} label="All" />
          <p className="row wrap"><Words of={of} /></p>
        </div>
        {assets.length > 1 && (
          <ul className="of-assets">
            {assets.map((each) => <Progress key={keyText(each.asset)} of={each} />)}
          </ul>
        )}
      </section>
      <Parts shown={shown} />
    </div>
  );
}

function Actions({ shown }: { shown: Shown }) {
  const deed = useDeed();
  const instance = useAnswer("/instance", {});
  const places = { backfill_id: shown.backfill.backfill_id };
  const status = shown.backfill.status ?? "RUNNING";
  const of = sums(shown.counts);
  const undone = of.FAILURE + of.BLOCKED + of.CANCELED;
  const act = (what: "pause" | "resume" | "retry" | "cancel") => deed.run(() => tell(`post /backfills/{backfill_id}/${what}`, places, {}));
  if (!instance.data?.can_write) return null;
  return (
    <>
      <span className="row wrap">
        {status === "RUNNING" && <button type="button" className="button" disabled={deed.busy} onClick={() => act("pause")}><Pause size={15} /> Pause</button>}
        {status === "PAUSED" && <button type="button" className="button primary" disabled={deed.busy} onClick={() => act("resume")}><Play size={15} /> Go on</button>}
        {status === "RUNNING" && undone > 0 && <button type="button" className="button" disabled={deed.busy} onClick={() => act("retry")}><RotateCcw size={15} /> Do {undone} again</button>}
        {isOpen(status) && status !== "CANCELING" && <button type="button" className="button danger" disabled={deed.busy} onClick={() => act("cancel")}><Ban size={15} /> Cancel</button>}
        {!isOpen(status) && undone > 0 && <button type="button" className="button primary" disabled={deed.busy} onClick={() => act("resume")}><RotateCcw size={15} /> Go on with {undone.toLocaleString("en")} that {undone === 1 ? "is" : "are"} not done</button>}
      </span>
      <DeedError of={deed} />
    </>
  );
}

function Progress({ of }: { of: AssetProgress }) {
  const counts: Record<PartStatus, number> = { WAITING: of.waiting ?? 0, QUEUED: of.queued ?? 0, SUCCESS: of.success ?? 0, FAILURE: of.failure ?? 0, BLOCKED: of.blocked ?? 0, CANCELED: of.canceled ?? 0 };
  return (
    <li>
      <Link href={assetHref(of.asset)} className="cut">{keyText(of.asset)}</Link>
      <Bar of={counts} label={keyText(of.asset)} />
      <span className="row wrap counts"><Words of={counts} /></span>
    </li>
  );
}

function Parts({ shown }: { shown: Shown }) {
  const [query, change] = useAddress();
  const id = shown.backfill.backfill_id;
  const of = sums(shown.counts);
  const wanted = PARTS.find(([status]) => status === query.get("part"))?.[0] ?? (query.has("part") ? null : of.FAILURE ? "FAILURE" : null);
  const parts = useInfiniteQuery<Page, Refused, { pages: Page[] }, unknown[], number | null>({
    queryKey: ["parts", id, wanted],
    queryFn: ({ pageParam, signal }) => ask("/backfills/{backfill_id}/parts", { backfill_id: id }, { limit: PAGE, after: pageParam, status: wanted ? [wanted] : null }, signal),
    initialPageParam: null,
    getNextPageParam: (last) => last.next,
    meta: { live: true },
  });
  const all = parts.data?.pages.flatMap((page) => page.parts) ?? [];
  return (
    <section className="section" aria-label="Parts">
      <header>
        <h2>Parts</h2><span className="faint">one for each run</span>
        <span className="grow" />
        <div className="segments" role="group" aria-label="Which parts">
          <button type="button" aria-pressed={wanted === null} onClick={() => change({ part: "all" })}>All</button>
          {PARTS.filter(([status]) => of[status] > 0).map(([status, , word]) => <button key={status} type="button" aria-pressed={wanted === status} onClick={() => change({ part: status })}>{word}</button>)}
        </div>
      </header>
      {parts.data && all.length === 0 ? <p className="skeleton">No part stands so.</p> : (
        <ul className="parts">{all.map((each) => <Part key={each.number} part={each} assets={shown.backfill.layers[each.layer]?.assets ?? []} />)}</ul>
      )}
      {parts.hasNextPage && <p className="body"><button type="button" className="button small" disabled={parts.isFetchingNextPage} onClick={() => void parts.fetchNextPage()}>More</button></p>}
    </section>
  );
}

function Part({ part, assets }: { part: BackfillPart; assets: string[][] }) {
  const [, state, word] = PARTS.find(([status]) => status === part.status) ?? PARTS[5]!;
  const keys = part.start == null ? "" : part.start === part.end || !part.end ? part.start : `${part.start} to ${part.end} (${part.count})`;
  return (
    <li>
      <span className={`part-count is-${state}`}><Sign state={state} /> {word}</span>
      <span className="mono cut">{keys}</span>
      <span className="cut soft">{assets.map(keyText).join(", ")}</span>
      <span>{part.run_id && <>run <RunLink id={part.run_id} /></>}{(part.attempt ?? 0) > 1 && <span className="faint"> attempt {part.attempt}</span>}</span>
      {part.status === "FAILURE" && part.run_id && <Why runId={part.run_id} />}
    </li>
  );
}

/** Why a run failed, in one line. */
function Why({ runId }: { runId: string }) {
  const run = useAnswer("/runs/{run_id}", { run_id: runId }, {}, { live: false });
  const errors = (run.data?.failures ?? []).flatMap((each) => {
    const data = each.event_log_entry.data;
    return data && "error" in data && data.error ? [data.error] : [];
  });
  const error = errors[0];
  if (!error) return null;
  const { shown } = splitChain(error);
  const last = chainOf(shown)[0] ?? shown;
  return <p className="why">{last.cls_name}: {last.message.split("\n", 1)[0]}</p>;
}
