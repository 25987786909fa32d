// Assets in folders by the parts of their keys; a folder says how those in it stand.
import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight, Folder } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { assetHref, keyName } from "../asset/asset_key";
import { Sign, StateBadge, STATE_WORDS, type State } from "../parts/sign";
import type { ListedAsset } from "../api/types";
import { briefly } from "./facet";
import { buildTree, linesOf } from "./folder_tree";

const ROW = 36;
const FEW = 200; // assets: below, all folders begin open

export function AssetFolders({ assets }: { assets: ListedAsset[] }) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const tree = useMemo(() => buildTree(assets), [assets]);
  const lines = useMemo(() => linesOf(tree, (path) => (assets.length < FEW) !== toggled.has(path)), [tree, assets, toggled]);
  const place = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: lines.length, getScrollElement: () => place.current, estimateSize: () => ROW, overscan: 16 });
  const toggle = (path: string) => setToggled((before) => {
    const next = new Set(before);
    if (!next.delete(path)) next.add(path);
    return next;
  });
  return (
    <div className="section list folders">
      <div ref={place} className="scroll rows" tabIndex={0} role="group" aria-label="Assets in folders">
        <ul style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const line = lines[row.index];
            if (!line) return null;
            const style = { transform: `translateY(${row.start}px)`, paddingLeft: 14 + line.depth * 22 };
            return line.kind === "folder" ? (
              <li key={row.key} style={style}>
                <button type="button" aria-expanded={line.isOpen} onClick={() => toggle(line.path)}>
                  <ChevronRight size={14} className="turn" aria-hidden /> <Folder size={15} aria-hidden />
                  <strong className="cut">{line.name}</strong> <span className="faint">{line.count}</span>
                  <Counts counts={line.states} />
                </button>
              </li>
            ) : (
              <li key={row.key} style={style}>
                <Link href={assetHref(line.each.asset.key)} className="cut">{keyName(line.each.asset.key)}</Link>
                <StateBadge state={line.each.state.status} />
                <span className="faint cut grow">{briefly(line.each.asset.description)}</span>
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

function Counts({ counts }: { counts: ReadonlyMap<State, number> }) {
  return (
    <span className="row soft">
      {(Object.keys(STATE_WORDS) as State[]).filter((state) => counts.has(state)).map((state) => (
        <span key={state} className="row" title={STATE_WORDS[state]}><Sign state={state} /><span className="unseen">{STATE_WORDS[state]}</span>{counts.get(state)}</span>
      ))}
    </span>
  );
}
