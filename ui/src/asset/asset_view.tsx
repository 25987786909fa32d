// An asset: what it is, how it stands, its values over time, where it comes from and where it goes.
import { useMemo } from "react";
import { Link, useLocation } from "wouter";
import { useAnswer } from "../api/query";
import { Answered } from "../parts/answered";
import { BASE, hrefOf, useAddress } from "../shell/address";
import type { Answer } from "../api/ask";
import { AssetActions } from "./asset_actions";
import { AssetChecks } from "./asset_checks";
import { AssetEvents } from "./asset_events";
import { AssetLineage } from "./asset_lineage";
import { AssetOverview } from "./asset_overview";
import { AssetPartitions } from "./asset_partitions";
import { AssetVersions } from "./asset_versions";
import { assetHref, keyEscaped, keyName, keyPath, keyPrefix } from "./asset_key";
import { readEscaped } from "./read_escaped";
import { Standing } from "./standing";
import "./asset.css";

export type AssetAnswer = Answer<"/assets/{key}">;

const TABS: [string, string][] = [["", "Overview"], ["partitions", "Partitions"], ["events", "Events"], ["checks", "Checks"], ["versions", "Versions"], ["lineage", "Lineage"]];

export default function AssetView() {
  const [shown] = useLocation(); // half decoded, and so not to be read
  const path = useMemo(() => location.pathname.slice(`${BASE}/assets/`.length), [shown]);
  const key = useMemo(() => readEscaped(path.split("/").map(readPart).join("/")), [path]);
  const answer = useAnswer("/assets/{key}", { key: keyPath(key) });
  return <Answered of={answer}>{(found) => <Asset key={path} answer={found} />}</Answered>;
}

/** A part of the address as it was before it was escaped; one that is no escape stays as it is. */
function readPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function Asset({ answer }: { answer: AssetAnswer }) {
  const { asset, state } = answer;
  const [query] = useAddress();
  const tab = query.get("tab") ?? "";
  const tabs = TABS.filter(([name]) => (name !== "checks" || answer.checks.length > 0) && (name !== "partitions" || asset.is_partitioned));
  return (
    <div className="sheet asset">
      <header>
        <div className="grow">
          <nav className="faint crumbs" aria-label="Place">
            <Link href="/catalog">Catalog</Link> / <Link href={hrefOf("/catalog", { group: asset.group_name ?? "default" })}>{asset.group_name ?? "default"}</Link>
            {asset.key.length > 1 && <> / {keyPrefix(asset.key)}</>}
          </nav>
          <h1>{keyName(asset.key)}</h1>
          <Standing asset={asset} state={state} />
        </div>
        <AssetActions asset={asset} />
      </header>
      <nav className="tabs" aria-label="About this asset">
        {tabs.map(([name, title]) => (
          <Link key={name} href={hrefOf(assetHref(asset.key), { tab: name })} aria-current={tab === name ? "page" : undefined}>
            {title}{name === "checks" && <span className="count"> {answer.checks.length}</span>}
          </Link>
        ))}
        <Link href={hrefOf("/", { select: `key:"${keyEscaped(asset.key)}"+`, asset: keyEscaped(asset.key) })}>In the graph</Link>
      </nav>
      {tab === "" && <AssetOverview answer={answer} />}
      {tab === "partitions" && <AssetPartitions asset={asset} />}
      {tab === "events" && <AssetEvents asset={asset} />}
      {tab === "checks" && <AssetChecks answer={answer} />}
      {tab === "versions" && <AssetVersions asset={asset} />}
      {tab === "lineage" && <AssetLineage asset={asset} />}
    </div>
  );
}
