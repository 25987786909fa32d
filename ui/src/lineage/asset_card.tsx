// An asset in the graph, seen from near.
import { memo } from "react";
import { keyName, keyPrefix } from "../asset/asset_key";
import { formatAgo } from "../parts/moment";
import { Sign, STATE_WORDS } from "../parts/sign";
import type { ListedAsset, PartitionTotals } from "../api/types";

interface Shown {
  each: ListedAsset;
  x: number;
  y: number;
  href: string;
  chosen: boolean;
  picked: boolean;
  totals: PartitionTotals | undefined; // of its partitions
  now: number; // seconds, in steps: cards are drawn anew when it changes
  choose: (event: React.MouseEvent, each: ListedAsset) => void;
}

export const AssetCard = memo(function AssetCard({ each, x, y, href, chosen, picked, totals, now, choose }: Shown) {
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
      </span>
      {asset.is_partitioned && <Filled totals={totals} />}
    </a>
  );
});

/** How many of its partitions are made, as a bar along the lower edge. */
function Filled({ totals }: { totals: PartitionTotals | undefined }) {
  const total = totals?.total ?? 0;
  const share = (count: number) => `${total ? (100 * count) / total : 0}%`;
  const words = totals ? `${totals.materialized.toLocaleString("en")} of ${totals.total?.toLocaleString("en") ?? "?"} partitions made${totals.failed ? `, ${totals.failed} failed` : ""}` : "partitions";
  return (
    <span className="filled" title={words}>
      <span className="unseen">{words}</span>
      <span className="is-fresh" style={{ width: share(totals?.materialized ?? 0) }} />
      <span className="is-running" style={{ width: share(totals?.in_progress ?? 0) }} />
      <span className="is-failed" style={{ width: share(totals?.failed ?? 0) }} />
    </span>
  );
}
