// What assets are sorted out by: state, group, kind, owner, tag; and which of them an address asks for.
import { keyText } from "../asset/asset_key";
import type { ListedAsset } from "../api/types";

export const FACETS = [
  { name: "state", title: "State" },
  { name: "group", title: "Group" },
  { name: "kind", title: "Kind" },
  { name: "owner", title: "Owner" },
  { name: "tag", title: "Tag" },
] as const;

export type FacetName = (typeof FACETS)[number]["name"];

/** The tags of an asset as `name` or `name=value`; those that say its kind are left to the kinds. */
export function tagsOf({ asset }: ListedAsset): string[] {
  return Object.entries(asset.tags ?? {}).filter(([name]) => !name.startsWith("dagster/")).map(([name, value]) => (value ? `${name}=${value}` : name));
}

function valuesOf(name: FacetName, each: ListedAsset): string[] {
  if (name === "state") return [each.state.status];
  if (name === "group") return [each.asset.group_name ?? "default"];
  if (name === "kind") return each.asset.kinds ?? [];
  if (name === "owner") return each.asset.owners ?? [];
  return tagsOf(each);
}

/** The values that there are, with how many assets have each, in the order of the alphabet. */
export function choicesOf(name: FacetName, assets: readonly ListedAsset[]): [string, number][] {
  const found = new Map<string, number>();
  for (const each of assets) for (const value of valuesOf(name, each)) found.set(value, (found.get(value) ?? 0) + 1);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Whether an asset is one that the query of an address asks for. */
export function fitsAll(each: ListedAsset, query: URLSearchParams): boolean {
  for (const { name } of FACETS) {
    const wanted = query.get(name);
    if (wanted && !valuesOf(name, each).includes(wanted)) return false;
  }
  const word = (query.get("find") ?? "").trim().toLowerCase();
  return !word || keyText(each.asset.key).toLowerCase().includes(word) || (each.asset.description ?? "").toLowerCase().includes(word);
}

/** The first sentence of a description, without its markup. */
export function briefly(description: string | null | undefined): string {
  const line = (description ?? "").split("\n").find((each) => each.trim() && !/^\s*(#|[|>`]|[-*_]{3})/.test(each)) ?? "";
  return line.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[*_`~]+(\S[^*_`~]*)[*_`~]+/g, "$1").trim();
}
