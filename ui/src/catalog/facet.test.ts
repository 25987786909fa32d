import { expect, test } from "vitest";
import type { ListedAsset } from "../api/types";
import { briefly, choicesOf, fitsAll } from "./facet";

const asset = (name: string, more: Partial<ListedAsset["asset"]> = {}): ListedAsset => ({ asset: { key: ["lake", name], ...more }, state: { status: "fresh" } });
const ALL = [asset("a", { kinds: ["sql"], owners: ["team:x"], tags: { tier: "1", "dagster/kind/sql": "" } }), asset("b", { kinds: ["sql", "csv"], group_name: "raw" })];

test("choices say how many have each", () => {
  expect(choicesOf("kind", ALL)).toEqual([["csv", 1], ["sql", 2]]);
  expect(choicesOf("tag", ALL)).toEqual([["tier=1", 1]]);
  expect(choicesOf("group", ALL)).toEqual([["default", 1], ["raw", 1]]);
});

test("an address asks for all that it names", () => {
  const found = (query: string) => ALL.filter((each) => fitsAll(each, new URLSearchParams(query))).map((each) => each.asset.key[1]);
  expect(found("kind=sql&owner=team%3Ax")).toEqual(["a"]);
  expect(found("find=LAKE/b")).toEqual(["b"]);
  expect(found("state=failed")).toEqual([]);
});

test("a description is told in its first sentence", () => {
  expect(briefly("# Title\n\nWhat the **gauge** read, see [there](http://x).\nMore.")).toBe("What the gauge read, see there.");
});
