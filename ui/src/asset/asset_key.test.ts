import { expect, test } from "vitest";
import { assetHref, keyEscaped, keyPath } from "./asset_key";
import { readEscaped } from "./read_escaped";

test.each([[["a"]], [["a/b"]], [["raw", "history"]], [["..", "up"]], [["."]], [["ö %2F?#", "x"]], [["back\\slash", "\\/"]], [["a", "", "b"]]])("%j comes back from its address", (key) => {
  expect(readEscaped(keyEscaped(key))).toEqual(key);
  expect(readEscaped(keyPath(key).split("/").map(decodeURIComponent).join("/"))).toEqual(key);
});

test("an address has no part that a browser would resolve", () => {
  expect(assetHref(["..", "."])).toBe("/assets/%5C../%5C.");
});
