// An asset beside the graph: how it stands, its newest value told by its metadata, its neighbours.
import { ArrowUpRight, X } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { Link } from "wouter";
import { useAnswer } from "../api/query";
import { AssetActions } from "../asset/asset_actions";
import { Standing } from "../asset/standing";
import { assetHref, keyEscaped, keyName, keyPath, keyPrefix, keyText, type Key } from "../asset/asset_key";
import { Markdown } from "../metadata/markdown";
import { MetadataTable } from "../metadata/metadata_table";
import { reportOf, seriesOf } from "../metadata/metadata_value";
import { Answered } from "../parts/answered";
import { hrefOf, useAddress } from "../shell/address";
import { readEscaped } from "../asset/read_escaped";

export default function AssetPanel({ escaped, close }: { escaped: string; close: () => void }) {
  const key = useMemo(() => readEscaped(escaped), [escaped]);
  const places = { key: keyPath(key) };
  const asset = useAnswer("/assets/{key}", places);
  const history = useAnswer("/assets/{key}/history", places, { limit: 30 });
  const series = useMemo(() => seriesOf(history.data?.events ?? []), [history.data]);
  const panel = useRef<HTMLElement>(null);
  const before = useRef(document.activeElement);
  useEffect(() => {
    const shut = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
      close();
      if (before.current instanceof HTMLElement) before.current.focus();
    };
    addEventListener("keydown", shut);
    return () => removeEventListener("keydown", shut);
  }, [close]);
  return (
    <aside ref={panel} className="panel" aria-label="Asset">
      <header>
        <div className="grow">
          <span className="faint">{keyPrefix(key)}</span>
          <h2>{keyName(key)}</h2>
        </div>
        <Link href={assetHref(key)} className="button small">Open <ArrowUpRight size={14} aria-hidden /></Link>
        <button type="button" className="button quiet icon small" aria-label="Close" onClick={close}><X size={16} /></button>
      </header>
      <div className="inside">
        <Answered of={asset}>
          {(answer) => {
            const report = reportOf(answer.materialization ?? answer.observation);
            return (
              <>
                <Standing asset={answer.asset} state={answer.state} />
                <AssetActions asset={answer.asset} />
                {answer.asset.description && <Markdown text={answer.asset.description} />}
                {report && (
                  <section>
                    <h3>Latest value</h3>
                    <MetadataTable metadata={report.metadata ?? {}} series={series} />
                  </section>
                )}
                <Neighbours title="Made from" keys={answer.upstream} />
                <Neighbours title="Goes into" keys={answer.downstream} />
                <section>
                  <h3>Definition</h3>
                  <dl className="facts">
                    <dt>Group</dt><dd>{answer.asset.group_name ?? "default"}</dd>
                    {answer.asset.owners?.length ? <><dt>Owners</dt><dd>{answer.asset.owners.join(", ")}</dd></> : null}
                    {answer.jobs.length > 0 && <><dt>Jobs</dt><dd>{answer.jobs.join(", ")}</dd></>}
                    {answer.asset.source && <><dt>Declared at</dt><dd className="mono">{answer.asset.source.file}:{answer.asset.source.line}</dd></>}
                  </dl>
                </section>
              </>
            );
          }}
        </Answered>
      </div>
    </aside>
  );
}

function Neighbours({ title, keys }: { title: string; keys: Key[] }) {
  const [query] = useAddress();
  if (keys.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul className="neighbours">
        {keys.map((key) => (
          <li key={keyText(key)}><Link href={hrefOf("/", { ...Object.fromEntries(query), asset: keyEscaped(key) })}>{keyText(key)}</Link></li>
        ))}
      </ul>
    </section>
  );
}
