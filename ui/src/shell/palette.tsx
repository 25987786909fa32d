// The palette: finds assets, jobs, runs, schedules and views by what they are called.
import { Box, CalendarClock, CirclePlay, ListVideo, PanelTop, Search, type LucideIcon } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useAnswer } from "../api/query";
import { assetHref, keyText, runHref } from "../asset/asset_key";
import { VIEWS } from "../views";
import { rank } from "./rank";
import { hrefOf } from "./address";
import "./palette.css";

interface Found {
  kind: string;
  icon: LucideIcon;
  text: string;
  href: string;
}

const MOST = 50;

export function Palette({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [, go] = useLocation();
  const list = useId();
  const all = useEverything();
  const found = useMemo(() => rank(all, text, (each) => each.text, MOST), [all, text]);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  useEffect(() => {
    document.getElementById(`${list}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at, list]);
  function open(each: Found | undefined) {
    if (!each) return;
    close();
    go(each.href);
  }
  function press(event: React.KeyboardEvent) {
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Enter") open(found[at]);
    else return;
    event.preventDefault();
  }
  return (
    <dialog ref={dialog} className="palette" aria-label="Find anything" onClose={close} onClick={(event) => event.target === dialog.current && close()}>
      <div className="search">
        <Search size={17} aria-hidden />
        <input
          type="search"
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={found[at] ? `${list}-${at}` : undefined}
          aria-label="Find assets, jobs, runs, schedules, views"
          placeholder="Assets, jobs, runs, schedules, views"
          autoFocus
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={press}
        />
      </div>
      <ul id={list} role="listbox" aria-label="Found">
        {found.map((each, place) => (
          <li key={each.href + each.kind} id={`${list}-${place}`} role="option" aria-selected={place === at} onMouseMove={() => setAt(place)} onClick={() => open(each)}>
            <each.icon size={16} strokeWidth={1.7} aria-hidden />
            <span className="cut grow">{each.text}</span>
            <span className="faint">{each.kind}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="none soft">Nothing is called that.</p>}
    </dialog>
  );
}

/** All that has a name. What the shown view asked for already is not asked for again. */
function useEverything(): Found[] {
  const graph = useAnswer("/graph", {}, {}, { live: false });
  const jobs = useAnswer("/jobs", {}, {}, { live: false });
  const automations = useAnswer("/automations", {}, {}, { live: false });
  const runs = useAnswer("/runs", {}, { limit: 100 }, { live: false });
  return useMemo(() => {
    const found: Found[] = VIEWS.filter((view) => view.icon).map((view) => ({ kind: "view", icon: view.icon ?? PanelTop, text: view.title, href: view.path }));
    for (const { asset } of graph.data?.assets ?? []) found.push({ kind: "asset", icon: Box, text: keyText(asset.key), href: assetHref(asset.key) });
    for (const { job } of jobs.data?.jobs ?? []) found.push({ kind: "job", icon: CirclePlay, text: job.name, href: hrefOf("/jobs", { job: job.name }) });
    for (const { definition, kind } of automations.data?.automations ?? []) {
      const name = String(definition.name);
      found.push({ kind, icon: CalendarClock, text: name, href: hrefOf("/automation", { find: name }) });
    }
    for (const { dagster_run: run } of runs.data?.runs ?? []) found.push({ kind: "run", icon: ListVideo, text: `${run.run_id.slice(0, 8)} ${run.job_name ?? ""}`, href: runHref(run.run_id) });
    return found;
  }, [graph.data, jobs.data, automations.data, runs.data]);
}
