// The first look at an asset: its newest value, numbers over time, and what it is.
import { lazy, Suspense, useMemo } from "react";
import { Link } from "wouter";
import { useAnswer } from "../api/query";
import { Markdown } from "../metadata/markdown";
import { Copied, MetadataTable, Schema } from "../metadata/metadata_table";
import { formatBytes, isOfStorage, reportOf, seriesOf, shownName } from "../metadata/metadata_value";
import { Moment } from "../parts/moment";
import { hrefOf } from "../shell/address";
import { assetHref, keyPath, keyText, runHref, type Key } from "./asset_key";
import type { AssetAnswer } from "./asset_view";
import { ValuePreview } from "./value_preview";

const Plot = lazy(() => import("../metadata/plot"));
const FEWEST_POINTS = 2;

export function AssetOverview({ answer }: { answer: AssetAnswer }) {
  const { asset } = answer;
  const history = useAnswer("/assets/{key}/history", { key: keyPath(asset.key) }, { limit: 200 });
  const series = useMemo(() => seriesOf(history.data?.events ?? []), [history.data]);
  const record = answer.materialization ?? answer.observation;
  const report = reportOf(record);
  const metadata = report?.metadata ?? {};
  const plotted = [...series].filter(([name, points]) => points.length >= FEWEST_POINTS && !isOfStorage(name));
  const schema = metadata["dagster/column_schema"] ?? asset.metadata?.["dagster/column_schema"];
  const shown = Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== schema));
  return (
    <div className="overview">
      <div className="stack">
        <section className="section">
          <header>
            <h2>Latest value</h2>
            {record && <span className="faint">made <Moment at={record.event_log_entry.timestamp ?? 0} /></span>}
            {record?.event_log_entry.run_id && <Link href={runHref(record.event_log_entry.run_id)} className="tag mono">run {record.event_log_entry.run_id.slice(0, 8)}</Link>}
            {report?.partition && <span className="tag">{report.partition}</span>}
          </header>
          <div className="body">
            {report ? <MetadataTable metadata={shown} series={series} /> : <p className="soft">Nobody has made it yet. A run of it will tell here what it made.</p>}
          </div>
        </section>
        {schema?.type === "table_schema" && (
          <section className="section">
            <header><h2>Columns</h2></header>
            <div className="body"><Schema schema={schema.schema ?? {}} /></div>
          </section>
        )}
        {plotted.length > 0 && (
          <section className="section">
            <header><h2>Over time</h2><span className="faint">the newest {history.data?.events.length} values</span></header>
            <div className="body plots">
              <Suspense fallback={<p className="skeleton">Drawing …</p>}>
                {plotted.map(([name, points]) => <Plot key={name} title={shownName(name)} points={points} />)}
              </Suspense>
            </div>
          </section>
        )}
        {record && <ValuePreview asset={asset} partition={report?.partition ?? null} />}
      </div>
      <div className="stack">
        {asset.description && (
          <section className="section">
            <header><h2>About it</h2></header>
            <div className="body"><Markdown text={asset.description} /></div>
          </section>
        )}
        <section className="section">
          <header><h2>Lineage</h2></header>
          <div className="body stack">
            <Neighbours title="Made from" keys={answer.upstream} none="Nothing: it is a source." />
            <Neighbours title="Goes into" keys={answer.downstream} none="Nothing yet." />
          </div>
        </section>
        <Definition answer={answer} />
        <Storage answer={answer} metadata={metadata} />
      </div>
    </div>
  );
}

function Neighbours({ title, keys, none }: { title: string; keys: Key[]; none: string }) {
  return (
    <div>
      <h3>{title}</h3>
      {keys.length === 0 && <p className="faint">{none}</p>}
      <ul className="neighbours">{keys.map((key) => <li key={keyText(key)}><Link href={assetHref(key)}>{keyText(key)}</Link></li>)}</ul>
    </div>
  );
}

function Definition({ answer }: { answer: AssetAnswer }) {
  const { asset } = answer;
  const source = asset.source ? `${asset.source.file}:${asset.source.line}` : null;
  const tags = Object.entries(asset.tags ?? {}).filter(([name]) => !name.startsWith("dagster/kind/"));
  const metadata = Object.fromEntries(Object.entries(asset.metadata ?? {}).filter(([name]) => name !== "dagster/column_schema"));
  return (
    <section className="section">
      <header><h2>Definition</h2></header>
      <div className="body stack">
        <dl className="facts">
          <dt>Group</dt><dd><Link href={hrefOf("/catalog", { group: asset.group_name ?? "default" })}>{asset.group_name ?? "default"}</Link></dd>
          {asset.owners?.length ? <><dt>Owners</dt><dd className="row wrap">{asset.owners.map((owner) => <Link key={owner} className="tag" href={hrefOf("/catalog", { owner })}>{owner}</Link>)}</dd></> : null}
          {asset.kinds?.length ? <><dt>Kinds</dt><dd className="row wrap">{asset.kinds.map((kind) => <Link key={kind} className="tag" href={hrefOf("/catalog", { kind })}>{kind}</Link>)}</dd></> : null}
          {tags.length > 0 && <><dt>Tags</dt><dd className="row wrap">{tags.map(([name, value]) => <Link key={name} className="tag" href={hrefOf("/catalog", { tag: value ? `${name}=${value}` : name })}>{name}{value && `: ${value}`}</Link>)}</dd></>}
          {asset.computation && <><dt>Computed by</dt><dd className="mono">{asset.computation}</dd></>}
          {asset.code_version && <><dt>Code version</dt><dd className="mono">{asset.code_version}</dd></>}
          {answer.jobs.length > 0 && <><dt>Jobs</dt><dd className="row wrap">{answer.jobs.map((job) => <Link key={job} className="tag" href={hrefOf("/jobs", { job })}>{job}</Link>)}</dd></>}
          {source && <><dt>Declared at</dt><dd><Copied text={source} /> <a className="faint" href={`vscode://file/${encodeURI(asset.source?.file ?? "")}:${asset.source?.line}`}>open in VS Code</a></dd></>}
        </dl>
        {Object.keys(metadata).length > 0 && <MetadataTable metadata={metadata} />}
      </div>
    </section>
  );
}

/** How its value is stored, and how those of its inputs are loaded. */
function Storage({ answer, metadata }: { answer: AssetAnswer; metadata: NonNullable<AssetAnswer["asset"]["metadata"]> }) {
  const { asset } = answer;
  const format = metadata["headwater/format"];
  const bytes = metadata["headwater/bytes"];
  const path = metadata["path"];
  const inputs = (asset.deps ?? []).filter((dep) => dep.input);
  if (!asset.computation) return null;
  return (
    <section className="section">
      <header><h2>Input and output</h2></header>
      <div className="body">
        <dl className="facts">
          <dt>Stored by</dt><dd className="mono">{asset.io_manager_key ?? "io_manager"}</dd>
          {format?.type === "text" && <><dt>As</dt><dd>{format.text}{bytes?.type === "int" && `, ${formatBytes(bytes.value ?? 0)}`}</dd></>}
          {path?.type === "path" && <><dt>At</dt><dd><Copied text={path.path ?? ""} /></dd></>}
          {inputs.map((dep) => [
            <dt key={`${dep.input} name`} className="mono">{dep.input}</dt>,
            <dd key={dep.input}>loads <Link href={assetHref(dep.key)}>{keyText(dep.key)}</Link></dd>,
          ])}
        </dl>
      </div>
    </section>
  );
}
