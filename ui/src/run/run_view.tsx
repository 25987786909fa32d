// One run: what made it fail on top, its steps over time, and beneath them events, output or config.
import { Ban, ChevronRight, RotateCcw, SkipForward } from "lucide-react";
import { useState } from "react";
import { Link, useLocation, useParams } from "wouter";
import { tell, type Answer } from "../api/ask";
import { useAnswer } from "../api/query";
import type { DagsterRun, EventLogRecord } from "../api/types";
import { runHref } from "../asset/asset_key";
import { Answered } from "../parts/answered";
import { DeedError, useDeed } from "../parts/act";
import { chainOf, Failure } from "../parts/failure";
import { formatDuration, Moment } from "../parts/moment";
import { AssetTags, isJobRun, runCause, RunLink, runTitle, shortId } from "../parts/run_name";
import { isFinished, RunBadge } from "../parts/sign";
import { hrefOf, useAddress } from "../shell/address";
import { EventList, KINDS } from "./event_list";
import { OutputView } from "./output_view";
import { StepChart } from "./step_chart";
import "./run_view.css";

type Shown = Answer<"/runs/{run_id}">;

const TABS = ["events", "output", "config"] as const;
const HIDDEN_TAG = /^\.?(dagster|headwater)\//;

export default function RunView() {
  const { id = "" } = useParams<{ id: string }>();
  const run = useAnswer("/runs/{run_id}", { run_id: id });
  return <Answered of={run}>{(shown) => <Run key={id} shown={shown} />}</Answered>;
}

function Run({ shown }: { shown: Shown }) {
  const { run: record, steps } = shown;
  const run = record.dagster_run;
  const [query, change] = useAddress();
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const step = query.get("step");
  const live = !isFinished(run.status ?? "");
  const tab = TABS.find((each) => each === query.get("tab")) ?? "events";
  const start = record.start_time ?? record.created_at;
  const canAgain = shown.has_code && !live;
  return (
    <div className="sheet run-view">
      <Head shown={shown} marked={marked} />
      <Failures failures={shown.failures} choose={(key) => change({ step: key, tab: "output" })} />
      {steps.length > 0 && (
        <section className="section" aria-label="Steps">
          <header>
            <h2>Steps</h2>
            <span className="faint">{stepCounts(steps)}</span>
          </header>
          <StepChart
            steps={steps}
            start={start}
            end={record.end_time ?? null}
            chosen={step}
            choose={(key) => change({ step: key })}
            marked={canAgain ? marked : null}
            mark={(key) => setMarked(toggled(marked, key))}
          />
        </section>
      )}
      <section className="section run-story" aria-label="What happened">
        <header>
          <nav className="segments" aria-label="Parts of the run">
            {TABS.map((each) => (
              <Link key={each} href={here(run, query, { tab: each === "events" ? null : each })} aria-current={tab === each ? "true" : undefined} replace>
                {{ events: "Events", output: "Output", config: "Config" }[each]}
              </Link>
            ))}
          </nav>
          {tab === "events" && <KindFilter kind={query.get("kind") ?? "everything"} change={(kind) => change({ kind: kind === "everything" ? null : kind })} />}
          {tab === "output" && <StreamFilter stream={query.get("stream")} change={(stream) => change({ stream })} />}
          {step && tab !== "config" && (
            <button type="button" className="tag chosen-step" onClick={() => change({ step: null })} title="Show all steps">
              {step} <span aria-hidden>×</span><span className="unseen">: show all steps</span>
            </button>
          )}
          <span className="grow" />
          {live && <span className="faint" role="status">live</span>}
        </header>
        {tab === "events" && <EventList runId={run.run_id} step={step} kind={kindOf(query)} live={live} />}
        {tab === "output" && <OutputView runId={run.run_id} step={step} stream={streamOf(query)} live={live} />}
        {tab === "config" && <Config run={run} />}
      </section>
    </div>
  );
}

const kindOf = (query: URLSearchParams): string => (query.get("kind") ?? "") in KINDS ? (query.get("kind") ?? "everything") : "everything";
const streamOf = (query: URLSearchParams): "stdout" | "stderr" | null => {
  const given = query.get("stream");
  return given === "stdout" || given === "stderr" ? given : null;
};

function here(run: DagsterRun, query: URLSearchParams, values: Record<string, string | null>): string {
  return hrefOf(runHref(run.run_id), { ...Object.fromEntries(query), ...values });
}

function toggled(marked: ReadonlySet<string>, key: string): Set<string> {
  const next = new Set(marked);
  if (!next.delete(key)) next.add(key);
  return next;
}

function stepCounts(steps: Shown["steps"]): string {
  const counts = new Map<string, number>();
  const words: Record<string, string> = { STARTED: "running", SUCCESS: "succeeded", FAILURE: "failed", SKIPPED: "skipped", RETRYING: "retrying", CANCELED: "cancelled" };
  for (const each of steps) counts.set(each.status, (counts.get(each.status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count.toLocaleString("en")} ${words[status] ?? status}`).join(" · ");
}

function Head({ shown, marked }: { shown: Shown; marked: ReadonlySet<string> }) {
  const { run: record } = shown;
  const run = record.dagster_run;
  const tags = Object.entries(run.tags ?? {}).filter(([name]) => !HIDDEN_TAG.test(name));
  const partition = run.tags?.["dagster/partition"];
  const cause = runCause(run);
  const live = !isFinished(run.status ?? "");
  return (
    <>
      <header className="run-head">
        <p className="crumbs faint">
          <Link href="/runs">Runs</Link> <ChevronRight size={12} aria-hidden /> <span className="mono" title={run.run_id}>{shortId(run.run_id)}</span>
        </p>
        <h1 className="row wrap">
          <span className="title">{runTitle(run)}</span> <RunBadge status={run.status ?? ""} />
        </h1>
        <Actions shown={shown} marked={marked} />
      </header>
      <div className="run-facts row wrap">
        <span className="faint">began <Moment at={record.start_time ?? record.created_at} /></span>
        {record.end_time && record.start_time && <span className="faint">took {formatDuration(record.end_time - record.start_time)}</span>}
        {!record.end_time && record.start_time && live && <span className="faint">at work</span>}
        {cause && <span className="faint">by {cause}</span>}
        {run.parent_run_id && <span className="faint">after run <RunLink id={run.parent_run_id} /></span>}
        {partition && <span className="tag">partition {partition}</span>}
        {tags.map(([name, value]) => <Link key={name} className="tag" href={hrefOf("/runs", { tag: `${name}=${value}` })}>{name}: {value}</Link>)}
        {isJobRun(run) && run.asset_selection && <AssetTags keys={run.asset_selection} most={8} />}
      </div>
    </>
  );
}

function Actions({ shown, marked }: { shown: Shown; marked: ReadonlySet<string> }) {
  const [, go] = useLocation();
  const deed = useDeed();
  const instance = useAnswer("/instance", {});
  const { dagster_run: run } = shown.run;
  const places = { run_id: run.run_id };
  const live = !isFinished(run.status ?? "");
  const again = (from_failure: boolean, steps: string[] = []) =>
    deed.run(async () => {
      const answer = await tell("post /runs/{run_id}/again", places, { from_failure, steps });
      go(runHref(answer.run.dagster_run.run_id));
    });
  if (!instance.data?.can_write) return null;
  return (
    <>
      <span className="grow" />
      <span className="row wrap actions">
        {live && (
          <button type="button" className="button danger" disabled={deed.busy || run.status === "CANCELING"} onClick={() => deed.run(() => tell("post /runs/{run_id}/cancel", places, {}))}>
            <Ban size={15} /> Cancel
          </button>
        )}
        {shown.has_code && marked.size > 0 && (
          <button type="button" className="button" disabled={deed.busy} onClick={() => again(false, [...marked])}>
            <RotateCcw size={15} /> Run {marked.size} {marked.size === 1 ? "step" : "steps"} again
          </button>
        )}
        {shown.has_code && !live && (
          <button type="button" className="button" disabled={deed.busy} onClick={() => again(false)}><RotateCcw size={15} /> Run all again</button>
        )}
        {shown.has_code && (run.status === "FAILURE" || run.status === "CANCELED") && (
          <button type="button" className="button primary" disabled={deed.busy} onClick={() => again(true)}><SkipForward size={15} /> Go on from the failure</button>
        )}
      </span>
      <DeedError of={deed} />
    </>
  );
}

/** The causes, each once: a run whose ten steps fail of the same has one. */
function Failures({ failures, choose }: { failures: EventLogRecord[]; choose: (step: string) => void }) {
  const causes = causesOf(failures);
  if (!causes.length) return null;
  return (
    <div className="stack" role="region" aria-label="Cause of the failure">
      {causes.map(({ record, steps, error }) => (
        <Failure
          key={record.storage_id}
          error={error}
          where={
            steps.length === 0 ? "The run itself failed." : (
              <>
                in {steps.length === 1 ? "step" : `${steps.length} steps:`}{" "}
                {steps.slice(0, 6).map((step) => <button key={step} type="button" className="link" onClick={() => choose(step)} title="Show what it printed">{step}</button>)}
                {steps.length > 6 && ` and ${steps.length - 6} more`}
              </>
            )
          }
        />
      ))}
    </div>
  );
}

function causesOf(failures: EventLogRecord[]) {
  const causes = new Map<string, { record: EventLogRecord; steps: string[]; error: NonNullable<ReturnType<typeof errorOf>> }>();
  const ofSteps = failures.filter((each) => each.event_log_entry.step_key && errorOf(each));
  for (const record of ofSteps.length ? ofSteps : failures) {
    const error = errorOf(record);
    if (!error) continue;
    const last = chainOf(error).at(-1);
    const frame = last?.frames?.at(-1);
    const name = `${last?.cls_name} ${last?.message} ${frame?.file} ${frame?.line}`;
    const known = causes.get(name) ?? { record, steps: [], error };
    if (record.event_log_entry.step_key) known.steps.push(record.event_log_entry.step_key);
    causes.set(name, known);
  }
  return [...causes.values()];
}

function errorOf(record: EventLogRecord) {
  const data = record.event_log_entry.data;
  const error = data && "error" in data ? (data.error ?? null) : null;
  const said = data?.type === "failure" ? data.user_failure_data : null;
  if (!error && said) return { cls_name: "Failure", message: said.description ?? said.label ?? "", frames: [] };
  return error;
}

function KindFilter({ kind, change }: { kind: string; change: (kind: string) => void }) {
  const words: Record<string, string> = { everything: "Everything", logs: "Log lines", assets: "Assets", failures: "Failures" };
  return (
    <div className="segments" role="group" aria-label="Kinds of events">
      {Object.keys(KINDS).map((each) => <button key={each} type="button" aria-pressed={kind === each} onClick={() => change(each)}>{words[each]}</button>)}
    </div>
  );
}

function StreamFilter({ stream, change }: { stream: string | null; change: (stream: string | null) => void }) {
  const choices: [string | null, string][] = [[null, "Both"], ["stdout", "stdout"], ["stderr", "stderr"]];
  return (
    <div className="segments" role="group" aria-label="Streams">
      {choices.map(([each, word]) => <button key={word} type="button" aria-pressed={stream === each} onClick={() => change(each)}>{word}</button>)}
    </div>
  );
}

function Config({ run }: { run: DagsterRun }) {
  const config = run.run_config ?? {};
  const tags = Object.entries(run.tags ?? {});
  return (
    <div className="body run-config">
      <div className="stack">
        <h3>Config</h3>
        {Object.keys(config).length ? <pre className="code" tabIndex={0}>{JSON.stringify(config, null, 2)}</pre> : <p className="faint">It was given none.</p>}
      </div>
      <div className="stack">
        <h3>Tags</h3>
        {tags.length ? (
          <dl className="facts">
            {tags.map(([name, value]) => (
              <div key={name} style={{ display: "contents" }}>
                <dt>{name}</dt>
                <dd className="mono">{value}</dd>
              </div>
            ))}
          </dl>
        ) : <p className="faint">It has none.</p>}
        <h3>Of</h3>
        <dl className="facts">
          <dt>run</dt><dd className="mono">{run.run_id}</dd>
          {run.location && <><dt>location</dt><dd>{run.location}</dd></>}
          {run.op_selection && <><dt>ops</dt><dd className="mono">{run.op_selection.join(", ")}</dd></>}
          {run.step_keys_to_execute && <><dt>steps</dt><dd className="mono">{run.step_keys_to_execute.join(", ")}</dd></>}
        </dl>
        {run.asset_selection && <p className="row wrap"><AssetTags keys={run.asset_selection} most={60} /></p>}
      </div>
    </div>
  );
}
