// The neighbourhood of an asset, as deep as asked for.
import { Minus, Plus } from "lucide-react";
import { useMemo } from "react";
import { useLocation } from "wouter";
import { useAnswer } from "../api/query";
import { GraphCanvas } from "../lineage/graph_canvas";
import { buildModel, numberIn, shapeOf } from "../lineage/graph_model";
import { useLayout } from "../lineage/use_layout";
import { Answered } from "../parts/answered";
import { BASE, useAddress } from "../shell/address";
import type { AssetNode, ListedAsset } from "../api/types";
import { assetHref, keyText } from "./asset_key";
import { within } from "./within";
import "../lineage/lineage.css";

export function AssetLineage({ asset }: { asset: AssetNode }) {
  const graph = useAnswer("/graph", {});
  return <Answered of={graph}>{({ assets }) => <Neighbourhood asset={asset} assets={assets} />}</Answered>;
}

const NONE: ReadonlySet<number> = new Set();

function Neighbourhood({ asset, assets }: { asset: AssetNode; assets: ListedAsset[] }) {
  const [query, change] = useAddress();
  const [, go] = useLocation();
  const depth = Math.max(1, Number(query.get("depth") ?? 1) || 1);
  const near = useMemo(() => within(assets.map((each) => each.asset), asset.key, depth), [assets, asset.key, depth]);
  const further = useMemo(() => within(assets.map((each) => each.asset), asset.key, depth + 1).size - near.size, [assets, asset.key, depth, near]);
  const model = useMemo(() => buildModel(assets, (each) => near.has(keyText(each.asset.key))), [assets, near]);
  const shape = useMemo(() => shapeOf(model, () => true), [model]);
  const laid = useLayout(shape, model);
  return (
    <section className="section near">
      <header>
        <h2>{model.assets.length} assets</h2>
        <span className="row" role="group" aria-label="Depth">
          <button type="button" className="button icon small" aria-label="Less deep" disabled={depth === 1} onClick={() => change({ depth: String(depth - 1) })}><Minus size={14} /></button>
          {depth} {depth === 1 ? "step" : "steps"}
          <button type="button" className="button icon small" aria-label="Deeper" disabled={further === 0} onClick={() => change({ depth: String(depth + 1) })}><Plus size={14} /></button>
        </span>
        <span className="faint">{further > 0 ? `${further} more one step further` : "these are all"}</span>
      </header>
      <div className="stage">
        {laid && <GraphCanvas model={laid.of} places={laid.places} open={laid.shape.open} framed={laid.shape.framed} chosen={numberIn(laid.of, asset.key) ?? null} picked={NONE} base={BASE} query={new URLSearchParams()} toggle={() => undefined} leave={() => undefined} choose={(event, each) => {
          event.preventDefault();
          go(`${assetHref(each.asset.key)}?tab=lineage`);
        }} />}
      </div>
    </section>
  );
}
