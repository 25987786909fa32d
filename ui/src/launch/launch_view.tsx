// The launch pad: the config of a run as form or YAML, its partition and tags; what would run, and what is wrong, while one writes.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Braces, ChevronRight, FormInput, ListChecks, Play, Sparkles, Eraser } from "lucide-react";
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useState } from "react";
import { Link, useLocation } from "wouter";
import { Refused, tell, type Answer } from "../api/ask";
import type { JobPartitions, LookBody, PartitionChoice, PlannedStep } from "../api/types";
import { assetHref, keyText, runHref } from "../asset/asset_key";
import { Empty } from "../parts/empty";
import { Failed } from "../parts/failed";
import { Failure } from "../parts/failure";
import { AssetTags } from "../parts/run_name";
import { useAddress } from "../shell/address";
import { ConfigForm, pathText } from "./config_form";
import type { Mistake } from "./editor";
import { filledIn, type Schema } from "./schema";
import { toYaml } from "./yaml";
import "./launch_view.css";

type Look = Answer<"post /launch">;

const Editor = lazy(() => import("./editor"));
const PAUSE = 250; // ms after the last key

export default function LaunchView() {
  const [query] = useAddress();
  const target = useMemo(() => targetOf(query), [query]);
  if (!target) {
    return (
      <Empty icon={Play} title="What is to run?">
        <p>Choose a job, or mark assets in the lineage and materialize them with config.</p>
        <p className="row wrap"><Link href="/jobs" className="button">Jobs</Link> <Link href="/" className="button">Assets</Link></p>
      </Empty>
    );
  }
  return <Pad key={JSON.stringify(target)} target={target} />;
}

type Target = Pick<LookBody, "job" | "location" | "assets" | "select" | "upstream">;

function targetOf(query: URLSearchParams): Target | null {
  const [job, assets, select, location] = ["job", "assets", "select", "location"].map((name) => query.get(name));
  if (job) return location ? { job, location } : { job };
  if (assets) return { assets: assets.split(","), upstream: query.has("upstream") };
  return select ? { select } : null;
}

function Pad({ target }: { target: Target }) {
  const [query, change] = useAddress();
  const [, go] = useLocation();
  const first = useLook({ ...target, with_schema: true, partition: query.get("partition") }, true);
  const [text, setText] = useState<string | null>(null);
  const [form, setForm] = useState<{ text: string; config: Record<string, unknown> } | null>(null); // what the form wrote last
  const [tags, setTags] = useState("");
  const [search, setSearch] = useState("");
  const partition = query.get("partition");
  const yaml = text ?? first.data?.config_text ?? "";
  const settled = usePaused(yaml, PAUSE);
  const look = useLook({ ...target, yaml: settled, partition, search: usePaused(search, PAUSE) }, first.data !== undefined);
  const seen = look.data ?? first.data;
  const choice = CHOICES.find(([each]) => each === query.get("choice"))?.[0] ?? "one";
  const launch = useMutation<string, Refused>({
    mutationFn: async () => {
      if (choice === "one") return runHref((await tell("post /runs", {}, { ...target, yaml, partition, tags: readTags(tags) })).run.dagster_run.run_id);
      const { upstream: _, ...wanted } = target;
      const answer = await tell("post /backfills", {}, { ...wanted, choice, config: seen?.given ?? {}, tags: readTags(tags) });
      return `/backfills/${encodeURIComponent(answer.backfill.backfill_id)}`;
    },
    onSuccess: (address) => go(address),
  });
  const schema = (first.data?.schema ?? null) as Schema | null;
  const mistakes = useMemo(() => mistakesOf(look.data, look.error), [look.data, look.error]);
  if (first.error) return <Failed error={first.error} />;
  if (!seen) return <p className="skeleton" aria-busy="true">Reading what can be configured …</p>;
  function write(config: Record<string, unknown>) {
    const next = Object.keys(config).length ? toYaml(config) : "";
    setText(next);
    setForm({ text: next, config });
  }
  const isWritten = look.error?.type === "InvalidYaml";
  const needsPartition = seen.partitions !== null && !partition && choice === "one";
  const canLaunch = mistakes.length === 0 && !seen.error && !needsPartition && !look.error;
  const mode = query.get("mode") === "yaml" ? "yaml" : "form";
  return (
    <div className="sheet launch-view">
      <header>
        <div>
          <p className="crumbs faint"><Link href="/jobs">Jobs</Link> <ChevronRight size={12} aria-hidden /> Launch</p>
          <h1>{target.job ?? "Materialize"}</h1>
        </div>
        <span className="grow" />
        <button type="button" className="button primary" disabled={!canLaunch || launch.isPending} onClick={() => launch.mutate()}>
          <Play size={15} /> Launch
        </button>
      </header>
      {seen.assets && <p className="row wrap"><AssetTags keys={seen.assets} most={16} /></p>}
      {launch.error && <p className="notice is-failed" role="alert">{launch.error.message}</p>}
      <div className="pads">
        <section className="section" aria-label="Config">
          <header>
            <div className="segments" role="group" aria-label="How to write it">
              <button type="button" aria-pressed={mode === "form"} onClick={() => change({ mode: null })}><FormInput size={14} /> Form</button>
              <button type="button" aria-pressed={mode === "yaml"} onClick={() => change({ mode: "yaml" })}><Braces size={14} /> YAML</button>
            </div>
            <span className="grow" />
            <button type="button" className="button small quiet" title="Write down every field that is needed" disabled={isWritten} onClick={() => setText(toYaml(filledIn(first.data?.example ?? {}, seen.given)))}><ListChecks size={14} /> What is needed</button>
            <button type="button" className="button small quiet" title="Write down every default" disabled={!seen.complete_text} onClick={() => setText(seen.complete_text)}><Sparkles size={14} /> All defaults</button>
            <button type="button" className="button small quiet" onClick={() => setText("")}><Eraser size={14} /> Clear</button>
          </header>
          {mode === "yaml" || isWritten ? (
            <Suspense fallback={<p className="skeleton">Opening the editor …</p>}>
              <Editor text={yaml} change={setText} schema={schema} mistakes={mistakes} />
            </Suspense>
          ) : schema ? (
            <ConfigForm schema={schema} config={form?.text === yaml ? form.config : seen.given} mistakes={formMistakes(look.data)} change={write} />
          ) : null}
        </section>
        <div className="stack">
          {seen.partitions && (
            <Partitions of={seen.partitions} chosen={partition} search={search} setSearch={setSearch} choose={(key) => change({ partition: key })} choice={choice} change={(next) => change({ choice: next === "one" ? null : next, partition: null })} />
          )}
          <section className="section" aria-label="Tags">
            <header><h2>Tags</h2></header>
            <div className="body">
              <input aria-label="Tags, as name=value with commas between" placeholder="team=finance, why=month end" value={tags} onChange={(event) => setTags(event.target.value)} className="wide" />
            </div>
          </section>
          {mistakes.length > 0 && <Mistakes mistakes={mistakes} />}
          {seen.error && <Failure error={seen.error} />}
          {!look.error && <Plan steps={seen.steps} isWaiting={mistakes.length > 0 || needsPartition} />}
        </div>
      </div>
    </div>
  );
}

/** What a run of `body` would do. */
function useLook(body: LookBody, enabled: boolean) {
  return useQuery<Look, Refused>({
    queryKey: ["/launch", body],
    queryFn: () => tell("post /launch", {}, body),
    enabled,
    meta: { live: false },
    staleTime: 10_000,
    retry: false,
    placeholderData: (before) => before,
  });
}

function usePaused<T>(value: T, pause: number): T {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), pause);
    return () => clearTimeout(timer);
  }, [value, pause]);
  return paused;
}

function mistakesOf(look: Look | undefined, error: Refused | null): Mistake[] {
  if (error) return [{ message: error.message, place: (error.facts?.["place"] as Mistake["place"]) ?? null }];
  return (look?.findings ?? []).map(({ finding, place }) => ({ message: finding.message, place: place ?? null }));
}

/** The mistakes by the path of their field; a field that is missing is shown where it would stand. */
function formMistakes(look: Look | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const { finding } of look?.findings ?? []) {
    const message = finding.message.replace(/^[^:]*: /, "");
    found.set(pathText(finding.path), message);
    for (const [, name] of finding.message.matchAll(/"(\w+)"/g)) if (finding.reason === "missing" && name) found.set(pathText([...finding.path, name]), "This is needed.");
  }
  return found;
}

function readTags(text: string): Record<string, string> {
  const pairs = text.split(",").map((each) => each.split("=").map((part) => part.trim()));
  return Object.fromEntries(pairs.filter((each) => each.length === 2 && each[0]));
}

function Mistakes({ mistakes }: { mistakes: Mistake[] }) {
  return (
    <section className="section mistakes is-failed" aria-label="Mistakes">
      <header><h2>{mistakes.length === 1 ? "A mistake" : `${mistakes.length} mistakes`} in the config</h2></header>
      <ul>
        {mistakes.map((each, number) => (
          <li key={number}>
            {each.place && <span className="tag">line {each.place.line}</span>} {each.message}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface PartitionProps {
  of: JobPartitions;
  chosen: string | null;
  search: string;
  setSearch: (text: string) => void;
  choose: (key: string | null) => void;
  choice: Choice;
  change: (choice: Choice) => void;
}

type Choice = "one" | PartitionChoice;

/** Which partitions: one in a run, or many in a backfill. */
const CHOICES: [Choice, string][] = [["one", "One"], ["missing", "Missing"], ["failed", "Failed"], ["all", "All"]];

function Partitions({ of, chosen, search, setSearch, choose, choice, change }: PartitionProps) {
  const keys = useDeferredValue(of.keys);
  return (
    <section className="section partitions" aria-label="Partition">
      <header>
        <h2>Partition</h2>
        <span className="faint">{chosen ? <>chosen: <strong>{chosen}</strong></> : choice === "one" ? `one of ${of.count.toLocaleString("en")}` : `of ${of.count.toLocaleString("en")}, in a backfill`}</span>
        <span className="grow" />
        <div className="segments" role="group" aria-label="Which partitions">
          {CHOICES.map(([each, word]) => <button key={each} type="button" aria-pressed={choice === each} onClick={() => change(each)}>{word}</button>)}
        </div>
      </header>
      {choice === "one" && <div className="body stack">
        <input type="search" aria-label="Find a partition" placeholder="find …" value={search} onChange={(event) => setSearch(event.target.value)} />
        <ul aria-label="Partitions, the newest first">
          {keys.slice(0, 60).map((key) => (
            <li key={key}><button type="button" className="tag" aria-pressed={chosen === key} onClick={() => choose(chosen === key ? null : key)}>{key}</button></li>
          ))}
        </ul>
        {keys.length === 0 && <p className="faint">No partition has that in its key.</p>}
      </div>}
    </section>
  );
}

function Plan({ steps, isWaiting }: { steps: PlannedStep[]; isWaiting: boolean }) {
  return (
    <section className="section plan" aria-label="What would run">
      <header>
        <h2>What would run</h2>
        {steps.length > 0 && <span className="faint">{steps.length === 1 ? "1 step" : `${steps.length.toLocaleString("en")} steps`}</span>}
      </header>
      {steps.length === 0 ? (
        <p className="body faint">{isWaiting ? "It is shown when what is needed is there." : "Nothing."}</p>
      ) : (
        <ol>
          {steps.slice(0, 200).map((step) => (
            <li key={step.key}>
              <strong className="cut">{step.key}</strong>
              {step.is_mapped && <span className="tag">for each value</span>}
              {step.pool && <span className="tag">pool {step.pool}</span>}
              {(step.after ?? []).length > 0 && <span className="faint">after {(step.after ?? []).join(", ")}</span>}
              {(step.loads ?? []).length > 0 && <span className="faint">loads {(step.loads ?? []).map((key) => <Link key={keyText(key)} href={assetHref(key)}>{keyText(key)} </Link>)}</span>}
              {(step.checks ?? []).length > 0 && <span className="faint">checks {(step.checks ?? []).join(", ")}</span>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
