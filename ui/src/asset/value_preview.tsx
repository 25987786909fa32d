// The first rows of the stored value, loaded through its I/O manager when somebody asks.
import { Table2 } from "lucide-react";
import { useState } from "react";
import { useAnswer } from "../api/query";
import { formatNumber } from "../metadata/metadata_value";
import { Answered } from "../parts/answered";
import type { AssetNode, ValueAnswer } from "../api/types";
import { keyPath } from "./asset_key";

export function ValuePreview({ asset, partition }: { asset: AssetNode; partition: string | null }) {
  const instance = useAnswer("/instance", {});
  const [isAsked, ask] = useState(false);
  if (!asset.computation || !instance.data?.can_write) return null;
  return (
    <section className="section">
      <header>
        <h2>Stored value</h2>
        <span className="grow" />
        {!isAsked && <button type="button" className="button small" onClick={() => ask(true)}><Table2 size={14} aria-hidden /> Show the first rows</button>}
      </header>
      <div className="body">
        {isAsked ? <Loaded asset={asset} partition={partition} version={null} /> : <p className="faint">Loaded by its I/O manager when you ask for it, and not kept.</p>}
      </div>
    </section>
  );
}

/** A stored value, or why it cannot be shown. */
export function Loaded({ asset, partition, version }: { asset: AssetNode; partition: string | null; version: string | null }) {
  const answer = useAnswer("/values/{key}", { key: keyPath(asset.key) }, { partition, version, rows: 20 }, { live: false });
  return <Answered of={answer}>{({ value }) => <Value value={value} />}</Answered>;
}

function Value({ value }: { value: ValueAnswer }) {
  if (value.error) return <p className="notice is-failed" role="alert">{value.error.message}</p>;
  const columns = value.columns ?? [];
  return (
    <div className="stack">
      <p className="faint">
        {value.type_name}{value.row_count != null && `, ${formatNumber(value.row_count)} rows`}{value.is_cut && ", the beginning of it"}
      </p>
      {columns.length > 0 ? (
        <div className="scroll rows">
          <table className="table small">
            <thead>
              <tr>{columns.map((name, at) => <th key={name} scope="col">{name} <span className="faint">{value.column_types?.[at]}</span></th>)}</tr>
            </thead>
            <tbody>{(value.rows ?? []).map((row, at) => <tr key={at}>{row.map((cell, column) => <td key={column}>{cell}</td>)}</tr>)}</tbody>
          </table>
        </div>
      ) : <pre className="text">{value.text}</pre>}
    </div>
  );
}
