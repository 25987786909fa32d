// The jobs: what each one is of, how its newest run stands, and the way to launch it.
import { CirclePlay, Play } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { useAnswer } from "../api/query";
import type { ListedJob } from "../api/types";
import { runHref } from "../asset/asset_key";
import { Answered } from "../parts/answered";
import { Empty } from "../parts/empty";
import { Moment } from "../parts/moment";
import { AssetTags } from "../parts/run_name";
import { RunBadge } from "../parts/sign";
import { hrefOf } from "../shell/address";
import "./jobs_view.css";

const SEARCHED_FROM = 12;

export default function JobsView() {
  const jobs = useAnswer("/jobs", {});
  const instance = useAnswer("/instance", {});
  const [text, setText] = useState("");
  return (
    <Answered of={jobs}>
      {({ jobs: listed }) => {
        const own = listed.filter((each) => !each.job.name.startsWith("__"));
        if (!own.length) return <NoJobs />;
        const found = own.filter((each) => each.job.name.toLowerCase().includes(text.toLowerCase()));
        return (
          <div className="sheet">
            <header>
              <h1>Jobs</h1>
              <span className="grow" />
              {own.length >= SEARCHED_FROM && <input type="search" aria-label="Find a job" placeholder="find a job" value={text} onChange={(event) => setText(event.target.value)} />}
            </header>
            <ul className="section job-list">
              {found.map((each) => <Job key={each.job.name} listed={each} canLaunch={instance.data?.can_write ?? false} />)}
            </ul>
          </div>
        );
      }}
    </Answered>
  );
}

function Job({ listed, canLaunch }: { listed: ListedJob; canLaunch: boolean }) {
  const { job, newest_run: newest } = listed;
  return (
    <li>
      <div className="what">
        <h2>{job.name}</h2>
        {job.description && <p className="soft">{job.description}</p>}
        {listed.kind === "assets" ? <p className="row wrap"><AssetTags keys={job.assets ?? []} most={6} /></p> : <p className="faint">a graph of ops</p>}
      </div>
      <div className="newest">
        {newest ? (
          <Link href={runHref(newest.dagster_run.run_id)} className="row">
            <RunBadge status={newest.dagster_run.status ?? ""} /> <span className="faint"><Moment at={newest.created_at} /></span>
          </Link>
        ) : <span className="faint">never run</span>}
        <Link href={hrefOf("/runs", { job: job.name })} className="faint">its runs</Link>
      </div>
      {canLaunch && <Link href={hrefOf("/launch", { job: job.name })} className="button" aria-label={`Launch ${job.name}`}><Play size={14} /> Launch</Link>}
    </li>
  );
}

function NoJobs() {
  return (
    <Empty icon={CirclePlay} title="There are no jobs">
      <p>Assets need none: mark them in the lineage and materialize them. A job names a choice of assets, or a graph of ops, that is run again and again:</p>
      <pre className="command">nightly = define_asset_job("nightly", selection="group:marts")</pre>
    </Empty>
  );
}
