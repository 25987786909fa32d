import { expect, test } from "vitest";
import { rank } from "./rank";

const names = ["raw_orders", "orders", "orders_daily", "river/levels", "customers"];
const found = (typed: string) => rank(names, typed, (each) => each, 10);

test("what begins like it comes before what contains it, the shortest first", () => {
  expect(found("orders")).toEqual(["orders", "raw_orders", "orders_daily"]);
});

test("letters in their order are enough", () => {
  expect(found("rvlv")).toEqual(["river/levels"]);
});

test("what does not fit is not found", () => {
  expect(found("xyz")).toEqual([]);
});
