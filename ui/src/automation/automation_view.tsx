// What runs by itself: schedules and sensors, whether they are on, when they are due, and how their last ticks went.
import { CalendarClock, ChevronRight, Radar } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { tell } from "../api/ask";
import { useAnswer } from "../api/query";
import type { ListedAutomation, Tick } from "../api/types";
import { Answered } from "../parts/answered";
import { DeedError, useDeed, type Deed } from "../parts/act";
import { Empty } from "../parts/empty";
import { formatAgo, formatMoment, Moment } from "../parts/moment";
import { tickState, tickWord } from "../parts/tick_badge";
import { useAddress } from "../shell/address";
import { useSettings } from "../shell/settings";
import { Timeline } from "./timeline";
import "./automation_view.css";

const KINDS: [string, string][] = [["all", "All"], ["schedule", "Schedules"], ["sensor", "Sensors"]];
const SEARCHED_FROM = 10;

export const automationHref = (location: string, name: string): string => `/automation/${encodeURIComponent(location)}/${encodeURIComponent(name)}`;
export const nameOf = (each: ListedAutomation): string => String(each.definition["name"] ?? "");

export default function AutomationView() {
  const listed = useAnswer("/automations", {});
  return (
    <Answered of={listed}>
      {({ automations, can_write: canWrite }) => (automations.length ? <Automations all={automations} canWrite={canWrite} /> : <NoAutomation />)}
    </Answered>
  );
}

function Automations({ all, canWrite }: { all: ListedAutomation[]; canWrite: boolean }) {
  const [query, change] = useAddress();
  const deed = useDeed();
  const kind = query.get("kind") ?? "all";
  const find = query.get("find") ?? "";
  const shown = all.filter((each) => (kind === "all" || each.kind === kind) && nameOf(each).toLowerCase().includes(find.toLowerCase()));
  const on = shown.filter((each) => each.running);
  const off = shown.filter((each) => !each.running);
  return (
    <div className="sheet automation-view">
      <header>
        <h1>Automation</h1>
        <span className="grow" />
        {all.length >= SEARCHED_FROM && <input type="search" aria-label="Find a schedule or sensor" placeholder="find" value={find} onChange={(event) => change({ find: event.target.value })} />}
        <div className="segments" role="group" aria-label="Kinds">
          {KINDS.map(([each, word]) => <button key={each} type="button" aria-pressed={kind === each} onClick={() => change({ kind: each === "all" ? null : each })}>{word}</button>)}
        </div>
      </header>
      <Timeline />
      <DeedError of={deed} />
      <section className="section" aria-label="Schedules and sensors">
        <header>
          <h2>{on.length} on · {off.length} off</h2>
          <span className="grow" />
          {canWrite && off.length > 1 && <button type="button" className="button small quiet" disabled={deed.busy} onClick={() => switchAll(deed, off, true)}>Switch {off.length} on</button>}
          {canWrite && on.length > 1 && <button type="button" className="button small quiet" disabled={deed.busy} onClick={() => switchAll(deed, on, false)}>Switch {on.length} off</button>}
        </header>
        <ul className="automations">
          {shown.map((each) => <Automation key={`${each.location}/${nameOf(each)}`} listed={each} canWrite={canWrite} />)}
        </ul>
      </section>
    </div>
  );
}

function switchAll(deed: Deed, all: ListedAutomation[], on: boolean): void {
  deed.run(() => Promise.all(all.map((each) => tell(on ? "post /automations/{location}/{name}/start" : "post /automations/{location}/{name}/stop", { location: each.location, name: nameOf(each) }, {}))));
}

function Automation({ listed, canWrite }: { listed: ListedAutomation; canWrite: boolean }) {
  const name = nameOf(listed);
  const Icon = listed.kind === "schedule" ? CalendarClock : Radar;
  const last = listed.ticks[0];
  return (
    <li>
      <Switch listed={listed} canWrite={canWrite} />
      <div className="what">
        <Link href={automationHref(listed.location, name)} className="name"><Icon size={15} aria-hidden /> {name} <ChevronRight size={13} aria-hidden /></Link>
        {typeof listed.definition["description"] === "string" && <p className="soft cut">{listed.definition["description"]}</p>}
        <p className="faint"><When listed={listed} /></p>
      </div>
      <Strip ticks={listed.ticks} />
      <p className="faint last">{last ? <>{tickWord(last.status)} <Moment at={last.ended_at} /></> : "no tick yet"}</p>
    </li>
  );
}

/** On or off, as a switch. */
export function Switch({ listed, canWrite }: { listed: ListedAutomation; canWrite: boolean }) {
  const deed = useDeed();
  const name = nameOf(listed);
  const path = listed.running ? "post /automations/{location}/{name}/stop" : "post /automations/{location}/{name}/start";
  return (
    <button
      type="button"
      role="switch"
      className="switch"
      aria-checked={listed.running}
      aria-label={`${name} is ${listed.running ? "on" : "off"}`}
      title={deed.error?.message ?? (listed.running ? "Switch off" : "Switch on")}
      disabled={!canWrite || deed.busy}
      onClick={() => deed.run(() => tell(path, { location: listed.location, name }, {}))}
    >
      <span />
    </button>
  );
}

/** When it is due, in words. */
export function When({ listed }: { listed: ListedAutomation }) {
  const { zone } = useSettings();
  const next = listed.next_at[0];
  if (!listed.running || next === undefined || listed.kind === "sensor") return <>{listed.kind === "sensor" ? `looks ${listed.when}` : listed.when}</>;
  return <>{listed.when}, next <time dateTime={new Date(next * 1000).toISOString()} title={formatMoment(next, zone)}>{formatAgo(next)}</time></>;
}

/** The last ticks, the newest at the right. */
function Strip({ ticks }: { ticks: Tick[] }) {
  return (
    <span className="strip" role="img" aria-label={ticks.length ? `The last ${ticks.length} ticks: ${summary(ticks)}` : "No ticks yet"}>
      {[...ticks].reverse().map((tick) => <span key={tick.number} className={`is-${tickState(tick.status)}`} title={`${tickWord(tick.status)}${tick.message ? `: ${tick.message}` : ""}`} />)}
    </span>
  );
}

function summary(ticks: Tick[]): string {
  const counts = new Map<string, number>();
  for (const each of ticks) counts.set(tickWord(each.status), (counts.get(tickWord(each.status)) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
}

function NoAutomation() {
  const [shown, setShown] = useState(false);
  return (
    <Empty icon={CalendarClock} title="Nothing runs by itself">
      <p>A schedule asks for runs at certain times, a sensor when something has happened. Both stand beside your assets in the code.</p>
      {shown ? (
        <pre className="command">{'@schedule(cron_schedule="0 6 * * *", target=AssetSelection.all())\ndef every_morning(context):\n    return RunRequest()'}</pre>
      ) : <button type="button" className="button" onClick={() => setShown(true)}>Show how</button>}
    </Empty>
  );
}
