// An asset in the graph, seen from near.
import { memo } from "react";
import { keyName, keyPrefix } from "../asset/asset_key";
import { formatAgo } from "../parts/moment";
import { Sign, STATE_WORDS } from "../parts/sign";
import type { ListedAsset } from "../api/types";

interface Shown {
  each: ListedAsset;
  x: number;
  y: number;
  href: string;
  chosen: boolean;
  picked: boolean;
  now: number; // seconds, in steps: cards are drawn anew when it changes
  choose: (event: React.MouseEvent, each: ListedAsset) => void;
}

export const AssetCard = memo(function AssetCard({ each, x, y, href, chosen, picked, now, choose }: Shown) {
  const { asset, state } = each;
  const prefix = keyPrefix(asset.key);
  return (
    <a
      className={`card is-${state.status}${chosen ? " chosen" : ""}${picked ? " picked" : ""}`}
      style={{ transform: `translate(${x}px, ${y}px)` }}
      href={href}
      draggable={false}
      aria-current={chosen ? "true" : undefined}
      onClick={(event) => choose(event, each)}
    >
      <span className="name">
        <Sign state={state.status} />
        <span className="cut">{prefix && <span className="prefix">{prefix}</span>}<strong>{keyName(asset.key)}</strong></span>
      </span>
      <span className="below">
        <span className="cut">
          {STATE_WORDS[state.status]}
          {state.materialized_at != null && ` · ${formatAgo(state.materialized_at, now)}`}
        </span>
        {asset.kinds?.slice(0, 2).map((kind) => <span key={kind} className="kind">{kind}</span>)}
        {asset.is_partitioned && <span className="kind">partitions</span>}
      </span>
    </a>
  );
});
