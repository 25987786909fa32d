import { expect, test } from "vitest";
import { filledIn, withValue } from "./schema";
import { spotAt, toYaml } from "./yaml";

test("config is written as people write it", () => {
  const config = { ops: { load: { config: { rows: 3, name: "a b", on: "yes", empty: {}, list: [1, { x: null }], text: "a: b\n" } } } };
  expect(toYaml(config)).toBe(
    'ops:\n  load:\n    config:\n      rows: 3\n      name: a b\n      "on": "yes"\n      empty: {}\n      list:\n        - 1\n        -\n          x: null\n      text: "a: b\\n"\n',
  );
});

test("a place knows the names around it", () => {
  const text = "ops:\n  load:\n    config:\n      mode: FA\n      ";
  expect(spotAt(text, text.indexOf("FA") + 2)).toEqual({ path: ["ops", "load", "config", "mode"], isValue: true, from: text.indexOf("FA") });
  expect(spotAt(text, text.length)).toEqual({ path: ["ops", "load", "config"], isValue: false, from: text.length });
  expect(spotAt("ops:\n  lo", 9).path).toEqual(["ops"]);
  expect(spotAt("re", 2)).toEqual({ path: [], isValue: false, from: 0 });
});

test("a value is set and taken away, with what is empty around it", () => {
  const set = withValue({}, ["ops", "load", "config", "rows"], 5);
  expect(set).toEqual({ ops: { load: { config: { rows: 5 } } } });
  expect(withValue(set, ["ops", "load", "config", "rows"], undefined)).toEqual({});
});

test("what is missing is filled in, what is there stays", () => {
  expect(filledIn({ a: { b: 1, c: 2 } }, { a: { b: 5 } })).toEqual({ a: { b: 5, c: 2 } });
});
