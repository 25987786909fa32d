// The graph of all assets: search or select, look, open one beside it, make some.
import { Play, Search, Waypoints, X } from "lucide-react";
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import { Refused, tell } from "../api/ask";
import { useAnswer } from "../api/query";
import { keyEscaped, runHref } from "../asset/asset_key";
import { Answered } from "../parts/answered";
import { Empty } from "../parts/empty";
import { Sign, STATE_WORDS, type State } from "../parts/sign";
import { BASE, hrefOf, useAddress } from "../shell/address";
import type { ListedAsset } from "../api/types";
import { GraphCanvas } from "./graph_canvas";
import { buildModel, fits, isSelection, MOST_OPEN, shapeOf } from "./graph_model";
import { useLayout } from "./use_layout";
import "./lineage.css";

const AssetPanel = lazy(() => import("./asset_panel"));
const BEFORE_ASKING = 250; // ms after the last key

export default function LineageView() {
  const graph = useAnswer("/graph", {});
  return <Answered of={graph}>{({ assets }) => (assets.length ? <Lineage assets={assets} /> : <Nothing />)}</Answered>;
}

function Lineage({ assets }: { assets: ListedAsset[] }) {
  const [query, change] = useAddress();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const select = query.get("select") ?? "";
  const states = query.get("state");
  const { keep, problem, isAsked } = useFilter(select);
  const model = useMemo(() => buildModel(assets, (each) => keep(each) && (!states || each.state.status === states)), [assets, keep, states]);
  const isOpen = useMemo(() => {
    const byDefault = model.assets.length <= MOST_OPEN;
    const all = query.get("groups");
    return (group: string) => ((all ? all === "open" : byDefault) || model.groups.length === 1) !== toggled.has(group);
  }, [model, toggled, query]);
  const shape = useMemo(() => shapeOf(model, isOpen), [model, isOpen]);
  const laid = useLayout(shape, model);
  const chosenKey = query.get("asset");
  const byKey = useMemo(() => new Map(laid?.of.assets.map((each, at) => [keyEscaped(each.asset.key), at])), [laid]);
  const chosen = chosenKey ? (byKey.get(chosenKey) ?? null) : null;
  const pickedNumbers = useMemo(() => new Set([...picked].flatMap((key) => byKey.get(key) ?? [])), [picked, byKey]);

  function choose(event: React.MouseEvent, each: ListedAsset) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) {
      event.preventDefault();
      const key = keyEscaped(each.asset.key);
      setPicked((before) => {
        const next = new Set(before);
        if (!next.delete(key)) next.add(key);
        return next;
      });
      return;
    }
    event.preventDefault();
    change({ asset: keyEscaped(each.asset.key) }, { push: true });
  }
  return (
    <div className="lineage">
      <h1 className="unseen">Lineage</h1>
      <div className="toolbar">
        <Filter text={select} problem={problem} />
        <Counts assets={assets} chosen={states} choose={(state) => change({ state })} />
        <span className="grow" />
        {model.groups.length > 1 && (
          <button type="button" className="button quiet" onClick={() => {
            setToggled(new Set());
            change({ groups: isOpen(model.groups[0] ?? "") ? "closed" : "open" });
          }}>
            {isOpen(model.groups[0] ?? "") ? "Close groups" : "Open groups"}
          </button>
        )}
        <Make picked={picked} clear={() => setPicked(new Set())} shown={model.assets} all={assets.length} />
      </div>
      <div className="stage">
        {model.assets.length === 0 && !isAsked && (
          <Empty icon={Waypoints} title="No asset is like that">
            <button type="button" className="button" onClick={() => change({ select: null, state: null })}>Show all {assets.length}</button>
          </Empty>
        )}
        {laid && model.assets.length > 0 && (
          <GraphCanvas
            model={laid.of}
            places={laid.places}
            open={laid.shape.open}
            framed={laid.shape.framed}
            chosen={chosen}
            picked={pickedNumbers}
            base={BASE}
            query={query}
            choose={choose}
            toggle={(group) => setToggled((before) => {
              const next = new Set(before);
              if (!next.delete(group)) next.add(group);
              return next;
            })}
            leave={() => chosenKey && change({ asset: null })}
          />
        )}
        {chosenKey && (
          <Suspense fallback={<aside className="panel" aria-label="Asset" aria-busy="true" />}>
            <AssetPanel key={chosenKey} escaped={chosenKey} close={() => change({ asset: null })} />
          </Suspense>
        )}
      </div>
    </div>
  );
}

/** Which assets the text in the box keeps: a word by its letters here, an expression by the server. */
function useFilter(text: string): { keep: (each: ListedAsset) => boolean; problem: string | null; isAsked: boolean } {
  const isExpression = isSelection(text);
  const answer = useAnswer("/selection", {}, { select: text }, { enabled: isExpression, keep: true });
  const word = useDeferredValue(isExpression ? "" : text);
  const keep = useMemo(() => {
    if (!isExpression) return (each: ListedAsset) => fits(each, word);
    const keys = answer.data && !answer.error ? new Set(answer.data.keys.map((key) => JSON.stringify(key))) : null;
    return (each: ListedAsset) => keys === null || keys.has(JSON.stringify(each.asset.key));
  }, [isExpression, word, answer.data, answer.error]);
  const problem = isExpression && answer.error instanceof Refused ? answer.error.message : null;
  return { keep, problem, isAsked: isExpression && answer.isFetching };
}

function Filter({ text, problem }: { text: string; problem: string | null }) {
  const [, change] = useAddress();
  const [typed, setTyped] = useState(text);
  const own = useRef(text);
  useEffect(() => {
    if (text !== own.current) setTyped(text);
    own.current = text;
  }, [text]);
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => {
      own.current = typed;
      change({ select: typed });
    }, BEFORE_ASKING);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div className="filter">
      <label className="search">
        <Search size={15} aria-hidden />
        <input type="search" aria-label="Search or select assets" aria-invalid={problem !== null} aria-describedby="select-problem" placeholder="Search, or select: key:orders+" value={typed} onChange={(event) => setTyped(event.target.value)} />
      </label>
      {problem && <p id="select-problem" className="problem" role="alert">{problem}</p>}
    </div>
  );
}

/** How many assets stand how; a press leaves only those. */
function Counts({ assets, chosen, choose }: { assets: ListedAsset[]; chosen: string | null; choose: (state: string | null) => void }) {
  const counts = useMemo(() => {
    const found = new Map<State, number>();
    for (const { state } of assets) found.set(state.status, (found.get(state.status) ?? 0) + 1);
    return found;
  }, [assets]);
  return (
    <div className="counts" role="group" aria-label="Assets by state">
      {(Object.keys(STATE_WORDS) as State[]).filter((state) => counts.has(state)).map((state) => (
        <button key={state} type="button" aria-pressed={chosen === state} onClick={() => choose(chosen === state ? null : state)}>
          <Sign state={state} /> {counts.get(state)?.toLocaleString("en")} {STATE_WORDS[state]}
        </button>
      ))}
    </div>
  );
}

function Make({ picked, clear, shown, all }: { picked: ReadonlySet<string>; clear: () => void; shown: ListedAsset[]; all: number }) {
  const instance = useAnswer("/instance", {});
  const [, go] = useLocation();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const makeable = shown.filter(({ asset }) => asset.computation);
  const keys = picked.size ? [...picked] : makeable.map(({ asset }) => keyEscaped(asset.key));
  if (!instance.data?.can_write || keys.length === 0) return null;
  const isPartitioned = (picked.size ? shown.filter(({ asset }) => picked.has(keyEscaped(asset.key))) : makeable).some(({ asset }) => asset.is_partitioned);
  async function make() {
    if (isPartitioned) {
      go(hrefOf("/launch", { assets: keys.join(",") }));
      return;
    }
    setBusy(true);
    try {
      const { run } = await tell("post /runs", {}, { assets: keys });
      go(runHref(run.dagster_run.run_id));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }
  const isAll = !picked.size && shown.length === all;
  return (
    <div className="row">
      {picked.size > 0 && <button type="button" className="button quiet icon" aria-label="Pick none" onClick={clear}><X size={15} /></button>}
      <button type="button" className="button primary" disabled={busy} onClick={() => void make()}>
        <Play size={14} aria-hidden /> Materialize {isAll ? "all" : `${keys.length} asset${keys.length === 1 ? "" : "s"}`}
      </button>
      {problem && <p className="problem" role="alert">{problem}</p>}
    </div>
  );
}

function Nothing() {
  return (
    <Empty icon={Waypoints} title="There is no asset here yet">
      <p>An asset is a Python function that makes a value, and Headwater knows what it is made from. Write one, and it shows up here.</p>
      <pre className="example">{'import headwater as hw\n\n@hw.asset\ndef numbers() -> list[int]:\n    """The first asset."""\n    return [1, 2, 3]'}</pre>
      <p>This page follows the code while <code>headwater dev</code> runs. From the command line it is</p>
      <code className="command">headwater asset materialize --select '*'</code>
    </Empty>
  );
}
