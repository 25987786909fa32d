// Folders of assets as lines to be shown: each open folder is followed by what it holds.
import type { State } from "../parts/sign";
import type { ListedAsset } from "../api/types";

export interface Tree {
  folders: Map<string, Tree>;
  assets: ListedAsset[];
  count: number;
  states: Map<State, number>;
}

export type Line =
  | { kind: "folder"; path: string; name: string; depth: number; isOpen: boolean; count: number; states: ReadonlyMap<State, number> }
  | { kind: "asset"; depth: number; each: ListedAsset };

const emptyTree = (): Tree => ({ folders: new Map(), assets: [], count: 0, states: new Map() });

export function buildTree(assets: readonly ListedAsset[]): Tree {
  const root = emptyTree();
  for (const each of assets) {
    let tree = root;
    const way = [root];
    for (const part of each.asset.key.slice(0, -1)) {
      const next = tree.folders.get(part) ?? emptyTree();
      tree.folders.set(part, next);
      way.push(next);
      tree = next;
    }
    tree.assets.push(each);
    for (const passed of way) {
      passed.count += 1;
      passed.states.set(each.state.status, (passed.states.get(each.state.status) ?? 0) + 1);
    }
  }
  return root;
}

/** The lines of a tree, folders before assets. */
export function linesOf(tree: Tree, isOpen: (path: string) => boolean, path = "", depth = 0): Line[] {
  const lines: Line[] = [];
  for (const [name, folder] of tree.folders) {
    const inner = `${path}/${name}`;
    const open = isOpen(inner);
    lines.push({ kind: "folder", path: inner, name, depth, isOpen: open, count: folder.count, states: folder.states });
    if (open) for (const line of linesOf(folder, isOpen, inner, depth + 1)) lines.push(line);
  }
  for (const each of tree.assets) lines.push({ kind: "asset", depth, each });
  return lines;
}
