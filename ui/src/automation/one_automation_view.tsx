// One schedule or sensor: when it is due, what each tick came to and why, what it would do now, and its cursor.
import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronRight, Eye, MapPinOff } from "lucide-react";
import { useState } from "react";
import { Link, useParams } from "wouter";
import { ask, tell, type Answer, type Refused } from "../api/ask";
import { useAnswer } from "../api/query";
import type { AutomationTarget, ListedAutomation, Tick, TickStatus } from "../api/types";
import { assetHref, keyText } from "../asset/asset_key";
import { Answered } from "../parts/answered";
import { DeedError, useDeed } from "../parts/act";
import { ConditionHistory } from "../parts/condition_history";
import { Empty } from "../parts/empty";
import { Failure } from "../parts/failure";
import { formatDuration, formatMoment, Moment } from "../parts/moment";
import { RunLink } from "../parts/run_name";
import { TickBadge } from "../parts/tick_badge";
import { hrefOf, useAddress } from "../shell/address";
import { useSettings } from "../shell/settings";
import { nameOf, Switch, When } from "./automation_view";

const PAGE = 40;
const STATUSES: [TickStatus | "ALL", string][] = [["ALL", "All"], ["SUCCESS", "Asked for runs"], ["SKIPPED", "Skipped"], ["FAILURE", "Failed"]];

type Page = Answer<"/automations/{location}/{name}/ticks">;

export default function OneAutomationView() {
  const { location = "", name = "" } = useParams<{ location: string; name: string }>();
  const listed = useAnswer("/automations", {});
  return (
    <Answered of={listed}>
      {({ automations, can_write: canWrite }) => {
        const found = automations.find((each) => each.location === location && nameOf(each) === name);
        if (!found) {
          return (
            <Empty icon={MapPinOff} title={`There is no schedule or sensor "${name}" here`}>
              <p><Link href="/automation" className="button">All schedules and sensors</Link></p>
            </Empty>
          );
        }
        return <One key={`${location}/${name}`} listed={found} canWrite={canWrite} />;
      }}
    </Answered>
  );
}

function One({ listed, canWrite }: { listed: ListedAutomation; canWrite: boolean }) {
  const name = nameOf(listed);
  const job = listed.definition["job_name"];
  const description = listed.definition["description"];
  return (
    <div className="sheet automation-one">
      <header>
        <div className="grow">
          <p className="crumbs faint row"><Link href="/automation">Automation</Link> <ChevronRight size={12} aria-hidden /> {listed.kind}</p>
          <h1 className="row wrap"><Switch listed={listed} canWrite={canWrite} /> {name}</h1>
        </div>
      </header>
      {typeof description === "string" && <p className="soft">{description}</p>}
      <p className="row wrap faint">
        <span><When listed={listed} /></span>
        {typeof job === "string" && !job.startsWith("__") && <span>of <Link href={hrefOf("/runs", { job })}>{job}</Link></span>}
        <Link href={hrefOf("/runs", { tag: `dagster/${listed.kind}_name=${name}` })}>its runs</Link>
      </p>
      <div className="grid">
        <div className="stack">
          <Conditions assets={targetOf(listed)} />
          <Ticks listed={listed} />
        </div>
        <div className="stack">
          {listed.kind === "schedule" && listed.next_at.length > 0 && <Next at={listed.next_at} />}
          {canWrite && <Preview listed={listed} />}
          {listed.kind === "sensor" && targetOf(listed).length === 0 && <Cursor key={listed.cursor ?? ""} listed={listed} canWrite={canWrite} />}
        </div>
      </div>
    </div>
  );
}

/** The assets whose conditions this sensor evaluates; none of any other. */
function targetOf(listed: ListedAutomation): string[][] {
  const target = listed.definition["automation"] as AutomationTarget | null | undefined;
  return target?.assets ?? [];
}

function Conditions({ assets }: { assets: string[][] }) {
  const [query, change] = useAddress();
  const first = assets[0];
  if (!first) return null;
  const chosen = assets.find((each) => keyText(each) === query.get("asset")) ?? first;
  return (
    <section className="section" aria-label="Conditions">
      <header>
        <h2>Why</h2>
        <label className="grow">
          <span className="unseen">Asset</span>
          <select value={keyText(chosen)} onChange={(event) => change({ asset: event.target.value })}>
            {assets.map((each) => <option key={keyText(each)}>{keyText(each)}</option>)}
          </select>
        </label>
        <Link href={assetHref(chosen)}>the asset</Link>
      </header>
      <ConditionHistory asset={chosen} />
    </section>
  );
}

function Next({ at }: { at: number[] }) {
  const { zone } = useSettings();
  return (
    <section className="section" aria-label="Next ticks">
      <header><h2>Next</h2></header>
      <ul className="tick-list">
        {at.map((each) => <li key={each}><span className="row"><span className="grow">{formatMoment(each, zone)}</span> <span className="faint"><Moment at={each} /></span></span></li>)}
      </ul>
    </section>
  );
}

function Ticks({ listed }: { listed: ListedAutomation }) {
  const [query, change] = useAddress();
  const places = { location: listed.location, name: nameOf(listed) };
  const status = STATUSES.find(([each]) => each === query.get("status"))?.[0] ?? "ALL";
  const ticks = useInfiniteQuery<Page, Refused, { pages: Page[] }, unknown[], number | null>({
    queryKey: ["ticks", places, status],
    queryFn: ({ pageParam, signal }) => ask("/automations/{location}/{name}/ticks", places, { limit: PAGE, before: pageParam, status: status === "ALL" ? null : [status] }, signal),
    initialPageParam: null,
    getNextPageParam: (last) => last.next,
    meta: { live: true },
    refetchInterval: 10_000, // a tick without runs is no event
  });
  const all = ticks.data?.pages.flatMap((page) => page.ticks) ?? [];
  return (
    <section className="section" aria-label="Ticks">
      <header>
        <h2>Ticks</h2>
        <span className="grow" />
        <div className="segments" role="group" aria-label="Which ticks">
          {STATUSES.map(([each, word]) => <button key={each} type="button" aria-pressed={status === each} onClick={() => change({ status: each === "ALL" ? null : each })}>{word}</button>)}
        </div>
      </header>
      {ticks.data && all.length === 0 ? <p className="skeleton">{status === "ALL" ? "It has not ticked yet." : "No tick ended so."}</p> : (
        <ul className="tick-list">
          {all.map((tick, place) => <TickRow key={tick.number} tick={tick} isNewest={place === 0} />)}
        </ul>
      )}
      {ticks.hasNextPage && <p className="body"><button type="button" className="button small" disabled={ticks.isFetchingNextPage} onClick={() => void ticks.fetchNextPage()}>Earlier ticks</button></p>}
    </section>
  );
}

function TickRow({ tick, isNewest }: { tick: Tick; isNewest: boolean }) {
  const runs = tick.run_ids ?? [];
  const known = tick.known_run_ids ?? [];
  return (
    <li>
      <span className="head">
        <TickBadge status={tick.status} />
        <span className="faint"><Moment at={tick.due_at} exact /></span>
        <span className="faint">took {formatDuration(Math.max(0, tick.ended_at - tick.started_at))}</span>
        {(tick.attempts ?? 1) > 1 && <span className="faint">{tick.attempts} attempts</span>}
        {runs.slice(0, 8).map((id) => <span key={id}>run <RunLink id={id} /></span>)}
        {runs.length > 8 && <span className="faint">and {runs.length - 8} more</span>}
        {known.length > 0 && <span className="faint">{known.length} launched before</span>}
      </span>
      {tick.message && !tick.error && <span className="why">{tick.message}</span>}
      {tick.error && (
        <details className="trace" open={isNewest}>
          <summary>{tick.error.cls_name}: {tick.error.message.split("\n", 1)[0]}</summary>
          <Failure error={tick.error} />
        </details>
      )}
    </li>
  );
}

function Preview({ listed }: { listed: ListedAutomation }) {
  const deed = useDeed();
  const [seen, setSeen] = useState<Answer<"post /automations/{location}/{name}/preview"> | null>(null);
  const look = () => deed.run(async () => setSeen(await tell("post /automations/{location}/{name}/preview", { location: listed.location, name: nameOf(listed) }, {})));
  const result = seen?.result;
  const runs = result?.run_requests ?? [];
  return (
    <section className="section preview" aria-label="Preview">
      <header>
        <h2>What it would do now</h2>
        <span className="grow" />
        <button type="button" className="button small" disabled={deed.busy} onClick={look}><Eye size={14} /> {deed.busy ? "Looking …" : "Preview"}</button>
      </header>
      <div className="body stack">
        {!seen && !deed.error && <p className="faint">Evaluates it once. Nothing is recorded and nothing runs.</p>}
        <DeedError of={deed} />
        {seen?.error && <Failure error={seen.error} />}
        {result && runs.length === 0 && <p>It would ask for no run{result.skip_message ? <>: <em>{result.skip_message}</em></> : "."}</p>}
        {runs.length > 0 && (
          <>
            <p>It would ask for {runs.length === 1 ? "a run" : `${runs.length} runs`}:</p>
            <ul>
              {runs.slice(0, 20).map((run, number) => (
                <li key={number}>
                  {run.job_name ?? (typeof listed.definition["job_name"] === "string" ? String(listed.definition["job_name"]).replace(/^__.*/, "the assets") : "a run")}
                  {run.partition_key && <> of <code>{run.partition_key}</code></>}
                  {run.run_key && <span className="faint"> key {run.run_key}</span>}
                </li>
              ))}
            </ul>
          </>
        )}
        {result?.cursor != null && <p className="faint">and leave the cursor <code>{result.cursor}</code></p>}
      </div>
    </section>
  );
}

function Cursor({ listed, canWrite }: { listed: ListedAutomation; canWrite: boolean }) {
  const deed = useDeed();
  const [text, setText] = useState(listed.cursor ?? "");
  const save = (cursor: string | null) => deed.run(() => tell("post /automations/{location}/{name}/cursor", { location: listed.location, name: nameOf(listed) }, { cursor }));
  return (
    <section className="section" aria-label="Cursor">
      <header><h2>Cursor</h2><span className="faint">where it goes on</span></header>
      <form
        className="body stack"
        onSubmit={(event) => {
          event.preventDefault();
          save(text);
        }}
      >
        <textarea aria-label="Cursor" className="mono" rows={Math.min(6, text.split("\n").length)} value={text} readOnly={!canWrite} placeholder="none yet" onChange={(event) => setText(event.target.value)} />
        <DeedError of={deed} />
        {canWrite && (
          <p className="row wrap">
            <button type="submit" className="button small" disabled={deed.busy || text === (listed.cursor ?? "")}>Save</button>
            {listed.cursor !== null && <button type="button" className="button small quiet" disabled={deed.busy} onClick={() => save(null)}>From the beginning</button>}
          </p>
        )}
      </form>
    </section>
  );
}
