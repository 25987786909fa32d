// Earlier values of an asset: what each told, two of them side by side, and how one is published again.
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { tell } from "../api/ask";
import { useAnswer } from "../api/query";
import { formatBytes, formatNumber, numberOf, reportOf, shownName, type Metadata, type MetadataValue } from "../metadata/metadata_value";
import { Copied } from "../metadata/metadata_table";
import { DeedError, useDeed } from "../parts/act";
import { Answered } from "../parts/answered";
import { Moment } from "../parts/moment";
import { useAddress } from "../shell/address";
import type { AssetNode, EventLogRecord } from "../api/types";
import { useHistory } from "./asset_events";
import { keyEscaped, keyPath, runHref } from "./asset_key";
import { Loaded } from "./value_preview";

interface Version {
  id: string;
  record: EventLogRecord;
  metadata: Metadata;
  partition: string | null;
}

export function AssetVersions({ asset }: { asset: AssetNode }) {
  const [query, change] = useAddress();
  const pages = useHistory(asset, "made", 100);
  const versions = useMemo(() => (pages.data?.pages.flatMap((page) => page.events) ?? []).flatMap(versionOf), [pages.data]);
  const [left, right] = [query.get("left") ?? versions[1]?.id, query.get("right") ?? versions[0]?.id];
  const [a, b] = [versions.find((each) => each.id === left), versions.find((each) => each.id === right)];
  if (pages.data && versions.length === 0) return <p className="soft">No value of it is kept by version: its I/O manager names none.</p>;
  return (
    <div className="stack">
      <section className="section">
        <header><h2>Values</h2><span className="faint">choose two to compare</span></header>
        <div className="scroll">
          <table className="table">
            <thead><tr><th scope="col">compare</th><th scope="col">made</th><th scope="col">version</th><th scope="col">run</th><th scope="col" className="number">size</th></tr></thead>
            <tbody>
              {versions.map((each, at) => (
                <tr key={each.record.storage_id}>
                  <td>
                    <span className="row">
                    <input type="radio" name="left" aria-label={`Compare from ${each.id}`} checked={each.id === left} onChange={() => change({ left: each.id })} />
                    <input type="radio" name="right" aria-label={`Compare to ${each.id}`} checked={each.id === right} onChange={() => change({ right: each.id })} />
                    </span>
                  </td>
                  <td><Moment at={each.record.event_log_entry.timestamp ?? 0} exact /> {at === 0 && !each.partition && <span className="tag">current</span>} {each.partition && <span className="tag">{each.partition}</span>}</td>
                  <td className="mono">{each.id}</td>
                  <td><Link className="mono" href={runHref(each.record.event_log_entry.run_id)}>{each.record.event_log_entry.run_id.slice(0, 8)}</Link></td>
                  <td className="number">{formatBytes(numberOf(each.metadata["headwater/bytes"]) ?? 0)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {pages.hasNextPage && <div className="body"><button type="button" className="button small" onClick={() => void pages.fetchNextPage()}>Older ones</button></div>}
      </section>
      {a && b && a !== b && <Comparison asset={asset} before={a} after={b} />}
      {a && (
        <section className="section">
          <header><h2>Go back</h2></header>
          <div className="body stack">
            <p className="soft">This publishes an earlier value again, in one step. What is kept, and for how long, is up to its I/O manager.</p>
            <Publish asset={asset} version={a} />
            <Copied text={`headwater asset rollback ${keyEscaped(asset.key)} --to ${a.id}`} />
          </div>
        </section>
      )}
    </div>
  );
}

/** Publishes an earlier value again, after a second word. */
function Publish({ asset, version }: { asset: AssetNode; version: Version }) {
  const instance = useAnswer("/instance", {});
  const deed = useDeed();
  const [sure, setSure] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  if (!instance.data?.can_write) return null;
  const publish = () =>
    deed.run(async () => {
      const answer = await tell("post /rollbacks", {}, { asset: keyEscaped(asset.key), version: version.id, partition: version.partition });
      setSaid(answer.error ? `${answer.error.cls_name}: ${answer.error.message}` : `The value of version ${version.id} is current now.`);
      setSure(false);
    });
  return (
    <>
      <p className="row wrap">
        {sure ? (
          <>
            <button type="button" className="button danger" disabled={deed.busy} onClick={publish}>Publish {version.id} again, really</button>
            <button type="button" className="button quiet" onClick={() => setSure(false)}>Leave it</button>
          </>
        ) : <button type="button" className="button" onClick={() => setSure(true)}>Publish this version again …</button>}
      </p>
      {said && <p role="status">{said}</p>}
      <DeedError of={deed} />
    </>
  );
}

/** How the stored values differ in their content, as far as their I/O manager can tell. */
function ContentDiff({ asset, before, after }: { asset: AssetNode; before: Version; after: Version }) {
  const answer = useAnswer("/versions/{key}", { key: keyPath(asset.key) }, { partition: after.partition, before: before.id, after: after.id }, { live: false });
  return (
    <Answered of={answer}>
      {({ diff, error }) => {
        if (error) return <p className="notice is-stale">{error.message}</p>;
        if (!diff) return <p className="faint">Its I/O manager does not compare values.</p>;
        const columns = [...Object.keys(diff.new_columns ?? {}).map((name) => `${name} is new`), ...Object.keys(diff.missing_columns ?? {}).map((name) => `${name} is gone`), ...Object.entries(diff.changed_columns ?? {}).map(([name, [from, to]]) => `${name}: ${from} → ${to}`)];
        return (
          <div className="stack">
            <p>{formatNumber(diff.before)} → {formatNumber(diff.after)} {diff.unit}: <strong>{formatNumber(diff.added)}</strong> added, <strong>{formatNumber(diff.removed)}</strong> removed</p>
            {columns.length > 0 && <p className="soft">{columns.join("; ")}</p>}
            <div className="both">
              <Sample title="Removed" lines={diff.removed_sample ?? []} />
              <Sample title="Added" lines={diff.added_sample ?? []} />
            </div>
          </div>
        );
      }}
    </Answered>
  );
}

function Sample({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return <div><h3>{title}</h3><pre className="text">{lines.join("\n")}</pre></div>;
}

function versionOf(record: EventLogRecord): Version[] {
  const report = reportOf(record);
  const version = report?.metadata?.["headwater/version"];
  return version?.type === "text" && version.text ? [{ id: version.text, record, metadata: report?.metadata ?? {}, partition: report?.partition ?? null }] : [];
}

function Comparison({ asset, before, after }: { asset: AssetNode; before: Version; after: Version }) {
  const instance = useAnswer("/instance", {});
  const names = [...new Set([...Object.keys(before.metadata), ...Object.keys(after.metadata)])].filter((name) => JSON.stringify(before.metadata[name]) !== JSON.stringify(after.metadata[name]) && name !== "headwater/version");
  return (
    <section className="section">
      <header><h2>What changed</h2><span className="faint mono">{before.id} → {after.id}</span></header>
      <div className="body stack">
        {names.length === 0 ? <p className="soft">Both told the same.</p> : (
          <div className="scroll">
            <table className="table small">
              <thead><tr><th scope="col">entry</th><th scope="col">before</th><th scope="col">after</th></tr></thead>
              <tbody>{names.map((name) => <tr key={name}><td>{shownName(name)}</td><td>{brief(before.metadata[name])}</td><td>{brief(after.metadata[name])} <Change from={numberOf(before.metadata[name])} to={numberOf(after.metadata[name])} /></td></tr>)}</tbody>
            </table>
          </div>
        )}
        {instance.data?.can_write && (
          <details>
            <summary>Compare the stored values</summary>
            <ContentDiff asset={asset} before={before} after={after} />
            <div className="both">
              <Loaded asset={asset} partition={before.partition} version={before.id} />
              <Loaded asset={asset} partition={after.partition} version={after.id} />
            </div>
          </details>
        )}
      </div>
    </section>
  );
}

function Change({ from, to }: { from: number | null; to: number | null }) {
  if (from === null || to === null || from === to) return null;
  return <span className="tag">{to > from ? "+" : ""}{formatNumber(to - from)}</span>;
}

function brief(value: MetadataValue | undefined): string {
  if (!value) return "–";
  const number = numberOf(value);
  if (number !== null) return formatNumber(number);
  const { type: _, ...rest } = value as { type: string } & Record<string, unknown>;
  const text = Object.values(rest).map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join(" ");
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
