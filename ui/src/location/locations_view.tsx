// Where the code is and how it stands; and beside it the instance: storage, services, the queue and its limits.
import { Boxes, RotateCw } from "lucide-react";
import { Link } from "wouter";
import { tell } from "../api/ask";
import { useAnswer } from "../api/query";
import type { Heartbeat, ListedLocation, TagLimit } from "../api/types";
import { Answered } from "../parts/answered";
import { DeedError, useDeed } from "../parts/act";
import { Empty } from "../parts/empty";
import { Failure } from "../parts/failure";
import { Moment } from "../parts/moment";
import { Sign } from "../parts/sign";
import { hrefOf } from "../shell/address";
import "./locations_view.css";

const SILENT_SECONDS = 120; // a service that said nothing for so long has something

export default function LocationsView() {
  const locations = useAnswer("/locations", {});
  return (
    <div className="sheet locations-view">
      <header><h1>Locations</h1></header>
      <Answered of={locations}>
        {({ locations: listed, can_write: canWrite }) => (listed.length ? (
          <div className="stack">{listed.map((each) => <Location key={each.name} listed={each} canWrite={canWrite} />)}</div>
        ) : (
          <Empty icon={Boxes} title="No code is loaded"><p>Start the server in the folder of a project, or say where its definitions are: <code>headwater dev -f FILE</code></p></Empty>
        ))}
      </Answered>
      <div className="pair">
        <Services />
        <Instance />
      </div>
    </div>
  );
}

function Location({ listed, canWrite }: { listed: ListedLocation; canWrite: boolean }) {
  const deed = useDeed();
  const state = listed.is_loading ? "running" : listed.error ? "failed" : "fresh";
  const word = listed.is_loading ? "loading" : listed.error ? (listed.loaded_at ? "cannot be loaded again" : "cannot be loaded") : "loaded";
  const counts: [number, string, string, string][] = [
    [listed.assets, "asset", "assets", "/catalog"],
    [listed.jobs, "job", "jobs", "/jobs"],
    [listed.schedules, "schedule", "schedules", hrefOf("/automation", { kind: "schedule" })],
    [listed.sensors, "sensor", "sensors", hrefOf("/automation", { kind: "sensor" })],
  ];
  return (
    <section className="section" aria-label={`Location ${listed.name}`}>
      <header>
        <h2 className="name">{listed.name}</h2>
        <span className={`badge is-${state}`}><Sign state={state} />{word}</span>
        {listed.loaded_at && <span className="faint">{listed.error ? "the code of" : ""} <Moment at={listed.loaded_at} /></span>}
        <span className="grow" />
        {canWrite && (
          <button type="button" className="button small" disabled={deed.busy || listed.is_loading} onClick={() => deed.run(() => tell("post /locations/{name}/reload", { name: listed.name }, {}))}>
            <RotateCw size={14} /> Reload
          </button>
        )}
      </header>
      <div className="body stack">
        <DeedError of={deed} />
        {listed.error && (
          <>
            {listed.loaded_at && <p className="notice is-stale">The code was changed, and cannot be loaded. What was loaded before goes on until this is put right; saving the file loads it again.</p>}
            <Failure error={listed.error} />
          </>
        )}
        <p className="row wrap">
          {counts.filter(([count]) => count > 0).map(([count, one, many, href]) => <Link key={one} href={href} className="tag">{count.toLocaleString("en")} {count === 1 ? one : many}</Link>)}
        </p>
        {listed.resources.length > 0 && (
          <details>
            <summary className="soft">{listed.resources.length === 1 ? "1 resource" : `${listed.resources.length} resources`}</summary>
            <dl className="facts resources">
              {listed.resources.map((each) => (
                <div key={each.key} style={{ display: "contents" }}>
                  <dt>{each.key}</dt>
                  <dd><code>{each.type_name}</code>{each.description && <span className="faint"> {each.description.split("\n", 1)[0]}</span>}</dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </div>
    </section>
  );
}

function Services() {
  const services = useAnswer("/services", {});
  return (
    <section className="section" aria-label="Services">
      <header>
        <h2>Services</h2>
        {services.data && !services.data.is_leading && services.data.services.length > 0 && <span className="faint">at rest: another server leads</span>}
      </header>
      <Answered of={services}>
        {(answer) => (
          <>
            {answer.services.length === 0 ? <p className="body faint">This server only shows; it runs no services.</p> : (
              <ul className="services">{answer.services.map((each) => <Service key={each.name} of={each} />)}</ul>
            )}
            <dl className="facts body queue">
              <dt>At work</dt>
              <dd><Link href={hrefOf("/runs", { status: "running" })}>{answer.at_work} {answer.at_work === 1 ? "run" : "runs"}</Link>{answer.most_runs !== null && <span className="faint"> of {answer.most_runs < 0 ? "any number" : answer.most_runs} at once</span>}</dd>
              <dt>In the queue</dt>
              <dd><Link href={hrefOf("/runs", { status: "queued" })}>{answer.queued} {answer.queued === 1 ? "run" : "runs"}</Link></dd>
              {answer.tag_limits.length > 0 && <><dt>Limits by tag</dt><dd>{answer.tag_limits.map((each, place) => <span key={place} className="tag">{limitText(each)}</span>)}</dd></>}
              {Object.keys(answer.pools).length > 0 && <><dt>Pools</dt><dd className="row wrap">{Object.entries(answer.pools).map(([name, limit]) => <span key={name} className="tag">{name}: {limit} at once</span>)}</dd></>}
            </dl>
          </>
        )}
      </Answered>
    </section>
  );
}

function limitText(limit: TagLimit): string {
  const what = limit.value ? `${limit.key}=${limit.value}` : limit.per_value ? `each value of ${limit.key}` : limit.key;
  return `${what}: ${limit.limit} at once`;
}

function Service({ of }: { of: Heartbeat }) {
  const isSilent = of.stepped_at != null && Date.now() / 1000 - of.stepped_at > SILENT_SECONDS && !RARE.has(of.name);
  const state = of.error ? "failed" : of.stepped_at == null ? "never" : isSilent ? "stale" : "fresh";
  return (
    <li>
      <Sign state={state} />
      <span className="grow">{of.name}</span>
      <span className="faint">{of.error ? "failed" : of.stepped_at == null ? "has not begun" : "at work"} {of.stepped_at != null && <Moment at={of.stepped_at} />}</span>
      {of.error && <p className="why">{of.error.cls_name}: {of.error.message}</p>}
    </li>
  );
}

const RARE = new Set(["retention"]); // it looks once in an hour

function Instance() {
  const instance = useAnswer("/instance", {});
  return (
    <section className="section" aria-label="Instance">
      <header><h2>Instance</h2></header>
      <Answered of={instance}>
        {(answer) => (
          <dl className="facts body">
            <dt>Headwater</dt><dd>{answer.version}</dd>
            <dt>History</dt><dd className="mono">{answer.storage}</dd>
            <dt>Runs kept</dt><dd>{answer.runs.toLocaleString("en")}</dd>
            <dt>Events</dt><dd>up to number {answer.number.toLocaleString("en")}</dd>
            <dt>This page</dt><dd>{answer.can_write ? "runs what you ask for" : "only shows"}{answer.may_show_values ? ", and stored values" : ""}</dd>
          </dl>
        )}
      </Answered>
    </section>
  );
}
