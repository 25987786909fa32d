// What ran and what is to come, job by job, along the time.
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { Link } from "wouter";
import { useAnswer } from "../api/query";
import type { TimelineRun } from "../api/types";
import { runHref } from "../asset/asset_key";
import { formatAgo, formatDuration, formatMoment } from "../parts/moment";
import { runTitle } from "../parts/run_name";
import { runState, runWord } from "../parts/sign";
import { useAddress } from "../shell/address";
import { useSettings } from "../shell/settings";

const SPANS: [string, number][] = [["1 h", 1], ["6 h", 6], ["24 h", 24], ["7 d", 168]];
const HOUR = 3600;
const STEP_SECONDS = 30; // how often the window moves on
const AHEAD = 1 / 6; // of the window, for what is to come
const MOST_LANES = 40;

interface Lane {
  name: string;
  runs: TimelineRun[];
  coming: number[];
}

export function Timeline() {
  const [query, change] = useAddress();
  const now = useStep();
  const hours = SPANS.find(([, each]) => String(each) === query.get("hours"))?.[1] ?? 6;
  const back = Number(query.get("back") ?? 0) || 0;
  const to = now + hours * HOUR * AHEAD - back * hours * HOUR;
  const from = to - hours * HOUR;
  const seen = useAnswer("/timeline", {}, { from, to }, { keep: true });
  const lanes = useMemo(() => lanesOf(seen.data?.runs ?? [], seen.data?.coming ?? []), [seen.data]);
  const { zone } = useSettings();
  const at = (moment: number) => ((moment - from) / (to - from)) * 100;
  return (
    <section className="section timeline" aria-label="Timeline">
      <header>
        <h2>Timeline</h2>
        {seen.data?.is_cut && <span className="faint">the newest 2,000 runs</span>}
        <span className="grow" />
        <button type="button" className="button small icon quiet" aria-label="Earlier" onClick={() => change({ back: String(back + 1) })}><ChevronLeft size={15} /></button>
        <button type="button" className="button small icon quiet" aria-label="Later" disabled={back <= -24} onClick={() => change({ back: back - 1 === 0 ? null : String(back - 1) })}><ChevronRight size={15} /></button>
        {back !== 0 && <button type="button" className="button small quiet" onClick={() => change({ back: null })}>Now</button>}
        <div className="segments" role="group" aria-label="How much time">
          {SPANS.map(([word, each]) => <button key={word} type="button" aria-pressed={hours === each} onClick={() => change({ hours: each === 6 ? null : String(each), back: null })}>{word}</button>)}
        </div>
      </header>
      <div className="axis" aria-hidden>
        <span />
        <div>{marks(from, to, zone).map(({ moment, word }) => <span key={moment} style={{ left: `${at(moment)}%` }}>{word}</span>)}</div>
      </div>
      {lanes.length === 0 ? <p className="empty-lanes faint">Nothing ran, and nothing is due.</p> : (
        <ul className="lanes">
          {lanes.slice(0, MOST_LANES).map((lane) => (
            <li key={lane.name}>
              <span className="cut" title={lane.name}>{lane.name}</span>
              <div className="lane">
                {lane.runs.map((run) => {
                  const start = run.start_time ?? run.created_at;
                  const end = run.end_time ?? Math.max(now, start);
                  const label = `${lane.name}: ${runWord(run.status)} ${formatAgo(start)}, ${formatDuration(Math.max(0, end - start))}`;
                  return <Link key={run.run_id} href={runHref(run.run_id)} className={`is-${runState(run.status)}`} aria-label={label} title={label} style={{ left: `${Math.max(0, at(start))}%`, width: `${Math.max(0, at(end) - at(start))}%` }} />;
                })}
                {lane.coming.map((moment) => <span key={moment} className="coming" title={`due ${formatAgo(moment)}, ${formatMoment(moment, zone)}`} style={{ left: `${at(moment)}%` }} />)}
                {now > from && now < to && <span className="now" style={{ left: `${at(now)}%` }} />}
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function lanesOf(runs: TimelineRun[], coming: { name: string; job: string; at: number[] }[]): Lane[] {
  const lanes = new Map<string, Lane>();
  const lane = (name: string): Lane => {
    const known = lanes.get(name) ?? { name, runs: [], coming: [] };
    lanes.set(name, known);
    return known;
  };
  for (const each of coming) if (each.at.length) lane(/^__/.test(each.job) ? each.name : each.job).coming.push(...each.at);
  for (const run of runs) lane(/^__/.test(run.job) ? runTitle({ job_name: run.job, asset_selection: run.assets }) : run.job).runs.push(run);
  return [...lanes.values()].sort((a, b) => Number(b.coming.length > 0) - Number(a.coming.length > 0) || b.runs.length - a.runs.length);
}

const SIZES = [300, 900, 1800, HOUR, 3 * HOUR, 6 * HOUR, 24 * HOUR];

function marks(from: number, to: number, zone: string): { moment: number; word: string }[] {
  const size = SIZES.find((each) => (to - from) / each <= 8) ?? 24 * HOUR;
  const found = [];
  for (let moment = Math.ceil(from / size) * size; moment < to; moment += size) {
    const text = formatMoment(moment, zone);
    found.push({ moment, word: size >= 24 * HOUR ? text.slice(5, 10) : text.slice(11) });
  }
  return found;
}

/** The time in steps: what is asked for changes only with them. */
function useStep(): number {
  const read = () => Math.floor(Date.now() / 1000 / STEP_SECONDS) * STEP_SECONDS;
  const [now, setNow] = useState(read);
  useEffect(() => {
    const timer = setInterval(() => setNow(read), 5000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
