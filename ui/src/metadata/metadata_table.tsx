// Metadata as a list of names and rendered values: markdown with its pictures, tables, schemas, paths to copy, links.
import { Check, Copy, ExternalLink } from "lucide-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { assetHref, keyText, runHref } from "../asset/asset_key";
import { Moment } from "../parts/moment";
import type { TableSchema } from "../api/types";
import { Markdown } from "./markdown";
import { formatBytes, formatNumber, isOfStorage, shownName, type Metadata, type MetadataValue } from "./metadata_value";
import { Sparkline } from "./sparkline";
import "./metadata.css";

const MOST_ROWS = 200;

interface Shown {
  metadata: Metadata;
  /** Earlier values of numeric entries, drawn beside them. */
  series?: Map<string, [number, number][]>;
}

export function MetadataTable({ metadata, series }: Shown) {
  const entries = Object.entries(metadata);
  const own = entries.filter(([name]) => !isOfStorage(name));
  const storage = entries.filter(([name]) => isOfStorage(name));
  if (entries.length === 0) return <p className="faint">It says nothing more.</p>;
  return (
    <div className="stack">
      {own.length > 0 && <Entries entries={own} {...(series ? { series } : {})} />}
      {storage.length > 0 && (
        <details className="storage">
          <summary>How it is stored</summary>
          <Entries entries={storage} />
        </details>
      )}
    </div>
  );
}

function Entries({ entries, series }: { entries: [string, MetadataValue][]; series?: Map<string, [number, number][]> }) {
  return (
    <dl className="metadata">
      {entries.map(([name, value]) => (
        <div key={name} className={isWide(value) ? "wide" : undefined}>
          <dt title={name}>{shownName(name)}</dt>
          <dd>
            <Value name={name} value={value} />
            {(series?.get(name)?.length ?? 0) > 1 && <Sparkline points={series?.get(name) ?? []} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const isWide = (value: MetadataValue): boolean => ["markdown", "table", "table_schema", "json", "column_lineage"].includes(value.type);

function Value({ name, value }: { name: string; value: MetadataValue }) {
  switch (value.type) {
    case "markdown":
      return <Markdown text={value.md_str ?? ""} />;
    case "text":
      return <Text text={value.text ?? ""} />;
    case "int":
    case "float":
      return <span className="number">{name.endsWith("bytes") && typeof value.value === "number" ? formatBytes(value.value) : typeof value.value === "number" ? formatNumber(value.value) : ("literal" in value && value.literal) || "–"}</span>;
    case "bool":
      return <span>{value.value ? "yes" : "no"}</span>;
    case "url":
      return <SafeLink address={value.url ?? ""} />;
    case "path":
    case "notebook":
      return <Copied text={value.path ?? ""} />;
    case "timestamp":
      return <Moment at={value.value ?? 0} exact />;
    case "run":
      return <Link href={runHref(value.run_id ?? "")}>run {(value.run_id ?? "").slice(0, 8)}</Link>;
    case "asset":
      return <Link href={assetHref(value.asset_key)}>{keyText(value.asset_key)}</Link>;
    case "job":
      return <Link href={`/jobs?job=${encodeURIComponent(value.job_name ?? "")}`}>{value.job_name}</Link>;
    case "json":
      return <pre className="json">{JSON.stringify(value.data, null, 2)}</pre>;
    case "table":
      return <Rows records={(value.records ?? []).map((record) => record.data)} columns={value.schema?.columns?.map((column) => column.name)} />;
    case "table_schema":
      return <Schema schema={value.schema ?? {}} />;
    case "column_lineage":
      return <ColumnLineage columns={value.column_lineage.deps_by_column} />;
    case "python_artifact":
      return <code>{value.module}.{value.name}</code>;
    case "code_references":
      return (
        <ul className="plain">
          {(value.code_references ?? []).map((each, at) => (
            <li key={at}>{each.type === "url" ? <SafeLink address={each.url} {...(each.label ? { label: each.label } : {})} /> : <Copied text={`${each.file_path}${each.line_number ? `:${each.line_number}` : ""}`} />}</li>
          ))}
        </ul>
      );
    case "pool":
      return <span className="tag">{value.pool}</span>;
    case "null":
      return <span className="faint">nothing</span>;
  }
}

function Text({ text }: { text: string }) {
  if (text.length <= 400 && !text.includes("\n")) return <span>{text}</span>;
  return <pre className="json">{text}</pre>;
}

/** A link that leads to a site; any other address is shown as text. */
export function SafeLink({ address, label }: { address: string; label?: string }) {
  if (!/^(https?|mailto):/i.test(address)) return <Copied text={address} />;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer">
      {label ?? address} <ExternalLink size={12} aria-hidden />
    </a>
  );
}

/** A text that a press copies. */
export function Copied({ text }: { text: string }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <span className="copied">
      <code>{text}</code>
      <button type="button" className="button quiet icon small" aria-label={done ? "Copied" : `Copy ${text}`} onClick={() => void navigator.clipboard.writeText(text).then(() => setDone(true))}>
        {done ? <Check size={13} /> : <Copy size={13} />}
      </button>
    </span>
  );
}

export function Rows({ records, columns }: { records: Record<string, unknown>[]; columns?: string[] | undefined }) {
  const names = columns?.length ? columns : [...new Set(records.flatMap((record) => Object.keys(record)))];
  return (
    <div className="scroll rows">
      <table className="table small">
        <thead>
          <tr>{names.map((name) => <th key={name} scope="col">{name}</th>)}</tr>
        </thead>
        <tbody>
          {records.slice(0, MOST_ROWS).map((record, at) => (
            <tr key={at}>{names.map((name) => <Cell key={name} value={record[name]} />)}</tr>
          ))}
        </tbody>
      </table>
      {records.length > MOST_ROWS && <p className="faint">The first {MOST_ROWS} of {formatNumber(records.length)} rows.</p>}
    </div>
  );
}

function Cell({ value }: { value: unknown }) {
  if (typeof value === "number") return <td className="number">{formatNumber(value)}</td>;
  if (value === null || value === undefined) return <td className="faint">–</td>;
  return <td>{typeof value === "object" ? JSON.stringify(value) : String(value)}</td>;
}

export function Schema({ schema }: { schema: TableSchema }) {
  const [find, setFind] = useState("");
  const columns = (schema.columns ?? []).filter((column) => column.name.toLowerCase().includes(find.toLowerCase()));
  const constraints = schema.constraints?.other ?? [];
  return (
    <div className="stack">
      {(schema.columns?.length ?? 0) > 10 && <input type="search" aria-label="Find a column" placeholder={`Find one of ${schema.columns?.length} columns`} value={find} onChange={(event) => setFind(event.target.value)} />}
      <div className="scroll rows">
        <table className="table small">
          <thead>
            <tr><th scope="col">column</th><th scope="col">type</th><th scope="col">about it</th></tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <tr key={column.name}>
                <td className="mono">{column.name}</td>
                <td><span className="tag mono">{column.type ?? "any"}</span></td>
                <td>
                  {column.description}{" "}
                  {[column.constraints?.nullable === false && "not null", column.constraints?.unique && "unique", ...(column.constraints?.other ?? [])].filter((each): each is string => Boolean(each)).map((each) => <span key={each} className="tag">{each}</span>)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {constraints.length > 0 && <p className="faint">{constraints.join("; ")}</p>}
    </div>
  );
}

function ColumnLineage({ columns }: { columns: Record<string, { asset_key: string[]; column_name: string }[]> }) {
  return (
    <dl className="facts">
      {Object.entries(columns).map(([column, deps]) => [
        <dt key={column} className="mono">{column}</dt>,
        <dd key={`${column} from`}>
          {deps.map((dep, at) => (
            <span key={at}>{at > 0 && ", "}<Link href={assetHref(dep.asset_key)}>{keyText(dep.asset_key)}</Link>.<span className="mono">{dep.column_name}</span></span>
          ))}
        </dd>,
      ])}
    </dl>
  );
}
