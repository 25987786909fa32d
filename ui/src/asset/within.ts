// What lies within some steps of an asset, above it and below it.
import type { AssetNode } from "../api/types";
import { keyText, type Key } from "./asset_key";

/** The texts of the keys at most `depth` steps up or down from `start`, with its own. */
export function within(assets: readonly AssetNode[], start: Key, depth: number): Set<string> {
  const above = new Map<string, string[]>();
  const below = new Map<string, string[]>();
  for (const asset of assets) {
    const text = keyText(asset.key);
    above.set(text, (asset.deps ?? []).map((dep) => keyText(dep.key)));
    for (const dep of asset.deps ?? []) {
      const children = below.get(keyText(dep.key));
      if (children) children.push(text);
      else below.set(keyText(dep.key), [text]);
    }
  }
  const found = new Set([keyText(start)]);
  for (const next of [above, below]) {
    let edge = [keyText(start)];
    for (let step = 0; step < depth && edge.length; step += 1) {
      edge = edge.flatMap((text) => next.get(text) ?? []).filter((text) => !found.has(text));
      for (const text of edge) found.add(text);
    }
  }
  return found;
}
