import { expect, test } from "vitest";
import type { EventLogRecord } from "../api/types";
import { formatBytes, formatNumber, numberOf, seriesOf } from "./metadata_value";

test("numbers are grouped and have the digits that say something", () => {
  expect([12, 1_234_567, 229.857142, 0.000001234, -0.5, 1e18].map(formatNumber)).toEqual(["12", "1,234,567", "229.857", "1.234e-6", "-0.5", "1.000e+18"]);
});

test("bytes have the unit that fits", () => {
  expect([31, 1500, 2_340_000].map(formatBytes)).toEqual(["31 B", "1.5 kB", "2.34 MB"]);
});

test("only finite numbers are numbers", () => {
  expect(numberOf({ type: "float", value: null, literal: "nan" })).toBeNull();
  expect(numberOf({ type: "text", text: "3" })).toBeNull();
  expect(numberOf({ type: "int", value: 3 })).toBe(3);
});

test("series run from the oldest to the newest", () => {
  const record = (number: number, rows: number): EventLogRecord => ({
    storage_id: number,
    event_log_entry: { kind: "ASSET_MATERIALIZATION", run_id: "r", timestamp: number, data: { type: "materialized", materialization: { type: "materialization", asset_key: ["a"], metadata: { rows: { type: "int", value: rows } } } } },
  });
  expect(seriesOf([record(9, 3), record(4, 2)]).get("rows")).toEqual([[4, 2], [9, 3]]);
});
