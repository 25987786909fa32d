// How an asset stands: its state, since when, and why.
import { Link } from "wouter";
import { Moment } from "../parts/moment";
import { StateBadge } from "../parts/sign";
import type { AssetNode, AssetState } from "../api/types";
import { runHref } from "./asset_key";

export function Standing({ asset, state }: { asset: AssetNode; state: AssetState }) {
  return (
    <div className="stack standing">
      <div className="row wrap">
        <StateBadge state={state.status} />
        {state.materialized_at != null && <span className="faint">made <Moment at={state.materialized_at} /></span>}
        {state.run_id && <Link href={runHref(state.run_id)} className="tag mono">run {state.run_id.slice(0, 8)}</Link>}
        {asset.kinds?.map((kind) => <span key={kind} className="tag">{kind}</span>)}
        {asset.is_partitioned && <span className="tag">partitions</span>}
      </div>
      {(state.reasons?.length ?? 0) > 0 && <p className="faint">{state.reasons?.join("; ")}</p>}
    </div>
  );
}
