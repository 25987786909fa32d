// The graph as the page has it: assets by number, their groups and edges; and which of them fit a filter.
import { keyName, keyText, type Key } from "../asset/asset_key";
import type { ListedAsset } from "../api/types";
import type { GraphShape } from "./graph_layout";

export interface GraphModel {
  assets: ListedAsset[];
  groups: string[];
  groupOf: Int32Array;
  edges: Int32Array;
  numberOf: Map<string, number>; // by key text with its parts kept apart
}

export const MOST_OPEN = 300; // assets: above, groups begin closed

const idOf = (key: Key): string => JSON.stringify(key);

/** The graph of some assets, in the order given; `isShown` leaves out the others with their edges. */
export function buildModel(all: readonly ListedAsset[], isShown: (each: ListedAsset) => boolean): GraphModel {
  const assets = all.filter(isShown);
  const numbers = new Map(assets.map(({ asset }, at) => [idOf(asset.key), at]));
  const names = [...new Set(assets.map(({ asset }) => asset.group_name ?? "default"))];
  const groupNumbers = new Map(names.map((name, at) => [name, at]));
  const edges: number[] = [];
  assets.forEach(({ asset }, to) => {
    for (const dep of asset.deps ?? []) {
      const from = numbers.get(idOf(dep.key));
      if (from !== undefined) edges.push(from, to);
    }
  });
  return {
    assets,
    groups: names,
    groupOf: Int32Array.from(assets, ({ asset }) => groupNumbers.get(asset.group_name ?? "default") ?? 0),
    edges: Int32Array.from(edges),
    numberOf: numbers,
  };
}

export const numberIn = (model: GraphModel, key: Key): number | undefined => model.numberOf.get(idOf(key));

export function shapeOf(model: GraphModel, isOpen: (group: string) => boolean): GraphShape {
  return {
    groupOf: model.groupOf,
    open: Uint8Array.from(model.groups, (group) => (isOpen(group) ? 1 : 0)),
    edges: model.edges,
    framed: model.groups.length > 1,
  };
}

/** Whether a text is an expression of the selection syntax and not a word to look for. */
export function isSelection(text: string): boolean {
  return /[:+*()"]|\b(and|or|not)\b/i.test(text);
}

/** Whether an asset fits a word that somebody looks for. */
export function fits({ asset }: ListedAsset, word: string): boolean {
  const wanted = word.trim().toLowerCase();
  return !wanted || keyText(asset.key).toLowerCase().includes(wanted) || keyName(asset.key).toLowerCase().includes(wanted);
}
