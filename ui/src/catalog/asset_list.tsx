// Assets as rows, of which only those in sight are there.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { Link } from "wouter";
import { assetHref, keyName, keyPrefix } from "../asset/asset_key";
import { Moment } from "../parts/moment";
import { StateBadge } from "../parts/sign";
import type { ListedAsset } from "../api/types";
import { briefly } from "./facet";

const ROW = 54;

export function AssetList({ assets }: { assets: ListedAsset[] }) {
  const place = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: assets.length, getScrollElement: () => place.current, estimateSize: () => ROW, overscan: 12 });
  return (
    <div className="section list" role="table" aria-label="Assets" aria-rowcount={assets.length + 1}>
      <div role="rowgroup">
        <div role="row" className="head">
          {["Asset", "State", "Made", "Group", "Owner"].map((title) => <span key={title} role="columnheader">{title}</span>)}
        </div>
      </div>
      <div ref={place} className="scroll rows" role="rowgroup" tabIndex={0} aria-label="Assets">
        <div style={{ height: rows.getTotalSize(), position: "relative" }} role="presentation">
          {rows.getVirtualItems().map((row) => {
            const each = assets[row.index];
            return each && <Row key={row.key} each={each} index={row.index} top={row.start} />;
          })}
        </div>
      </div>
    </div>
  );
}

function Row({ each: { asset, state }, index, top }: { each: ListedAsset; index: number; top: number }) {
  return (
    <div role="row" aria-rowindex={index + 2} className="asset-row" style={{ transform: `translateY(${top}px)` }}>
      <span role="cell" className="what">
        <span className="row">
          <Link href={assetHref(asset.key)} className="cut cover"><span className="faint">{keyPrefix(asset.key)}</span>{keyName(asset.key)}</Link>
          {asset.kinds?.slice(0, 3).map((kind) => <span key={kind} className="tag">{kind}</span>)}
          {asset.is_partitioned && <span className="tag">partitions</span>}
        </span>
        <span className="faint cut">{briefly(asset.description)}</span>
      </span>
      <span role="cell"><StateBadge state={state.status} /></span>
      <span role="cell" className="soft cut">{state.materialized_at != null && <Moment at={state.materialized_at} />}</span>
      <span role="cell" className="soft cut">{asset.group_name ?? "default"}</span>
      <span role="cell" className="soft cut">{asset.owners?.join(", ")}</span>
    </div>
  );
}
